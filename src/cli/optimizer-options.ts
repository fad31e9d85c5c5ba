// The options of `wasmlp train` that say how gradients change weights.
import { type Command, Option } from 'commander'
import { type OptimizerName, type OptimizerOptions, optimizerNames, type UpdateOptions } from '../index.ts'
import { OPTIMIZERS } from '../optimizers/optimizer-table.ts'
import { optimizerTexts } from './option-texts.ts'
import { listed, notNegative, oneOf, positiveNumber } from './option-values.ts'
import { addOwnOptions, ownOptionsOf, ownValues } from './own-options.ts'

/** As commander gives them; {@link ownValues} reads those of one optimiser. */
export interface OptimizerFlags {
  optimizer: OptimizerName
  learningRate?: number
  clipNorm?: number
  clipValue?: number
  l1?: number
  l2?: number
}

const own = ownOptionsOf(OPTIMIZERS, optimizerTexts)

/** What is trained on. */
type Kind = 'images' | 'table'

/**
 * Where the learning rate is another one than `compile`'s. SGD's is for images of 0–1 and Xavier's initial weights: 0.1
 * suits standardised tables, and learns MNIST at half the pace (docs/command-line.md). Adam's is that of `sequentialFor`.
 */
const LEARNING_RATES: Readonly<Record<Kind, { readonly [Name in OptimizerName]?: number }>> = {
  images: { sgd: 0.5 },
  table: { adam: 0.003 },
}

export function addOptimizerOptions(command: Command): void {
  command
    .optionsGroup('Optimizer:')
    .addOption(
      new Option('--optimizer <name>', listed(optimizerNames))
        .argParser(oneOf(optimizerNames))
        .default('sgd', 'sgd, and adam for a table'),
    )
    .option(
      '--learning-rate <rate>',
      `step length; for a table sgd 0.1, adam 0.003 unless given (default: ${learningRates()})`,
      positiveNumber,
    )
  addOwnOptions(command, own)
  command
    .option('--l1 <number>', 'L1 penalty, not for biases', notNegative)
    .option('--l2 <number>', 'L2 penalty, not for biases', notNegative)
    .option('--clip-norm <norm>', 'largest norm of all gradients together', positiveNumber)
    .option('--clip-value <value>', 'largest magnitude of each gradient', positiveNumber)
}

const learningRateOf = (name: OptimizerName): number =>
  LEARNING_RATES.images[name] ?? OPTIMIZERS[name].learningRate

/** `sgd 0.5; momentum, nesterov 0.01; …`. */
function learningRates(): string {
  const rates = [...new Set(optimizerNames.map(learningRateOf))]
  const takers = (rate: number) => optimizerNames.filter(name => learningRateOf(name) === rate)
  return rates.map(rate => `${listed(takers(rate))} ${rate}`).join('; ')
}

/** The optimiser options of `compile`. Throws InvalidArgumentError for an option of another optimiser. */
export function optimizerOf(flags: OptimizerFlags, kind: Kind): UpdateOptions {
  const { optimizer: name, clipNorm, clipValue, l1, l2 } = flags
  const learningRate = flags.learningRate ?? LEARNING_RATES[kind][name]
  const optimizer = { name, ...ownValues('--optimizer', name, own, flags) } as OptimizerOptions
  return {
    optimizer,
    ...(learningRate !== undefined && { learningRate }),
    ...(clipNorm !== undefined && { clipNorm }),
    ...(clipValue !== undefined && { clipValue }),
    ...(l1 !== undefined && { l1 }),
    ...(l2 !== undefined && { l2 }),
  }
}
