// A recipe in a model's file: lists and names as JSON in the metadata, statistics as tensors of 64-bit floats, so that
// predictions keep their bits. To add a field, add it to the schemas here; raise SCHEMA where an older reader could misread it.
import { array, type InferOutput, picklist, union } from 'valibot'
import { FormatError } from '../errors.ts'
import type { SafetensorsFile, WritableTensor } from '../files/safetensors.ts'
import { check, checkVersion, fields, flag, readingFile, someFields, text, whole } from '../files/schema.ts'
import { quoted, shapeText } from '../quote-names.ts'
import { parseJson } from '../strict-json.ts'
import { MOST_KNOTS, type Quantiles } from './quantiles.ts'
import { DATE_PARTS, type DatePart, type InputRecipe, type Recipe, targetsOf } from './recipe.ts'

const SCHEMA = 1

/** The key of the metadata. */
const KEY = 'wasmlp.table'

const word = text(2 ** 20)
const words = array(word, 'a list of names')
const parts = Object.keys(DATE_PARTS) as DatePart[]

const scaled = {
  name: word,
  clip: flag,
  /** Whether a number stands for missing values. */
  fills: flag,
  indicator: flag,
  /** Of a scaling by quantiles; 0 for another. */
  knots: whole(0, MOST_KNOTS),
}

const dateParts = array(picklist(parts, `one of ${parts.join(', ')}`), 'a list of parts of a date')

/** The fields of a column, by its kind. */
export const COLUMN_FIELDS = {
  number: fields({ kind: picklist(['number'], "'number'"), ...scaled }),
  date: fields({ kind: picklist(['date'], "'date'"), ...scaled, parts: dateParts }),
  boolean: fields({ kind: picklist(['boolean'], "'boolean'"), ...scaled }),
  category: fields({
    kind: picklist(['category'], "'category'"),
    name: word,
    encoding: picklist(['oneHot'], "'oneHot', since this wasmlp knows no other"),
    names: words,
    rare: words,
    unknown: picklist(['error', 'other'], "'error' or 'other'"),
    missing: union(
      [picklist(['refuse', 'category']), fields({ constant: word })],
      "'refuse', 'category' or { constant }",
    ),
  }),
}

/** The fields of what is predicted, by its kind. */
export const TARGET_FIELDS = {
  classes: fields({ kind: picklist(['classes'], "'classes'"), name: word, classes: words }),
  numbers: fields({ kind: picklist(['numbers'], "'numbers'"), names: words }),
}

type Kind = keyof typeof COLUMN_FIELDS
const kinds = Object.keys(COLUMN_FIELDS) as Kind[]
const targetKinds = Object.keys(TARGET_FIELDS) as (keyof typeof TARGET_FIELDS)[]

const column = someFields({ kind: picklist(kinds, `one of ${kinds.join(', ')}`) })

/** The description as the metadata has it. */
export const TABLE = fields({
  schema: whole(SCHEMA, SCHEMA),
  columns: array(column, 'a list of columns'),
  target: someFields({ kind: picklist(targetKinds, `one of ${targetKinds.join(', ')}`) }),
})

/** What a recipe puts into a model's file. */
export function encodeRecipe({ columns, target }: Recipe): {
  tensors: [string, WritableTensor][]
  metadata: Record<string, string>
} {
  const numbers = columns.filter(column => column.kind !== 'category')
  const outputs = target.kind === 'numbers' ? target.outputs : []
  const description = {
    schema: SCHEMA,
    columns: columns.map(column => {
      if (column.kind === 'category') return column
      const { name, kind, clip, fill, indicator, parts, quantiles } = column
      const knots = quantiles?.values.length ?? 0
      const fills = fill !== undefined
      return { kind, name, clip, fills, indicator, knots, ...(kind === 'date' && { parts }) }
    }),
    target:
      target.kind === 'classes' ? target : { kind: target.kind, names: outputs.map(({ name }) => name) },
  }
  const vector = (name: string, values: readonly number[]): [string, WritableTensor] => [
    `table.${name}`,
    { dtype: 'F64', shape: [values.length], data: new Float64Array(values) },
  ]
  return {
    metadata: { [KEY]: JSON.stringify(description) },
    tensors: [
      vector(
        'center',
        numbers.map(({ center }) => center),
      ),
      vector(
        'scale',
        numbers.map(({ scale }) => scale),
      ),
      vector(
        'fill',
        numbers.map(({ fill }) => fill ?? 0),
      ),
      vector(
        'quantile',
        numbers.flatMap(({ quantiles }) => quantiles?.values ?? []),
      ),
      vector(
        'share',
        numbers.flatMap(({ quantiles }) => quantiles?.shares ?? []),
      ),
      vector(
        'target_center',
        outputs.map(({ center }) => center),
      ),
      vector(
        'target_scale',
        outputs.map(({ scale }) => scale),
      ),
    ],
  }
}

