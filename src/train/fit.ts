// The training loop. Lecture, section 4: an epoch uses each sample once, in batches of which each is one iteration.
import { iterationsPerEpoch } from '../data/batches.ts'
import { ArgumentError, TrainingError } from '../errors.ts'
import type { Network } from '../model/network.ts'
import { Arena } from '../wasm/arena.ts'
import type { F32Buffer, I32Buffer, U8Buffer } from '../wasm/buffer.ts'
import { type Call, type Executor, take } from '../wasm/calls.ts'
import type { Runtime } from '../wasm/runtime.ts'
import { BackwardPass } from './backward.ts'
import { checkInputSize, Evaluator, type Pause, type Rows } from './evaluate.ts'
import { ForwardPass } from './forward.ts'
import type { InputFormat } from './input.ts'
import { type BatchLoss, createLoss } from './losses.ts'
import {
  type BatchLogs,
  checkSettings,
  type EpochLogs,
  type FitCallbacks,
  type FitSettings,
  type TrainingConfig,
} from './options.ts'

/** What one call of `fit` works on. */
export interface FitTask {
  config: TrainingConfig
  settings: FitSettings
  train: Rows
  validation: Rows | undefined
  /** Epochs that the network has been trained for before: each epoch has a shuffle of its own. */
  epochsBefore: number
}

/**
 * Trains the network. All buffers are planned before the first step: a step allocates none.
 *
 * Throws {@link ArgumentError} and {@link ShapeError} before anything is trained, and {@link TrainingError} at a loss
 * that is not finite, with the weights as they were before that batch; or, after the very last batch, where the weights
 * or the loss that they give are not finite.
 */
export async function trainNetwork(
  runtime: Runtime,
  executor: Executor,
  network: Network,
  task: FitTask,
  callbacks: FitCallbacks,
  pause: Pause,
): Promise<void> {
  const { config, settings, train, validation } = task
  const samples = train.indices.length
  checkSettings(settings, samples)
  checkInputSize(network, train.storage.info.inputSize)
  const { epochs, batchSize, dropLast } = settings
  const iterations = iterationsPerEpoch(samples, batchSize, dropLast)
  if (iterations === 0) {
    throw new ArgumentError(
      `${samples} samples make no batch of ${batchSize} with dropLast: use a smaller batchSize`,
    )
  }
  const capacity = Math.min(batchSize, samples)
  const arena = new Arena(runtime.memory)
  try {
    const step = new TrainingStep(runtime, executor, arena, network, task, capacity)
    const evaluator = validation && new Evaluator(runtime, executor, arena, network, config.loss, validation)
    for (let epoch = 1; epoch <= epochs; ++epoch) {
      const start = performance.now()
      if (settings.shuffle) step.shuffle(settings.seed, task.epochsBefore + epoch)
      let lossSum = 0
      let correct = 0
      let seen = 0
      for (let i = 0; i < iterations; ++i) {
        const count = Math.min(capacity, samples - seen)
        await network.exclusively(() => step.run(seen, count))
        const { loss } = step
        if (!Number.isFinite(loss)) {
          throw new TrainingError(
            `the loss is ${loss} at iteration ${i + 1} of epoch ${epoch}; the weights are those before this batch: ` +
              `use a learning rate below ${config.learningRate}, or look for inputs that are no numbers`,
          )
        }
        lossSum += loss
        seen += count
        const right = step.correct
        if (right !== undefined) correct += right
        if (callbacks.onBatchEnd) {
          const logs = { epoch, iteration: i + 1, iterations, samples: count, loss }
          await callbacks.onBatchEnd(withAccuracy(logs, right, count))
        }
        const pausing = pause()
        if (pausing) await pausing
      }
      // After any other batch, the next one's loss tells.
      if (epoch === epochs && !(await network.exclusively(() => step.isFinite()))) {
        throw new TrainingError(
          `the weights diverged in the last batch, iteration ${iterations} of epoch ${epoch}: train a new model with a ` +
            `learning rate below ${config.learningRate}, or look for inputs that are no numbers`,
        )
      }
      const epochLogs: EpochLogs = withAccuracy(
        { epoch, iterations, samples: seen, loss: lossSum / iterations, seconds: 0 },
        step.correct === undefined ? undefined : correct,
        seen,
      )
      if (evaluator) {
        await network.exclusively(() => network.keepFirstWeightsIn(undefined))
        const { loss, accuracy } = await evaluator.run(pause)
        if (!Number.isFinite(loss)) {
          throw new TrainingError(
            `the validation loss is ${loss} after epoch ${epoch}: use a learning rate below ${config.learningRate}, or ` +
              'look for inputs that are no numbers',
          )
        }
        epochLogs.valLoss = loss
        if (accuracy !== undefined) epochLogs.valAccuracy = accuracy
      }
      epochLogs.seconds = (performance.now() - start) / 1000
      await callbacks.onEpochEnd?.(epochLogs)
    }
  } finally {
    await network.exclusively(() => network.keepFirstWeightsIn(undefined))
    arena.free()
  }
}

