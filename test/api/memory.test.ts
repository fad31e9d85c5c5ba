// Linear memory: whatever is created, trained, asked and disposed of leaves nothing behind, also when it fails.
import { expect, test } from 'vitest'
import {
  dataset,
  dense,
  loadMnist,
  memoryUsage,
  sequential,
  sequentialFromSafetensors,
} from '../../src/index.ts'
import { encodeIdx } from '../support/encode-idx.ts'

const CYCLES = 50
const INPUTS = 40
const SAMPLES = 700

/** Runs `cycle` and expects that each run ends with as much in use as there was, and that only the first grows memory. */
async function expectNoGrowth(cycle: () => Promise<void>): Promise<void> {
  const before = await memoryUsage()
  await cycle()
  const { total } = await memoryUsage()
  for (let i = 1; i < CYCLES; ++i) {
    await cycle()
    expect(await memoryUsage()).toEqual({ inUse: before.inUse, total })
  }
}

const layers = [
  dense(70, { activation: 'relu' }),
  dense(9, { activation: 'softplus' }),
  dense(4, { activation: 'softmax' }),
]
const pixels = Uint8Array.from({ length: SAMPLES * INPUTS }, (_, i) => (i % 5 === 0 ? i % 256 : 0))
const labels = Uint8Array.from({ length: SAMPLES }, (_, i) => i % 4)
const createData = () => dataset({ inputs: pixels, inputSize: INPUTS, bytes: 'pixels', labels })
const createModel = async () => (await sequential(layers, { inputSize: INPUTS })).compile()

test('memory is in use while something lives, and is all there is', async () => {
  const before = await memoryUsage()
  const data = await createData()
  const during = await memoryUsage()
  data.dispose()
  expect(during.inUse - before.inUse).toBeGreaterThanOrEqual(SAMPLES * (INPUTS + 4))
  expect(during.total).toBeGreaterThanOrEqual(during.inUse)
  expect(during.total % 65536).toBe(0)
})

test('create, train, evaluate, predict, save, load, dispose', async () => {
  await expectNoGrowth(async () => {
    const data = await createData()
    const model = await createModel()
    const [training, validation] = await data.split(0.8)
    await model.fit(training, { epochs: 2, batchSize: 64, validationData: validation })
    await model.evaluate(data)
    await model.predict(data)
    await model.predict(pixels, { bytes: 'pixels' })
    const copy = await sequentialFromSafetensors(await model.toSafetensors())
    await copy.loadSafetensors(await model.toSafetensors())
    await data.read()
    copy.dispose()
    model.dispose()
    data.dispose()
  })
})

test('abort before, during and after', async () => {
  using data = await createData()
  using model = await createModel()
  await expectNoGrowth(async () => {
    await expect(model.fit(data, { signal: AbortSignal.abort('now') })).rejects.toBe('now')
    await expect(model.evaluate(data, { signal: AbortSignal.abort('now') })).rejects.toBe('now')
    await expect(model.predict(pixels, { bytes: 'pixels', signal: AbortSignal.abort('now') })).rejects.toBe(
      'now',
    )
    const controller = new AbortController()
    const onBatchEnd = () => controller.abort('later')
    await expect(model.fit(data, { signal: controller.signal, onBatchEnd })).rejects.toBe('later')
  })
})

test('a loss that is no number', async () => {
  const inputs = Float32Array.from(pixels)
  inputs[12_345] = Number.NaN
  using data = await dataset({ inputs, inputSize: INPUTS, labels })
  using model = await createModel()
  await expectNoGrowth(async () => {
    await expect(model.fit(data, { epochs: 2 })).rejects.toMatchObject({
      name: 'TrainingError',
      code: 'ERR_TRAINING',
    })
  })
})

test('callbacks that throw, disposal while fit runs', async () => {
  using data = await createData()
  await expectNoGrowth(async () => {
    const model = await createModel()
    const onEpochEnd = () => Promise.reject('mine')
    await expect(model.fit(data, { onEpochEnd, validationData: data })).rejects.toBe('mine')
    await model.fit(data, { onBatchEnd: () => model.dispose() })
    const other = await createModel()
    const own = await createData()
    await other.fit(own, { epochs: 2, onBatchEnd: () => own.dispose() })
    other.dispose()
  })
})

test('sizes that do not fit', async () => {
  using data = await createData()
  using model = await createModel()
  const bytes = await model.toSafetensors()
  await expectNoGrowth(async () => {
    using small = (await sequential([dense(3, { activation: 'softmax' })], { inputSize: INPUTS })).compile()
    using other = (await sequential(layers, { inputSize: INPUTS + 1 })).compile()
    using unlabelled = await dataset({ inputs: pixels, inputSize: INPUTS, bytes: 'pixels' })
    const shape = { code: 'ERR_SHAPE' }
    await expect(small.fit(data)).rejects.toMatchObject(shape)
    await expect(small.evaluate(data)).rejects.toMatchObject(shape)
    await expect(other.fit(data)).rejects.toMatchObject(shape)
    await expect(other.predict(data)).rejects.toMatchObject(shape)
    await expect(other.predict(pixels, { bytes: 'pixels' })).rejects.toMatchObject(shape)
    await expect(model.predict([[1, 2, 3]])).rejects.toMatchObject(shape)
    await expect(model.fit(unlabelled)).rejects.toMatchObject({ code: 'ERR_ARGUMENT' })
    await expect(model.fit(data, { validationData: unlabelled })).rejects.toMatchObject({
      code: 'ERR_ARGUMENT',
    })
    await expect(model.fit(data, { batchSize: 0.5 })).rejects.toMatchObject({ code: 'ERR_ARGUMENT' })
    await expect(other.loadSafetensors(bytes)).rejects.toMatchObject({ code: 'ERR_FORMAT' })
    await expect(
      dataset({ inputs: pixels, inputSize: 3, bytes: 'pixels', labels: [0] }),
    ).rejects.toMatchObject(shape)
  })
})

test('more than memory can hold', async () => {
  using data = await createData()
  await expectNoGrowth(async () => {
    const wide = sequential([dense(8), dense(2 ** 17), dense(2 ** 14)], { inputSize: INPUTS })
    await expect(wide).rejects.toMatchObject({ name: 'AllocationError', code: 'ERR_ALLOCATION' })
    await data.shuffle()
  })
})

test('MNIST files, right and wrong', async () => {
  const files = {
    trainImages: encodeIdx('uint8', [200, 28, 28], new Uint8Array(200 * 784)),
    trainLabels: encodeIdx('uint8', [200], new Uint8Array(200)),
    testImages: encodeIdx('uint8', [100, 28, 28], new Uint8Array(100 * 784)),
    testLabels: encodeIdx('uint8', [100], new Uint8Array(100)),
  }
  await expectNoGrowth(async () => {
    const { train, test } = await loadMnist(files)
    train.dispose()
    test.dispose()
    const { testLabels, ...others } = files
    await expect(loadMnist({ ...others, testLabels: testLabels.subarray(1) })).rejects.toMatchObject({
      name: 'DataError',
    })
    await expect(loadMnist({ ...files, testImages: files.trainImages })).rejects.toMatchObject({
      code: 'ERR_DATA_COUNT',
    })
  })
})
