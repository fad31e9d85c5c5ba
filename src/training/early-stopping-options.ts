// What early stopping watches, and its defaults.
import { checkOptions, unknownName } from '../check-options.ts'
import type { EpochLogs } from './logs.ts'

/** All that can be watched. */
const MONITORS = ['loss', 'accuracy', 'valLoss', 'valAccuracy'] as const

/** What early stopping can watch: a loss, which is better when smaller, or an accuracy. */
export type Monitor = (typeof MONITORS)[number]

/** When training ends before its last epoch. */
export interface EarlyStopping {
  /**
   * `'valLoss'` where there is validation, else `'loss'`, unless given. `'loss'` and `'accuracy'` are those of the samples
   * that are trained on, measured after each epoch by a pass over them: `trainLoss` and `trainAccuracy` in the log. On a
   * stream, which is not read again, they are the means over the epoch, and nothing can be restored.
   */
  monitor?: Monitor
  /** Epochs without a better value after which training ends, as Keras counts them; 0 unless given, which is as 1. */
  patience?: number
  /** How much better a value must be to count; 0 unless given. */
  minDelta?: number
  /** Whether the weights of the best epoch come back at the end; true unless given. */
  restoreBest?: boolean
}

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
