// The stages of the pipeline, computed by a trainer of the package, with the tensors that each shows.
import {
  type Dataset,
  dataset,
  dense,
  type LayerParameters,
  type Sequential,
  sequential,
  type Trainer,
} from 'wasmlp'
import type { F32Buffer, Kernels } from 'wasmlp/kernels'

/** In the lecture's order; the first four are the forward pass. */
export const STAGES = ['data', 'model', 'prediction', 'loss', 'gradient', 'direction', 'update'] as const
export type Stage = (typeof STAGES)[number]
export const FORWARD_STAGES = 4

export const NETWORKS = ['perceptron', 'twoLayers'] as const
export type NetworkName = (typeof NETWORKS)[number]

/** Names of tensors: those of inputs, weights and so on, in each stage that shows them. */
type TensorName =
  | 'inputs'
  | 'targets'
  | 'weights'
  | 'bias'
  | 'weightedSums'
  | 'activations'
  | 'predictions'
  | 'errors'
  | 'deltas'
  | 'weightGradients'
  | 'biasGradients'
  | 'weightDirections'
  | 'biasDirections'
  | 'weightUpdates'
  | 'biasUpdates'

/** A tensor of a stage, rows × columns. */
export interface Tensor {
  readonly name: TensorName
  /** From 1; undefined for one of the whole network. */
  readonly layer: number | undefined
  readonly columns: number
  readonly values: Float32Array
}

interface Problem {
  readonly inputs: number[][]
  readonly targets: number[][]
  readonly learningRate: number
  create(): Promise<Sequential>
}

/** What each network learns. */
export const PROBLEMS: Readonly<Record<NetworkName, Problem>> = {
  // Two points of y = 2x − 1, from w = 0 and b = 0.
  perceptron: {
    inputs: [[1], [2]],
    targets: [[1], [3]],
    learningRate: 0.1,
    async create() {
      const model = await sequential([dense(1)], { inputSize: 1, build: 'simd' })
      await model.setParameters([{ weights: Float32Array.of(0), bias: Float32Array.of(0) }])
      return model
    },
  },
  // XOR.
  twoLayers: {
    inputs: [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ],
    targets: [[0], [1], [1], [0]],
    learningRate: 0.5,
    create: () =>
      sequential([dense(3, { activation: 'tanh' }), dense(1)], { inputSize: 2, seed: 1, build: 'simd' }),
  },
}

/** A stage's tensors; the loss where the stage computes it. */
interface Computed {
  readonly tensors: readonly Tensor[]
  readonly loss?: number
}

/** A training whose stages are taken in the lecture's order, round after round. */
export class StagedTraining {
  readonly #kernels: Kernels
  readonly #problem: Problem
  readonly #data: Dataset
  readonly #model: Sequential
  readonly #trainer: Trainer
  #loss = Number.NaN

  static async begin(kernels: Kernels, problem: Problem): Promise<StagedTraining> {
    const { inputs, targets, learningRate } = problem
    const data = await dataset({ inputs, targets, build: 'simd' })
    const model = await problem.create()
    model.compile({ learningRate, loss: 'meanSquaredError' })
    const trainer = await model.trainer(data, { batchSize: inputs.length, shuffle: false })
    return new StagedTraining(kernels, problem, data, model, trainer)
  }

  private constructor(
    kernels: Kernels,
    problem: Problem,
    data: Dataset,
    model: Sequential,
    trainer: Trainer,
  ) {
    this.#kernels = kernels
    this.#problem = problem
    this.#data = data
    this.#model = model
    this.#trainer = trainer
  }

  close(): void {
    this.#trainer.dispose()
    this.#model.dispose()
    this.#data.dispose()
  }

