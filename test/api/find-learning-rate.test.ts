// The learning-rate range test, and cross-validation.
import { describe, expect, test } from 'vitest'
import {
  ArgumentError,
  type CompileOptions,
  type CrossValidateOptions,
  crossValidate,
  type Dataset,
  dataset,
  dense,
  findLearningRate,
  memoryCheckpoints,
  StateError,
  sequential,
} from '../../src/index.ts'

/** Two classes by the sign of a sum, as good as separable. */
function example(samples = 200): Promise<Dataset> {
  const inputs = Array.from({ length: samples }, (_, i) => [Math.sin(i * 12.9898), Math.sin(i * 78.233)])
  return dataset({ inputs, labels: inputs.map(([a = 0, b = 0]) => (a + b > 0 ? 1 : 0)) })
}

async function create(options: CompileOptions = {}, seed = 3) {
  const layers = [dense(8, { activation: 'tanh' }), dense(2, { activation: 'softmax' })]
  return (await sequential(layers, { inputSize: 2, seed })).compile(options)
}

describe('findLearningRate', () => {
  test('raises the rate exponentially, and suggests one that trains', async () => {
    using data = await example()
    using model = await create()
    const { suggestion, steepest, curve } = await findLearningRate(model, data, { batchSize: 20 })
    expect(curve[0]).toMatchObject({
      learningRate: 1e-6,
      smoothedLoss: expect.closeTo(curve[0]?.loss ?? 0, 12),
    })
    for (const [i, { learningRate }] of curve.entries()) {
      expect(learningRate / (1e-6 * 10 ** ((7 * i) / 99))).toBeCloseTo(1, 4)
    }
    const lowest = curve.reduce((a, b) => (b.smoothedLoss < a.smoothedLoss ? b : a))
    expect(suggestion).toBeCloseTo(lowest.learningRate / 10, 12)
    expect(steepest).toBeLessThanOrEqual(lowest.learningRate)
    expect(steepest).toBeGreaterThan(1e-3)
    await model.compile({ learningRate: suggestion }).fit(data, { epochs: 20, batchSize: 20 })
    expect((await model.evaluate(data)).accuracy).toBeGreaterThan(0.95)
  })

  test('stops where the loss diverges', async () => {
    using data = await dataset({ inputs: [[1], [2], [3]], targets: [[3], [6], [9]] })
    using model = await sequential([dense(1)], { inputSize: 1 })
    model.compile({ loss: 'meanSquaredError' })
    const { diverged, curve, suggestion } = await findLearningRate(model, data, { to: 1e6 })
    expect(diverged).toBe(true)
    expect(curve.length).toBeLessThan(100)
    expect(suggestion).toBeLessThan(0.2) // beyond 2 / (2·14/3) = 0.21 gradient descent diverges here
    for (const { smoothedLoss } of curve) expect(smoothedLoss).toBeLessThan(Number.POSITIVE_INFINITY)
  })

  test('leaves weights and optimiser as they were', async () => {
    using data = await example()
    const train = async (disturb: boolean) => {
      using model = await create({ optimizer: 'adam', learningRate: 0.01 })
      await model.fit(data, { batchSize: 50 })
      if (disturb) await findLearningRate(model, data, { iterations: 10 })
      await model.fit(data, { batchSize: 50 })
      return model.getParameters()
    }
    expect(await train(true)).toEqual(await train(false))
  })

  test('refuses what cannot be, and what is aborted', async () => {
    using data = await example()
    using model = await create()
    for (const options of [{ from: 0 }, { from: 1, to: 1 }, { iterations: 1 }, { smoothing: 1 }]) {
      await expect(findLearningRate(model, data, options)).rejects.toThrow(ArgumentError)
    }
    using uncompiled = await sequential([dense(1)], { inputSize: 2 })
    await expect(findLearningRate(uncompiled, data)).rejects.toThrow(StateError)
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(findLearningRate(model, data, { signal })).rejects.toThrow('enough')
    await model.fit(data)
  })
})

