// fit under way: callbacks, pausing, stopping, iterating, early stopping, validation.
import { describe, expect, test } from 'vitest'
import {
  ArgumentError,
  type Dataset,
  DisposedError,
  dataset,
  dense,
  type FitOptions,
  sequential,
} from '../../src/index.ts'

const SAMPLES = 40

/** Two classes by the sign of a sum. */
function example(): Promise<Dataset> {
  const inputs = Array.from({ length: SAMPLES }, (_, i) => [Math.sin(i * 12.9898), Math.sin(i * 78.233)])
  return dataset({ inputs, labels: inputs.map(([a = 0, b = 0]) => (a + b > 0 ? 1 : 0)) })
}

async function create(learningRate = 0.5) {
  const model = await sequential([dense(4, { activation: 'tanh' }), dense(2, { activation: 'softmax' })], {
    inputSize: 2,
    seed: 3,
  })
  return model.compile({ learningRate })
}

const weightsOf = async (model: Awaited<ReturnType<typeof create>>) =>
  (await model.getParameters()).flatMap(({ weights, bias }) => [...weights, ...bias])

/** The weights after a training that nothing disturbs. */
async function undisturbed(options: FitOptions) {
  using model = await create()
  await model.fit(await example(), options)
  return weightsOf(model)
}

test('callbacks come in order, and what they return is awaited', async () => {
  using model = await create()
  const events: string[] = []
  const note = (event: string) => async () => {
    events.push(`${event} …`)
    await Promise.resolve()
    events.push(event)
  }
  await model.fit(await example(), {
    epochs: 2,
    batchSize: 20,
    onTrainBegin: note('train begins'),
    onEpochBegin: ({ epoch }) => note(`epoch ${epoch} begins`)(),
    onBatchEnd: ({ iteration }) => note(`batch ${iteration}`)(),
    onEpochEnd: ({ epoch }) => note(`epoch ${epoch} ends`)(),
    onTrainEnd: ({ epochs }) => note(`train ends after ${epochs.length}`)(),
  })
  const expected = [
    'train begins',
    ...[1, 2].flatMap(epoch => [`epoch ${epoch} begins`, 'batch 1', 'batch 2', `epoch ${epoch} ends`]),
    'train ends after 2',
  ]
  expect(events).toEqual(expected.flatMap(event => [`${event} …`, event]))
})

describe('a run', () => {
  test('rests while it is paused, and then gives the same bits', async () => {
    using model = await create()
    let batches = 0
    const run = model.fit(await example(), {
      epochs: 3,
      batchSize: 10,
      onBatchEnd: () => {
        batches += 1
        if (batches === 5) run.pause()
      },
    })
    while (batches < 5) await new Promise(resolve => setTimeout(resolve))
    const before = await weightsOf(model)
    expect(run.isPaused).toBe(true)
    for (let i = 0; i < 20; ++i) await new Promise(resolve => setTimeout(resolve))
    expect(batches).toBe(5)
    expect(await weightsOf(model)).toEqual(before)
    run.resume()
    expect((await run).epochs).toHaveLength(3)
    expect(await weightsOf(model)).toEqual(await undisturbed({ epochs: 3, batchSize: 10 }))
  })

  test('can be aborted while it is paused', async () => {
    using model = await create()
    const controller = new AbortController()
    const run = model.fit(await example(), {
      epochs: 3,
      signal: controller.signal,
      onEpochEnd: () => run.pause(),
    })
    setTimeout(() => controller.abort(new Error('enough')), 5)
    await expect(run).rejects.toThrow('enough')
  })

  test('rests though its model is disposed of, and goes on to its end', async () => {
    const model = await create()
    const run = model.fit(await example(), { epochs: 3, onEpochEnd: () => run.pause() })
    for (let i = 0; i < 3; ++i) {
      setTimeout(() => {
        model.dispose()
        run.resume()
      }, 5)
      await Promise.race([run, new Promise(resolve => setTimeout(resolve, 15))])
    }
    expect((await run).epochs).toHaveLength(3)
    await expect(model.getParameters()).rejects.toBeInstanceOf(DisposedError)
  })

  test('stops after the batch in hand, and resolves', async () => {
    using model = await create()
    let batches = 0
    const run = model.fit(await example(), {
      epochs: 100,
      batchSize: 10,
      onBatchEnd: () => {
        batches += 1
        if (batches === 6) run.stop()
      },
    })
    const { epochs } = await run
    expect(epochs).toHaveLength(1)
    expect(batches).toBe(6)
  })

  test('gives the logs of its epochs and batches to those who iterate', async () => {
    using model = await create()
    const run = model.fit(await example(), { epochs: 3, batchSize: 10 })
    const batches: number[] = []
    const reading = (async () => {
      for await (const { iteration } of run.batches()) batches.push(iteration)
    })()
    const epochs: number[] = []
    for await (const { epoch } of run) epochs.push(epoch)
    await reading
    expect(epochs).toEqual([1, 2, 3])
    expect(batches).toEqual([1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4])
    expect((await run).epochs.map(({ epoch }) => epoch)).toEqual(epochs)
  })

  test('gives the logs in order to those who ask for the next before they have the last', async () => {
    using model = await create()
    const logs = model.fit(await example(), { epochs: 2 })[Symbol.asyncIterator]()
    const results = await Promise.all([logs.next(), logs.next(), logs.next()])
    expect(results.map(({ done, value }) => [done, value?.epoch])).toEqual([
      [false, 1],
      [false, 2],
      [true, undefined],
    ])
  })

  test('stops when a loop over it is left', async () => {
    using model = await create()
    const run = model.fit(await example(), { epochs: 1000 })
    for await (const { epoch } of run) if (epoch === 2) break
    expect((await run).epochs.length).toBeLessThan(1000)
  })

  test('fails in a loop over it as it does when it is awaited', async () => {
    using model = await create()
    const read = async () => {
      for await (const _ of model.fit(await example(), { epochs: -1 })) expect.unreachable()
    }
    await expect(read()).rejects.toThrow(ArgumentError)
  })
})

