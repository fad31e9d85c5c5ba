// A training one stage at a time: forward, backward, step, in the caller's own loop. Lecture, section 1.

import { iterationsPerEpoch } from '../data/batches.ts'
import { describeValue } from '../describe-value.ts'
import { ArgumentError, StateError } from '../errors.ts'
import type { LayerParameters } from '../layers/spec.ts'
import type { NetworkContext } from '../network/context.ts'
import { GradientPass } from '../network/gradient-pass.ts'
import type { Network } from '../network/network.ts'
import type { ParameterSet } from '../network/parameters.ts'
import { type BatchMatrix, BatchTensors } from '../network/tensors.ts'
import { createSchedule } from '../optimizers/create-schedule.ts'
import type { LearningRateSchedule } from '../optimizers/learning-rate.ts'
import { createOptimizer, type Optimizer, restoreOptimizer, saveOptimizer } from '../optimizers/optimizer.ts'
import type { Algorithm } from '../optimizers/optimizer-table.ts'
import type { Runtime } from '../wasm/runtime.ts'
import { checkBatchSizes } from './batch-sizes.ts'
import { checkInputSize, type Rows } from './dataset-rows.ts'
import { isPlainSgd } from './descent.ts'
import { addBatch, epochLogs } from './epoch-sums.ts'
import type { BatchLogs } from './logs.ts'
import type { TrainingConfig } from './options.ts'
import { SampleOrder } from './sample-order.ts'
import { noSums, type TrainingState } from './state.ts'

/** How a stepwise training takes its batches. */
export interface StepwiseSettings {
  batchSize: number
  dropLast: boolean
  shuffle: boolean
  seed: number
  /** For which the schedule is planned. */
  epochs: number
}

/** What is trained. */
export interface StepwiseTask {
  readonly config: TrainingConfig
  readonly settings: StepwiseSettings
  readonly rows: Rows
  /** Where the training begins. */
  readonly state: TrainingState
}

/** The result of a forward pass. */
export type ForwardLogs = Omit<BatchLogs, 'learningRate'>

/** Tensors with a row per sample of the batch, and tensors shaped like a layer's parameters. */
export type BatchTensorName = 'inputs' | 'weightedSums' | 'activations' | 'predictions' | 'deltas'
export type ParameterTensorName = 'gradients' | 'updates'

/** The last completed stage. */
type Stage = 'start' | 'forward' | 'backward' | 'step'

/** A training whose stages the caller runs, its buffers planned once. */
export class StepwiseTraining {
  readonly #network: Network
  readonly #runtime: Runtime
  readonly #settings: StepwiseSettings
  readonly #length: number
  readonly #indices: Int32Array
  /** In an epoch. */
  readonly #iterations: number
  readonly #pass: GradientPass
  readonly #tensors: BatchTensors
  readonly #updates: ParameterSet
  /** Undefined for plain gradient descent. */
  readonly #optimizer: Optimizer | undefined
  readonly #algorithm: Algorithm
  readonly #schedule: LearningRateSchedule
  readonly #order: SampleOrder
  readonly #begin: TrainingState
  #stage: Stage = 'start'
  #logs: ForwardLogs | undefined
  /** Completed batches, in all epochs. */
  #done = 0
  #sums = noSums()
  /** The epoch of the current sample order. */
  #shuffled = 0

  /** Plans a training. Rejects with {@link ArgumentError} and {@link ShapeError} for what cannot be trained. */
  static async open(context: NetworkContext, task: StepwiseTask): Promise<StepwiseTraining> {
    const { network } = context
    const { config, settings, rows } = task
    const { length } = rows.indices
    checkInputSize(network, rows.samples.info.inputSize)
    checkBatchSizes(network.layers, length, settings)
    const iterations = iterationsPerEpoch(length, settings.batchSize, settings.dropLast)
    if (iterations === 0) {
      throw new ArgumentError(
        `${length} samples make no batch of ${settings.batchSize} with dropLast: use a smaller batchSize`,
      )
    }
    const { learningRate } = config.optimizer
    const schedule = await createSchedule(config.schedule, learningRate, iterations, settings.epochs)
    return new StepwiseTraining(context, task, iterations, schedule)
  }

