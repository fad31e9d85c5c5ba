// NumPy files by path or URL.

import { checkOptions, type OptionNames } from '../check-options.ts'
import { locationName } from '../quote-names.ts'
import { type NpyArray, readNpy } from './npy.ts'
import { readNpz } from './npz.ts'
import { checkLocation, readWhole } from './read-location.ts'
import { finishInSlices } from './steps.ts'

/** Options of {@link loadNpy}. */
export interface LoadNumpyOptions {
  /** The most bytes that the file may have, before and after inflation; 2 GiB unless given. */
  maxBytes?: number
  /** Stops reading; pending calls reject with the signal's reason. */
  signal?: AbortSignal
}

/** Options of {@link loadNpz}. */
export interface LoadNpzOptions extends LoadNumpyOptions {
  /** The names of the arrays to read; all unless given. */
  arrays?: readonly string[]
}

const OPTIONS: OptionNames<LoadNumpyOptions> = { maxBytes: 1, signal: 1 }

/**
 * {@link parseNpy} of a file: by its path or file: URL in Node, by its URL in browsers and Node.
 *
 * Rejects like {@link parseNpy}, and with {@link DataError} `ERR_DATA_NOT_FOUND` or `ERR_DATA_TOO_LARGE`.
 *
 * @example
 * const { data, shape } = await loadNpy('x.npy')
 */
export async function loadNpy(location: string | URL, options: LoadNumpyOptions = {}): Promise<NpyArray> {
  checkOptions('loadNpy', options, '{ maxBytes: 1e6 }', OPTIONS)
  checkLocation('loadNpy', location, 'parseNpy')
  const name = locationName(location)
  const { maxBytes = 2 ** 31, signal } = options
  return finishInSlices(readNpy(await readWhole(location, name, maxBytes, signal), name), signal)
}

/**
 * {@link parseNpz} of a file, located as by {@link loadNpy}.
 *
 * @example
 * const { x_train, y_train } = await loadNpz('https://example.org/mnist.npz', { arrays: ['x_train', 'y_train'] })
 */
export async function loadNpz(
  location: string | URL,
  options: LoadNpzOptions = {},
): Promise<Record<string, NpyArray>> {
  checkOptions('loadNpz', options, "{ arrays: ['x'] }", { ...OPTIONS, arrays: 1 })
  checkLocation('loadNpz', location, 'parseNpz')
  const { maxBytes = 2 ** 31, signal, arrays } = options
  const name = locationName(location)
  const file = await readWhole(location, name, maxBytes, signal)
  return finishInSlices(readNpz(file, { name, maxBytes, ...(arrays && { arrays }) }), signal)
}
