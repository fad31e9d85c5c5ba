// Options of `wasmlp train` for checkpoints.

import type { Command } from 'commander'
import { type CheckpointPosition, directoryCheckpoints, type FitOptions } from '../index.ts'
import { locationName } from '../quote-names.ts'
import { reasonOf } from './failure.ts'
import { place, wholeNumber } from './option-values.ts'
import { complain } from './output.ts'

export interface CheckpointFlags {
  checkpoint?: string
  checkpointEvery?: number
  resume?: true
}

export function addCheckpointOptions(command: Command): void {
  command
    .optionsGroup('Checkpoints:')
    .option('--checkpoint <dir>', 'directory to keep checkpoints in: the last two and the best', place)
    .option(
      '--checkpoint-every <count>',
      'batches between two checkpoints, besides one after each epoch (default: 50)',
      wholeNumber(1),
    )
    .option('--resume', 'continue from the last checkpoint, if there is one')
}

/** Ends the command where an option needs a directory that is not given. */
export function checkCheckpointFlags(
  { checkpoint, checkpointEvery, resume }: CheckpointFlags,
  command: Command,
): void {
  if (checkpoint !== undefined || (!resume && checkpointEvery === undefined)) return
  command.error(`error: ${resume ? '--resume' : '--checkpoint-every'} needs --checkpoint DIR`)
}

/** The checkpoint options of `fit`. `onResume` gets the checkpoint from which training continues. */
export function checkpointsOf(
  { checkpoint, checkpointEvery = 50, resume }: CheckpointFlags,
  onResume: (position: CheckpointPosition & { name: string }) => void,
): Pick<FitOptions, 'checkpoints' | 'resume'> {
  if (checkpoint === undefined) return {}
  return {
    resume: resume ?? false,
    checkpoints: {
      store: directoryCheckpoints(checkpoint),
      every: checkpointEvery,
      onDamaged: ({ name, error }) => complain(`${locationName(name)} is skipped: ${reasonOf(error)}`),
      onNotRemoved: ({ name, error }) =>
        complain(`${locationName(name)}, which is too old, cannot be removed: ${reasonOf(error)}`),
      onResume,
    },
  }
}
