// The inputs of one call of `fit`.

import type { Rows } from './dataset-rows.ts'
import type { FitSettings, TrainingConfig } from './options.ts'
import type { SampleStream } from './sample-source.ts'
import type { TrainingState } from './state.ts'

/** What one call of `fit` works on. */
export interface FitTask {
  readonly config: TrainingConfig
  readonly settings: FitSettings
  readonly train: Rows | SampleStream
  readonly validation: Rows | undefined
  /** Where training begins. */
  readonly state: TrainingState
}