describe('early stopping', () => {
  test('ends when the validation loss gets no better, with the weights of the best epoch', async () => {
    using model = await create(3) // too high: the loss jumps up and down
    const data = await example()
    const losses: number[] = []
    const weights: number[][] = []
    const { epochs } = await model.fit(data, {
      epochs: 200,
      batchSize: 8,
      validationSplit: 0.25,
      earlyStopping: { patience: 3 },
      onEpochEnd: async ({ valLoss = Number.NaN }) => {
        losses.push(valLoss)
        weights.push(await weightsOf(model))
      },
    })
    const best = losses.indexOf(Math.min(...losses))
    expect(epochs).toHaveLength(best + 1 + 3)
    expect(best).toBeGreaterThan(0)
    expect(await weightsOf(model)).toEqual(weights[best])
  })

  test('keeps the last weights where it is told to', async () => {
    using model = await create(30)
    let last: number[] = []
    await model.fit(await example(), {
      epochs: 200,
      batchSize: 8,
      earlyStopping: { monitor: 'accuracy', patience: 2, restoreBest: false },
      onEpochEnd: async () => {
        last = await weightsOf(model)
      },
    })
    expect(await weightsOf(model)).toEqual(last)
  })

  test.each<[FitOptions, string]>([
    [{ earlyStopping: { monitor: 'valLoss' } }, 'there is no validation'],
    [{ earlyStopping: { patience: -1 } }, 'patience is -1'],
    [{ earlyStopping: { minDelta: Number.NaN } }, 'minDelta is NaN'],
    [{ earlyStopping: { monitor: 'f1' as 'loss' } }, 'unknown monitor "f1"'],
    [{ validationSplit: 1 }, 'validationSplit is 1'],
    [{ validationSplit: 0.001 }, 'leaves samples on both sides'],
    [{ onNonFinite: 'ignore' as 'skip' }, 'onNonFinite is "ignore"'],
    [{ accumulate: 0 }, 'accumulate is 0'],
  ])('%o is refused', async (options, message) => {
    using model = await create()
    const fit = model.fit(await example(), options)
    await expect(fit).rejects.toThrow(ArgumentError)
    await expect(fit).rejects.toThrow(message)
  })
})

test('validationSplit sets the last samples aside', async () => {
  using model = await create()
  const data = await example()
  const { epochs } = await model.fit(data, { validationSplit: 0.25 })
  expect(epochs[0]).toMatchObject({ samples: 30, valLoss: (await model.evaluate(data.slice(30))).loss })
})

describe('a batch whose loss is not finite', () => {
  const broken = async () => {
    const inputs = Array.from({ length: 30 }, (_, i) => [i === 13 ? Number.NaN : i / 30, 1])
    return dataset({ inputs, labels: inputs.map((_, i) => i % 2) })
  }

  test('is left out where that was asked for', async () => {
    using model = await create()
    const losses: number[] = []
    const { epochs } = await model.fit(await broken(), {
      batchSize: 10,
      shuffle: false,
      onNonFinite: 'skip',
      onBatchEnd: ({ loss }) => void losses.push(loss),
    })
    expect(losses.map(Number.isFinite)).toEqual([true, false, true])
    expect(epochs[0]).toMatchObject({ skipped: 1, samples: 20 })
    expect(epochs[0]?.loss).toBeCloseTo(((losses[0] ?? 0) + (losses[2] ?? 0)) / 2, 12)
    expect((await weightsOf(model)).every(Number.isFinite)).toBe(true)
  })

  test('is left out at the very end, too', async () => {
    using model = await create()
    const inputs = Array.from({ length: 30 }, (_, i) => [i === 29 ? Number.NaN : i / 30, 1])
    const data = await dataset({ inputs, labels: inputs.map((_, i) => i % 2) })
    const { epochs } = await model.fit(data, { batchSize: 10, shuffle: false, onNonFinite: 'skip' })
    expect(epochs[0]).toMatchObject({ skipped: 1, samples: 20 })
    expect((await weightsOf(model)).every(Number.isFinite)).toBe(true)
  })

  test('weights that diverge: the error names the layer, and weights that gave a finite loss come back', async () => {
    using model = await sequential([dense(3, { activation: 'relu' }), dense(1)], { inputSize: 1, seed: 1 })
    model.compile({ learningRate: 1e25 })
    const before = await model.getParameters()
    const data = await dataset({ inputs: [[1], [2], [3]], targets: [[1], [2], [3]] })
    const fit = model.fit(data, { epochs: 5, batchSize: 1, shuffle: false })
    await expect(fit).rejects.toThrow(
      /^the loss is \S+ at iteration \d of epoch 1: layer [12] of 2, dense, gives values that are not finite/,
    )
    expect(await model.getParameters()).toEqual(before)
  })
})
