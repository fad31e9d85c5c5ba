// The inputs of a table: from one number a column to a sample's values, one for each category of a one-hot column.

import { allocate } from '../allocate.ts'
import { inWords } from '../bytes-in-words.ts'
import { AllocationError } from '../errors.ts'
import { quoted } from '../quote-names.ts'
import type { PlannedColumn } from './csv-columns.ts'
import type { Steps } from './steps.ts'

/** Values that become inputs in a few milliseconds. */
const VALUES_PER_STEP = 2 ** 16

const BYTES = Float32Array.BYTES_PER_ELEMENT

/** The most bytes of inputs with one-hot values. */
const MAX_BYTES = 2 ** 30

/** Where columns become fewer values on average, no limit is set: the inputs are in proportion to the file. */
const MAX_GROWTH = 16

/** How a column of inputs expands into a sample's values. */
export class InputColumn {
  readonly column: PlannedColumn
  readonly names: string[]
  /** From the number by appearance to the number in order. */
  readonly order: Int32Array | undefined
  readonly isOneHot: boolean

  constructor(column: PlannedColumn) {
    const sorted = column.categories?.sorted()
    this.column = column
    this.names = sorted?.names ?? []
    this.order = sorted?.order
    this.isOneHot = sorted !== undefined && column.encoding === 'oneHot'
  }

  get size(): number {
    return this.isOneHot ? this.names.length : 1
  }

  get valueNames(): string[] {
    const { name } = this.column
    return this.isOneHot ? this.names.map(category => `${name}=${category}`) : [name]
  }
}

/** Values of a sample. */
export const sizeOf = (columns: readonly InputColumn[]): number =>
  columns.reduce((sum, { size }) => sum + size, 0)

/**
 * Rows of one number a column as samples: categories in order, one-hot where requested.
 *
 * Throws {@link AllocationError} where one-hot values would take too much, before they are allocated: a column of
 * identifiers has as many categories as rows, so that its values grow with the square of the file.
 */
export function* expand(
  raw: Float32Array<ArrayBuffer>,
  samples: number,
  columns: readonly InputColumn[],
  file: string,
): Steps<Float32Array<ArrayBuffer>> {
  if (columns.every(({ order }) => !order)) return raw
  const size = sizeOf(columns)
  if (size > MAX_GROWTH * columns.length && samples * size * BYTES > MAX_BYTES) {
    throw new AllocationError(tooLarge(samples, columns, file))
  }
  const inputs = allocate(
    () => new Float32Array(samples * size),
    () => tooLarge(samples, columns, file),
  )
  const rowsPerStep = Math.ceil(VALUES_PER_STEP / columns.length)
  for (let i = 0; i < samples; ++i) {
    if (i % rowsPerStep === 0) yield
    let at = i * size
    columns.forEach(({ order, isOneHot, size }, j) => {
      const value = raw[i * columns.length + j] ?? 0
      const number = order?.[value] ?? value
      if (isOneHot) inputs[at + number] = 1
      else inputs[at] = number
      at += size
    })
  }
  return inputs
}

function tooLarge(samples: number, columns: readonly InputColumn[], file: string): string {
  const size = sizeOf(columns)
  const needed = `${file} would take ${inWords(samples * size * BYTES)}, for ${samples} rows of ${size} values`
  const [largest, ...others] = columns.filter(({ isOneHot }) => isOneHot).sort((a, b) => b.size - a.size)
  if (!largest) return `${needed}: read it in parts, by streamCsv`
  const name = quoted(largest.column.name)
  return (
    `${needed}, since each of the ${largest.size} categories of column ${name} becomes one` +
    `${others.length > 0 ? `, and those of ${others.length} other columns` : ''}. Leave the column out, by skip: ` +
    `[${name}], if it holds texts or identifiers; or keep one value for each category, by categorical: ` +
    `{ ${name}: 'index' }; or read the file in parts, by streamCsv`
  )
}
