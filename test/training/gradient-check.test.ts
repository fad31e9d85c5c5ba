// The gradient check passes for what is right, and names what is wrong.
import { describe, expect, test } from 'vitest'
import { type Samples, storeContents } from '../../src/data/samples.ts'
import {
  type ActivationName,
  ArgumentError,
  activationNames,
  checkGradients,
  dataset,
  dense,
  type LayerActivation,
  type LossName,
  type LossOptions,
  sequential,
} from '../../src/index.ts'
import { ACTIVATIONS } from '../../src/kernels/activations.ts'
import { resolveLoss } from '../../src/losses/loss-options.ts'
import { LOSSES, lossNames } from '../../src/losses/loss-table.ts'
import { checkNetworkGradients } from '../../src/training/gradient-check.ts'
import { type Call, type Executor, runAlone } from '../../src/wasm/calls.ts'
import { builds } from '../support/builds.ts'
import { contextOf, createFullRuntime } from '../support/full-runtime.ts'

const ROWS = 10
const INPUTS = 8

/** Numbers that look random, the same in every run. */
const noise = (length: number, seed: number) =>
  Float32Array.from({ length }, (_, i) => Math.sin(seed * 12.9898 + i * 78.233) * 0.8)

const labels = Int32Array.from({ length: ROWS }, (_, i) => i % 3)
const twice = (activation: LayerActivation) => [dense(12, { activation }), dense(9, { activation })]

