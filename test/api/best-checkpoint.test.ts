// The best checkpoint stays that of the best epoch, whatever happens between two files; and what else does not go well in
// a store: old checkpoints that cannot be removed, and one that nothing can be written to.
import { describe, expect, test } from 'vitest'
import {
  type CheckpointStore,
  dataset,
  dense,
  type FitOptions,
  FormatError,
  memoryCheckpoints,
  sequential,
} from '../../src/index.ts'
import { CLASSES, INPUTS, trainingProblem } from '../support/training-problem.ts'

const data = await dataset(trainingProblem())
const train = data.slice(0, 50)
const validationData = data.slice(50)
const BEST = 'best.safetensors'
const EPOCHS = 12
const fit: FitOptions = { epochs: EPOCHS, batchSize: 10, validationData }

/** With a learning rate at which the loss rises and falls. */
async function create() {
  const layers = [dense(5, { activation: 'tanh' }), dense(CLASSES, { activation: 'softmax' })]
  return (await sequential(layers, { inputSize: INPUTS, seed: 1 })).compile({ learningRate: 3 })
}

const nameAfter = (epoch: number) => `checkpoint-${String(epoch).padStart(4, '0')}-000000.safetensors`

/** The weights of a checkpoint. */
async function weightsOf(store: CheckpointStore, name: string) {
  using model = await create()
  await model.loadCheckpoint(await store.read(name))
  return model.getParameters()
}

/** Trains in a store; the epochs at whose ends the best was written. */
async function trainIn(store: CheckpointStore, options: FitOptions = {}) {
  using model = await create()
  const { epochs } = await model.fit(train, { ...fit, checkpoints: { store }, ...options })
  return epochs.map(logs => logs.valLoss ?? Number.NaN)
}

const whole = memoryCheckpoints()
const losses = await trainIn(whole)
/** The epochs that were better than all before them. */
const bestEpochs = losses.flatMap((loss, i) => (losses.slice(0, i).every(it => loss < it) ? [i + 1] : []))
const best = bestEpochs.at(-1) ?? 0
const expected = await weightsOf(whole, BEST)

test('the problem has a best epoch in the middle, after others', () => {
  expect(bestEpochs.length).toBeGreaterThan(2)
  expect(best).toBeLessThan(EPOCHS - 2)
})

/** A store that takes no more bytes, once it has the checkpoint after an epoch: its disk is full, or the machine dies. */
function endingAfter(store: CheckpointStore, epoch: number): CheckpointStore {
  let hasEnded = false
  return {
    ...store,
    async write(name, bytes) {
      if (hasEnded) throw new Error('no space left on device')
      await store.write(name, bytes)
      hasEnded ||= name === nameAfter(epoch)
    },
  }
}

describe('ended between a checkpoint and the best one', () => {
  test.each(bestEpochs)('after epoch %d, it is written when the training goes on', async epoch => {
    const store = memoryCheckpoints()
    await expect(trainIn(endingAfter(store, epoch))).rejects.toThrow('best.safetensors cannot be written')
    const isThere = (await store.list()).includes(BEST)
    expect(isThere).toBe(epoch !== bestEpochs[0])
    await trainIn(store, { epochs: epoch, resume: true }) // which has nothing left to do but that
    expect(await weightsOf(store, BEST)).toEqual(await weightsOf(store, nameAfter(epoch)))
    await trainIn(store, { resume: true })
    expect(await weightsOf(store, BEST)).toEqual(expected)
  })

  test('where the checkpoint after it is damaged, the epoch is done again', async () => {
    const store = memoryCheckpoints()
    await trainIn(endingAfter(store, best)).catch(() => {})
    await store.write(nameAfter(best), new Uint8Array(100))
    await trainIn(store, { resume: true })
    expect(await weightsOf(store, BEST)).toEqual(expected)
  })
})

describe('a best checkpoint that cannot be made anew', () => {
  /** A store whose best epoch is past, and the checkpoint after it removed. */
  async function pastBest() {
    const store = memoryCheckpoints()
    await trainIn(store, { epochs: best + 2 })
    expect(await store.list()).not.toContain(nameAfter(best))
    return store
  }

  test('stays where it is whole', async () => {
    const store = await pastBest()
    await trainIn(store, { resume: true })
    expect(await weightsOf(store, BEST)).toEqual(expected)
  })

  test('and is damaged is said to be, and replaced by the best epoch from then on', async () => {
    const store = await pastBest()
    await store.write(BEST, new Uint8Array(100))
    const damaged: { name: string; error: unknown }[] = []
    await trainIn(store, {
      resume: true,
      checkpoints: { store, keep: EPOCHS, onDamaged: it => void damaged.push(it) },
    })
    expect(damaged).toEqual([{ name: BEST, error: expect.any(FormatError) }])
    const rest = losses.slice(best + 2)
    const next = best + 3 + rest.indexOf(Math.min(...rest))
    expect(await weightsOf(store, BEST)).toEqual(await weightsOf(store, nameAfter(next)))
  })

  test('and is that of an older epoch is replaced by what is better than that', async () => {
    const store = await pastBest()
    const early = memoryCheckpoints()
    await trainIn(early, { epochs: 1 })
    await store.write(BEST, await early.read(BEST))
    await trainIn(store, { resume: true, checkpoints: { store, keep: EPOCHS } })
    const rest = losses.slice(best + 2)
    const next = best + 3 + rest.indexOf(Math.min(...rest))
    expect(losses[next - 1]).toBeLessThan(losses[0] ?? 0)
    expect(await weightsOf(store, BEST)).toEqual(await weightsOf(store, nameAfter(next)))
  })

  test('nothing is read or written where none is wanted', async () => {
    const store = await pastBest()
    await store.write(BEST, new Uint8Array(100))
    const onDamaged = () => expect.unreachable()
    await trainIn(store, { resume: true, checkpoints: { store, best: false, onDamaged } })
    expect(await store.read(BEST)).toEqual(new Uint8Array(100))
  })
})

test('old checkpoints that cannot be removed are told once, and removed when they can be', async () => {
  const store = memoryCheckpoints()
  const error = new Error('read-only file system')
  const told: object[] = []
  let isStuck = true
  const values = await trainIn(store, {
    checkpoints: {
      store: { ...store, remove: name => (isStuck ? Promise.reject(error) : store.remove(name)) },
      onNotRemoved: old => void told.push(old),
    },
    onEpochEnd: ({ epoch }) => {
      isStuck = epoch < 6
    },
  })
  expect(values).toEqual(losses)
  expect(told).toEqual([1, 2, 3].map(epoch => ({ name: nameAfter(epoch), error })))
  expect((await store.list()).sort()).toEqual([BEST, nameAfter(EPOCHS - 1), nameAfter(EPOCHS)])
})

describe('a store that nothing can be written to', () => {
  const unwritable = (store: CheckpointStore): CheckpointStore => ({
    ...store,
    check: () => Promise.reject(new Error('permission denied')),
  })

  test.each([true, false])('is refused before the first step (resume: %s)', async resume => {
    const store = memoryCheckpoints()
    if (resume) await trainIn(store, { epochs: 2 })
    const run = trainIn(unwritable(store), { resume, onTrainBegin: () => expect.unreachable() })
    await expect(run).rejects.toMatchObject({
      code: 'ERR_CHECKPOINT',
      message: 'checkpoints: the store cannot be written to: permission denied',
    })
  })

  test('does for a training that is done', async () => {
    const store = memoryCheckpoints()
    await trainIn(store)
    expect(await trainIn(unwritable(store), { resume: true })).toEqual(losses)
  })
})
