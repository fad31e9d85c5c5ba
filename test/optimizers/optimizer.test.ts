// The optimisers' kernels against the f64 twin and PyTorch's traces (test/fixtures/pytorch-optimizers.py), each on a
// memory that is canaries all over.
import { describe, expect, test } from 'vitest'
import { ArgumentError, ShapeError } from '../../src/errors.ts'
import { COUNTER_FACTORS } from '../../src/optimizers/counters.ts'
import { createOptimizer, type Optimizer } from '../../src/optimizers/optimizer.ts'
import {
  optimizerNames,
  resolveOptimizer,
  type UpdateOptions,
} from '../../src/optimizers/optimizer-options.ts'
import {
  OPTIMIZERS,
  type OptimizerName,
  type OptimizerOptions,
} from '../../src/optimizers/optimizer-table.ts'
import { at } from '../../src/reference/element.ts'
import { norm, ReferenceOptimizer } from '../../src/reference/optimizers.ts'
import { uniform } from '../../src/reference/random.ts'
import { Arena } from '../../src/wasm/arena.ts'
import type { BuildName } from '../../src/wasm/builds.ts'
import { computeShare } from '../../src/wasm/calls.ts'
import { OPTIMIZER_KERNELS } from '../../src/wasm/exports.ts'
import trace from '../fixtures/pytorch-optimizers.json'
import { builds } from '../support/builds.ts'
import { expectSame } from '../support/expect-same.ts'
import { createFullRuntime } from '../support/full-runtime.ts'

/** A quiet NaN that no arithmetic gives: what is read outside its place poisons what is computed from it. */
const CANARY = 0x7fc0dead

/** The least normal single-precision number: smaller ones are subnormal, and slow. */
const LEAST_NORMAL = 2 ** -126

const penalties = { l1: 0.003, l2: 0.02 }

const cases: UpdateOptions[] = [
  ...optimizerNames.map(optimizer => ({ optimizer })),
  ...optimizerNames.map(name => ({ optimizer: { name, weightDecay: 0.1 }, ...penalties, clipNorm: 1 })),
  { optimizer: { name: 'sgd', weightDecay: 0.1 } },
  { optimizer: 'sgd', ...penalties, clipValue: 0.4 },
  { optimizer: 'momentum', learningRate: 0.05 },
  { optimizer: { name: 'nesterov', weightDecay: 0.01 }, ...penalties },
  { optimizer: 'nesterov', clipNorm: 0.5 },
  { optimizer: { name: 'adagrad', weightDecay: 0.1 }, clipNorm: 2, clipValue: 0.3 },
  { optimizer: { name: 'rmsprop', momentum: 0.9 }, learningRate: 0.001, ...penalties },
  { optimizer: { name: 'rmsprop', centered: true, alpha: 0.9 } },
  { optimizer: { name: 'rmsprop', centered: true, momentum: 0.5, weightDecay: 0.1 }, clipNorm: 1 },
  { optimizer: { name: 'adam', beta1: 0.5, weightDecay: 0.1 }, ...penalties, clipNorm: 1 },
  { optimizer: 'adamw', learningRate: 0.01, clipValue: 0.2 },
]

/** Puts an optimiser of n parameters into a memory of canaries; only what it must leave as it is stays one. */
async function plant(build: BuildName, n: number, weightCount: number, options: UpdateOptions) {
  const runtime = await createFullRuntime(build)
  const { memory } = runtime
  const arena = new Arena(memory)
  const filler = memory.scratch(65536)
  new Int32Array(memory.buffer, filler.pointer).fill(CANARY)
  filler.free()
  const gap = () => arena.scratch(64)
  gap()
  const parameters = arena.f32(n)
  gap()
  const gradients = arena.f32(n)
  gap()
  const config = resolveOptimizer(options)
  const optimizer = createOptimizer(config, runtime, arena, { parameters, gradients, weightCount })
  gap()
  const run = (threads = 1) => {
    for (const call of optimizer.calls()) {
      for (let thread = threads - 1; thread >= 0; --thread) {
        computeShare(runtime.kernels, call, thread, threads)
      }
    }
  }
  const measure = () => computeShare(runtime.kernels, optimizer.normCall, 0, 1)
  return { memory, parameters, gradients, optimizer, config, run, measure }
}

const initial = (n: number) => uniform(n, -1, 1, 5, 0)
const gradientsOf = (n: number, step: number) => uniform(n, -1, 1, 6, step)

