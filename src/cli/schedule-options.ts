// The options of `wasmlp train` that say how the learning rate changes.
import { type Command, Option } from 'commander'
import { type ScheduleOptions, scheduleNames } from '../index.ts'
import { SCHEDULES } from '../optimizers/schedule-table.ts'
import { scheduleTexts } from './option-texts.ts'
import { listed, oneOf } from './option-values.ts'
import { addOwnOptions, ownOptionsOf, ownValues } from './own-options.ts'

type Name = ScheduleOptions['name']

/** As commander gives them; those of one schedule are read by {@link ownValues}. */
export interface ScheduleFlags {
  schedule: Name
}

/** Where the command line has other words than the table. */
const spellings: Partial<Record<keyof typeof scheduleTexts, string>> = {
  warmUp: 'warm-up <epochs>',
  every: 'step-every <epochs>',
  factor: 'factor <factor>',
  minimum: 'minimum <rate>',
  divFactor: 'div-factor <ratio>',
  finalDivFactor: 'final-div-factor <ratio>',
  anneal: 'anneal <curve>',
}

const own = ownOptionsOf(SCHEDULES, scheduleTexts, spellings)

export function addScheduleOptions(command: Command): void {
  command
    .optionsGroup('Learning rate:')
    .addOption(
      new Option('--schedule <name>', listed(scheduleNames))
        .argParser(oneOf(scheduleNames))
        .default('constant'),
    )
  addOwnOptions(command, own)
}

/** What `compile` is told. Throws InvalidArgumentError where an option does not go with the schedule. */
export function scheduleOf(flags: ScheduleFlags): ScheduleOptions {
  const { schedule: name } = flags
  return { name, ...ownValues('--schedule', name, own, flags) } as ScheduleOptions
}
