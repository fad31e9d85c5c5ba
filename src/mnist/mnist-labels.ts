// Labels of MNIST and its relatives.
import { DataError } from '../errors.ts'
import type { ByteFile } from '../platform/platform.ts'
import { type IdxExpectation, type ReadIdxOptions, readIdxArray } from './idx.ts'

/** Columns of QMNIST's labels, of which the first is the class. Source: https://github.com/facebookresearch/qmnist */
const QMNIST_COLUMNS = 8

/** MNIST's own, those of whole numbers of any size, and QMNIST's. */
const KINDS: readonly IdxExpectation[] = [
  { type: 'uint8', rank: 1 },
  { type: 'int8', rank: 1 },
  { type: 'int16', rank: 1 },
  { type: 'int32', rank: 1 },
  { type: 'int32', rank: 2 },
]

/**
 * A class for each sample. Throws {@link DataError} with the codes of `parseIdx`, and `ERR_DATA_VALUE` for a label that is
 * no class 0 to `classes` − 1.
 */
export async function readLabels(
  name: string,
  file: ByteFile,
  options: Pick<ReadIdxOptions, 'maxBytes' | 'signal'>,
  classes: number | undefined,
): Promise<Int32Array> {
  const { shape, data } = await readIdxArray(file, { ...options, name, expect: KINDS })
  const [count = 0, columns = 1] = shape
  if (shape.length === 2 && columns !== QMNIST_COLUMNS) {
    throw new DataError(
      'ERR_DATA_RANK',
      `${name} has labels of ${columns} columns: expected one, or QMNIST's ${QMNIST_COLUMNS}, of which the first is the class`,
    )
  }
  const labels = new Int32Array(count)
  for (let i = 0; i < count; ++i) labels[i] = data[i * columns] ?? 0
  const bad = labels.findIndex(label => label < 0 || label >= (classes ?? Number.POSITIVE_INFINITY))
  if (bad < 0) return labels
  const range = classes === undefined ? 'classes 0, 1, 2, …' : `0–${classes - 1}, since classes is ${classes}`
  throw new DataError(
    'ERR_DATA_VALUE',
    `${name} has the label ${labels[bad]} at sample ${bad}: expected ${range}`,
  )
}
