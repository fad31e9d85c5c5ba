// The trainings of pytorch-trainings.ts by the f64 twins: network, loss and optimiser.

import { type Layer, outputOf } from '../../src/layers/layers.ts'
import { shapesOf } from '../../src/layers/shapes.ts'
import { resolveLoss } from '../../src/losses/loss-options.ts'
import { resolveOptimizer } from '../../src/optimizers/optimizer-options.ts'
import { ScheduledRate } from '../../src/optimizers/schedule.ts'
import { resolveSchedule } from '../../src/optimizers/schedule-options.ts'
import { at } from '../../src/reference/element.ts'
import { networkGradients, networkLoss, type ReferenceLayer } from '../../src/reference/network.ts'
import { type Hyperparameters, ReferenceOptimizer } from '../../src/reference/optimizers.ts'
import { twinOf } from './network-gradients.ts'
import {
  BATCH_SIZE,
  EPOCHS,
  fillParameters,
  INPUT_SIZE,
  SAMPLES,
  type Samples,
  type Training,
} from './pytorch-trainings.ts'
import { divisorOf, referenceLoss, type Truth } from './reference-loss.ts'

const ITERATIONS = Math.ceil(SAMPLES / BATCH_SIZE)

/** The loss of each batch before its update. */
export function referenceLosses({ samples, layers, compile, accumulate, validates }: Training): number[] {
  const loss = resolveLoss(compile.loss, [outputOf(layers)])
  const network = firstNetwork(layers)
  const parameters = new ParameterVector(network)
  const { algorithm, ...rest } = resolveOptimizer(compile)
  const options: Hyperparameters = { ...rest, ...algorithm, gradientScale: 1 }
  const optimizer = new ReferenceOptimizer(parameters.values.length, parameters.matrixLength, options)
  const config = resolveSchedule(compile.schedule, rest.learningRate)
  const schedule = new ScheduledRate(config, rest.learningRate, ITERATIONS, EPOCHS)
  const losses: number[] = []
  for (let epoch = 0; epoch < EPOCHS; ++epoch) {
    let sum = 0
    let total = 0
    let pending: { gradient: Float64Array; divisor: number }[] = []
    for (let iteration = 0; iteration < ITERATIONS; ++iteration) {
      const batch = rowsOf(samples, iteration * BATCH_SIZE, (iteration + 1) * BATCH_SIZE)
      const result = networkGradients(network, batch.x, [], batch.rows, referenceLoss(loss, batch))
      losses.push(result.loss)
      const divisor = divisorOf(loss, batch)
      sum += result.loss * divisor
      total += divisor
      const gradient = parameters.gather(result.layers.map(({ dWeights, dBias }) => [dWeights, dBias]))
      pending.push({ gradient, divisor })
      if (pending.length < accumulate && iteration < ITERATIONS - 1) continue
      options.learningRate = schedule.at(epoch * ITERATIONS + iteration)
      options.gradientScale = 1 / pending.reduce((sum, { divisor }) => sum + divisor, 0)
      const gradients = parameters.values.map((_, i) =>
        pending.reduce((sum, { gradient, divisor }) => sum + divisor * at(gradient, i), 0),
      )
      optimizer.step(parameters.values, gradients)
      parameters.scatter()
      pending = []
    }
    const all = rowsOf(samples, 0, SAMPLES)
    schedule.endEpoch(
      validates ? networkLoss(network, all.x, [], all.rows, referenceLoss(loss, all)) : sum / total,
    )
  }
  return losses
}

function firstNetwork(layers: Training['layers']): ReferenceLayer[] {
  const sizes = shapesOf(INPUT_SIZE, layers)
  const parameters = sizes.map(({ weightCount, biasCount }) => ({
    weights: new Float32Array(weightCount),
    bias: new Float32Array(biasCount),
  }))
  fillParameters(layers, parameters)
  const twin = twinOf(layers, parameters, INPUT_SIZE, BATCH_SIZE)
  return twin.map((layer, i) => (layer.kind === 'normalization' ? withExactScale(layer, layers[i]) : layer))
}

/** With 1 / σ in f64: the kernels, and the twin after them, have it in f32. */
function withExactScale<T extends ReferenceLayer & { kind: 'normalization' }>(twin: T, layer?: Layer): T {
  const { standardDeviation = Number.NaN } = layer?.kind === 'normalization' ? layer : {}
  const deviations = typeof standardDeviation === 'number' ? [standardDeviation] : standardDeviation
  const scale = Array.from(twin.scaling.scale, (_, j) => 1 / at(deviations, j % deviations.length))
  return { ...twin, scaling: { ...twin.scaling, scale } }
}

/** All parameters in one vector, as an optimiser wants them: first the matrices, then all others. */
class ParameterVector {
  readonly values: Float64Array
  readonly matrixLength: number
  readonly #tensors: Float64Array[]
  readonly #order: number[]

  constructor(network: readonly ReferenceLayer[]) {
    this.#tensors = network.flatMap(({ weights, bias }) => [weights, bias])
    const isMatrix = network.flatMap(({ kind = 'dense' }) => [kind === 'dense', false])
    const indices = [...this.#tensors.keys()]
    this.#order = [...indices.filter(i => isMatrix[i]), ...indices.filter(i => !isMatrix[i])]
    this.matrixLength = this.#tensors.reduce((n, { length }, i) => n + (isMatrix[i] ? length : 0), 0)
    this.values = this.#concatenate(this.#tensors)
  }

  /** Tensors by layer, weights and bias, as one vector. */
  gather(layers: readonly Float64Array[][]): Float64Array {
    return this.#concatenate(layers.flat())
  }

  /** Writes the vector back to the layers. */
  scatter(): void {
    let begin = 0
    for (const i of this.#order) {
      const tensor = at(this.#tensors, i)
      tensor.set(this.values.subarray(begin, begin + tensor.length))
      begin += tensor.length
    }
  }

  #concatenate(tensors: readonly Float64Array[]): Float64Array {
    return Float64Array.from(this.#order.flatMap(i => [...at(tensors, i)]))
  }
}

interface Rows extends Truth {
  rows: number
  x: Float64Array
}

/** The samples from `begin` on, before `end`; a byte is what it is as a float of 0–1. */
function rowsOf({ inputs, labels, targets, sampleWeights }: Samples, begin: number, end: number): Rows {
  const rows = Math.min(end, SAMPLES) - begin
  const slice = (values: ArrayLike<number> = [], size = 1) =>
    Float64Array.from(values).subarray(begin * size, (begin + rows) * size)
  const x = slice(inputs, INPUT_SIZE)
  return {
    rows,
    x: inputs instanceof Uint8Array ? x.map(byte => Math.fround(byte / 255)) : x,
    labels: labels && slice(labels),
    targets: slice(targets, (targets?.length ?? 0) / SAMPLES),
    weights: sampleWeights ? slice(sampleWeights) : new Float64Array(rows).fill(1),
  }
}
