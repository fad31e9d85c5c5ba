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
   * `'valLoss'` with validation data, otherwise `'loss'`, unless given. `'loss'` and `'accuracy'` are measured on the
   * training samples, by a pass over them after each epoch (`trainLoss` and `trainAccuracy` in the log). A stream is
   * not read again: there they are means over the epoch, and nothing can be restored.
   */
  monitor?: Monitor
  /** Epochs without improvement before training ends, as Keras counts them; 0 unless given, which acts as 1. */
  patience?: number
  /** How much a value must improve to count; 0 unless given. */
  minDelta?: number
  /** Whether the weights of the best epoch are restored at the end; true unless given. */
  restoreBest?: boolean
}

/** Throws {@link ArgumentError} for an unknown option or monitor. */
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

/** The options with defaults filled in. */
export const resolveEarlyStopping = (
  { monitor, patience = 0, minDelta = 0, restoreBest = true }: EarlyStopping,
  hasValidation: boolean,
): Required<EarlyStopping> => ({
  monitor: monitor ?? defaultMonitor(hasValidation),
  patience,
  minDelta,
  restoreBest,
})

/** What measures an epoch, unless another is given. */
export const defaultMonitor = (hasValidation: boolean): Monitor => (hasValidation ? 'valLoss' : 'loss')

/** The value measured on the weights after the epoch or, without one, the mean over the epoch. */
export const watchedValue = (monitor: Monitor, logs: EpochLogs): number | undefined =>
  (monitor === 'loss' ? logs.trainLoss : monitor === 'accuracy' ? logs.trainAccuracy : undefined) ??
  logs[monitor]

/** By how much the first value is better than the second; negative where it is worse. */
export const gainOf = (monitor: Monitor, value: number, than: number): number =>
  monitor.endsWith('ccuracy') ? value - than : than - value