/** The recipe of a file. Throws {@link FormatError} for one that has none, or a damaged one. */
export function decodeRecipe({ tensors, metadata }: SafetensorsFile): Recipe {
  const json = metadata[KEY]
  if (json === undefined) {
    throw new FormatError(
      'the file has a model, but no recipe of a table in its metadata: read it with sequentialFromSafetensors',
    )
  }
  const where = 'the recipe in the metadata'
  const description = parseJson(json, where)
  checkVersion('the recipe', description, SCHEMA, SCHEMA)
  return readingFile(where, ' (save the model again)', () => {
    check(TABLE, description)
    const columns = description.columns.map((column, i) => columnOf(column, `columns.${i}`))
    const takes = (name: string, length: number, isScale = false) => take(tensors, name, length, isScale)
    const count = columns.filter(({ kind }) => kind !== 'category').length
    const [center, scale, fill] = [takes('center', count), takes('scale', count, true), takes('fill', count)]
    const knotsOf = knotReader(columns, takes)
    let place = 0
    const recipe: Recipe = {
      columns: columns.map((column): InputRecipe => {
        if (column.kind === 'category') return column
        const { fills, knots, ...rest } = column
        const at = place++
        return {
          ...rest,
          parts: column.kind === 'date' ? column.parts : [],
          ...knotsOf(knots),
          center: center[at] ?? 0,
          scale: scale[at] ?? 1,
          fill: fills ? (fill[at] ?? 0) : undefined,
        }
      }),
      target: targetOf(description.target, takes),
    }
    checkNames(recipe)
    return recipe
  })
}

type ColumnInFile = { [Name in Kind]: InferOutput<(typeof COLUMN_FIELDS)[Name]> }[Kind]

function columnOf(column: { kind: Kind }, at: string): ColumnInFile {
  const found: unknown = column
  check(COLUMN_FIELDS[column.kind] as (typeof COLUMN_FIELDS)['number' | 'category'], found, at)
  return found as ColumnInFile
}

function targetOf(
  target: { kind: keyof typeof TARGET_FIELDS },
  takes: (name: string, length: number, isScale?: boolean) => Float64Array,
): Recipe['target'] {
  const found: unknown = target
  if (target.kind === 'classes') {
    check(TARGET_FIELDS.classes, found, 'target')
    takes('target_center', 0)
    takes('target_scale', 0)
    return found
  }
  check(TARGET_FIELDS.numbers, found, 'target')
  const { names } = found
  const center = takes('target_center', names.length)
  const scale = takes('target_scale', names.length, true)
  const outputs = names.map((name, i) => ({ name, center: center[i] ?? 0, scale: scale[i] ?? 1 }))
  return { kind: 'numbers', outputs }
}

/** Gives the quantiles of one column after another. */
function knotReader(
  columns: readonly ColumnInFile[],
  takes: (name: string, length: number) => Float64Array,
): (knots: number) => { quantiles?: Quantiles } {
  const count = columns.reduce((sum, column) => sum + (column.kind === 'category' ? 0 : column.knots), 0)
  const [values, shares] = [takes('quantile', count), takes('share', count)]
  let begin = 0
  return knots => {
    if (knots === 0) return {}
    const of = (list: Float64Array) => Array.from(list.subarray(begin, begin + knots))
    const quantiles = { values: of(values), shares: of(shares) }
    begin += knots
    expectIncreasing('table.quantile', quantiles.values)
    expectIncreasing('table.share', quantiles.shares)
    if ((quantiles.shares[0] ?? 0) >= 0 && (quantiles.shares[knots - 1] ?? 0) <= 1) return { quantiles }
    throw new FormatError('tensor "table.share" has a number beyond 0–1, expected shares')
  }
}

function expectIncreasing(name: string, values: readonly number[]): void {
  const at = values.findIndex((value, i) => i > 0 && !(value > (values[i - 1] ?? 0)))
  if (at < 0) return
  throw new FormatError(
    `tensor ${quoted(name)} has ${values[at]} behind ${values[at - 1]} for one column, expected increasing numbers`,
  )
}

function take(
  tensors: SafetensorsFile['tensors'],
  name: string,
  length: number,
  isScale: boolean,
): Float64Array {
  const what = `tensor ${quoted(`table.${name}`)}`
  const tensor = tensors.get(`table.${name}`)
  if (!tensor) throw new FormatError(`the file has no ${what}`)
  const { dtype, shape, data } = tensor
  if (dtype !== 'F64' || shape.length !== 1 || data.length !== length) {
    throw new FormatError(`${what} is ${dtype} ${shapeText(shape)}, expected F64 [${length}]`)
  }
  const at = data.findIndex(value => !Number.isFinite(value) || (isScale && value <= 0))
  if (at < 0) return data
  throw new FormatError(
    `${what} has ${data[at]} at [${at}], expected a finite number${isScale ? ' above 0' : ''}`,
  )
}

/** No name may mean two things. */
function checkNames(recipe: Recipe): void {
  const { columns, target } = recipe
  const targets = targetsOf(recipe)
  expectDistinct('columns', [...columns.map(({ name }) => name), ...targets])
  if (targets.length === 0) throw new FormatError('target.names is empty, expected a name')
  if (target.kind === 'classes') {
    expectDistinct('target.classes', target.classes)
    if (target.classes.length < 2)
      throw new FormatError('target.classes has fewer than 2 names, expected 2 or more')
  }
  for (const [i, column] of columns.entries()) {
    if (column.kind !== 'category') {
      expectDistinct(`columns.${i}.parts`, column.parts)
      continue
    }
    const { names, rare, missing } = column
    expectDistinct(`columns.${i}.names`, [...names, ...rare])
    if (typeof missing !== 'object' || names.includes(missing.constant) || rare.includes(missing.constant))
      continue
    throw new FormatError(
      `columns.${i}.missing.constant is ${quoted(missing.constant)}, expected one of its names`,
    )
  }
}

function expectDistinct(where: string, names: readonly string[]): void {
  const seen = new Set<string>()
  for (const name of names) {
    if (seen.has(name)) throw new FormatError(`${where} has ${quoted(name)} twice, expected it once`)
    seen.add(name)
  }
}