/** The bits of the parameters and of all state after some steps. */
async function bitsAfter(
  build: BuildName,
  n: number,
  steps: number,
  threads: number,
  options: UpdateOptions,
) {
  const { parameters, gradients, optimizer, config, run } = await plant(build, n, n >> 1, options)
  parameters.view.set(initial(n))
  for (let step = 0; step < steps; ++step) {
    gradients.view.set(gradientsOf(n, step))
    optimizer.prepare(config.learningRate, 1)
    run(threads)
  }
  return bitsOf(parameters.view, optimizer)
}

function bitsOf(parameters: Float32Array, { state }: Optimizer): Int32Array[] {
  const vectors = [parameters, ...[...state.values()].map(({ view }) => view)]
  return vectors.map(view => new Int32Array(view.slice().buffer))
}

/** Fails unless |actual − expected| ≤ 1e-5·|expected| + 1e-6 for all elements. */
function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string) {
  expect(actual.length, what).toBe(expected.length)
  for (let i = 0; i < expected.length; ++i) {
    const [a, b] = [at(actual, i), at(expected, i)]
    if (!(Math.abs(a - b) <= 1e-5 * Math.abs(b) + 1e-6))
      expect.fail(`element ${i} is ${a}, not ${b}: ${what}`)
  }
}

