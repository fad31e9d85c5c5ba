// The options of `wasmlp train` that steer the loop.
import { type Command, InvalidArgumentError, Option } from 'commander'
import { addLossOptions, type LossFlags } from './loss-options.ts'
import { numberIn, oneOf, wholeNumber } from './option-values.ts'
import type { ScheduleFlags } from './schedule-options.ts'

/** As commander gives them. */
export interface LoopFlags extends LossFlags {
  epochs: number
  batchSize: number
  accumulate: number
  shuffle: boolean
  seed: number
  validationSplit?: number
  stratify?: boolean
  folds?: number
  earlyStopping?: number
  onNonFinite: 'stop' | 'skip'
}

export function addLoopOptions(command: Command): void {
  command
    .optionsGroup('Training:')
    .addOption(
      new Option('--epochs <count>', 'passes over the training data')
        .argParser(wholeNumber(1))
        .default(5, '5, and 100 for a table'),
    )
    .addOption(
      new Option('--batch-size <count>', 'images or rows per batch')
        .argParser(wholeNumber(1))
        .default(100, '100, and 32 for a table'),
    )
    .option('--accumulate <count>', 'batches per optimizer step', wholeNumber(1), 1)
    .option('--shuffle', 'shuffle images or rows in each epoch', true)
    .option('--no-shuffle', 'keep the order of the files')
    .option('--seed <number>', 'seed of all random numbers', wholeNumber(0, 0xffffffff), 1)
  addLossOptions(command)
    .option(
      '--validation, --validation-split <share>',
      'share of the training data to evaluate after each epoch, instead of the test data',
      numberIn({ above: 0, below: 1 }),
    )
    .option(
      '--folds <count>',
      'divide a table into so many parts, and train a model for each, which is measured on that part; no model is kept',
      wholeNumber(2),
    )
    .option(
      '--stratify',
      'all parts have the classes in the same proportions, as they do unless told otherwise',
    )
    .option('--no-stratify', 'parts are drawn whatever their classes')
    .option(
      '--early-stopping <epochs>',
      'end after so many epochs without a better validation loss, and restore the best weights',
      wholeNumber(1),
    )
    .addOption(
      new Option('--on-non-finite <what>', 'stop at a batch without a finite loss, or skip it')
        .argParser(oneOf(['stop', 'skip']))
        .default('stop'),
    )
}

/** Throws InvalidArgumentError where test data would influence the training that they are meant to judge. */
export function checkValidation({
  validationSplit,
  earlyStopping,
  schedule,
}: LoopFlags & ScheduleFlags): void {
  if (validationSplit !== undefined) return
  const decides =
    (earlyStopping !== undefined && '--early-stopping') ||
    (schedule === 'reduceOnPlateau' && '--schedule reduce-on-plateau')
  if (decides) {
    throw new InvalidArgumentError(
      `${decides} needs --validation <share>: test data that steer a training cannot judge it`,
    )
  }
}

/** The options of `fit`. */
export function settingsOf(flags: LoopFlags) {
  const { epochs, batchSize, accumulate, shuffle, seed, earlyStopping, onNonFinite } = flags
  return {
    epochs,
    batchSize,
    accumulate,
    shuffle,
    seed,
    onNonFinite,
    ...(earlyStopping !== undefined && { earlyStopping: { patience: earlyStopping } }),
  }
}
