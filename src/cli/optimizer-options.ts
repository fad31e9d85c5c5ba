// The options of `wasmlp train` that say how gradients change weights.
import { type Command, Option } from 'commander'
import { type OptimizerName, type OptimizerOptions, optimizerNames, type UpdateOptions } from '../index.ts'
import { listed, notNegative, numberIn, oneOf, positiveNumber } from './option-values.ts'
import { addOwnOptions, type OwnOption, ownValues } from './own-options.ts'

/** As commander gives them; those of one optimiser are read by {@link ownValues}. */
export interface OptimizerFlags {
  optimizer: OptimizerName
  learningRate?: number
  clipNorm?: number
  clipValue?: number
  l1?: number
  l2?: number
}

const belowOne = numberIn({ least: 0, below: 1 })

const own: readonly OwnOption<OptimizerName>[] = [
  {
    flags: '--momentum <share>',
    description: 'how much of a step goes on in the next (default: 0.9, rmsprop 0)',
    parse: belowOne,
    key: 'momentum',
    takers: ['momentum', 'nesterov', 'rmsprop'],
  },
  {
    flags: '--beta1 <share>',
    description: 'decay of means (default: 0.9)',
    parse: belowOne,
    key: 'beta1',
    takers: ['adam', 'adamw'],
  },
  {
    flags: '--beta2 <share>',
    description: 'decay of squares (default: 0.999)',
    parse: belowOne,
    key: 'beta2',
    takers: ['adam', 'adamw'],
  },
  {
    flags: '--alpha <share>',
    description: 'decay of squares (default: 0.99)',
    parse: belowOne,
    key: 'alpha',
    takers: ['rmsprop'],
  },
  {
    flags: '--centered',
    description: 'divide by the standard deviation',
    key: 'centered',
    takers: ['rmsprop'],
  },
  {
    flags: '--epsilon <number>',
    description: 'added to the divisor (default: 1e-8, adagrad 1e-10)',
    parse: positiveNumber,
    key: 'epsilon',
    takers: ['adagrad', 'rmsprop', 'adam', 'adamw'],
  },
  {
    flags: '--weight-decay <number>',
    description: 'L2 penalty, biases too; decoupled by adamw (default: 0, adamw 0.01)',
    parse: notNegative,
    key: 'weightDecay',
  },
]

/**
 * For images of 0–1, from Xavier's initial weights: `compile`'s 0.1 suits standardised tables, and learns MNIST at half
 * the pace (docs/command-line.md).
 */
const SGD_LEARNING_RATE = 0.5

export function addOptimizerOptions(command: Command): void {
  command
    .optionsGroup('Optimizer:')
    .addOption(
      new Option('--optimizer <name>', listed(optimizerNames))
        .argParser(oneOf(optimizerNames))
        .default('sgd'),
    )
    .option(
      '--learning-rate <rate>',
      'step length (default: sgd 0.5, adam and adamw 0.001, others 0.01)',
      positiveNumber,
    )
  addOwnOptions(command, own)
  command
    .option('--l1 <number>', 'L1 penalty, not of biases', notNegative)
    .option('--l2 <number>', 'L2 penalty, not of biases', notNegative)
    .option('--clip-norm <norm>', 'limit the norm of all gradients together', positiveNumber)
    .option('--clip-value <value>', 'limit the magnitude of each gradient', positiveNumber)
}

/** What `compile` is told. Throws InvalidArgumentError where an option does not go with the optimiser. */
export function optimizerOf(flags: OptimizerFlags): UpdateOptions {
  const { optimizer: name, clipNorm, clipValue, l1, l2 } = flags
  const learningRate = flags.learningRate ?? (name === 'sgd' ? SGD_LEARNING_RATE : undefined)
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
