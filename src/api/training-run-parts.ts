// A training that may wait for code of the caller's, callbacks, a stream, a store, or goes on from where another stood.
import type { EngineRows, TrainingControl } from '../engine/engine.ts'
import type { LoopCallbacks } from '../training/options.ts'
import type { SampleStream } from '../training/sample-source.ts'
import type { Lifetime } from './lifetime.ts'
import type { Identify } from './model-checkpoints.ts'
import type { ModelInternals } from './model-internals.ts'
import type { FitOptions } from './model-options.ts'
import type { RunControl } from './training-run.ts'
import { type OwnCallbacks, Waits } from './waits.ts'

/** What is trained, and how. */
interface CallersTraining {
  readonly internals: ModelInternals
  readonly life: Lifetime
  readonly control: RunControl
  readonly options: FitOptions
  readonly training: EngineRows | SampleStream
  readonly own: OwnCallbacks
  /** Of this training, and of the model's last. */
  readonly identity: Identify
  readonly last: Identify | undefined
}

/** Calls `train` with the caller's callbacks, and keeps checkpoints. */
export async function fitWithCaller(
  { internals, life, control, options, training, own, identity, last }: CallersTraining,
  train: (
    training: EngineRows | SampleStream,
    callbacks: LoopCallbacks & Pick<TrainingControl, 'onCheckpoint'>,
  ) => Promise<void>,
): Promise<void> {
  const { signal, checkpoints, resume } = options
  const waits = new Waits(control, signal, life)
  const samples = 'indices' in training ? training : waits.stream(training)
  await waits.during(async () => {
    const begin = async () =>
      (await import('./sequential-parts.ts')).beginKept(internals, options, identity, last, waits)
    const keeper = checkpoints || resume ? await begin() : undefined
    const keepLast = async () => keeper?.keepLast(await internals.network.checkpoint())
    try {
      await train(samples, {
        ...waits.callbacks(own, options),
        ...(keeper && { onCheckpoint: checkpoint => keeper.keep(checkpoint) }),
      })
    } catch (error) {
      if (signal?.aborted && error === signal.reason) await keepLast()
      throw error
    }
    await keepLast()
  })
}
