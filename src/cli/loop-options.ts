// The options of `wasmlp train` that steer the loop.
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { CompileOptions } from '../index.ts'
import { numberIn, oneOf, wholeNumber } from './option-values.ts'
import type { ScheduleFlags } from './schedule-options.ts'

/** As commander gives them. */
export interface LoopFlags {
  epochs: number
  batchSize: number
  accumulate: number
  shuffle: boolean
  seed: number
  labelSmoothing?: number
  validationSplit?: number
  earlyStopping?: number
  onNonFinite: 'stop' | 'skip'
}

export function addLoopOptions(command: Command): void {
  command
    .optionsGroup('Training:')
    .option('--epochs <count>', 'how often each image is used', wholeNumber(1), 5)
    .option('--batch-size <count>', 'images in a batch', wholeNumber(1), 100)
    .option('--accumulate <count>', 'batches to a step of the optimizer', wholeNumber(1), 1)
    .option('--shuffle', 'another order in each epoch', true)
    .option('--no-shuffle', 'the order of the file in each epoch')
    .option('--seed <number>', 'of all that is random', wholeNumber(0, 0xffffffff), 1)
    .option(
      '--label-smoothing <share>',
      'of the target, spread evenly over all classes',
      numberIn({ least: 0, most: 1 }),
    )
    .option(
      '--validation-split <share>',
      'training images set aside to be evaluated after each epoch instead of the test images',
      numberIn({ above: 0, below: 1 }),
    )
    .option(
      '--early-stopping <epochs>',
      'end after so many without a better validation loss; the best weights come back',
      wholeNumber(1),
    )
    .addOption(
      new Option('--on-non-finite <what>', 'stop at a batch without a finite loss, or skip it')
        .argParser(oneOf(['stop', 'skip']))
        .default('stop'),
    )
}

/** Throws InvalidArgumentError where test images would decide about the training that they are to judge. */
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
      `${decides} needs --validation-split <share>: test images that steer a training cannot judge it`,
    )
  }
}

/** What `compile` is told of the loss. */
export function lossOf({ labelSmoothing }: LoopFlags): Pick<CompileOptions, 'loss'> {
  return labelSmoothing === undefined ? {} : { loss: { name: 'crossEntropy', labelSmoothing } }
}

/** What `fit` is told. */
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
