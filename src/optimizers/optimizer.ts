// An optimiser at work: what it remembers of the gradients, and the calls that change the parameters.
import { ArgumentError, ShapeError } from '../errors.ts'
import type { Arena } from '../wasm/arena.ts'
import type { F32Buffer, U8Buffer } from '../wasm/buffer.ts'
import { type Call, call } from '../wasm/calls.ts'
import type { Runtime } from '../wasm/runtime.ts'
import type { Algorithm, OptimizerConfig } from './optimizer-options.ts'
import type { OptimizerCounters, OptimizerState } from './optimizer-state.ts'

/** All parameters of a network in one vector, and their gradients in one of the same layout. */
export interface ParameterVectors {
  readonly parameters: F32Buffer
  readonly gradients: F32Buffer
  /** Elements from the first on that are weight matrices: those that l1 and l2 are for. */
  readonly weightCount: number
}

/** Changes the parameters of one network, step by step. */
export interface Optimizer {
  /** Vectors as long as the parameters, by name, such as `firstMoment`: all 0 before the first step. */
  readonly state: ReadonlyMap<string, F32Buffer>
  /** What `restore` takes. With `state`, all that the next step depends on. */
  readonly counters: OptimizerCounters
  /** Goes on as after these steps. Throws {@link ArgumentError} for counters that cannot be. */
  restore(counters: OptimizerCounters): void
  /** Measures the gradients, for `gradientNorm`. It is among `calls()` where a norm is to be clipped. */
  readonly normCall: Call
  /** The calls of a step, the same ones each time: `prepare` comes first. */
  calls(): readonly Call[]
  /** Begins a step. All gradients are multiplied by `gradientScale` before anything else is done to them. */
  prepare(learningRate: number, gradientScale: number): void
  /**
   * L2 norm of all gradients when `normCall` last ran, times the scale of the step, before any clipping; not finite
   * where a gradient is not. For people to read: the kernels compute their own.
   */
  gradientNorm(): number
}

const F64_BYTES = 8

/** The f64s that the kernels read, in their order: the twin of the offsets in assembly/optimizers.ts. */
const SETTINGS = [
  'learningRate',
  'gradientScale',
  'clipNorm',
  'clipValue',
  'weightDecay',
  'l1',
  'l2',
  'decoupledDecay',
  'epsilon',
  'momentum',
  'nesterov',
  'beta1',
  'beta2',
  'beta1Power',
  'beta2Power',
] as const

type Settings = Record<(typeof SETTINGS)[number], number>

/** Plans an optimiser whose state is all 0. Throws {@link ShapeError} where the vectors do not fit together. */
export function createOptimizer(
  config: OptimizerConfig,
  runtime: Runtime,
  arena: Arena,
  vectors: ParameterVectors,
): Optimizer {
  return new VectorOptimizer(config, runtime, arena, vectors)
}

class VectorOptimizer implements Optimizer {
  readonly state: ReadonlyMap<string, F32Buffer>
  readonly normCall: Call
  readonly #runtime: Runtime
  readonly #calls: readonly Call[]
  readonly #settings: Settings
  readonly #block: U8Buffer
  readonly #parts: U8Buffer
  #step = 0

