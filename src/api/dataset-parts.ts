// What only some programs ask of a data set: the parts that it is divided into, and whether its labels have gaps.

import { inWords } from '../bytes-in-words.ts'
import { checkOptions, type OptionNames } from '../check-options.ts'
import { foldOrder, splitOrder } from '../data/splits.ts'
import { describeValue } from '../describe-value.ts'
import type { Engine, EngineRows } from '../engine/engine.ts'
import { AllocationError, ArgumentError } from '../errors.ts'

/** What is needed of a data set. */
interface Whole {
  readonly engine: Engine
  readonly rows: EngineRows
  readonly length: number
}

/** What can be divided, and what that gives. */
interface Divisible<Part> extends Whole {
  view(indices: Int32Array): Part
}

/** Classes that never occur, although larger ones do. */
export interface LabelGaps {
  /** Largest label + 1. */
  classes: number
  /** How many of those never occur. */
  missing: number
  /** The first label behind the first gap (a class from 1 on that never occurs), in the order of the samples. */
  label: number
  /** The sample that has it, counted from 0. */
  sample: number
  /** The same in words. */
  message: string
}

/** How parts are drawn. */
interface PartOptions {
  readonly seed?: number
  readonly stratify?: boolean
}

const NAMES: OptionNames<PartOptions> = { seed: 1, stratify: true }

/** See {@link Dataset.split}. */
export async function split<Part>(
  data: Divisible<Part>,
  fraction: number,
  options: PartOptions,
): Promise<[Part, Part]> {
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
  const [first, second] = splitOrder(order, at, await strata('split', data, options))
  return [select(data, first), select(data, second)]
}

/** Bytes: each fold has the positions of all samples, in its two parts. */
const MAX_POSITIONS = 2 ** 32

/** See {@link Dataset.kFold}. */
export async function folds<Part>(
  data: Divisible<Part>,
  k: number,
  options: PartOptions,
): Promise<{ train: Part; validation: Part }[]> {
  checkOptions('kFold', options, '{ seed: 1 }', NAMES)
  if (!Number.isInteger(k) || k < 2 || k > data.length) {
    throw new ArgumentError(
      `kFold(${describeValue(k)}) of ${data.length} samples: expected a whole number of folds, 2 to the number of samples`,
    )
  }
  if (4 * k * data.length > MAX_POSITIONS) {
    throw new AllocationError(
      `kFold(${k}) of ${data.length} samples lists ${inWords(4 * k * data.length)} of positions: use fewer folds`,
    )
  }
  const order = await drawOrder(data, options)
  const positions = foldOrder(order, k, await strata('kFold', data, options))
  return positions.map(({ train, validation }) => ({
    train: select(data, train),
    validation: select(data, validation),
  }))
}

/** See {@link Dataset.shuffle}. */
export async function shuffled<Part>(
  data: Divisible<Part>,
  options: { readonly seed?: number },
): Promise<Part> {
  checkOptions('shuffle', options, '{ seed: 1 }', { seed: 1 })
  return select(data, await drawOrder(data, options))
}

/** See {@link Dataset.labelGaps}. */
export async function labelGaps({ rows: { samples, indices } }: Whole): Promise<LabelGaps | undefined> {
  const labels = await samples.readLabels(indices)
  if (!labels) return undefined
  const sorted = labels.slice().sort()
  let gap = 1
  let occurring = 0
  for (let i = 0; i < sorted.length; ++i) {
    if (sorted[i] === gap) gap += 1
    if (i === 0 || sorted[i] !== sorted[i - 1]) occurring += 1
  }
  const sample = labels.findIndex(label => label > gap)
  if (sample < 0) return undefined
  const label = labels[sample] ?? 0
  const classes = labels.reduce((largest, label) => Math.max(largest, label), 0) + 1
  const missing = classes - occurring
  const verb = missing === 1 ? 'occurs' : 'occur'
  const message = `classes: ${classes}, of which ${missing} never ${verb}; first label ${label} at sample ${sample}`
  return { classes, missing, label, sample, message }
}

/** The samples at positions of a data set. */
function select<Part>(data: Divisible<Part>, positions: Int32Array): Part {
  const { indices } = data.rows
  return data.view(positions.map(position => indices[position] ?? 0))
}

/** All positions in an order that depends on the seed. */
function drawOrder({ engine, length }: Whole, { seed = 0 }: PartOptions): Promise<Int32Array> {
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    throw new ArgumentError(`seed is ${describeValue(seed)}: expected a whole number, 0–4294967295`)
  }
  return engine.permutation(length, seed)
}

/** The label at each position, where it counts. */
async function strata(
  call: string,
  { rows: { samples, indices } }: Whole,
  { stratify = false }: PartOptions,
): Promise<Int32Array | undefined> {
  if (!stratify) return undefined
  const labels = await samples.readLabels(indices)
  if (labels) return labels
  throw new ArgumentError(
    `${call} cannot stratify samples without labels: leave stratify out, or give the data set labels`,
  )
}
