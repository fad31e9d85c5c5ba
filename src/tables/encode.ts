// Rows of a table as samples, by a recipe.
import { allocate } from '../allocate.ts'
import { inWords } from '../bytes-in-words.ts'
import { checkNoOptions } from '../check-options.ts'
import { AllocationError } from '../errors.ts'
import { hintAt } from '../nearest-name.ts'
import { quoted, quotedList } from '../quote-names.ts'
import { isMissing, type TableColumn, valueAt } from './column.ts'
import { shareOf } from './quantiles.ts'
import {
  type CategoryRecipe,
  DATE_PARTS,
  datePart,
  type InputRecipe,
  inputSizeOf,
  type Recipe,
  type ScaledRecipe,
  targetsOf,
  widthOf,
} from './recipe.ts'
import type { Table } from './table.ts'
import { Problems } from './table-error.ts'

/** Samples as {@link wasmlp!dataset | dataset} takes them. */
export interface EncodedTable {
  /** samples × inputSize. */
  inputs: Float32Array<ArrayBuffer>
  inputSize: number
  /** The place of each sample's class in the recipe's list. */
  labels?: Int32Array<ArrayBuffer>
  /** samples × targetSize, scaled. */
  targets?: Float32Array<ArrayBuffer>
  targetSize?: number
}

/** Bytes of the largest linear memory. */
const MAX_BYTES = 2 ** 32

/**
 * Rows as samples for a network of one's own. With the table's target they have labels or targets; `withTarget` false leaves
 * them out.
 *
 * Throws {@link TableError} with all that does not fit the recipe, column by column, and {@link AllocationError} where
 * there is no room.
 *
 * @example
 * const data = await dataset(encodeTable(recipe, train))
 */
export function encodeTable(recipe: Recipe, table: Table, withTarget?: boolean): EncodedTable
export function encodeTable(
  recipe: Recipe,
  table: Table,
  withTarget: boolean | undefined = true,
  ...more: unknown[]
): EncodedTable {
  checkNoOptions('encodeTable', [withTarget, ...more])
  const problems = new Problems(table.name)
  const { length } = table
  const inputSize = inputSizeOf(recipe)
  const problem = () =>
    `${table.name} becomes ${length} samples of ${inputSize} values, ${inWords(4 * length * inputSize)}, for which there is ` +
    'no room: leave out columns of many names, or merge rare ones by minCount'
  if (4 * length * inputSize > MAX_BYTES) throw new AllocationError(problem())
  const inputs = allocate(() => new Float32Array(length * inputSize), problem)
  let offset = 0
  for (const column of recipe.columns) {
    const found = columnFor(table, column, problems)
    if (found) encodeColumn(column, found, table.rows, { inputs, offset, inputSize }, problems)
    offset += widthOf(column)
  }
  const encoded: EncodedTable = { inputs, inputSize }
  if (withTarget) Object.assign(encoded, encodeTarget(recipe, table, problems))
  problems.throwIfAny()
  return encoded
}

/** The table's column for one of the recipe; undefined, with a problem, where there is none of its kind. */
function columnFor(
  table: Table,
  { name, kind }: { name: string; kind: InputRecipe['kind'] },
  problems: Problems,
): TableColumn | undefined {
  const column = table.column(name)
  if (!column) {
    const names = [...table.columns.keys()]
    problems.add(
      name,
      `is a column of the model and not of this table: it has ${quotedList(names)}${hintAt(name, names)}`,
    )
    return undefined
  }
  if (column.kind === kind) return column
  problems.add(
    name,
    `is of the kind ${column.kind} here and ${kind} for the model: read the table with like: model, or with kinds: { ` +
      `${quoted(name)}: '${kind}' }`,
  )
  return undefined
}

/** Where the values of a column go: from `offset` on in each sample. */
interface Place {
  readonly inputs: Float32Array
  readonly offset: number
  readonly inputSize: number
}

function encodeColumn(
  recipe: InputRecipe,
  column: TableColumn,
  rows: Int32Array,
  place: Place,
  problems: Problems,
): void {
  if (recipe.kind === 'category') encodeCategories(recipe, column, rows, place, problems)
  else if (column.kind === recipe.kind) encodeNumbers(recipe, column.values, rows, place, problems)
}

const NO_VALUE = 'there is no value, and the training rows all had one: give it, or train with missing: '

