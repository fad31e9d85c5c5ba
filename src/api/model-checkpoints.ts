// A model's checkpoints: where it and its training stand, as a file, and a training that goes on from one.
import type { TrainingCheckpoint } from '../engine/engine.ts'
import { decodeCheckpoint, encodeCheckpoint, openCheckpoint } from '../files/checkpoint-file.ts'
import { checkSameTraining, type TrainingIdentity } from '../training/identity.ts'
import { CheckpointKeeper } from './checkpoint-keeper.ts'
import type { ModelInternals } from './model-internals.ts'
import type { FitOptions } from './model-options.ts'
import type { Waits } from './waits.ts'

/** Makes out which training it is: whoever writes no checkpoint does not load what that takes. */
export type Identify = () => Promise<TrainingIdentity>

/**
 * A checkpoint of a model with its last training, if any, as a file. Rejects with {@link CheckpointError} for a state that
 * is not of its kind.
 */
export async function encodeModelCheckpoint(
  { engine, inputSize, layers }: ModelInternals,
  checkpoint: TrainingCheckpoint,
  identity: Identify | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  const content = { ...checkpoint, identity: await identity?.() }
  return encodeCheckpoint(inputSize, layers, content, bytes => engine.checksum(bytes))
}

/** Goes back to a checkpoint; resolves to the training that it is of. Rejects with {@link FormatError}. */
export async function restoreModel(
  { engine, network, inputSize, layers }: ModelInternals,
  bytes: Uint8Array,
): Promise<TrainingIdentity | undefined> {
  const file = await openCheckpoint(bytes, it => engine.checksum(it))
  const checkpoint = decodeCheckpoint(file, inputSize, layers)
  await network.restore(checkpoint)
  return checkpoint.identity
}

/**
 * Begins a training that has checkpoints, or takes up one that had not ended: then the model goes back to the newest
 * checkpoint, where there is one, and the training must be the same as that, or as the model's `last`. Gives what keeps the
 * checkpoints, where there are to be some. `waits` are those for their store.
 */
export async function beginKept(
  model: ModelInternals,
  { checkpoints, earlyStopping, resume, epochs = 1 }: FitOptions,
  identity: Identify,
  last: Identify | undefined,
  waits: Waits | undefined,
): Promise<CheckpointKeeper | undefined> {
  const { engine, network, inputSize, layers } = model
  const keeper =
    checkpoints &&
    waits &&
    new CheckpointKeeper(checkpoints, waits.store(checkpoints.store), earlyStopping?.monitor, checkpoint =>
      encodeModelCheckpoint(model, checkpoint, identity),
    )
  if (!resume) {
    await keeper?.begin()
    await keeper?.check()
    return keeper
  }
  const open = (bytes: Uint8Array) => openCheckpoint(bytes, it => engine.checksum(it))
  const found = await keeper?.newest(open)
  const checkpoint = found && decodeCheckpoint(found.opened, inputSize, layers)
  const before = checkpoint ? checkpoint.identity : await last?.()
  if (before) checkSameTraining(before, await identity())
  // A training that is done may stand where nothing can be written.
  if (!checkpoint || checkpoint.state.epoch < epochs) await keeper?.check()
  if (checkpoint) {
    await keeper?.mendBest(
      checkpoint.state,
      async bytes => decodeCheckpoint(await open(bytes), inputSize, layers).state,
    )
    await network.restore(checkpoint)
    keeper?.resume(found.name, checkpoint.state)
  }
  return keeper
}
