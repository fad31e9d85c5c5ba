// What `wasmlp train` is told, and where its results go.
import { InvalidArgumentError } from 'commander'
import { ArgumentError, type BuildName, type ThreadChoice } from '../index.ts'
import type { Scaling } from '../tables/index.ts'
import type { AugmentationFlags } from './augmentation-options.ts'
import type { CheckpointFlags } from './checkpoint-options.ts'
import type { DataFlags } from './common-options.ts'
import type { LoopFlags } from './loop-options.ts'
import type { NetworkFlags } from './network-options.ts'
import type { OptimizerFlags } from './optimizer-options.ts'
import type { ScheduleFlags } from './schedule-options.ts'
import type { ColumnFlag, TableFlags } from './table-options.ts'
import type { TrainReport } from './train-report.ts'
import type { VectorFlags } from './vectors.ts'

/** All options, as commander gives them. */
export interface TrainOptions
  extends DataFlags,
    TableFlags,
    NetworkFlags,
    LoopFlags,
    OptimizerFlags,
    ScheduleFlags,
    AugmentationFlags,
    CheckpointFlags,
    VectorFlags {
  classes?: number
  size?: number
  grey?: true
  target?: string[]
  column?: ColumnFlag[]
  scaling?: Scaling
  missingTarget?: 'error' | 'skip'
  test?: string
  threads: ThreadChoice
  out?: string
  config?: string
  log?: string
  json?: true
}

/** What a training makes of options that leave it a choice. */
export interface Resolved {
  build: BuildName
  learningRate: number
}

/** Where a training's results go. */
export interface TrainOutput {
  out: { path: string; write(model: Uint8Array, resolved: Resolved): void } | undefined
  report: TrainReport
}

/** Throws InvalidArgumentError for what does not go together: all that is given comes from the command line. */
export function compiled<Result>(compile: () => Result): Result {
  try {
    return compile()
  } catch (error) {
    throw error instanceof ArgumentError ? new InvalidArgumentError(error.message) : error
  }
}

/** The share of the samples that --test sets aside; undefined for the name of a file or folder. */
export function shareOf(test: string | undefined): number | undefined {
  const share = Number(test)
  return share > 0 && share < 1 ? share : undefined
}