  private constructor(
    context: NetworkContext,
    { config, settings, rows, state }: StepwiseTask,
    iterations: number,
    schedule: LearningRateSchedule,
  ) {
    const { runtime, arena, network } = context
    const { samples, indices } = rows
    const { length } = indices
    this.#runtime = runtime
    this.#network = network
    this.#settings = settings
    this.#length = length
    this.#indices = indices
    this.#iterations = iterations
    this.#begin = state
    const capacity = Math.min(settings.batchSize, length)
    const { loss, optimizer } = config
    const { seed } = settings
    this.#pass = new GradientPass(context, {
      loss,
      samples,
      capacity,
      seed,
      step: state.steps,
      keepsTensors: true,
    })
    this.#tensors = new BatchTensors(this.#pass, arena.f32(capacity * network.outputSize))
    this.#updates = network.layout.allocate(arena)
    this.#algorithm = optimizer.algorithm
    const isInPlace = this.#pass.forward.stages.every(({ updatesInPlace }) => updatesInPlace)
    if (!isPlainSgd(optimizer) || !isInPlace) {
      this.#optimizer = createOptimizer(optimizer, runtime, arena, {
        parameters: network.parameters.vector.subarray(0, network.layout.trainableLength),
        gradients: this.#pass.gradients.vector.subarray(0, network.layout.trainableLength),
        weightCount: network.layout.matrixLength,
      })
      restoreOptimizer(optimizer.algorithm, this.#optimizer, state.optimizer)
    }
    this.#schedule = schedule
    if (state.schedule) this.#schedule.restore(state.schedule)
    this.#order = new SampleOrder(runtime, arena, indices)
  }

  /** Where the training stands, for the next one to go on from. */
  state(): TrainingState {
    const epoch = Math.floor(this.#done / this.#iterations)
    const optimizer = this.#optimizer
    return {
      ...this.#begin,
      epoch,
      iteration: this.#done % this.#iterations,
      steps: this.#pass.step,
      sums: { ...this.#sums },
      optimizer: optimizer && saveOptimizer(this.#algorithm, optimizer),
      schedule: this.#schedule.state,
    }
  }

  /** Takes the next batch, or the samples at the given positions, to the loss. */
  forward(positions: Int32Array | undefined): Promise<ForwardLogs> {
    return this.#network.exclusively(async () => {
      this.#expect(['start', 'step'], 'forward', {
        forward: 'backward() for the batch in hand, or skip()',
        backward: 'step() for the batch in hand, or skip()',
      })
      const epoch = Math.floor(this.#done / this.#iterations) + 1
      const iteration = (this.#done % this.#iterations) + 1
      const indices = positions ? this.#at(positions) : this.#next(epoch, iteration)
      await this.#pass.load(indices)
      const loss = await this.#pass.computeLoss()
      const samples = indices.length
      const { correct } = this.#pass
      this.#logs = {
        epoch,
        iteration,
        iterations: this.#iterations,
        samples,
        loss,
        ...(correct !== undefined && { accuracy: correct / samples }),
      }
      this.#stage = 'forward'
      return { ...this.#logs }
    })
  }

  /** Takes the batch's loss to all gradients. */
  backward(): Promise<void> {
    return this.#network.exclusively(async () => {
      this.#expect(['forward'], 'backward', {
        start: 'forward()',
        backward: 'step()',
        step: 'forward() for the next batch',
      })
      await this.#pass.differentiate()
      this.#stage = 'backward'
    })
  }

  /** Changes the parameters; resolves to the learning rate, which is the schedule's unless given. */
  async step(learningRate: number | undefined): Promise<number> {
    if (
      learningRate !== undefined &&
      !(Number.isFinite(learningRate) && learningRate >= 0 && Math.fround(learningRate) < Infinity)
    ) {
      throw new ArgumentError(
        `learningRate is ${describeValue(learningRate)}: expected a finite number of single precision, 0 or more`,
      )
    }
    return this.#network.exclusively(async () => {
      this.#expect(['backward'], 'step', {
        start: 'forward() and backward()',
        forward: 'backward()',
        step: 'forward() and backward() for the next batch',
      })
      const rate = learningRate ?? this.#schedule.at(this.#done)
      const parameters = this.#network.parameters.vector
      const updates = this.#updates.vector
      const { kernels } = this.#runtime
      updates.view.set(parameters.view)
      if (this.#optimizer) {
        this.#optimizer.prepare(rate, 1)
        await this.#pass.run(this.#optimizer.calls())
      } else {
        await this.#pass.descend(rate)
      }
      kernels.sscal(updates.length, -1, updates.pointer, 1)
      kernels.saxpy(updates.length, 1, parameters.pointer, 1, updates.pointer, 1)
      this.#pass.step += 1
      this.#finishBatch('step', rate)
      return rate
    })
  }

  /** Leaves out the batch in hand. */
  skip(): Promise<void> {
    return this.#network.exclusively(() => {
      this.#expect(['forward', 'backward'], 'skip', {
        start: 'forward()',
        step: 'forward() for the next batch',
      })
      if (this.#logs) this.#logs.loss = Number.NaN // counts as skipped
      this.#finishBatch('start', this.#schedule.at(this.#done))
    })
  }

  readBatch(name: BatchTensorName, layer: number): Promise<BatchMatrix> {
    return this.#network.exclusively<BatchMatrix>(() => {
      this.#expectTensor(name)
      if (name === 'inputs' || name === 'predictions') return this.#tensors[name]()
      this.#checkLayer(layer)
      return this.#tensors[name](layer)
    })
  }

  readParameters(name: ParameterTensorName, layer: number): Promise<LayerParameters> {
    return this.#network.exclusively(() => {
      this.#expectTensor(name)
      this.#checkLayer(layer)
      return this.#tensors.parametersOf(name === 'gradients' ? this.#pass.gradients : this.#updates, layer)
    })
  }

  #finishBatch(stage: Stage, learningRate: number): void {
    this.#stage = stage
    this.#done += 1
    if (this.#logs) {
      const { loss, samples } = this.#logs
      addBatch(this.#sums, { loss, weight: this.#pass.weight, correct: undefined }, samples)
    }
    if (this.#done % this.#iterations > 0) return
    const { loss } = epochLogs(0, this.#iterations, this.#sums, learningRate)
    this.#schedule.endEpoch(loss)
    this.#sums = noSums()
  }

  /** The samples of the next batch in the epoch's order. */
  #next(epoch: number, iteration: number): Int32Array {
    const { batchSize, shuffle, seed } = this.#settings
    if (shuffle && this.#shuffled !== epoch) this.#order.shuffle(seed, this.#begin.epochsBefore + epoch)
    this.#shuffled = epoch
    const begin = (iteration - 1) * batchSize
    return this.#order.slice(begin, Math.min(batchSize, this.#length - begin))
  }

  #at(positions: Int32Array): Int32Array {
    const most = Math.min(this.#settings.batchSize, this.#length)
    if (positions.length === 0 || positions.length > most) {
      throw new ArgumentError(`a batch of ${positions.length} samples: expected 1–${most}, the batchSize`)
    }
    return positions.map(position => {
      const index = this.#indices[position]
      if (index !== undefined) return index
      throw new ArgumentError(
        `there is no sample ${position}: the data set has ${this.#length}, the first of which is 0`,
      )
    })
  }

  #expect(stages: readonly Stage[], call: string, missing: Partial<Record<Stage, string>>): void {
    if (stages.includes(this.#stage)) return
    const what = missing[this.#stage]
    throw new StateError(
      `${call}() is out of turn: ${this.#stage === 'start' ? 'there is no batch in hand' : `${this.#stage}() was last`}, ` +
        `call ${what} first`,
    )
  }

  #expectTensor(name: BatchTensorName | ParameterTensorName): void {
    const needed =
      name === 'updates' ? 'step' : name === 'gradients' || name === 'deltas' ? 'backward' : 'forward'
    const order: readonly Stage[] = ['start', 'forward', 'backward', 'step']
    if (order.indexOf(this.#stage) >= order.indexOf(needed)) return
    throw new StateError(
      `${name} can be read after ${needed}(), which this batch has not been through: call it first`,
    )
  }

  #checkLayer(layer: number): void {
    const { length } = this.#network.layers
    if (Number.isInteger(layer) && layer >= 0 && layer < length) return
    throw new ArgumentError(`there is no layer ${layer}: expected 0–${length - 1}`)
  }
}