function encodeNumbers(
  { name, quantiles, center, scale, clip, fill, indicator, parts }: ScaledRecipe,
  values: Float64Array,
  rows: Int32Array,
  { inputs, offset, inputSize }: Place,
  problems: Problems,
): void {
  for (const [i, row] of rows.entries()) {
    const given = values[row] ?? Number.NaN
    const isAbsent = Number.isNaN(given)
    if (isAbsent && fill === undefined) {
      problems.addValue(name, i, undefined, `${NO_VALUE}'median'`)
      continue
    }
    const value = isAbsent ? (fill ?? 0) : given
    let at = i * inputSize + offset
    const z = ((quantiles ? shareOf(quantiles, value) : value) - center) / scale
    inputs[at++] = clip ? z / Math.sqrt(1 + (z / 3) ** 2) : z
    if (!Number.isFinite(inputs[at - 1])) {
      const message = 'is beyond single precision, compared with the training rows: correct it'
      problems.addValue(name, i, String(value), message)
    }
    if (indicator) inputs[at++] = Number(isAbsent)
    for (const part of parts) {
      if (!isAbsent) inputs[at + datePart(part, value)] = 1
      at += DATE_PARTS[part]
    }
  }
}

function encodeCategories(
  recipe: CategoryRecipe,
  column: TableColumn,
  rows: Int32Array,
  { inputs, offset, inputSize }: Place,
  problems: Problems,
): void {
  if (column.kind !== 'category') return
  const { name, names, rare, unknown, missing } = recipe
  const places = new Map(names.map((name, place) => [name, place]))
  const other = rare.length > 0 ? names.length : undefined
  for (const name of rare) places.set(name, names.length)
  const own = widthOf(recipe) - 1
  const stand = typeof missing === 'object' ? places.get(missing.constant) : own
  /** By the table's number of a name. */
  const placeOf = column.names.map(name => places.get(name))
  for (const [i, row] of rows.entries()) {
    const code = column.codes[row] ?? -1
    if (code < 0 && missing === 'refuse') {
      problems.addValue(name, i, undefined, `${NO_VALUE}'category'`)
      continue
    }
    const place = code < 0 ? stand : (placeOf[code] ?? other)
    if (code >= 0 && placeOf[code] === undefined && unknown === 'error') {
      const message =
        `is no name that the training rows have, ${quotedList([...names, ...rare])}: correct it, or train with ` +
        `columns: { ${quoted(name)}: { unknown: 'other' } }`
      problems.addValue(name, i, quoted(column.names[code] ?? ''), message)
    } else if (place !== undefined) inputs[i * inputSize + offset + place] = 1
  }
}

/** Labels or targets. */
function encodeTarget(
  recipe: Recipe,
  table: Table,
  problems: Problems,
): Omit<EncodedTable, 'inputs' | 'inputSize'> {
  const { target } = recipe
  const columns = targetsOf(recipe).map(name => {
    const column = table.column(name)
    if (!column) problems.add(name, 'is what the model predicts, and no column of this table')
    return column
  })
  if (target.kind === 'classes') {
    const [column] = columns
    return column ? { labels: toClasses(target.classes, column, table.rows, problems) } : {}
  }
  const targetSize = columns.length
  const targets = new Float32Array(table.length * targetSize)
  for (const [j, { name, center, scale }] of target.outputs.entries()) {
    const column = columns[j]
    if (column && column.kind !== 'number')
      problems.add(name, `is of the kind ${column.kind}: expected numbers`)
    if (column?.kind !== 'number') continue
    for (const [i, row] of table.rows.entries()) {
      if (isMissing(column, row))
        problems.addValue(name, i, undefined, 'the target is missing: leave the row out')
      targets[i * targetSize + j] = ((column.values[row] ?? 0) - center) / scale
    }
  }
  return { targets, targetSize }
}

function toClasses(
  classes: readonly string[],
  column: TableColumn,
  rows: Int32Array,
  problems: Problems,
): Int32Array<ArrayBuffer> {
  const places = new Map(classes.map((name, place) => [name, place]))
  const labels = new Int32Array(rows.length)
  for (const [i, row] of rows.entries()) {
    const value = valueAt(column, row)
    const place = value === null ? undefined : places.get(String(value))
    if (value === null)
      problems.addValue(column.name, i, undefined, 'the target is missing: leave the row out')
    else if (place === undefined) {
      const message = `is no class of the training rows, ${quotedList(classes)}: correct it, or train on rows that have it`
      problems.addValue(column.name, i, quoted(String(value)), message)
    } else labels[i] = place
  }
  return labels
}
