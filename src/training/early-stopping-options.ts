// What early stopping watches, and its defaults.
import { checkOptions, unknownName } from '../check-options.ts'
import type { EarlyStopping, EpochLogs } from './options.ts'

/** All that can be watched. */
const MONITORS = ['loss', 'accuracy', 'valLoss', 'valAccuracy'] as const

/** What early stopping can watch: a loss, which is better when smaller, or an accuracy. */
export type Monitor = (typeof MONITORS)[number]

/** Throws {@link ArgumentError} for a name that there is not, of an option or of what is to be watched. */
export function checkEarlyStopping(options: EarlyStopping): void {
  checkOptions('earlyStopping', options, '{ patience: 3 }', {
    monitor: 1,
    patience: 1,
    minDelta: 1,
    restoreBest: true,
  })
  const { monitor = 'loss' } = options
  if (!MONITORS.includes(monitor)) throw unknownName('earlyStopping: unknown monitor', monitor, MONITORS)
}

/** The options with nothing left open. */
export const resolveEarlyStopping = (
  { monitor, patience = 0, minDelta = 0, restoreBest = true }: EarlyStopping,
  hasValidation: boolean,
): Required<EarlyStopping> => ({
  monitor: monitor ?? defaultMonitor(hasValidation),
  patience,
  minDelta,
  restoreBest,
})

/** What tells how good an epoch was, unless something else is named. */
export const defaultMonitor = (hasValidation: boolean): Monitor => (hasValidation ? 'valLoss' : 'loss')

/** What was measured on the weights after the epoch, or, where that was not, the mean over the epoch. */
export const watchedValue = (monitor: Monitor, logs: EpochLogs): number | undefined =>
  (monitor === 'loss' ? logs.trainLoss : monitor === 'accuracy' ? logs.trainAccuracy : undefined) ??
  logs[monitor]

/** Above 0 where the first value is better than the second, and by how much. */
export const gainOf = (monitor: Monitor, value: number, than: number): number =>
  monitor.endsWith('ccuracy') ? value - than : than - value