function withAccuracy<Logs extends BatchLogs | EpochLogs>(
  logs: Logs,
  right: number | undefined,
  count: number,
): Logs {
  if (right !== undefined) logs.accuracy = right / count
  return logs
}

/** The calls of a step on a batch of some number of rows, from the loss's value on: forward first, then backward. */
interface StepCalls {
  readonly forward: readonly Call[]
  readonly backward: readonly Call[]
}

/** One iteration: prepare data → model → prediction → loss → gradient → change the weights. Lecture, section 1. */
class TrainingStep {
  /** The mean loss of the last batch, before its update. */
  loss = 0
  /** Samples of the last batch that were classified rightly, before the update; undefined for regression. */
  correct: number | undefined
  readonly #runtime: Runtime
  readonly #executor: Executor
  readonly #network: Network
  /** −learningRate. */
  readonly #step: number
  readonly #forward: ForwardPass
  /** Where the first layer's weights are from one sparse batch to the next. */
  readonly #panels: U8Buffer | undefined
  readonly #backward: BackwardPass
  readonly #batchLoss: BatchLoss
  readonly #listings = new Map<number, readonly Call[]>()
  readonly #calls = { sparse: new Map<number, StepCalls>(), dense: new Map<number, StepCalls>() }
  readonly #indices: Int32Array
  readonly #order: I32Buffer
  readonly #words: I32Buffer
  /** A 0. */
  readonly #zero: F32Buffer
  /** Samples of the last batch, and its calls. */
  #last: { count: number; forward: readonly Call[] } = { count: 0, forward: [] }

  constructor(
    runtime: Runtime,
    executor: Executor,
    arena: Arena,
    network: Network,
    { config, train }: FitTask,
    capacity: number,
  ) {
    const { storage, indices } = train
    this.#runtime = runtime
    this.#executor = executor
    this.#network = network
    this.#step = -config.learningRate
    this.#batchLoss = createLoss(config.loss, runtime, arena, network, storage, capacity)
    this.#forward = new ForwardPass(runtime, arena, network, storage, capacity, executor.threads, true)
    this.#panels = this.#forward.input.keepPanels(arena)
    this.#backward = new BackwardPass(arena, network, this.#forward, capacity)
    this.#indices = indices
    this.#order = arena.i32(indices.length)
    this.#order.view.set(indices)
    this.#words = arena.i32(4)
    this.#zero = arena.f32(1)
  }

  /** Puts the samples into an order that depends on the seed and the epoch alone. */
  shuffle(seed: number, epoch: number): void {
    const { pointer, length, view } = this.#order
    view.set(this.#indices)
    this.#runtime.kernels.shuffle(pointer, length, seed, epoch, this.#words.pointer)
  }

  /** Trains on `count` samples from position `begin` of the order, unless their loss is not finite. */
  async run(begin: number, count: number): Promise<void> {
    const { input } = this.#forward
    input.select(this.#order.view.subarray(begin, begin + count))
    const listing = this.#executor.run(take(this.#listings, count, () => input.listing(count)))
    if (listing) await listing
    const format = input.formatOf(count)
    this.#network.keepFirstWeightsIn(format === 'sparse' ? this.#panels : undefined)
    const { forward, backward } = take(this.#calls[format], count, () => this.#plan(count, format))
    this.#last = { count, forward }
    const goingForward = this.#executor.run(forward)
    if (goingForward) await goingForward
    this.loss = this.#batchLoss.mean(count)
    this.correct = this.#batchLoss.correct(count)
    if (!Number.isFinite(this.loss)) return
    const goingBackward = this.#executor.run(backward)
    if (goingBackward) await goingBackward
  }

  #plan(count: number, format: InputFormat): StepCalls {
    const { input, output } = this.#forward
    const loss = this.#batchLoss.call(count, input.indices, output, this.#backward.outputGradient)
    return {
      forward: [...this.#forward.calls(count, format), loss],
      backward: this.#backward.calls(count, format, this.#step, 1, this.#network.layers),
    }
  }

  /** Whether all weights and biases are finite, and the loss that they give for the last batch too. */
  async isFinite(): Promise<boolean> {
    const { count, forward } = this.#last
    const running = this.#executor.run(forward)
    if (running) await running
    if (!Number.isFinite(this.#batchLoss.mean(count))) return false
    this.#network.updateFirstWeights()
    // Σ w·0 is 0, or NaN where a w is not finite. The increment of 0 takes the one 0 over and over.
    const { kernels } = this.#runtime
    const sum = ({ pointer, length }: F32Buffer) => kernels.sdot(length, pointer, 1, this.#zero.pointer, 0)
    return this.#network.layers.every(({ weights, bias }) => sum(weights) === 0 && sum(bias) === 0)
  }
}