  /** The trainer takes a batch to its loss in one go, so the first stage computes what the next three show. */
  async compute(stage: Stage): Promise<Computed> {
    const trainer = this.#trainer
    switch (stage) {
      case 'data': {
        const { loss } = await trainer.forward()
        this.#loss = loss
        return { tensors: [batchOf('inputs', await trainer.read('inputs')), this.#targets()] }
      }
      case 'model':
        return { tensors: await this.#layers() }
      case 'prediction':
        return { tensors: [batchOf('predictions', await trainer.read('predictions')), this.#targets()] }
      case 'loss': {
        const predictions = batchOf('predictions', await trainer.read('predictions'))
        const targets = this.#targets()
        const errors = { ...predictions, name: 'errors', values: this.#minus(predictions, targets) } as const
        return { tensors: [predictions, targets, errors], loss: this.#loss }
      }
      case 'gradient':
        await trainer.backward()
        return { tensors: await this.#gradients(true) }
      case 'direction':
        return { tensors: (await this.#gradients(false)).map(gradient => this.#opposite(gradient)) }
      case 'update': {
        await trainer.step()
        const parameters = await this.#model.getParameters()
        const tensors: Tensor[] = []
        for (const [i, now] of parameters.entries()) {
          tensors.push(...parametersOf('weightUpdates', 'biasUpdates', i, await trainer.read('updates', i)))
          tensors.push(...parametersOf('weights', 'bias', i, now))
        }
        return { tensors }
      }
    }
  }

  /** Weights, biases and weighted sums of each layer, and what the hidden ones make of their sums. */
  async #layers(): Promise<Tensor[]> {
    const tensors: Tensor[] = []
    for (const [i, parameters] of (await this.#model.getParameters()).entries()) {
      tensors.push(...parametersOf('weights', 'bias', i, parameters))
      tensors.push(batchOf('weightedSums', await this.#trainer.read('weightedSums', i), i + 1))
      const isLast = i === this.#model.layers.length - 1
      if (!isLast) tensors.push(batchOf('activations', await this.#trainer.read('activations', i), i + 1))
    }
    return tensors
  }

  /** From the last layer to the first, as they are computed. */
  async #gradients(withDeltas: boolean): Promise<Tensor[]> {
    const tensors: Tensor[] = []
    for (let i = this.#model.layers.length - 1; i >= 0; --i) {
      if (withDeltas) tensors.push(batchOf('deltas', await this.#trainer.read('deltas', i), i + 1))
      const gradients = await this.#trainer.read('gradients', i)
      tensors.push(...parametersOf('weightGradients', 'biasGradients', i, gradients))
    }
    return tensors
  }

  #targets(): Tensor {
    return batchOf(
      'targets',
      this.#problem.targets.map(row => Float32Array.from(row)),
    )
  }

  #minus(a: Tensor, b: Tensor): Float32Array {
    const kernels = this.#kernels
    const [x, y] = [kernels.f32(b.values.length), kernels.f32(a.values.length)]
    x.view.set(b.values)
    y.view.set(a.values)
    kernels.saxpy(x.length, -1, x, 1, y, 1)
    return taken(y, x)
  }

  #opposite(gradient: Tensor): Tensor {
    const x = this.#kernels.f32(gradient.values.length)
    x.view.set(gradient.values)
    this.#kernels.sscal(x.length, -1, x, 1)
    const name = gradient.name === 'weightGradients' ? 'weightDirections' : 'biasDirections'
    return { ...gradient, name, values: taken(x) }
  }
}

/** What the first buffer holds; all are freed. */
function taken(...buffers: F32Buffer[]): Float32Array {
  const values = buffers[0]?.view.slice() ?? new Float32Array()
  for (const buffer of buffers) buffer.free()
  return values
}

function batchOf(name: TensorName, rows: readonly Float32Array[], layer?: number): Tensor {
  const columns = rows[0]?.length ?? 0
  const values = new Float32Array(rows.length * columns)
  for (const [i, row] of rows.entries()) values.set(row, i * columns)
  return { name, layer, columns, values }
}

function parametersOf(
  weightsName: TensorName,
  biasName: TensorName,
  index: number,
  { weights, bias }: LayerParameters,
): Tensor[] {
  const shared = { layer: index + 1, columns: bias.length }
  return [
    { name: weightsName, ...shared, values: weights },
    { name: biasName, ...shared, values: bias },
  ]
}
