// The settings that were given on the command line, in words.
import type { Command } from 'commander'
import { kebabCase } from './option-values.ts'

/** Groups of options that other lines of the report speak of, or that are no settings of the training. */
const OTHER_GROUPS = ['Data:', 'Checkpoints:', 'Run:']

/** Likewise, in the other groups. */
const OTHERS = [
  ...['hidden', 'activation', 'batchNormalization', 'layerNormalization', 'dropout', 'inputScaling', 'init'],
  ...['epochs', 'batchSize', 'shuffle', 'seed', 'validationSplit', 'optimizer', 'learningRate'],
]

/** `label smoothing 0.2`, for each option that was given and that no other line of the report has. */
export function givenWords(command: Command): string[] {
  return command.options
    .filter(option => !OTHER_GROUPS.includes(option.helpGroupHeading ?? ''))
    .map(option => option.attributeName())
    .filter(name => !OTHERS.includes(name) && command.getOptionValueSource(name) === 'cli')
    .map(name =>
      [kebabCase(name).replaceAll('-', ' '), ...valueWords(command.getOptionValue(name))].join(' '),
    )
}

function valueWords(value: unknown): string[] {
  if (value === true) return []
  if (typeof value === 'object' && value !== null) return [Object.values(value).join(',')]
  return [typeof value === 'string' ? kebabCase(value) : String(value)]
}
