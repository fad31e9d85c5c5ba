// IDX files as bytes, for those who read others than MNIST's.
import { checkOptions } from '../check-options.ts'
import type { IdxArray, IdxOptions } from '../mnist/idx.ts'

/**
 * Reads an IDX file, the format of MNIST and its relatives, raw or gzipped, of any element type and rank.
 * Resolves to its type, its shape (sizes of the dimensions, the slowest first) and its elements in row-major order.
 *
 * Throws {@link DataError} with the code `ERR_DATA_MAGIC` for a file of another format, `ERR_DATA_RANK` for another
 * type or rank than `expect` has, `ERR_DATA_TRUNCATED` and `ERR_DATA_TRAILING` for fewer or more bytes than the header
 * promises, or than a gzip stream has, `ERR_DATA_TOO_LARGE` for more than `maxBytes`, `ERR_DATA_CORRUPT` for a broken
 * gzip stream; and {@link ArgumentError} for what is no bytes at all.
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