describe.each(builds)('%s build', build => {
  test.each(activationNames)('%s passes', async activation => {
    using data = await dataset({ inputs: noise(ROWS * INPUTS, 3), inputSize: INPUTS, labels, build })
    using model = await sequential([...twice(activation), dense(3, { activation: 'softmax' })], {
      inputSize: INPUTS,
      seed: 4,
      build,
    })
    const { passed, worst, checked, undecided, accuracy } = await checkGradients(model, data)
    expect(passed, JSON.stringify(worst)).toBe(true)
    expect(checked).toBe(9 * 12 + 13 * 9 + 10 * 3)
    if (activation === 'step') return expect(undecided).toBeGreaterThanOrEqual(9 * 12 + 13 * 9)
    expect(undecided / checked).toBeLessThan(0.2)
    expect(accuracy).toBeLessThan(1e-3)
  })

  const losses: [LossName | LossOptions, LayerActivation][] = [
    ...lossNames.map((name): [LossName, LayerActivation] => [name, LOSSES[name].contains?.[0] ?? 'identity']),
    ['meanSquaredError', 'gelu'],
    ['meanAbsoluteError', 'tanh'],
    [{ name: 'huber', delta: 0.1 }, 'silu'],
    [{ name: 'crossEntropy', labelSmoothing: 0.1, classWeights: [1, 2, 3] }, 'logSoftmax'],
  ]
  test.each(losses)('%j passes behind %s, with weights of the samples', async (loss, activation) => {
    const byLabels = LOSSES[typeof loss === 'string' ? loss : loss.name].takesClasses
    using data = await dataset({
      inputs: noise(ROWS * INPUTS, 3),
      inputSize: INPUTS,
      sampleWeights: noise(ROWS, 8).map(Math.abs),
      ...(byLabels ? { labels } : { targets: noise(ROWS * 3, 5).map(Math.abs), targetSize: 3 }),
      build,
    })
    using model = await sequential([...twice('tanh'), dense(3, { activation })], {
      inputSize: INPUTS,
      seed: 1,
      build,
    })
    model.compile({ loss })
    const { passed, worst, undecided, accuracy } = await checkGradients(model, data)
    expect(passed, JSON.stringify(worst)).toBe(true)
    expect(undecided).toBeLessThan(12)
    expect(accuracy).toBeLessThan(1e-3)
  })

  test('a kink nearer than the smallest step decides nothing', async () => {
    using data = await dataset({ inputs: noise(ROWS * INPUTS, 57), inputSize: INPUTS, labels, build })
    using model = await sequential([...twice('relu'), dense(3, { activation: 'softmax' })], {
      inputSize: INPUTS,
      seed: 57,
      build,
    })
    const { passed, worst, undecided } = await checkGradients(model, data)
    expect(passed, JSON.stringify(worst)).toBe(true)
    expect(undecided).toBeGreaterThan(0)
  })

  test('sparse bytes pass', async () => {
    const inputs = Uint8Array.from({ length: ROWS * INPUTS }, (_, i) => (i % 4 === 1 ? (i * 91) % 256 : 0))
    using data = await dataset({ inputs, inputSize: INPUTS, bytes: 'pixels', labels, build })
    using model = await sequential([...twice('tanh'), dense(3, { activation: 'softmax' })], {
      inputSize: INPUTS,
      build,
    })
    const { passed, undecided } = await checkGradients(model, data)
    expect(passed).toBe(true)
    expect(undecided).toBeLessThan(12)
  })

  /** Checks a network one of whose kernels is called with other arguments. */
  async function checkSpoiled(
    activation: LayerActivation,
    spoil: (call: Call) => Call,
    order = (calls: readonly Call[]) => calls,
  ) {
    const runtime = await createFullRuntime(build)
    const layers = [...twice(activation), dense(3, { activation: 'softmax' })]
    const inputs = noise(ROWS * INPUTS, 7)
    const alone = runAlone(runtime.kernels)
    const executor: Executor = { threads: 1, run: calls => alone.run(order(calls.map(spoil))) }
    const context = contextOf(runtime, { inputSize: INPUTS, layers, seed: 2 }, executor)
    const samples: Samples = storeContents(context.arena, { inputs, inputSize: INPUTS, labels })
    const indices = Int32Array.from({ length: ROWS }, (_, i) => i)
    const settings = { tolerance: 0.002, parametersPerTensor: Infinity }
    const loss = resolveLoss('crossEntropy', layers)
    const rows = { samples, indices }
    return checkNetworkGradients(context, { loss, rows, settings }, () => undefined)
  }

  const ALPHA = 3
  const layerSizes: [number, number, number][] = [
    [1, INPUTS, 12],
    [2, 12, 9],
    [3, 9, 3],
  ]
  test.each(['tanh', 'relu', 'sigmoid'] as const)(
    '%s: a gradient that is wrong by 1 %% is found, in each layer',
    async activation => {
      expect(await checkSpoiled(activation, call => call)).toMatchObject({ passed: true })
      for (const [layer, inputs, units] of layerSizes) {
        const { passed, worst } = await checkSpoiled(activation, call => {
          const isThis =
            call.kernel === 'denseWeightGradient' && call.args[1] === inputs && call.args[2] === units
          return isThis ? { ...call, args: call.args.with(ALPHA, 1.01 * (call.args[ALPHA] ?? 0)) } : call
        })
        expect(passed).toBe(false)
        expect(worst?.layer).toBe(layer)
        const { gradient = 0, difference = 0 } = worst ?? {}
        expect(gradient / difference).toBeCloseTo(1.01, 3)
      }
    },
  )

  test('gradients that are 0 and should not be are found', async () => {
    const { passed, worst } = await checkSpoiled('tanh', call =>
      call.kernel === 'denseWeightGradient' && call.args[2] === 9
        ? { ...call, args: call.args.with(ALPHA, 0) }
        : call,
    )
    expect(passed).toBe(false)
    expect(worst).toMatchObject({ layer: 2, gradient: 0 })
  })

  test('plain gradient descent that changes weights before they are read is found', async () => {
    const readsWeights = (call: Call | undefined) => call?.kernel === 'denseInputGradient'
    // The gradient by a layer's inputs changes places with that by its weights, which follows.
    const swap = (calls: readonly Call[]) =>
      calls.map((call, i) => {
        const [before, after] = [calls[i - 1], calls[i + 1]]
        return (readsWeights(call) ? after : readsWeights(before) && before) || call
      })
    const { passed, worst } = await checkSpoiled('tanh', call => call, swap)
    expect(passed).toBe(false)
    expect(worst?.layer).toBeLessThan(3)
  })

  test('the derivative of another activation is found', async () => {
    const tanh = 5
    const sigmoid = 4
    const { passed, worst } = await checkSpoiled('tanh', call =>
      call.kernel === 'denseInputGradient' && call.args[0] === tanh
        ? { ...call, args: call.args.with(0, sigmoid) }
        : call,
    )
    expect(passed).toBe(false)
    expect(worst?.layer).toBeLessThan(3)
  })
})

