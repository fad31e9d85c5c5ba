// Several arrays as NumPy saves them in one file: .npz, a zip file of .npy files.
import { inflateSync } from 'fflate/browser'
import { checkOptions } from '../check-options.ts'
import { crc32 } from '../crc32.ts'
import { ArgumentError, DataError } from '../errors.ts'
import { type Bytes, toBytes } from './bytes.ts'
import { maxInflation } from './gzip.ts'
import { type NpyArray, parseNpy } from './npy.ts'
import { corruptZip, readZipDirectory, type ZipEntry } from './zip-directory.ts'

/** Options of {@link parseNpz}. */
export interface NpzOptions {
  /** What errors call the file. */
  name?: string
  /** The most bytes that all arrays may take, uncompressed; 2 GiB unless given. */
  maxBytes?: number
}

/**
 * Reads a `.npz` file, compressed or not: its arrays by the names that they were saved under. What is no
 * `.npy` file in it is passed over.
 *
 * Throws {@link DataError}: `ERR_DATA_MAGIC` for what is no zip file, `ERR_DATA_TOO_LARGE` where the arrays take more
 * than `maxBytes`, before any is inflated, `ERR_DATA_CORRUPT` for a broken zip file or a wrong checksum,
 * `ERR_DATA_TYPE` for an encrypted one; and the errors of {@link parseNpy}.
 *
 * @example
 * const { x_train, y_train } = parseNpz(await readFile('mnist.npz'))
 * const train = await dataset({ inputs: x_train.data, imageShape: [28, 28], labels: y_train.data })
 *
 * Source: numpy.lib.format, "npz"; NumPy's `savez` and `savez_compressed`.
 */
export function parseNpz(bytes: Bytes, options: NpzOptions = {}): Record<string, NpyArray> {
  checkOptions('parseNpz', options, '{ maxBytes: 1e6 }', { name: 1, maxBytes: 1 })
  const { name = 'NumPy data', maxBytes = 2 ** 31 } = options
  if (!(maxBytes >= 0)) {
    throw new ArgumentError(`maxBytes must be a number of bytes from 0 on, got ${maxBytes}`)
  }
  const file = toBytes(bytes, name)
  const entries = readZipDirectory(file, name).filter(entry => entry.name.endsWith('.npy'))
  const total = entries.reduce((sum, { size }) => sum + size, 0)
  if (total > maxBytes) {
    throw new DataError(
      'ERR_DATA_TOO_LARGE',
      `${name} has arrays of ${total} bytes, more than the limit of ${maxBytes}: raise maxBytes if it is meant to be ` +
        'that large',
    )
  }
  return Object.fromEntries(
    entries.map(entry => [
      entry.name.slice(0, -'.npy'.length),
      parseNpy(contentOf(entry, name), { name: `${name}/${entry.name}` }),
    ]),
  )
}

/** What an entry holds. A stream that inflates to more than the directory says is cut there. */
function contentOf({ name, content, isDeflated, size, crc32: checksum }: ZipEntry, zip: string): Uint8Array {
  const inflated = isDeflated ? inflate(content, size, name, zip) : content
  if (inflated.length !== size || crc32(inflated) !== checksum) {
    throw corruptZip(zip, `${JSON.stringify(name)} has another length or checksum than its directory says`)
  }
  return inflated
}

function inflate(content: Uint8Array, size: number, name: string, zip: string): Uint8Array {
  // Deflate's limit, so that nothing is allocated for a promise that cannot be kept.
  if (size > content.length * maxInflation) {
    throw corruptZip(zip, `${JSON.stringify(name)} cannot hold the ${size} bytes that its directory says`)
  }
  try {
    return inflateSync(content, { out: new Uint8Array(size) })
  } catch (cause) {
    throw corruptZip(zip, `${JSON.stringify(name)} does not inflate`, cause)
  }
}
