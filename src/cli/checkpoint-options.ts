// Options of `wasmlp train` for checkpoints.
import type { Command } from 'commander'
import { type CheckpointPosition, directoryCheckpoints, type FitOptions } from '../index.ts'
import { reasonOf } from './failure.ts'
import { place, wholeNumber } from './option-values.ts'

export interface CheckpointFlags {
  checkpoint?: string
  checkpointEvery?: number
  resume?: true
}

export function addCheckpointOptions(command: Command): void {
  command
    .optionsGroup('Checkpoints:')
    .option('--checkpoint <dir>', 'keep checkpoints in a directory: the last two and the best', place)
    .option(
      '--checkpoint-every <count>',
      'batches between two; there is one after each epoch too (default: 50)',
      wholeNumber(1),
    )
    .option('--resume', 'go on from the last checkpoint, if there is one')
}

/** Ends the command where an option lacks the directory that it is about. */
export function checkCheckpointFlags(
  { checkpoint, checkpointEvery, resume }: CheckpointFlags,
  command: Command,
): void {
  if (checkpoint !== undefined || (!resume && checkpointEvery === undefined)) return
  command.error(`error: ${resume ? '--resume' : '--checkpoint-every'} needs --checkpoint DIR`)
}

/** What the options ask of `fit`. `onResume` is told of the checkpoint from which training goes on. */
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
      onDamaged: ({ name, error }) => console.error(`wasmlp: ${name} is passed over: ${reasonOf(error)}`),
      onResume,
    },
  }
}
