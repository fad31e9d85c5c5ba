// The options of `wasmlp train` that say which loss is minimised.
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { CompileOptions, LossName } from '../index.ts'
import { quoted } from '../quote-names.ts'
import { kebabCase, numberIn, oneOf, positiveNumber } from './option-values.ts'

/** The losses of the models that the command line trains, by what these predict. */
export const LOSSES_FOR = {
  classes: ['crossEntropy'],
  numbers: ['meanSquaredError', 'meanAbsoluteError', 'huber'],
} as const satisfies Readonly<Record<string, readonly LossName[]>>

type Name = (typeof LOSSES_FOR)[keyof typeof LOSSES_FOR][number]

/** As commander gives them. */
export interface LossFlags {
  loss?: Name
  delta?: number
  labelSmoothing?: number
}

export function addLossOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--loss <name>',
        `what is minimised: ${LOSSES_FOR.classes.map(kebabCase).join(', ')} for classes; for numbers ` +
          `${LOSSES_FOR.numbers.map(kebabCase).join(', ')} (default: the first that suits)`,
      ).argParser(oneOf(Object.values(LOSSES_FOR).flat())),
    )
    .option(
      '--delta <distance>',
      'for --loss huber, in standard deviations of the target: from there on the loss is a line (default: 1)',
      positiveNumber,
    )
    .option(
      '--label-smoothing <share>',
      'share of the target to spread evenly over all classes',
      numberIn({ least: 0, most: 1 }),
    )
}

/** The loss options of `compile`. Throws InvalidArgumentError for options of another loss. */
export function lossOf({ loss, delta, labelSmoothing }: LossFlags): Pick<CompileOptions, 'loss'> {
  if (delta !== undefined && loss !== 'huber') throw belongsTo('--delta', 'huber', loss)
  if (labelSmoothing !== undefined) {
    if (loss !== undefined && loss !== 'crossEntropy')
      throw belongsTo('--label-smoothing', 'crossEntropy', loss)
    return { loss: { name: 'crossEntropy', labelSmoothing } }
  }
  if (loss === undefined) return {}
  return { loss: loss === 'huber' && delta !== undefined ? { name: loss, delta } : loss }
}

const belongsTo = (flag: string, name: Name, given: Name | undefined) =>
  new InvalidArgumentError(
    `${flag} is for --loss ${kebabCase(name)}${given === undefined ? '' : `, not ${kebabCase(given)}`}`,
  )

/** Throws InvalidArgumentError for an option of the loss that does not suit a column to predict. */
export function checkLoss(
  { loss, labelSmoothing }: LossFlags,
  target: string,
  kind: string | undefined,
): void {
  const wanted = kind === 'number' ? 'numbers' : 'classes'
  const names: readonly Name[] = LOSSES_FOR[wanted]
  const other = wanted === 'numbers' ? 'classes' : 'numbers'
  const found = `and ${quoted(target)} is of the kind ${kind}`
  if (loss !== undefined && !names.includes(loss)) {
    throw new InvalidArgumentError(`--loss ${kebabCase(loss)} is for ${other}, ${found}`)
  }
  if (labelSmoothing !== undefined && wanted === 'numbers') {
    throw new InvalidArgumentError(`--label-smoothing is for ${other}, ${found}`)
  }
}
