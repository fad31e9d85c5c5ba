// Which epoch of a training was the best, by its log.
import { defaultMonitor, gainOf, type Monitor, watchedValue } from '../training/early-stopping-options.ts'
import type { EpochLogs } from '../training/logs.ts'

/** An epoch, counted from 1, and the value that is watched. */
export interface RatedEpoch {
  readonly epoch: number
  readonly value: number
}

/** What is watched of a history, unless it is told. */
export const monitorOf = (history: readonly EpochLogs[]): Monitor =>
  defaultMonitor(history.at(-1)?.valLoss !== undefined)

/** An epoch of a history; undefined where there is none, or its log lacks what is watched. */
export function rate(history: readonly EpochLogs[], epoch: number, monitor: Monitor): RatedEpoch | undefined {
  const logs = history[epoch - 1]
  const value = logs && watchedValue(monitor, logs)
  return value === undefined ? undefined : { epoch, value }
}

/** The best epoch of a history: the first of those that are equal. */
export function bestOf(history: readonly EpochLogs[], monitor: Monitor): RatedEpoch | undefined {
  let best: RatedEpoch | undefined
  for (let epoch = 1; epoch <= history.length; ++epoch) {
    const rated = rate(history, epoch, monitor)
    if (rated && isBetter(rated, best, monitor)) best = rated
  }
  return best
}

/** Whether an epoch is better than another one, or there is no other one. NaN is worse than all else. */
export function isBetter({ value }: RatedEpoch, than: RatedEpoch | undefined, monitor: Monitor): boolean {
  if (!than) return true
  return Number.isNaN(than.value) ? !Number.isNaN(value) : gainOf(monitor, value, than.value) > 0
}
