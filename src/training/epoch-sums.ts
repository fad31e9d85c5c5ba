// What is summed up over an epoch, and the logs that come of it.
import type { BatchLogs, EpochLogs } from './logs.ts'
import type { EpochSums } from './state.ts'

/** What a step says of its batch: the mean loss, and how many samples were classified rightly, both before its update. */
export interface StepResult {
  readonly loss: number
  /** What the mean's divisor is. */
  readonly weight: number
  readonly correct: number | undefined
}

/** Adds a batch of so many samples. */
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

/** The logs of an epoch of so many iterations. */
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
