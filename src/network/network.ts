// A network's parameters in linear memory.
import { isPromise } from '../brands.ts'
import { shapesOf } from '../layers/shapes.ts'
import type { LayerParameters, NetworkSpec } from '../layers/spec.ts'
import type { Arena } from '../wasm/arena.ts'
import type { U8Buffer } from '../wasm/buffer.ts'
import type { Runtime } from '../wasm/runtime.ts'
import { initializeParameters } from './initial-parameters.ts'
import type { Drawer } from './initializers.ts'
import { type NetworkLayer, ParameterLayout, type ParameterSet } from './parameters.ts'

/** Layers in order, with parameters drawn from the seed. */
export class Network {
  readonly layout: ParameterLayout
  readonly parameters: ParameterSet
  readonly inputSize: number
  readonly outputSize: number
  readonly #runtime: Runtime
  readonly #firstDense: NetworkLayer | undefined
  /** Holds the first layer's weights while a training keeps them in panels; its `weights` are then out of date. */
  #panels: U8Buffer | undefined
  #underWay: Promise<void> | undefined

  /** `arena` holds the parameters; the extras draw those that are not uniform. */
  constructor({ arena, ...drawer }: Drawer & { readonly arena: Arena }, spec: NetworkSpec) {
    const { runtime } = drawer
    this.#runtime = runtime
    this.inputSize = spec.inputSize
    const shapes = shapesOf(spec.inputSize, spec.layers)
    this.outputSize = shapes.at(-1)?.units ?? 0
    this.layout = new ParameterLayout(shapes)
    this.parameters = this.layout.allocate(arena)
    initializeParameters(drawer, this.layers, spec.seed)
    this.#firstDense = this.layers.find(({ layer }) => layer.kind === 'dense')
  }

  get layers(): readonly NetworkLayer[] {
    return this.parameters.layers
  }

  /** Whether something runs {@link inTurn}. */
  get isBusy(): boolean {
    return this.#underWay !== undefined
  }

  /**
   * Runs what reads or changes the parameters while nothing else does. A step may wait for a thread in the middle, when
   * the parameters belong to no batch.
   */
  async exclusively<Result>(operation: () => Result | Promise<Result>): Promise<Result> {
    return this.inTurn(operation)
  }

  /** The same without a promise, where nothing is under way and the operation waits for nobody. */
  inTurn<Result>(operation: () => Result | Promise<Result>): Result | Promise<Result> {
    if (this.#underWay) return this.#underWay.then(() => this.inTurn(operation))
    const running = operation()
    if (running === undefined || !isPromise(running)) return running
    const end = () => {
      this.#underWay = undefined
    }
    this.#underWay = running.then(end, end)
    return running
  }

  /**
   * For training on sparse input: keeps the first layer's weights in `panels`, the layout of the sparse products
   * (assembly/sparse.ts). Without an argument, they return to `weights`.
   */
  keepFirstWeightsIn(panels: U8Buffer | undefined): void {
    if (panels === this.#panels) return
    this.updateFirstWeights()
    this.#panels = panels
    this.#packFirstWeights()
  }

  /** Updates the first layer's `weights` for reading while a training keeps them in panels. */
  updateFirstWeights(): void {
    const first = this.#firstDense
    if (!first || !this.#panels) return
    const { inputs, units, weights } = first
    this.#runtime.kernels.unpackPanels(inputs, units, this.#panels.pointer, weights.pointer)
  }

  /** Replaces all parameters by a vector of the same layout. */
  writeVector(vector: Float32Array): void {
    this.parameters.vector.view.set(vector)
    this.#packFirstWeights()
  }

  #packFirstWeights(): void {
    const first = this.#firstDense
    if (!first || !this.#panels) return
    const { inputs, units, weights } = first
    this.#runtime.kernels.packPanels(inputs, units, weights.pointer, this.#panels.pointer)
  }

  /** Copies of all parameters. */
  read(): LayerParameters[] {
    this.updateFirstWeights()
    return this.layers.map(({ weights, bias, runningMean, runningVariance, batches, statisticsCount }) => ({
      weights: weights.view.slice(),
      bias: bias.view.slice(),
      ...(statisticsCount > 0 && {
        runningMean: runningMean.view.slice(),
        runningVariance: runningVariance.view.slice(),
        batches: batches.view[0] ?? 0,
      }),
    }))
  }

  /** Replaces all parameters. Where they do not fit, writes nothing, and tells what is wrong with them. */
  write(parameters: readonly LayerParameters[]): Misfit | undefined {
    const { layers } = this
    const misfit = parameters?.length === layers.length ? findMisfit(layers, parameters) : { counts: [] }
    if (misfit) return misfit
    for (const [i, { weights, bias, runningMean, runningVariance, batches }] of layers.entries()) {
      const given = parameters[i]
      if (!given) continue
      weights.view.set(given.weights)
      bias.view.set(given.bias)
      if (!given.runningMean || !given.runningVariance || batches.length === 0) continue
      runningMean.view.set(given.runningMean)
      runningVariance.view.set(given.runningVariance)
      batches.view[0] = given.batches ?? 0
    }
    this.#packFirstWeights()
    return undefined
  }
}

/** What is wrong with parameters; misfit.ts has the words. */
export interface Misfit {
  /** Of the first layer that it concerns, counted from 0; none where their number is wrong. */
  readonly layer?: number
  /** Weights, biases, running means and variances that were given. */
  readonly counts?: readonly number[]
  /** A number that is not finite, or a variance below 0. */
  readonly name?: 'weights' | 'bias' | 'runningMean' | 'runningVariance'
  readonly at?: number
}

function findMisfit(
  layers: readonly NetworkLayer[],
  parameters: readonly LayerParameters[],
): Misfit | undefined {
  for (const [layer, { weights, bias, statisticsCount }] of layers.entries()) {
    const given = parameters[layer]
    const expected = [weights.length, bias.length, statisticsCount, statisticsCount]
    const counts = NAMES.map((name, i) => given?.[name]?.length ?? (i > 1 ? 0 : NaN))
    if (counts.some((count, i) => count !== expected[i])) return { layer, counts }
    for (const name of NAMES) {
      const least = name === 'runningVariance' ? 0 : -Infinity
      const isWrong = (value: unknown) =>
        typeof value !== 'number' || !Number.isFinite(Math.fround(value)) || value < least
      const at = given?.[name]?.findIndex(isWrong) ?? -1
      if (at >= 0) return { layer, name, at }
    }
  }
  return undefined
}

const NAMES = ['weights', 'bias', 'runningMean', 'runningVariance'] as const
