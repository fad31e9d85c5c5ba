// The training loop. Lecture, section 4: an epoch uses each sample once, in batches of which each is one iteration.
import { iterationsPerEpoch } from '../data/batches.ts'
import { ArgumentError, TrainingError } from '../errors.ts'
import type { Network } from '../model/network.ts'
import { Arena } from '../wasm/arena.ts'
import type { Runtime } from '../wasm/runtime.ts'
import { BackwardPass } from './backward.ts'
import { checkInputSize, Evaluator, type Pause, type Rows } from './evaluate.ts'
import { ForwardPass } from './forward.ts'
import { createLoss } from './losses.ts'
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
 * that is not finite, with the weights as they were before that batch.
 */
export async function trainNetwork(
  runtime: Runtime,
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
    const step = new TrainingStep(runtime, arena, network, task, capacity)
    const evaluator = validation && new Evaluator(runtime, arena, network, config.loss, validation)
    for (let epoch = 1; epoch <= epochs; ++epoch) {
      const start = performance.now()
      if (settings.shuffle) step.shuffle(settings.seed, task.epochsBefore + epoch)
      let lossSum = 0
      let correct = 0
      let seen = 0
      for (let i = 0; i < iterations; ++i) {
        const count = Math.min(capacity, samples - seen)
        step.run(seen, count)
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
      const epochLogs: EpochLogs = withAccuracy(
        { epoch, iterations, samples: seen, loss: lossSum / iterations, seconds: 0 },
        step.correct === undefined ? undefined : correct,
        seen,
      )
      if (evaluator) {
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

/** One iteration: prepare data → model → prediction → loss → gradient → change the weights. Lecture, section 1. */
class TrainingStep {
  /** Samples of the last batch that were classified rightly, before the update; undefined for regression. */
  correct: number | undefined
  readonly #runtime: Runtime
  readonly #network: Network
  /** −learningRate. */
  readonly #step: number
  readonly #forward
  readonly #backward
  readonly #loss
  readonly #indices: Int32Array
  readonly #order
  readonly #words

  constructor(
    runtime: Runtime,
    arena: Arena,
    network: Network,
    { config, train }: FitTask,
    capacity: number,
  ) {
    this.#runtime = runtime
    this.#network = network
    this.#step = -config.learningRate
    this.#loss = createLoss(config.loss, runtime, arena, network, train.storage, capacity)
    this.#forward = new ForwardPass(runtime, arena, network, train.storage, capacity, true)
    this.#backward = new BackwardPass(runtime, arena, network, this.#forward, capacity)
    this.#indices = train.indices
    this.#order = arena.i32(train.indices.length)
    this.#order.view.set(train.indices)
    this.#words = arena.i32(4)
  }

  /** Puts the samples into an order that depends on the seed and the epoch alone. */
  shuffle(seed: number, epoch: number): void {
    const { pointer, length, view } = this.#order
    view.set(this.#indices)
    this.#runtime.kernels.shuffle(pointer, length, seed, epoch, this.#words.pointer)
  }

  /** The mean loss of the last batch, before its update. */
  get loss(): number {
    return this.#loss.value
  }

  /** Trains on `count` samples from position `begin` of the order, unless their loss is not finite. */
  run(begin: number, count: number): void {
    const indices = this.#order.pointer + begin * 4
    const { input, output } = this.#forward
    input.load(indices, count)
    this.#forward.run(count)
    this.#loss.load(indices, count)
    this.correct = this.#loss.countCorrect(count, output)
    this.#loss.run(count, output, this.#backward.outputGradient)
    if (Number.isFinite(this.loss)) this.#backward.run(count, this.#step, 1, this.#network.layers)
  }
}
