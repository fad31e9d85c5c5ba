// An optimiser at work: what it remembers of the gradients, and the calls that change the parameters.
import { ArgumentError, ShapeError } from '../errors.ts'
import type { Arena } from '../wasm/arena.ts'
import type { F32Buffer, U8Buffer } from '../wasm/buffer.ts'
import { type Call, call } from '../wasm/calls.ts'
import { OPTIMIZER_KERNELS } from '../wasm/exports.ts'
import type { Runtime } from '../wasm/runtime.ts'
import { COUNTER_FACTORS, type OptimizerCounter } from './counters.ts'
import { keepsVector, memoryOf } from './optimizer-memory.ts'
import type { OptimizerConfig } from './optimizer-options.ts'
import type { OptimizerCounters, OptimizerState } from './optimizer-state.ts'
import type { Algorithm } from './optimizer-table.ts'

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
  /** The calls of the step that was prepared last. */
  calls(): readonly Call[]
  /** Begins a step. All gradients are multiplied by `gradientScale` before anything else is done to them. */
  prepare(learningRate: number, gradientScale: number): void
  /**
   * L2 norm of all gradients when `normCall` last ran, times the scale of the step, before any clipping. It is not
   * finite where a gradient is not. For people to read: the kernels compute their own.
   */
  gradientNorm(): number
}

const F64_BYTES = 8

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
  readonly #config: OptimizerConfig
  readonly #vectors: ParameterVectors
  /** The algorithm's options, as kernels take them. */
  readonly #options: Readonly<Record<string, number>>
  readonly #parts: U8Buffer
  readonly #counted: readonly OptimizerCounter[]
  #counters: OptimizerCounters
  /** Of the step that was prepared. */
  #learningRate = 0
  #gradientScale = 1

  constructor(config: OptimizerConfig, runtime: Runtime, arena: Arena, vectors: ParameterVectors) {
    const { parameters, gradients, weightCount } = vectors
    const { length } = parameters
    if (gradients.length !== length || weightCount > length) {
      throw new ShapeError(
        `${length} parameters, of which ${weightCount} are weights, with ${gradients.length} gradients: expected as ` +
          'many gradients as parameters, and no more weights',
      )
    }
    const { name, ...options } = config.algorithm
    this.#runtime = runtime
    this.#config = config
    this.#vectors = vectors
    this.#options = Object.fromEntries(
      Object.entries(options).map(([option, value]) => [option, Number(value)]),
    )
    const memory = memoryOf(name)
    this.#counted = memory.counters
    this.#counters = this.#withSteps({ step: 0 })
    this.#parts = arena.u8(runtime.kernels.sumOfSquaresParts(length) * F64_BYTES)
    this.state = new Map(
      memory.vectors
        .filter(vector => keepsVector(vector, this.#options) !== false)
        .map(vector => [vector, arena.f32(length)]),
    )
    this.normCall = call('sumOfSquares', length, gradients.pointer, this.#parts.pointer)
  }

  get counters(): OptimizerCounters {
    return this.#counters
  }

  restore(counters: OptimizerCounters): void {
    const restored = this.#withSteps(counters)
    const { step, ...products } = restored
    const isPower = (value: number) => value >= 0 && value <= 1
    if (!Number.isSafeInteger(step) || step < 0 || !Object.values(products).every(isPower)) {
      const found = Object.entries(counters).map(([name, value]) => `${name} ${value}`)
      throw new ArgumentError(
        `${found.join(', ')}: expected a whole number of steps, 0 or more, and numbers in [0, 1]`,
      )
    }
    this.#counters = restored
  }

  /** What this optimiser counts, of what is given: 1 where that is missing, as before the first step. */
  #withSteps({ step, ...products }: OptimizerCounters): OptimizerCounters {
    return { step, ...Object.fromEntries(this.#counted.map(counter => [counter, products[counter] ?? 1])) }
  }

  prepare(learningRate: number, gradientScale: number): void {
    this.#learningRate = learningRate
    this.#gradientScale = gradientScale
    const counters = { ...this.#counters, step: this.#counters.step + 1 }
    for (const counter of this.#counted) {
      counters[counter] = (counters[counter] ?? 1) * COUNTER_FACTORS[counter](this.#options, counters)
    }
    this.#counters = counters
  }

  calls(): readonly Call[] {
    const update = this.#update()
    return this.#config.clipNorm === undefined ? [update] : [this.normCall, update]
  }

  gradientNorm(): number {
    const { pointer, length } = this.#parts
    const sum = this.#runtime.kernels.sumF64(pointer, length / F64_BYTES)
    return Math.abs(this.#gradientScale) * Math.sqrt(sum)
  }

  /** The call of the kernel: what all optimisers take, then what is its own (assembly/optimizers.ts). */
  #update(): Call {
    const { parameters, gradients, weightCount } = this.#vectors
    const { algorithm, clipNorm = Infinity, clipValue = Infinity, l1, l2 } = this.#config
    const { numbers, vectors } = OPTIMIZER_KERNELS[algorithm.name]
    const known: Readonly<Record<string, number>> = { ...this.#options, ...this.#counters }
    const args = [
      parameters.length,
      weightCount,
      parameters.pointer,
      gradients.pointer,
      this.#parts.pointer,
      this.#gradientScale,
      clipNorm,
      clipValue,
      l1,
      l2,
      algorithm.weightDecay,
      this.#learningRate,
      ...numbers.map(name => known[name] ?? Number.NaN),
      ...vectors.map(vector => this.state.get(vector)?.pointer ?? 0),
    ]
    return { kernel: `${algorithm.name}Update`, args }
  }
}

/** A copy of what an optimiser remembers. */
export function saveOptimizer({ name }: Algorithm, { state, counters }: Optimizer): OptimizerState {
  const vectors = Object.fromEntries([...state].map(([vector, { view }]) => [vector, view.slice()]))
  return { name, counters, vectors, pending: undefined }
}

/**
 * Lets an optimiser go on from a state, unless that is another's; returns whether it does. Throws {@link ArgumentError}
 * for vectors of another length.
 */
export function restoreOptimizer(
  { name }: Algorithm,
  optimizer: Optimizer,
  state: OptimizerState | undefined,
): boolean {
  if (state?.name !== name) return false
  optimizer.restore(state.counters)
  for (const [vector, { view }] of optimizer.state) {
    const from = state.vectors[vector]
    if (!from) continue // an option that it had not before asks for it
    if (from.length !== view.length) {
      throw new ArgumentError(`${vector} has ${from.length} elements: expected ${view.length}`)
    }
    view.set(from)
  }
  return true
}