describe.each(builds)('%s', build => {
  test.each<OptimizerOptions>([
    { name: 'momentum' },
    { name: 'nesterov' },
    { name: 'rmsprop', momentum: 0.9, centered: true, alpha: 0.9 },
    { name: 'adam', beta2: 0.9 },
    { name: 'adamw', beta2: 0.9, weightDecay: 0 },
  ])(
    '%j: what is remembered of a gradient becomes 0 when none follows, and never subnormal',
    async options => {
      const { parameters, gradients, optimizer, config, run } = await plant(build, 5, 5, {
        optimizer: options,
      })
      parameters.view.set(initial(5))
      gradients.view.set(gradientsOf(5, 0))
      const subnormal: string[] = []
      for (let step = 0; step < 1500; ++step) {
        optimizer.prepare(config.learningRate, 1)
        run()
        gradients.view.fill(0)
        for (const [name, { view }] of optimizer.state) {
          if (view.some(x => x !== 0 && Math.abs(x) < LEAST_NORMAL)) subnormal.push(`${name} in step ${step}`)
        }
      }
      expect(subnormal).toEqual([])
      for (const [name, { view }] of optimizer.state) expect([...view], name).toEqual([0, 0, 0, 0, 0])
    },
  )

  test.each(cases)('%j: 50 steps of 0–17, 100 and 5,000 parameters are those of the twin', async options => {
    for (const n of [...Array(18).keys(), 100, 5000]) {
      const weightCount = Math.ceil(n * 0.6)
      const { memory, parameters, gradients, optimizer, config, run } = await plant(
        build,
        n,
        weightCount,
        options,
      )
      const { algorithm, ...rest } = config
      const twin = new ReferenceOptimizer(n, weightCount, { ...rest, ...algorithm, gradientScale: 0.5 })
      parameters.view.set(initial(n))
      const expected = Float64Array.from(initial(n))
      const before = memory.buffer.slice(0)
      for (let step = 0; step < 50; ++step) {
        gradients.view.set(gradientsOf(n, step))
        optimizer.prepare(config.learningRate, 0.5)
        run()
        twin.step(expected, gradients.view)
      }
      expectClose(parameters.view, expected, `n ${n}`)

      // What is neither the parameters, nor the gradients, nor the state, nor in a block of its own is as it was.
      const after = memory.buffer.slice(0)
      const forget = (pointer: number, length: number) =>
        new Uint8Array(after).set(new Uint8Array(before, pointer, length), pointer)
      for (const { pointer, length } of [parameters, gradients, ...optimizer.state.values()]) {
        forget(pointer, 4 * length)
      }
      const [, , , , parts = 0] = optimizer.calls().at(-1)?.args ?? []
      forget(parts, 8 * Math.ceil(n / 4096))
      expectSame(new Uint32Array(after), new Uint32Array(before), `words of memory, n ${n}`)
    }
  })

  test.each(cases)('%j: the same bits from shares of 1, 2, 3, 4 and 8 threads', async options => {
    for (const n of [1, 17, 130, 9000]) {
      const alone = await bitsAfter(build, n, 3, 1, options)
      for (const threads of [2, 3, 4, 8]) {
        expect(await bitsAfter(build, n, 3, threads, options), `n ${n}, ${threads} threads`).toEqual(alone)
      }
    }
  })

  test.each(trace.optimizers)('$options: PyTorch’s parameters after 1, 2, 10 and 20 steps', async example => {
    const { after } = example
    const options = example.options as UpdateOptions
    const n = trace.initial.length
    const { parameters, gradients, optimizer, config, run } = await plant(
      build,
      n,
      trace.weightCount,
      options,
    )
    parameters.view.set(trace.initial)
    const found: Record<string, Float32Array> = {}
    for (const [i, row] of trace.gradients.entries()) {
      gradients.view.set(row)
      optimizer.prepare(config.learningRate, 1)
      run()
      found[i + 1] = parameters.view.slice()
    }
    expect(Object.keys(after)).toEqual(['1', '2', '10', '20'])
    for (const [step, expected] of Object.entries(after)) {
      expectClose(found[step] ?? [], expected, `after ${step} steps`)
    }
  })

  test('sumOfSquares: the norm of 0–17, 4,096, 4,097 and 9,000 gradients, times the scale', async () => {
    for (const n of [...Array(18).keys(), 4096, 4097, 9000]) {
      const { gradients, optimizer, measure } = await plant(build, n, n, { optimizer: 'adam' })
      gradients.view.set(gradientsOf(n, 1))
      optimizer.prepare(0.1, -0.25)
      measure()
      const expected = 0.25 * norm(gradients.view)
      expect(Math.abs(optimizer.gradientNorm() - expected), `n ${n}`).toBeLessThanOrEqual(1e-12 * expected)
    }
  })

  test('the norm of gradients near the largest float is finite', async () => {
    const { gradients, optimizer, measure } = await plant(build, 9, 9, {})
    gradients.view.fill(3e38)
    optimizer.prepare(0.1, 1)
    measure()
    expect(optimizer.gradientNorm()).toBeCloseTo(3 * Math.fround(3e38), -30)
  })

  test.each([Number.NaN, Infinity, -Infinity])('a gradient that is %d shows in the norm', async bad => {
    const { gradients, optimizer, measure } = await plant(build, 7, 7, {})
    gradients.view[6] = bad
    optimizer.prepare(0.1, 1)
    measure()
    expect(Number.isFinite(optimizer.gradientNorm())).toBe(false)
  })

  const withNaN: UpdateOptions[] = [...cases.filter(({ clipNorm }) => clipNorm === undefined)]
  test.each(withNaN)('%j: a NaN makes its own parameter NaN and no other', async options => {
    const { parameters, gradients, optimizer, config, run } = await plant(build, 11, 5, options)
    parameters.view.fill(0.5)
    gradients.view.fill(0.25)
    gradients.view[9] = Number.NaN
    optimizer.prepare(config.learningRate, 1)
    run()
    expect([...parameters.view].map(Number.isNaN).indexOf(true)).toBe(9)
    expect(parameters.view.filter(Number.isNaN)).toHaveLength(1)
  })

  test('clipValue bounds an infinite gradient; clipNorm makes no number of it', async () => {
    const byValue = await plant(build, 5, 5, { learningRate: 1, clipValue: 0.5 })
    byValue.gradients.view.set([Infinity, -Infinity, 0.25, 0, -0.75])
    byValue.optimizer.prepare(1, 1)
    byValue.run()
    expect([...byValue.parameters.view]).toEqual([-0.5, 0.5, -0.25, 0, 0.5])
    const byNorm = await plant(build, 2, 2, { learningRate: 1, clipNorm: 0.5 })
    byNorm.gradients.view.set([Infinity, 1])
    byNorm.optimizer.prepare(1, 1)
    byNorm.run()
    expect(byNorm.parameters.view[0]).toBeNaN()
  })

  test.each(cases)('%j: zeros between tensors stay zeros', async options => {
    const { parameters, optimizer, config, run } = await plant(build, 40, 24, options)
    for (let step = 0; step < 3; ++step) {
      optimizer.prepare(config.learningRate, 1)
      run()
    }
    const vectors = [parameters, ...optimizer.state.values()].map(({ view }) => view)
    for (const view of vectors) expect(view.every(value => value === 0)).toBe(true)
  })

  test('centred RMSProp of a constant gradient stays finite, where rounding takes the variance below 0', async () => {
    const options: UpdateOptions = { optimizer: { name: 'rmsprop', centered: true, alpha: 0.5 } }
    const { parameters, gradients, optimizer, run } = await plant(build, 64, 0, options)
    gradients.view.set(gradientsOf(64, 0))
    for (let step = 0; step < 100; ++step) {
      optimizer.prepare(0.01, 1)
      run()
    }
    expect(parameters.view.every(Number.isFinite)).toBe(true)
  })

  test.each(cases)('%j: state and counters restored, training goes on with the same bits', async options => {
    const n = 37
    const whole = await bitsAfter(build, n, 6, 1, options)
    const first = await plant(build, n, n >> 1, options)
    first.parameters.view.set(initial(n))
    const second = await plant(build, n, n >> 1, options)
    for (let step = 0; step < 6; ++step) {
      const { parameters, gradients, optimizer, config, run } = step < 3 ? first : second
      if (step === 3) {
        parameters.view.set(first.parameters.view)
        for (const [name, vector] of optimizer.state) {
          vector.view.set(first.optimizer.state.get(name)?.view ?? [])
        }
        optimizer.restore(JSON.parse(JSON.stringify(first.optimizer.counters)))
      }
      gradients.view.set(gradientsOf(n, step))
      optimizer.prepare(config.learningRate, 1)
      run()
    }
    expect(second.optimizer.counters.step).toBe(6)
    expect(bitsOf(second.parameters.view, second.optimizer)).toEqual(whole)
  })
})

