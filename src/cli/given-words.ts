// The settings that were given on the command line, in words, and its words in messages.
import type { Command, Option } from 'commander'
import { kebabCase } from './option-values.ts'

/** Groups of options that the report mentions elsewhere, or that are not settings of the training. */
const OTHER_GROUPS = ['Table:', 'Images:', 'Checkpoints:', 'Run:']

/** The same among the other groups. */
const OTHERS = [
  ...['hidden', 'activation', 'batchNormalization', 'layerNormalization', 'dropout', 'inputScaling', 'init'],
  ...['epochs', 'batchSize', 'shuffle', 'seed', 'validationSplit', 'optimizer', 'learningRate'],
]

/** Whether an option is given, and has not its default. */
export const isGiven = (command: Command, name: string): boolean =>
  !['default', undefined].includes(command.getOptionValueSource(name))

/** The first of these options that is given, as it is typed; undefined where none is. */
export const givenOf = (command: Command, names: readonly string[]): string | undefined =>
  command.options.find(
    option => names.includes(option.attributeName()) && isGiven(command, option.attributeName()),
  )?.long ?? undefined

/** `label smoothing 0.2`, for each given option that the report mentions nowhere else. */
export function givenWords(command: Command): string[] {
  return command.options
    .filter(option => !OTHER_GROUPS.includes(option.helpGroupHeading ?? ''))
    .filter(option => !isRepeated(command, option))
    .map(option => option.attributeName())
    .filter(name => !OTHERS.includes(name) && isGiven(command, name))
    .map(name =>
      [kebabCase(name).replaceAll('-', ' '), ...valueWords(command.getOptionValue(name))].join(' '),
    )
}

/** Whether a configuration only repeats a default. */
const isRepeated = (command: Command, option: Option): boolean =>
  command.getOptionValueSource(option.attributeName()) === 'config' &&
  command.getOptionValue(option.attributeName()) === option.defaultValue

function valueWords(value: unknown): string[] {
  if (value === true) return []
  if (typeof value === 'object' && value !== null) return [Object.values(value).join(',')]
  return [typeof value === 'string' ? kebabCase(value) : String(value)]
}

/** Characters of the longest word that is shown whole. */
const MOST = 100

/** A sentence in which long words of the command line are cut. */
export function withCutWords(sentence: string, words: readonly string[]): string {
  const long = words
    .flatMap(word => [word, word.replace(/=.*/s, ''), word.replace(/^[^=]*=/, '')])
    .filter(word => word.length > MOST)
  return long.reduce(
    (text, word) =>
      ["'", '"', ''].reduce(
        (cut, quote) =>
          cut.replaceAll(
            `${quote}${word}${quote}`,
            () => `${quote}${word.slice(0, MOST)}…${quote} (${word.length} characters)`,
          ),
        text,
      ),
    sentence,
  )
}
