// Several NumPy arrays in one file: .npz, a zip file of .npy files.

import { checkOptions } from '../check-options.ts'
import { crc32 } from '../crc32.ts'
import { describeValue } from '../describe-value.ts'
import { ArgumentError, DataError } from '../errors.ts'
import { locationName, quoted, quotedList } from '../quote-names.ts'
import { type Bytes, toBytes } from './bytes.ts'
import { maxInflation, refuseGzip } from './gzip.ts'
import { INPUT_PIECE, Inflater, OUTPUT_PIECE } from './inflate.ts'
import { type NpyArray, readNpy } from './npy.ts'
import { finish, type Steps } from './steps.ts'
import { corruptZip, readZipDirectory, type ZipEntry } from './zip-directory.ts'

/** Options of {@link parseNpz}. */
export interface NpzOptions {
  /** What errors call the file. */
  name?: string
  /** The names of the arrays to read; all unless given. */
  arrays?: readonly string[]
  /** The most bytes that the arrays to read may take, uncompressed; 2 GiB unless given. */
  maxBytes?: number
}

/**
 * Reads a `.npz` file, compressed or not: its arrays by their names. Other files in it are skipped. An array of text,
 * dates, objects or structures does not keep the others from being read. Its property throws when it is read;
 * `Object.keys` and copies skip it.
 *
 * Throws {@link ArgumentError} for a name in `arrays` that the file does not have, the errors of {@link parseNpy},
 * and {@link DataError} with one of these codes:
 *
 * - `ERR_DATA_MAGIC`: not a zip file
 * - `ERR_DATA_TOO_LARGE`: arrays of more than `maxBytes`, before any is inflated
 * - `ERR_DATA_CORRUPT`: a broken zip file or a wrong checksum
 * - `ERR_DATA_TYPE`: an encrypted file, or an array without numbers when it is read
 *
 * @example
 * const { x_train, y_train } = parseNpz(await readFile('mnist.npz'))
 * const train = await dataset({ inputs: x_train.data, imageShape: [28, 28], labels: y_train.data })
 *
 * Source: numpy.lib.format, "npz"; NumPy's `savez` and `savez_compressed`.
 */
export function parseNpz(bytes: Bytes, options: NpzOptions = {}): Record<string, NpyArray> {
  checkOptions('parseNpz', options, "{ arrays: ['x'] }", { name: 1, arrays: 1, maxBytes: 1 })
  return finish(readNpz(bytes, options))
}

/** Bytes of which a checksum takes less than a millisecond. */
const CHECKSUM_PIECE = 128 * 1024

/** As {@link parseNpz}, step by step. */
export function* readNpz(bytes: Bytes, options: NpzOptions): Steps<Record<string, NpyArray>> {
  const { maxBytes = 2 ** 31 } = options
  const name = locationName(options.name ?? 'NumPy data')
  if (!(maxBytes >= 0)) {
    throw new ArgumentError(`maxBytes must be a number of bytes from 0 on, got ${describeValue(maxBytes)}`)
  }
  const file = toBytes(bytes, name)
  refuseGzip(file, name, 'loadNpz')
  const entries = chosen(arraysOf(file, name), options.arrays, name)
  const total = [...entries.values()].reduce((sum, { size }) => sum + size, 0)
  if (total > maxBytes) {
    throw new DataError(
      'ERR_DATA_TOO_LARGE',
      `${name} has arrays of ${total} bytes, more than the limit of ${maxBytes}: raise maxBytes if it is meant to be ` +
        'that large, or name the arrays to read in the option arrays',
    )
  }
  const arrays: Record<string, NpyArray> = {}
  for (const [array, entry] of entries) {
    // Not by assignment, which would treat '__proto__' specially.
    Object.defineProperty(arrays, array, yield* propertyOf(entry, name, options.arrays !== undefined))
  }
  return arrays
}

/**
 * The zip file's entries that are arrays, by array name. Throws where another entry has such a name as a whole: for NumPy,
 * that entry is the array.
 */
