// Sums over an epoch, and the logs made from them.
import type { BatchLogs, EpochLogs } from './logs.ts'
import type { EpochSums } from './state.ts'

/**
 * A step's report on its batch: the mean loss and the number of correctly classified samples, both before its update.
 */
export interface StepResult {
  readonly loss: number
  /** The divisor of the mean. */
  readonly weight: number
  readonly correct: number | undefined
}

/** Adds a batch of `rows` samples. */
export function addBatch(sums: EpochSums, { loss, weight, correct }: StepResult, samples: number): void {
  if (!Number.isFinite(loss)) {
    sums.skipped += 1
    return
  }
  sums.loss += loss * weight
  sums.weight += weight
  if (correct !== undefined) sums.correct = (sums.correct ?? 0) + correct
  sums.samples += samples
}

/** The logs of one batch. */
export function batchLogs(logs: BatchLogs, { correct }: Pick<StepResult, 'correct'>): BatchLogs {
  return correct === undefined ? logs : { ...logs, accuracy: correct / logs.samples }
}

/** The logs of an epoch of `iterations` iterations. */
export function epochLogs(
  epoch: number,
  iterations: number,
  sums: EpochSums,
  learningRate: number,
): EpochLogs {
  const { loss, weight, correct, samples, skipped, seconds } = sums
  return {
    epoch,
    iterations,
    samples,
    loss: loss / (weight || iterations - skipped),
    ...(correct !== undefined && { accuracy: correct / samples }),
    ...(skipped > 0 && { skipped }),
    learningRate,
    seconds,
  }
}
