// The range test of L. Smith, "Cyclical learning rates for training neural networks", WACV 2017, section 3.3.

import { BATCH_SIZE } from '../data/batches.ts'
import { describeValue } from '../describe-value.ts'
import { ArgumentError, StateError } from '../errors.ts'
import { type Dataset, rowsOf } from './dataset.ts'
import type { Sequential } from './sequential.ts'

/** Options of {@link findLearningRate}. */
export interface FindLearningRateOptions {
  /** The first learning rate, above 0; 1e-6 unless given. */
  from?: number
  /** The last, above the first; 10 unless given. */
  to?: number
  /** Iterations from the first to the last, 2 or more; 100 unless given. */
  iterations?: number
  /** Samples in a batch; 100 unless given. */
  batchSize?: number
  /** Of the shuffles; the model's seed unless given. */
  seed?: number
  /** Share of its last value in the smoothed loss, at least 0 and below 1; 0.9 unless given. */
  smoothing?: number
  signal?: AbortSignal
}

/** One iteration of a range test. */
export interface LearningRatePoint {
  learningRate: number
  /** Of the batch, before its update at this rate. */
  loss: number
  /** Exponential moving average of the losses up to here, without its bias towards 0. */
  smoothedLoss: number
}

/** What a range test found. */
export interface LearningRateRange {
  /** A tenth of the rate at which the smoothed loss is the lowest: of use as `learningRate`. */
  suggestion: number
  /** Where the smoothed loss falls the fastest by the rate's logarithm, before its lowest. */
  steepest: number
  /** Whether the loss grew beyond four times its lowest, or was not finite: the test ended there. */
  diverged: boolean
  curve: LearningRatePoint[]
}

/** A loss of so many times the lowest has diverged. */
const DIVERGENCE = 4

/** See {@link findLearningRate}. */
export async function searchLearningRate(
  model: Sequential,
  data: Dataset,
  options: FindLearningRateOptions,
): Promise<LearningRateRange> {
  const { network, config, seed: modelSeed, isCompiled } = model.internals
  const {
    from = 1e-6,
    to = 10,
    iterations = 100,
    batchSize = BATCH_SIZE,
    seed = modelSeed,
    smoothing = 0.9,
  } = options
  check(from, to, iterations, smoothing)
  if (!isCompiled) {
    throw new StateError("findLearningRate before compile: call model.compile({ optimizer: 'sgd' }) first")
  }
  const before = await network.checkpoint()
  const settings = { batchSize, dropLast: false, shuffle: true, seed, epochs: 1, begin: 'new' } as const
  const trainer = await network.trainer(config, settings, rowsOf(data))
  const curve: LearningRatePoint[] = []
  let diverged = false
  try {
    let average = 0
    let bias = 1
    let lowest = Number.POSITIVE_INFINITY
    for (let i = 0; i < iterations && !diverged; ++i) {
      options.signal?.throwIfAborted()
      const learningRate = rateAt(from, to, i / (iterations - 1))
      const { loss } = await trainer.forward(undefined)
      average = smoothing * average + (1 - smoothing) * loss
      bias *= smoothing
      const smoothedLoss = average / (1 - bias)
      diverged = !(smoothedLoss <= DIVERGENCE * lowest)
      if (Number.isFinite(smoothedLoss)) curve.push({ learningRate, loss, smoothedLoss })
      if (diverged) break
      lowest = Math.min(lowest, smoothedLoss)
      await trainer.backward()
      await trainer.step(learningRate)
    }
  } finally {
    trainer.dispose()
    await network.restore(before)
  }
  return { ...suggest(curve), diverged, curve }
}

/** Six digits, by which engines' powers do not differ. */
function rateAt(from: number, to: number, share: number): number {
  return Number((from * (to / from) ** share).toPrecision(6))
}

function check(from: number, to: number, iterations: number, smoothing: number): void {
  if (!(from > 0 && to > from && to < Number.POSITIVE_INFINITY)) {
    throw new ArgumentError(`learning rates from ${from} to ${to}: expected 0 < from < to`)
  }
  if (!Number.isInteger(iterations) || iterations < 2) {
    throw new ArgumentError(`iterations is ${describeValue(iterations)}: expected a whole number, 2 or more`)
  }
  if (!(smoothing >= 0 && smoothing < 1)) {
    throw new ArgumentError(
      `smoothing is ${describeValue(smoothing)}: expected a number, 0 or more and below 1`,
    )
  }
}

function suggest(curve: readonly LearningRatePoint[]): { suggestion: number; steepest: number } {
  let lowest = 0
  for (const [i, { smoothedLoss }] of curve.entries()) {
    if (smoothedLoss < (curve[lowest]?.smoothedLoss ?? Number.POSITIVE_INFINITY)) lowest = i
  }
  // Rates stand at equal distances by their logarithm: the steepest descent is the largest difference over a stretch of
  // so many of them that one batch's loss does not decide.
  const reach = Math.max(1, Math.round(curve.length / 10))
  let steepest = lowest
  let fall = 0
  for (let i = reach; i <= lowest; ++i) {
    const after = curve[Math.min(i + reach, curve.length - 1)]?.smoothedLoss ?? 0
    const difference = after - (curve[i - reach]?.smoothedLoss ?? 0)
    if (difference < fall) {
      fall = difference
      steepest = i
    }
  }
  const rate = (i: number) => curve[i]?.learningRate ?? Number.NaN
  return { suggestion: rate(lowest) / 10, steepest: rate(steepest) }
}