describe('the check', () => {
  async function create() {
    const data = await dataset({ inputs: noise(ROWS * INPUTS, 3), inputSize: INPUTS, labels })
    const layers = [...twice('tanh'), dense(3, { activation: 'softmax' })]
    return { data, model: await sequential(layers, { inputSize: INPUTS }) }
  }

  test('leaves the model as it was, also while fit runs', async () => {
    const { data, model } = await create()
    const { model: undisturbed } = await create()
    const options = { epochs: 2, batchSize: 5 }
    await undisturbed.compile().fit(data, options)
    const results: boolean[] = []
    await model.compile().fit(data, {
      ...options,
      onBatchEnd: async () => {
        results.push((await checkGradients(model, data)).passed)
      },
    })
    expect(results).toEqual([true, true, true, true])
    expect(await model.getParameters()).toEqual(await undisturbed.getParameters())
  })

  test('takes as many parameters of a tensor as it is told', async () => {
    const { data, model } = await create()
    const { passed, checked } = await checkGradients(model, data, { parametersPerTensor: 4 })
    expect([passed, checked]).toEqual([true, 4 + 4 + 4 + 4 + 4 + 3])
  })

  test('can be aborted, and leaves the model as it was', async () => {
    const { data, model } = await create()
    const before = await model.getParameters()
    const controller = new AbortController()
    const checking = checkGradients(model, data, { signal: controller.signal })
    controller.abort(new Error('enough'))
    await expect(checking).rejects.toThrow('enough')
    expect(await model.getParameters()).toEqual(before)
  })

  test('refuses settings that cannot be', async () => {
    const { data, model } = await create()
    for (const options of [{ tolerance: 0 }, { tolerance: 1 }, { parametersPerTensor: 0 }]) {
      await expect(checkGradients(model, data, options)).rejects.toThrow(ArgumentError)
    }
  })
})

describe('what a training would do wrong', () => {
  /** Runs with an activation left out of those whose derivative needs the weighted sums. */
  async function without<Result>(activation: ActivationName, run: () => Promise<Result>): Promise<Result> {
    const row = ACTIVATIONS[activation] as { kind: number; needsSums?: true }
    expect(row.needsSums).toBe(true)
    delete row.needsSums
    try {
      return await run()
    } finally {
      row.needsSums = true
    }
  }

  const needing = activationNames.filter(name => 'needsSums' in ACTIVATIONS[name])

  // By its sign alone: h(z) of leaky ReLU has that of z, unless the slope is negative.
  test.each(needing)('%s by h(z) instead of z', async activation => {
    const slope = activation === 'leakyRelu' ? { slope: -0.3 } : {}
    const hidden = [12, 9].map(units => dense(units, { activation, ...slope }))
    const here = { worker: false } // whose table is changed
    using data = await dataset({ inputs: noise(ROWS * INPUTS, 3), inputSize: INPUTS, labels, ...here })
    using model = await sequential([...hidden, dense(3, { activation: 'softmax' })], {
      inputSize: INPUTS,
      seed: 4,
      ...here,
    })
    expect((await checkGradients(model, data)).passed).toBe(true)
    const { passed, worst } = await without(activation, () => checkGradients(model, data))
    expect(passed).toBe(false)
    expect(worst?.error).toBeGreaterThan(0.1)
  })
})