function arraysOf(file: Uint8Array, name: string): Map<string, ZipEntry> {
  const entries = readZipDirectory(file, name)
  const names = new Set(entries.map(entry => entry.name))
  const arrays = new Map<string, ZipEntry>()
  for (const entry of entries) {
    if (!entry.name.endsWith('.npy')) continue
    const array = entry.name.slice(0, -'.npy'.length)
    if (names.has(array)) {
      const [long, short] = [quoted(entry.name), quoted(array)]
      throw corruptZip(name, `its entries ${long} and ${short} could both be the array ${short}`)
    }
    arrays.set(array, entry)
  }
  return arrays
}

/** The requested ones, in that order. */
function chosen(
  entries: Map<string, ZipEntry>,
  arrays: readonly string[] | undefined,
  name: string,
): Map<string, ZipEntry> {
  if (arrays === undefined) return entries
  if (!Array.isArray(arrays) || arrays.some(array => typeof array !== 'string')) {
    throw new ArgumentError(
      `arrays is ${describeValue(arrays)}: expected a list of names, such as ["x_train"]`,
    )
  }
  return new Map(
    arrays.map((array: string) => {
      const entry = entries.get(array)
      if (entry) return [array, entry]
      throw new ArgumentError(
        `${name} has no array ${quoted(array)}: it has ${quotedList([...entries.keys()])}`,
      )
    }),
  )
}

/** An array as a property. Unless it was requested, one without numbers throws only when it is read. */
function* propertyOf(entry: ZipEntry, zip: string, isAskedFor: boolean): Steps<PropertyDescriptor> {
  const content = yield* contentOf(entry, zip)
  try {
    const value = yield* readNpy(content, `${zip}/${entry.name}`)
    return { value, enumerable: true, configurable: true, writable: true }
  } catch (error) {
    if (isAskedFor || !(error instanceof DataError && error.code === 'ERR_DATA_TYPE')) throw error
    const get = () => {
      throw error
    }
    return { get, enumerable: false, configurable: true }
  }
}

/** An entry's contents, with the length and checksum that the directory says. */
function* contentOf(entry: ZipEntry, zip: string): Steps<Uint8Array> {
  const { name, content, isDeflated, size, crc32: checksum } = entry
  if (!isDeflated && content.length !== size) throw anotherLength(name, zip)
  const whole = isDeflated ? yield* inflate(entry, zip) : content
  let crc = 0
  for (let at = 0; at < size; at += CHECKSUM_PIECE) {
    crc = crc32(whole.subarray(at, at + CHECKSUM_PIECE), crc)
    yield
  }
  if (crc !== checksum) {
    throw corruptZip(zip, `${quoted(name)} has another checksum than its directory says`)
  }
  return whole
}

/** Stops as soon as there is more than the directory says, or nothing more to come. */
function* inflate({ name, content, size }: ZipEntry, zip: string): Steps<Uint8Array> {
  // Deflate's limit, so that nothing is allocated for an impossible size.
  if (size > content.length * maxInflation) {
    throw corruptZip(zip, `${quoted(name)} cannot hold the ${size} bytes that its directory says`)
  }
  const whole = new Uint8Array(size)
  const inflater = new Inflater('raw')
  let length = 0
  let at = 0
  while (!inflater.isDone && at < content.length) {
    const input = content.subarray(at, at + INPUT_PIECE)
    at += input.length
    inflater.push(input)
    for (let piece = next(); piece; piece = next()) {
      length += piece.length
      if (length > size) throw anotherLength(name, zip)
      yield
    }
    yield
  }
  if (!inflater.isDone || length < size || at - inflater.unused < content.length) {
    throw anotherLength(name, zip)
  }
  return whole

  function next(): Uint8Array | undefined {
    try {
      return inflater.read(length < size ? whole.subarray(length, length + OUTPUT_PIECE) : undefined)
    } catch (cause) {
      throw corruptZip(zip, `${quoted(name)} does not inflate`, cause)
    }
  }
}

const anotherLength = (name: string, zip: string) =>
  corruptZip(zip, `${quoted(name)} has another length than its directory says`)