describe('crossValidate', () => {
  test('each fold is evaluated by a model that was trained on the others', async () => {
    using data = await example()
    const created: number[] = []
    const samples: number[] = []
    const { folds, accuracy, loss, ...rest } = await crossValidate(
      fold => {
        created.push(fold)
        return create({ learningRate: 0.5 }, fold)
      },
      data,
      {
        folds: 4,
        stratify: true,
        seed: 7,
        epochs: 10,
        batchSize: 10,
        onEpochEnd: logs => void samples.push(logs.samples),
      },
    )
    expect(created).toEqual([1, 2, 3, 4])
    expect(new Set(samples)).toEqual(new Set([150]))
    expect(folds.map(fold => fold.samples)).toEqual([50, 50, 50, 50])
    expect(rest).toEqual({})
    const values = folds.map(fold => fold.accuracy ?? 0)
    const mean = values.reduce((a, b) => a + b) / 4
    expect(accuracy?.mean).toBeCloseTo(mean, 12)
    expect(accuracy?.standardDeviation).toBeCloseTo(
      Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 3),
      12,
    )
    expect(mean).toBeGreaterThan(0.9)
    expect(loss.mean).toBeCloseTo(folds.reduce((sum, fold) => sum + fold.loss, 0) / 4, 12)

    // The second fold by hand.
    const second = (await data.kFold(4, { seed: 7, stratify: true }))[1]
    if (!second) throw new Error('four folds')
    using model = await create({ learningRate: 0.5 }, 2)
    await model.fit(second.train, { epochs: 10, batchSize: 10 })
    expect(await model.evaluate(second.validation)).toEqual(folds[1])
  })

  test('a model is created with the samples that it will be trained on, by which inputs can be scaled', async () => {
    using data = await example()
    const trained = (await data.kFold(3, { seed: 2 })).map(({ train }) => train)
    const seen: Dataset[] = []
    await crossValidate(
      async (_, train) => {
        seen.push(train)
        return create()
      },
      data,
      { folds: 3, seed: 2 },
    )
    const scalings = await Promise.all(seen.map(train => train.standardization()))
    expect(scalings).toEqual(await Promise.all(trained.map(train => train.standardization())))
    expect(scalings).not.toContainEqual(await data.standardization())
  })

  test('a regression has R² instead of an accuracy', async () => {
    using data = await dataset({
      inputs: Array.from({ length: 12 }, (_, i) => [i / 12]),
      targets: Array.from({ length: 12 }, (_, i) => [i / 6]),
    })
    const result = await crossValidate(
      async () => (await sequential([dense(1)], { inputSize: 1 })).compile({ learningRate: 0.5 }),
      data,
      { folds: 3, epochs: 200, batchSize: 8 },
    )
    expect(result).not.toHaveProperty('accuracy')
    expect(result.r2?.mean).toBeGreaterThan(0.99)
  })

  test('takes each option that it lists, in every fold', async () => {
    using data = await dataset({
      inputs: Uint8Array.from({ length: 80 }, (_, i) => i),
      labels: Array.from({ length: 40 }, (_, i) => i % 2),
      imageShape: [1, 2],
    })
    const values: Required<CrossValidateOptions> = {
      folds: 2,
      stratify: true,
      seed: 1,
      epochs: 2,
      batchSize: 5,
      dropLast: true,
      shuffle: false,
      accumulate: 2,
      onNonFinite: 'skip',
      earlyStopping: { patience: 1 },
      augmentation: { rotation: 5 },
      signal: new AbortController().signal,
      onTrainBegin: () => {},
      onEpochBegin: () => {},
      onBatchEnd: () => {},
      onEpochEnd: () => {},
      onTrainEnd: () => {},
    }
    const refused = await crossValidate(() => create(), data, { nothing: 1 } as never).catch(error => error)
    const [, list = ''] = /it takes (.*)$/.exec(refused.message) ?? []
    const listed = list.split(', ')
    expect(listed.toSorted()).toEqual(Object.keys(values).toSorted())
    for (const [name, value] of Object.entries(values)) {
      const { folds } = await crossValidate(() => create(), data, {
        folds: 2,
        batchSize: 5,
        [name]: value,
      })
      expect([name, folds.length]).toEqual([name, 2])
    }
  })

  test('keeps no checkpoints: the second fold would find those of the first', async () => {
    using data = await example()
    const checkpoints = { store: memoryCheckpoints() }
    await expect(crossValidate(() => create(), data, { checkpoints } as never)).rejects.toThrow(
      'crossValidate has no option checkpoints: it takes folds',
    )
  })

  test('refuses folds and models that cannot be; a failing fit frees its model', async () => {
    using data = await example()
    await expect(crossValidate(() => create(), data, { folds: 1 })).rejects.toThrow(ArgumentError)
    await expect(crossValidate((await create()) as never, data)).rejects.toThrow('createModel')
    const models: Awaited<ReturnType<typeof create>>[] = []
    const failing = async () => {
      const model = await create()
      models.push(model)
      return model
    }
    await expect(crossValidate(failing, data, { epochs: -1 })).rejects.toThrow('epochs')
    await expect(models[0]?.getParameters()).rejects.toThrow('disposed')
  })
})