  constructor(config: OptimizerConfig, runtime: Runtime, arena: Arena, vectors: ParameterVectors) {
    const { parameters, gradients, weightCount } = vectors
    const { length } = parameters
    if (gradients.length !== length || weightCount > length) {
      throw new ShapeError(
        `${length} parameters, of which ${weightCount} are weights, with ${gradients.length} gradients: expected as ` +
          'many gradients as parameters, and no more weights',
      )
    }
    const { algorithm } = config
    this.#runtime = runtime
    this.#settings = initialSettings(config)
    this.#block = arena.u8(SETTINGS.length * F64_BYTES)
    this.#parts = arena.u8(runtime.kernels.sumOfSquaresParts(length) * F64_BYTES)
    this.state = new Map(stateNames(algorithm).map(name => [name, arena.f32(length)]))
    this.normCall = call('sumOfSquares', length, gradients.pointer, this.#parts.pointer)
    const update = this.#update(algorithm, vectors)
    this.#calls = config.clipNorm === undefined ? [update] : [this.normCall, update]
  }

  get counters(): OptimizerCounters {
    const { beta1Power, beta2Power } = this.#settings
    return { step: this.#step, beta1Power, beta2Power }
  }

  restore({ step, beta1Power, beta2Power }: OptimizerCounters): void {
    const isPower = (value: number) => value >= 0 && value <= 1
    if (!Number.isSafeInteger(step) || step < 0 || !isPower(beta1Power) || !isPower(beta2Power)) {
      throw new ArgumentError(
        `step ${step}, beta1Power ${beta1Power}, beta2Power ${beta2Power}: expected a whole number, 0 or more, and two ` +
          'numbers in [0, 1]',
      )
    }
    this.#step = step
    Object.assign(this.#settings, { beta1Power, beta2Power })
  }

  calls(): readonly Call[] {
    return this.#calls
  }

  prepare(learningRate: number, gradientScale: number): void {
    const settings = this.#settings
    this.#step += 1
    settings.learningRate = learningRate
    settings.gradientScale = gradientScale
    settings.beta1Power *= settings.beta1
    settings.beta2Power *= settings.beta2
    const { buffer, byteOffset } = this.#block.view
    new Float64Array(buffer, byteOffset, SETTINGS.length).set(SETTINGS.map(name => settings[name]))
  }

  gradientNorm(): number {
    const { pointer, length } = this.#parts
    const sum = this.#runtime.kernels.sumF64(pointer, length / F64_BYTES)
    return Math.abs(this.#settings.gradientScale) * Math.sqrt(sum)
  }

  #update({ name }: Algorithm, { parameters, gradients, weightCount }: ParameterVectors): Call {
    const n = parameters.length
    const settings = this.#block.pointer
    const parts = this.#parts.pointer
    const p = parameters.pointer
    const g = gradients.pointer
    const state = (vector: string) => this.state.get(vector)?.pointer ?? 0
    const velocity = state('velocity')
    switch (name) {
      case 'sgd':
      case 'momentum':
      case 'nesterov':
        return call('sgdUpdate', n, weightCount, settings, parts, p, g, velocity)
      case 'adagrad':
        return call('adagradUpdate', n, weightCount, settings, parts, p, g, state('squareSum'))
      case 'rmsprop': {
        const mean = state('gradientMean')
        return call(
          'rmspropUpdate',
          n,
          weightCount,
          settings,
          parts,
          p,
          g,
          state('squareMean'),
          mean,
          velocity,
        )
      }
      case 'adam':
      case 'adamw': {
        const [m, v] = [state('firstMoment'), state('secondMoment')]
        return call('adamUpdate', n, weightCount, settings, parts, p, g, m, v)
      }
    }
  }
}

/** The vectors that an optimiser keeps. */
function stateNames(algorithm: Algorithm): string[] {
  switch (algorithm.name) {
    case 'sgd':
      return []
    case 'momentum':
    case 'nesterov':
      return ['velocity']
    case 'adagrad':
      return ['squareSum']
    case 'rmsprop':
      return [
        'squareMean',
        ...(algorithm.centered ? ['gradientMean'] : []),
        ...(algorithm.momentum > 0 ? ['velocity'] : []),
      ]
    case 'adam':
    case 'adamw':
      return ['firstMoment', 'secondMoment']
  }
}

function initialSettings({ algorithm, clipNorm, clipValue, l1, l2 }: OptimizerConfig): Settings {
  const isDecoupled = algorithm.name === 'adamw'
  return {
    learningRate: 0,
    gradientScale: 1,
    clipNorm: clipNorm ?? Infinity,
    clipValue: clipValue ?? Infinity,
    weightDecay: isDecoupled ? 0 : algorithm.weightDecay,
    l1,
    l2,
    decoupledDecay: isDecoupled ? algorithm.weightDecay : 0,
    epsilon: 'epsilon' in algorithm ? algorithm.epsilon : 0,
    momentum: 'momentum' in algorithm ? algorithm.momentum : 0,
    nesterov: algorithm.name === 'nesterov' ? 1 : 0,
    beta1: 'beta1' in algorithm ? algorithm.beta1 : 1,
    beta2: 'beta2' in algorithm ? algorithm.beta2 : 'alpha' in algorithm ? algorithm.alpha : 1,
    beta1Power: 1,
    beta2Power: 1,
  }
}

/** A copy of what an optimiser remembers. */
export function saveOptimizer({ name }: Algorithm, { state, counters }: Optimizer): OptimizerState {
  const vectors = Object.fromEntries([...state].map(([vector, { view }]) => [vector, view.slice()]))
  return { name, counters, vectors, pending: undefined }
}

/** Lets an optimiser go on from a state, unless that is another's; returns whether it does. */
export function restoreOptimizer(
  { name }: Algorithm,
  optimizer: Optimizer,
  state: OptimizerState | undefined,
): boolean {
  if (state?.name !== name) return false
  optimizer.restore(state.counters)
  for (const [vector, { view }] of optimizer.state) {
    const from = state.vectors[vector]
    if (from?.length === view.length) view.set(from)
  }
  return true
}
