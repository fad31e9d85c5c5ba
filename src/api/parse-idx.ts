// IDX files as bytes, for those who read others than MNIST's.
import { checkOptions } from '../check-options.ts'
import type { IdxArray, IdxOptions } from '../mnist/idx.ts'

/**
 * Reads an IDX file, the format of MNIST and its relatives, raw or gzipped, of any element type and rank. Resolves to
 * its type, its shape (slowest dimension first) and its elements in row-major order.
 *
 * Throws {@link ArgumentError} for a value that holds no bytes, and {@link DataError} with one of these codes:
 *
 * - `ERR_DATA_MAGIC`: a file of another format
 * - `ERR_DATA_RANK`: another type or rank than `expect` has
 * - `ERR_DATA_TRUNCATED`, `ERR_DATA_TRAILING`: fewer or more bytes than the header or the gzip stream promises
 * - `ERR_DATA_TOO_LARGE`: more than `maxBytes`
 * - `ERR_DATA_CORRUPT`: a broken gzip stream
 *
 * @example
 * ```ts
 * const response = await fetch('https://example.org/mnist/train-labels-idx1-ubyte.gz')
 * const labels = await parseIdx(await response.arrayBuffer(), { expect: { type: 'uint8', rank: 1 } })
 * labels.shape // [60000]
 * labels.data // Uint8Array(60000) [5, 0, 4, 1, 9, …]
 * ```
 *
 * Source: http://yann.lecun.com/exdb/mnist, "the IDX file format".
 */
export async function parseIdx(bytes: Uint8Array | ArrayBuffer, options: IdxOptions = {}): Promise<IdxArray> {
  checkOptions('parseIdx', options, "{ name: 'labels' }", { name: 1, maxBytes: 1, expect: 1 })
  if (options.expect !== undefined)
    checkOptions('expect', options.expect, '{ rank: 3 }', { type: 1, rank: 1 })
  const { readIdxBytes } = await import('../mnist/idx.ts')
  return readIdxBytes(bytes, options)
}