const build = 'simd'

test.each([
  ['sgd', []],
  ['momentum', ['velocity']],
  ['nesterov', ['velocity']],
  ['adagrad', ['squareSum']],
  ['rmsprop', ['squareMean']],
  [{ name: 'rmsprop', centered: true, momentum: 0.9 }, ['squareMean', 'gradientMean', 'velocity']],
  ['adam', ['firstMoment', 'secondMoment']],
  ['adamw', ['firstMoment', 'secondMoment']],
] as [OptimizerName | OptimizerOptions, string[]][])('%j keeps %j', async (optimizer, names) => {
  const { state } = (await plant(build, 20, 10, { optimizer })).optimizer
  expect([...state.keys()]).toEqual(names)
  for (const { length } of state.values()) expect(length).toBe(20)
})

test('each optimiser has a kernel, which asks for all its options and for what is counted', () => {
  expect(Object.keys(OPTIMIZER_KERNELS).sort()).toEqual([...optimizerNames].sort())
  for (const name of optimizerNames) {
    const { numbers } = OPTIMIZER_KERNELS[name]
    const asked = numbers.filter(number => !Object.hasOwn(COUNTER_FACTORS, number))
    expect([...asked, 'weightDecay'], name).toEqual(Object.keys(OPTIMIZERS[name].options))
  }
})

test('the norm is among the calls only where it is needed', async () => {
  const kernels = async (options: UpdateOptions) =>
    (await plant(build, 4, 4, options)).optimizer.calls().map(({ kernel }) => kernel)
  expect(await kernels({ optimizer: 'adam', clipValue: 1 })).toEqual(['adamUpdate'])
  expect(await kernels({ optimizer: 'adam', clipNorm: 1 })).toEqual(['sumOfSquares', 'adamUpdate'])
})

test('counters: steps, and powers by multiplication', async () => {
  const { optimizer } = await plant(build, 4, 4, { optimizer: 'adam' })
  expect(optimizer.counters).toEqual({ step: 0, beta1Power: 1, beta2Power: 1 })
  for (let step = 0; step < 3; ++step) optimizer.prepare(0.1, 1)
  expect(optimizer.counters).toEqual({
    step: 3,
    beta1Power: 0.9 * 0.9 * 0.9,
    beta2Power: 0.999 * 0.999 * 0.999,
  })
})

test.each(optimizerNames)(
  '%s: restored to no step, it counts as at first, and nothing else',
  async optimizer => {
    const { optimizer: fresh } = await plant(build, 4, 4, { optimizer })
    const begin = fresh.counters
    for (let step = 0; step < 3; ++step) fresh.prepare(0.1, 1)
    expect(fresh.counters).not.toEqual(begin)
    fresh.restore({ step: 0 })
    expect(fresh.counters).toEqual(begin)
    fresh.restore({ step: 0, beta1Power: 1, beta2Power: 1 }) // of an old checkpoint
    expect(fresh.counters).toEqual(begin)
  },
)

test.each([
  { step: -1, beta1Power: 1, beta2Power: 1 },
  { step: 1.5, beta1Power: 1, beta2Power: 1 },
  { step: 1, beta1Power: 2, beta2Power: 1 },
  { step: 1, beta1Power: 1, beta2Power: Number.NaN },
])('%j cannot be restored', async counters => {
  const { optimizer } = await plant(build, 4, 4, { optimizer: 'adam' })
  expect(() => optimizer.restore(counters)).toThrow(ArgumentError)
  expect(optimizer.counters.step).toBe(0)
})

test('vectors that do not fit together throw a ShapeError', async () => {
  const runtime = await createFullRuntime(build)
  const arena = new Arena(runtime.memory)
  const [parameters, gradients] = [arena.f32(4), arena.f32(5)]
  const config = resolveOptimizer({})
  const create = (vectors: Parameters<typeof createOptimizer>[3]) =>
    createOptimizer(config, runtime, arena, vectors)
  expect(() => create({ parameters, gradients, weightCount: 4 })).toThrow(ShapeError)
  expect(() => create({ parameters, gradients: parameters, weightCount: 5 })).toThrow(ShapeError)
})
