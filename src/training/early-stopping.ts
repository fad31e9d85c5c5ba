// Early stopping: training ends when the monitored value has not improved for some epochs, and the best epoch's weights
// are restored.
import { describeValue } from '../describe-value.ts'
import { ArgumentError } from '../errors.ts'
import type { Evaluation } from '../losses/evaluation.ts'
import type { Pause, Rows } from './dataset-rows.ts'
import type { EarlyStopping } from './early-stopping-options.ts'
import { gainOf, type Monitor, resolveEarlyStopping, watchedValue } from './early-stopping-options.ts'
import type { Evaluator } from './evaluate.ts'
import type { FitTask } from './fit-task.ts'
import type { EpochLogs } from './logs.ts'
import type { EarlyStoppingState } from './state.ts'

/**
 * The early stopping that a task requests. `planEvaluator` plans what measures the training samples, where these are
 * monitored. Throws {@link ArgumentError} for wrong options, and for a value that this training does not measure.
 */
export async function planEarlyStopping(
  { settings, train, validation, state }: FitTask,
  planEvaluator: (rows: Rows) => Promise<Evaluator>,
): Promise<EarlyStopper> {
  const options = settings.earlyStopping ?? {}
  const stopper = new EarlyStopper(
    options,
    validation !== undefined,
    !('indices' in train),
    state.earlyStopping,
  )
  if (stopper.watchesTraining && 'indices' in train) {
    stopper.measureBy(await planEvaluator(train), settings.onNonFinite === 'skip')
  }
  return stopper
}

export class EarlyStopper {
  readonly state: EarlyStoppingState
  readonly #monitor: Monitor
  readonly #patience: number
  readonly #minDelta: number
  readonly #restoreBest: boolean
  #evaluate: (pause: Pause) => Promise<Evaluation | undefined> = async () => undefined

  /** Throws {@link ArgumentError} for wrong options, and for a value that this training does not measure. */
  constructor(
    options: EarlyStopping,
    hasValidation: boolean,
    isStream: boolean,
    state: EarlyStoppingState | undefined,
  ) {
    const { monitor, patience, minDelta, restoreBest } = resolveEarlyStopping(options, hasValidation)
    if (monitor.startsWith('val') && !hasValidation) {
      throw new ArgumentError(
        `earlyStopping watches ${monitor}, and there is no validation: give validationData or validationSplit`,
      )
    }
    if (isStream && restoreBest && !monitor.startsWith('val')) {
      throw new ArgumentError(
        `earlyStopping watches ${monitor} of a stream, which is a mean over weights that change: give validationData, or ` +
          'restoreBest: false',
      )
    }
    if (!Number.isInteger(patience) || patience < 0) {
      throw new ArgumentError(
        `earlyStopping: patience is ${describeValue(patience)}, expected a whole number of epochs, 0 or more`,
      )
    }
    if (!(minDelta >= 0 && minDelta < Infinity)) {
      throw new ArgumentError(
        `earlyStopping: minDelta is ${describeValue(minDelta)}, expected a number, 0 or more`,
      )
    }
    this.#monitor = monitor
    this.#patience = patience
    this.#minDelta = minDelta
    this.#restoreBest = restoreBest
    this.state = state ? { ...state } : { best: undefined, bestEpoch: 0, waited: 0, parameters: undefined }
  }

  /** Whether it monitors the training samples. */
  get watchesTraining(): boolean {
    return !this.#monitor.startsWith('val')
  }

  /** Sets what measures these samples; `skips`: batches without a finite loss are skipped. */
  measureBy(evaluator: Evaluator, skips: boolean): void {
    this.#evaluate = pause => evaluator.run(pause, skips)
  }

  /** Adds the measurements on the training samples to an epoch's logs, where they are monitored. */
  async measure(logs: EpochLogs, pause: Pause): Promise<void> {
    const measured = await this.#evaluate(pause)
    if (!measured) return
    logs.trainLoss = measured.loss
    if (measured.accuracy !== undefined) logs.trainAccuracy = measured.accuracy
  }

  /** Whether training has come to its end. */
  get isOver(): boolean {
    const { waited } = this.state
    return waited > 0 && waited >= this.#patience
  }

  /**
   * Takes an epoch's logs. Returns whether training should end. `copyParameters` is called where the epoch is the best
   * so far. Throws {@link ArgumentError} where the logs lack the monitored value: an accuracy, for regression.
   */
  observe(logs: EpochLogs, copyParameters: () => Float32Array): boolean {
    const value = watchedValue(this.#monitor, logs)
    if (value === undefined) {
      throw new ArgumentError(
        `earlyStopping watches ${this.#monitor}, which regression does not have: watch 'loss' or 'valLoss'`,
      )
    }
    const { state } = this
    const gain = state.best === undefined ? Infinity : gainOf(this.#monitor, value, state.best)
    if (gain > this.#minDelta) {
      state.best = value
      state.bestEpoch = logs.epoch
      state.waited = 0
      if (this.#restoreBest) state.parameters = copyParameters()
      return false
    }
    state.waited += 1
    return this.isOver
  }
}
