// Models and data sets of different builds, which have memories of their own.
import { describe, expect, test } from 'vitest'
import { type BuildChoice, dataset, dense, loadMnist, memoryUsage, sequential } from '../../src/index.ts'
import { builds } from '../support/builds.ts'
import { encodeIdx } from '../support/encode-idx.ts'

const choices: BuildChoice[] = ['auto', ...builds]
const pairs = choices.flatMap(ofData => choices.map(ofModel => [ofData, ofModel] as const))

const SAMPLES = 300
const inputs = Float32Array.from({ length: SAMPLES * 3 }, (_, i) => Math.sin(i * i))
const labels = Int32Array.from({ length: SAMPLES }, (_, i) => i % 2)

const createData = (build: BuildChoice) => dataset({ inputs, inputSize: 3, labels, build })
const createModel = async (build: BuildChoice) =>
  (await sequential([dense(2, { activation: 'softmax' })], { inputSize: 3, build })).compile()
const usage = () => Promise.all(builds.map(build => memoryUsage({ build })))

describe.each(pairs)('a data set of build %s, a model of build %s', (ofData, ofModel) => {
  test('give what data and model of one build give, and their memory back', async () => {
    const before = await usage()
    const sameData = await createData(ofModel)
    const sameModel = await createModel(ofModel)
    const data = await createData(ofData)
    const model = await createModel(ofModel)
    const [training, validation] = await data.split(0.5, { seed: 1 })
    const [sameTraining, sameValidation] = await sameData.split(0.5, { seed: 1 })
    const history = await model.fit(training, { epochs: 2, validationData: validation })
    const sameHistory = await sameModel.fit(sameTraining, { epochs: 2, validationData: sameValidation })
    const losses = ({ epochs }: typeof history) => epochs.map(({ loss, valLoss }) => [loss, valLoss])
    expect(losses(history)).toEqual(losses(sameHistory))
    expect(await model.getParameters()).toEqual(await sameModel.getParameters())
    expect(await model.evaluate(data)).toEqual(await sameModel.evaluate(sameData))
    expect(await model.predict(data.slice(7))).toEqual(await sameModel.predict(sameData.slice(7)))
    for (const thing of [data, model, sameData, sameModel]) thing.dispose()
    expect((await usage()).map(({ inUse }) => inUse)).toEqual(before.map(({ inUse }) => inUse))
  })

  test('share at most one copy, however many ask at once, which goes with the data set', async () => {
    const data = await createData(ofData)
    const model = await createModel(ofModel)
    const before = await usage()
    const sum = (memory: typeof before) => memory.reduce((sum, { inUse }) => sum + inUse, 0)
    await Promise.all([
      model.evaluate(data),
      model.predict(data),
      model.fit(data.slice(0, 9)),
      model.evaluate(data),
    ])
    const copied = sum(await usage()) - sum(before)
    const isSame = model.capabilities.build === (await buildOf(ofData))
    if (isSame) expect(copied).toBe(0)
    else {
      expect(copied).toBeGreaterThanOrEqual(inputs.byteLength + labels.byteLength)
      expect(copied).toBeLessThan(1.5 * (inputs.byteLength + labels.byteLength))
    }
    await model.evaluate(data)
    expect(sum(await usage()) - sum(before)).toBe(copied)
    data.dispose()
    await expect(model.evaluate(data)).rejects.toMatchObject({ code: 'ERR_DISPOSED' })
    expect(sum(await usage()) - sum(before)).toBeLessThan(0)
    model.dispose()
  })

  test('disposed of at once, as it is copied', async () => {
    using model = await createModel(ofModel)
    const before = await usage()
    const data = await createData(ofData)
    const results = [model.fit(data), model.evaluate(data), model.predict(data)]
    data.dispose()
    await Promise.all(results)
    expect((await usage()).map(({ inUse }) => inUse)).toEqual(before.map(({ inUse }) => inUse))
  })
})

/** The build that a choice comes to. */
async function buildOf(choice: BuildChoice) {
  using model = await createModel(choice)
  return model.capabilities.build
}

test.each(builds)('loadMnist puts its files into the memory of build %s', async build => {
  const before = await usage()
  const images = encodeIdx('uint8', [2, 100, 100], new Uint8Array(20_000).fill(51))
  const labels = encodeIdx('uint8', [2], [0, 1])
  const source = { trainImages: images, trainLabels: labels, testImages: images, testLabels: labels }
  const { train, test } = await loadMnist(source, { build })
  for (const [i, { inUse }] of (await usage()).entries()) {
    const more = inUse - (before[i]?.inUse ?? 0)
    if (builds[i] === build) expect(more).toBeGreaterThanOrEqual(40_000)
    else expect(more).toBe(0)
  }
  for (const other of builds) {
    using model = await sequential([dense(1)], { inputSize: 10_000, build: other })
    await model.setParameters([{ weights: new Float32Array(10_000).fill(1), bias: new Float32Array(1) }])
    expect((await model.predict(test))[1]?.[0]).toBeCloseTo(2_000, 0)
  }
  train.dispose()
  test.dispose()
  expect((await usage()).map(({ inUse }) => inUse)).toEqual(before.map(({ inUse }) => inUse))
})
