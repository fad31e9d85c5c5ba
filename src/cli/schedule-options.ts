// The options of `wasmlp train` that say how the learning rate changes.
import { type Command, Option } from 'commander'
import { type ScheduleOptions, scheduleNames } from '../index.ts'
import { listed, notNegative, numberIn, oneOf, wholeNumber } from './option-values.ts'
import { addOwnOptions, type OwnOption, ownValues } from './own-options.ts'

type Name = ScheduleOptions['name']

/** As commander gives them; those of one schedule are read by {@link ownValues}. */
export interface ScheduleFlags {
  schedule: Name
}

const own: readonly OwnOption<Name>[] = [
  {
    flags: '--warm-up <epochs>',
    description: 'rise from 0 first, for so long (default: 0)',
    parse: notNegative,
    key: 'warmUp',
  },
  {
    flags: '--step-every <epochs>',
    description: 'from one to the next',
    parse: wholeNumber(1),
    key: 'every',
    takers: ['step'],
    needers: ['step'],
  },
  {
    flags: '--factor <factor>',
    description: 'of a reduction (default: 0.1; exponential needs it)',
    parse: numberIn({ above: 0, most: 1 }),
    key: 'factor',
    takers: ['step', 'exponential', 'reduceOnPlateau'],
    needers: ['exponential'],
  },
  {
    flags: '--minimum <rate>',
    description: 'lowest rate (default: 0)',
    parse: notNegative,
    key: 'minimum',
    takers: ['cosine', 'reduceOnPlateau'],
  },
  {
    flags: '--patience <epochs>',
    description: 'bad epochs allowed (default: 10)',
    parse: wholeNumber(0),
    key: 'patience',
    takers: ['reduceOnPlateau'],
  },
  {
    flags: '--threshold <share>',
    description: 'least gain (default: 1e-4)',
    parse: numberIn({ least: 0, below: 1 }),
    key: 'threshold',
    takers: ['reduceOnPlateau'],
  },
  {
    flags: '--cooldown <epochs>',
    description: 'rest after one (default: 0)',
    parse: wholeNumber(0),
    key: 'cooldown',
    takers: ['reduceOnPlateau'],
  },
  {
    flags: '--pct-start <share>',
    description: 'of the training, rising (default: 0.3)',
    parse: numberIn({ least: 0, below: 1 }),
    key: 'pctStart',
    takers: ['oneCycle'],
  },
  {
    flags: '--div-factor <ratio>',
    description: 'highest / first rate (default: 25)',
    parse: numberIn({ least: 1 }),
    key: 'divFactor',
    takers: ['oneCycle'],
  },
  {
    flags: '--final-div-factor <ratio>',
    description: 'first / last rate (default: 10000)',
    parse: numberIn({ least: 1 }),
    key: 'finalDivFactor',
    takers: ['oneCycle'],
  },
  {
    flags: '--anneal <curve>',
    description: 'cosine or linear (default: cosine)',
    parse: oneOf(['cosine', 'linear']),
    key: 'anneal',
    takers: ['oneCycle'],
  },
]

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
