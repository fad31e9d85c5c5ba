// The training loop. Lecture, section 4: an epoch uses each sample once, in batches of which each is one iteration.
import { iterationsPerEpoch } from '../data/batches.ts'
import { ArgumentError, TrainingError } from '../errors.ts'
import type { Network } from '../model/network.ts'
import { Arena } from '../wasm/arena.ts'
import type { Executor } from '../wasm/calls.ts'
import type { Runtime } from '../wasm/runtime.ts'
import { checkInputSize, Evaluator, type Pause, type Rows } from './evaluate.ts'
import {
  type BatchLogs,
  checkSettings,
  type EpochLogs,
  type FitCallbacks,
  type FitSettings,
  type TrainingConfig,
} from './options.ts'
import { SampleOrder } from './sample-order.ts'
import { TrainingStep } from './step.ts'

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
    const step = new TrainingStep(runtime, executor, arena, network, {
      config,
      storage: train.storage,
      capacity,
      seed: settings.seed,
    })
    const order = new SampleOrder(runtime, arena, train.indices)
    const evaluator = validation && new Evaluator(runtime, executor, arena, network, config.loss, validation)
    for (let epoch = 1; epoch <= epochs; ++epoch) {
      const start = performance.now()
      if (settings.shuffle) order.shuffle(settings.seed, task.epochsBefore + epoch)
      let lossSum = 0
      let correct = 0
      let seen = 0
      for (let i = 0; i < iterations; ++i) {
        const count = Math.min(capacity, samples - seen)
        await network.exclusively(() => step.run(order.slice(seen, count), config.learningRate))
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
