// What only some data sets need: the parts that they are divided into, and a look at large numbers.

import { checkOptions, type OptionNames } from '../check-options.ts'
import { RoundingCheck } from '../data/rounding.ts'
import type { DatasetContents } from '../data/samples.ts'
import { type FoldPositions, foldOrder, splitOrder } from '../data/splits.ts'
import { describeValue } from '../describe-value.ts'
import { ArgumentError } from '../errors.ts'
import type { Dataset, DatasetOptions, LabelGaps, Matrix } from './dataset.ts'

/** How parts are drawn. */
interface PartOptions {
  readonly seed?: number
  readonly stratify?: boolean
}

const NAMES: OptionNames<PartOptions> = { seed: 1, stratify: true }

/** See {@link Dataset.split}. */
export async function split(
  data: Dataset,
  fraction: number,
  options: PartOptions,
): Promise<[Int32Array, Int32Array]> {
  checkOptions('split', options, '{ seed: 1 }', NAMES)
  if (!(typeof fraction === 'number' && fraction > 0 && fraction < 1)) {
    throw new ArgumentError(`fraction is ${describeValue(fraction)}: expected a number between 0 and 1`)
  }
  const { length } = data
  const at = Math.round(fraction * length)
  if (at === 0 || at === length) {
    throw new ArgumentError(
      `split(${fraction}) of ${length} samples gives parts of ${at} and ${length - at}: expected at least one in ` +
        'each (use a fraction nearer to 0.5, or more samples)',
    )
  }
  const order = await drawOrder(data, options)
  return splitOrder(order, at, await strata('split', data, options))
}

/** See {@link Dataset.kFold}. */
export async function folds(data: Dataset, k: number, options: PartOptions): Promise<FoldPositions[]> {
  checkOptions('kFold', options, '{ seed: 1 }', NAMES)
  if (!Number.isInteger(k) || k < 2 || k > data.length) {
    throw new ArgumentError(
      `kFold(${describeValue(k)}) of ${data.length} samples: expected a whole number of folds, 2 … the number of samples`,
    )
  }
  const order = await drawOrder(data, options)
  return foldOrder(order, k, await strata('kFold', data, options))
}

/** See {@link Dataset.shuffle}. */
export async function shuffled(data: Dataset, options: { readonly seed?: number }): Promise<Int32Array> {
  checkOptions('shuffle', options, '{ seed: 1 }', { seed: 1 })
  return drawOrder(data, options)
}

/** See {@link Dataset.labelGaps}. */
export async function labelGaps({ rows: { samples, indices } }: Dataset): Promise<LabelGaps | undefined> {
  const labels = await samples.readLabels(indices)
  if (!labels) return undefined
  const occurring = new Set(labels)
  let gap = 1
  while (occurring.has(gap)) gap += 1
  const sample = labels.findIndex(label => label > gap)
  if (sample < 0) return undefined
  const label = labels[sample] ?? 0
  const classes = labels.reduce((largest, label) => Math.max(largest, label), 0) + 1
  const missing = classes - occurring.size
  const verb = missing === 1 ? 'occurs' : 'occur'
  const message = `classes: ${classes}, of which ${missing} never ${verb}; first label ${label} at sample ${sample}`
  return { classes, missing, label, sample, message }
}

/** All positions in an order that depends on the seed. */
function drawOrder({ engine, length }: Dataset, { seed = 0 }: PartOptions): Promise<Int32Array> {
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    throw new ArgumentError(`seed is ${describeValue(seed)}: expected a whole number, 0 … 4294967295`)
  }
  return engine.permutation(length, seed)
}

/** The label at each position, where it counts. */
async function strata(
  call: string,
  { rows: { samples, indices } }: Dataset,
  { stratify = false }: PartOptions,
): Promise<Int32Array | undefined> {
  if (!stratify) return undefined
  const labels = await samples.readLabels(indices)
  if (labels) return labels
  throw new ArgumentError(
    `${call} cannot stratify samples without labels: leave stratify out, or give the data set labels`,
  )
}

/**
 * Throws {@link ArgumentError} where different numbers of a column are one in single precision; arrays in that precision
 * say that it is meant.
 */
export function checkRounding(
  { inputs, targets }: DatasetOptions,
  { inputSize, targets: values, inputs: { length } }: DatasetContents,
): void {
  checkColumns('inputs', inputs, inputSize)
  if (targets && values) checkColumns('targets', targets, (values.length * inputSize) / length)
}

function checkColumns(what: string, matrix: Matrix, columns: number): void {
  const checks = Array.from({ length: columns }, () => new RoundingCheck())
  // Rows one after the other, or numbers.
  const rows: Iterable<number | bigint | Iterable<number | bigint>> = matrix
  let at = 0
  for (const row of rows) {
    for (const value of typeof row === 'object' ? row : [row]) {
      const [i, j] = [Math.floor(at / columns), at % columns]
      const other = checks[j]?.collision(String(value), Number(value))
      if (other !== undefined) {
        throw new ArgumentError(
          `${what}[${i}][${j}] is ${value}, which in single precision is the same number as ${other} before it: leave ` +
            'identifiers out, subtract a start from times, or round by Float32Array.from',
        )
      }
      at += 1
    }
  }
}
