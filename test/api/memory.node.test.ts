// What the garbage collector frees: models and data sets that were forgotten instead of disposed of.
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { type Dataset, dataset, dense, memoryUsage, sequential } from '../../src/index.ts'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** Collects garbage until no more than `inUse` bytes are in use; finalizers run in later turns of the event loop. */
async function collectDownTo(inUse: number): Promise<number> {
  let usage = await memoryUsage()
  for (let turn = 0; turn < 20 && usage.inUse > inUse; ++turn) {
    collectGarbage()
    await setImmediate()
    usage = await memoryUsage()
  }
  return usage.inUse
}

const inputs = Float32Array.from({ length: 5_000 }, (_, i) => Math.sin(i))
const labels = Array.from({ length: 1_000 }, (_, i) => i % 2)
const createData = () => dataset({ inputs, inputSize: 5, labels })
const createModel = async () =>
  (
    await sequential([dense(20, { activation: 'relu' }), dense(2, { activation: 'softmax' })], {
      inputSize: 5,
    })
  ).compile()

/** Does something five times, each in a function of its own, whose variables are gone when it returns. */
async function fiveTimes(action: () => Promise<void>): Promise<void> {
  for (let i = 0; i < 5; ++i) await action()
}

test('models and data sets', async () => {
  const { inUse } = await memoryUsage()
  await fiveTimes(async () => {
    const data = await createData()
    const model = await createModel()
    expect((await memoryUsage()).inUse).toBeGreaterThan(inUse + inputs.byteLength)
    await model.fit(data, { validationData: data.slice(0, 100) })
    await model.evaluate(data)
    await model.predict(data)
  })
  expect(await collectDownTo(inUse)).toBe(inUse)
})

test('after failures', async () => {
  const { inUse } = await memoryUsage()
  await fiveTimes(async () => {
    const data = await createData()
    const model = await createModel()
    const onBatchEnd = () => Promise.reject('mine')
    await expect(model.fit(data, { onBatchEnd })).rejects.toBe('mine')
    await expect(model.fit(data, { signal: AbortSignal.abort('now') })).rejects.toBe('now')
  })
  expect(await collectDownTo(inUse)).toBe(inUse)
})

test('a slice keeps the samples of its data set', async () => {
  const { inUse } = await memoryUsage()
  const holder: { slice?: Dataset } = {}
  await (async () => {
    const data = await createData()
    holder.slice = data.slice(10, 12)
  })()
  const held = (await memoryUsage()).inUse
  expect(await collectDownTo(held - 1)).toBe(held)
  expect((await holder.slice?.read())?.inputs).toEqual(inputs.slice(50, 60))
  delete holder.slice
  expect(await collectDownTo(inUse)).toBe(inUse)
})

test('an operation keeps what it works on, though nobody else does', async () => {
  const { inUse } = await memoryUsage()
  const run = async () => {
    const data = await createData()
    return (await createModel()).fit(data, {
      epochs: 3,
      batchSize: 250,
      onBatchEnd: async () => {
        collectGarbage()
        await setImmediate()
      },
    })
  }
  const { epochs } = await run()
  expect(epochs.map(({ loss }) => Number.isFinite(loss))).toEqual([true, true, true])
  expect(await collectDownTo(inUse)).toBe(inUse)
})

test('what was disposed of is not freed again', async () => {
  const { inUse } = await memoryUsage()
  await fiveTimes(async () => (await createData()).dispose())
  // The same memory, in use again when the finalizers of the first five run.
  const again = await createData()
  const held = (await memoryUsage()).inUse
  expect(await collectDownTo(inUse)).toBe(held)
  expect((await again.read()).inputs).toEqual(inputs)
  again.dispose()
})
