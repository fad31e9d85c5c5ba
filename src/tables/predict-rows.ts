// Predictions of a table's rows one after another, in bounded memory. A row that does not fit is told, and leaves the others
// alone.
import { isUrl } from '../brands.ts'
import { checkNames, type OptionNames } from '../check-options.ts'
import { inOrder } from '../data/batches.ts'
import type { CsvSource } from '../data/csv-text.ts'
import { readLocation } from '../data/read-location.ts'
import { describeValue } from '../describe-value.ts'
import { ArgumentError, DataError } from '../errors.ts'
import { hintAt } from '../nearest-name.ts'
import { locationName, quoted, quotedList } from '../quote-names.ts'
import { CellReader } from './cells.ts'
import { type TableColumn, toColumn } from './column.ts'
import { type EncodedTable, encodeTable } from './encode.ts'
import { NO_ROWS, RawRows } from './raw-table.ts'
import { checkReadOptions, READ_OPTIONS, type ReadOptions } from './read-options.ts'
import { type BlockRow, type RowBlock, readRowBlocks } from './row-blocks.ts'
import { Table } from './table.ts'
import { Problems, TableError, type TableProblem, unlessWrong } from './table-error.ts'
import { TableModel, type TablePrediction, type TablePredictOptions } from './table-model.ts'

/** Options of {@link predictRows}. */
export interface PredictRowsOptions extends Omit<ReadOptions, 'like' | 'target' | 'missingTarget' | 'kinds'> {
  /** Columns whose values come with each row as they stand in the text; `'all'` for all. None unless given. */
  keep?: readonly string[] | 'all'
  /** As for {@link TableModel.predict}. */
  unknownBelow?: number
}

const OPTIONS: OptionNames<PredictRowsOptions> = (({ like, target, missingTarget, kinds, ...rest }) => ({
  ...rest,
  keep: 1 as const,
  unknownBelow: 1 as const,
}))(READ_OPTIONS)

/** A row of a text, and what a model says of it. */
export interface PredictedRow {
  /** Counted from 1 without the header. */
  readonly row: number
  /** The line on which it begins, counted from 1; undefined in one array of JSON objects. */
  readonly line: number | undefined
  /** Undefined for a row that does not fit. */
  readonly prediction: TablePrediction | undefined
  /** Why it does not; empty for a row that has a prediction. */
  readonly problems: readonly TableProblem[]
  /** The values of the columns to keep, by name: texts of a CSV file, values of JSON. */
  readonly kept: Readonly<Record<string, unknown>>
}

/**
 * Predicts the rows of a text, in their order: CSV or JSON as {@link parseTable} reads it, from its parts or a URL (in Node
 * file: URLs as well, gzipped or not). It holds some tens of kilobytes of the text at a time, except for one array of JSON
 * objects. A row that does not fit the model has `problems` in place of a prediction.
 *
 * Throws {@link TableError} where a column of the model is missing or nothing is there, {@link DataError} for a text that cannot
 * be read, and {@link ArgumentError} for a wrong option.
 *
 * @example
 * for await (const { line, prediction, problems } of predictRows(model, createReadStream('new.csv'))) {
 *   console.log(line, prediction?.class ?? problems[0]?.message)
 * }
 */
export async function* predictRows(
  model: TableModel,
  source: CsvSource | URL,
  options: PredictRowsOptions = {},
): AsyncGenerator<PredictedRow, void> {
  const { keep = [], unknownBelow, ...reading } = options
  if (!(model instanceof TableModel)) {
    throw new ArgumentError(`predictRows got ${describeValue(model)}: expected a model of a table`)
  }
  checkNames('predictRows', options, OPTIONS)
  checkReadOptions('predictRows', reading, READ_OPTIONS)
  if (keep !== 'all' && !(Array.isArray(keep) && keep.every(name => typeof name === 'string'))) {
    throw new ArgumentError(`keep is ${describeValue(keep)}: expected a list of columns, or 'all'`)
  }
  model.checkUnknownBelow(unknownBelow)
  const { signal, missingValues } = reading
  const asking = { ...(signal && { signal }), ...(unknownBelow !== undefined && { unknownBelow }) }
  const name = locationName(options.name ?? (isUrl(source) ? source : 'the table'))
  const text = isUrl(source) ? readLocation(source, name, Number.POSITIVE_INFINITY, signal) : source
  const parts = new BlockReader(model, name, missingValues)
  let rows = 0
  let isFirst = true
  for await (const block of readRowBlocks(text, name, reading)) {
    if (isFirst) {
      parts.check(block)
      checkKept(name, keep, block)
    }
    isFirst = false
    const keptOf = keeperOf(block, keep)
    for (const [i, answer] of (await answers(model, parts, block, rows, asking)).entries()) {
      yield {
        row: rows + i + 1,
        // Whoever does not ask spares the search.
        get line() {
          return block.lineOf(i)
        },
        ...answer,
        kept: keptOf(i),
      }
    }
    rows += block.rows.length
  }
  if (isFirst) throw new TableError(name, [wholeProblem(NO_ROWS)])
}

const wholeProblem = (message: string): TableProblem => ({
  column: undefined,
  row: undefined,
  line: undefined,
  value: undefined,
  rows: 0,
  message,
})

type Answer = Pick<PredictedRow, 'prediction' | 'problems'>

/** What a model says of the rows of a block, of which the first is number `begin`, counted from 0. */
async function answers(
  model: TableModel,
  parts: BlockReader,
  block: RowBlock,
  begin: number,
  asking: TablePredictOptions,
): Promise<Answer[]> {
  const problemsOf = block.rows.map((): readonly TableProblem[] => [])
  let good = block.rows
  let encoded = unlessWrong(() => parts.encode(good, block))
  if (encoded instanceof DataError) {
    for (const [i, error] of wrongRows(parts, block, encoded, 0, block.rows.length)) {
      problemsOf[i] = problemsIn(error, begin + i + 1, block.lineOf(i))
    }
    good = block.rows.filter((_, i) => problemsOf[i]?.length === 0)
    encoded = parts.encode(good, block)
  }
  const predictions = good.length === 0 ? [] : await model.predictEncoded(encoded, asking)
  let next = 0
  return problemsOf.map(problems => ({
    problems,
    prediction: problems.length > 0 ? undefined : predictions[next++],
  }))
}

/**
 * Which rows of a part of a block are wrong, and the error of each alone: by halves, since most rows are right. `error` is that of
 * the whole part.
 */
function* wrongRows(
  parts: BlockReader,
  block: RowBlock,
  error: DataError,
  begin: number,
  end: number,
): Generator<[number, DataError]> {
  if (end - begin === 1) {
    yield [begin, error]
    return
  }
  const middle = (begin + end) >> 1
  for (const [from, to] of [
    [begin, middle],
    [middle, end],
  ] as const) {
    const half = unlessWrong(() => parts.encode(block.rows.slice(from, to), block))
    if (half instanceof DataError) yield* wrongRows(parts, block, half, from, to)
  }
}

/** The problems of one row, at its place in the text. */
function problemsIn(error: DataError, row: number, line: number | undefined): TableProblem[] {
  const at = { row, line, rows: 1 }
  if (error instanceof TableError) return error.problems.map(problem => ({ ...problem, ...at }))
  return [{ ...wholeProblem(error.message), ...at }]
}

/** Makes samples of rows as a model takes them. */
class BlockReader {
  readonly #model: TableModel
  readonly #name: string
  readonly #missingValues: readonly string[] | undefined
  /** The columns of the recipe. */
  readonly #inputs: ReadonlySet<string>

  constructor(model: TableModel, name: string, missingValues: readonly string[] | undefined) {
    this.#model = model
    this.#name = name
    this.#missingValues = missingValues
    this.#inputs = new Set(model.recipe.columns.map(({ name }) => name))
  }

  /** Throws {@link TableError} where the block has not the columns of the model. */
  check(block: RowBlock): void {
    this.encode([], block)
  }

  /** Throws {@link TableError} for values that do not fit the model, and {@link DataError} for what is no JSON. */
  encode(rows: readonly BlockRow[], { names, numbers }: RowBlock): EncodedTable {
    const { kinds, recipe } = this.#model
    const problems = new Problems(this.#name)
    const reader = new CellReader(numbers, this.#missingValues)
    const raw = new RawRows(reader, problems, column => !this.#inputs.has(column))
    // A key that an object lacks is a missing value.
    raw.name(names ?? [...this.#inputs])
    for (const row of rows) {
      if ('error' in row) throw row.error
      if ('fields' in row) raw.addFields(row.fields)
      else raw.addObject(row.object)
    }
    const columns = new Map<string, TableColumn>()
    for (const [column, cells] of raw.columns) {
      const kind = this.#inputs.has(column) ? (kinds[column] ?? 'skip') : 'skip'
      columns.set(column, toColumn(column, kind, '', cells, reader, problems))
    }
    problems.throwIfAny()
    return encodeTable(recipe, new Table(this.#name, columns, [], inOrder(rows.length)), false)
  }
}

/** Throws {@link ArgumentError} for a column to keep that is not there. */
function checkKept(name: string, keep: readonly string[] | 'all', { names }: RowBlock): void {
  const lacking = keep !== 'all' && names && keep.find(column => !names.includes(column))
  if (!lacking) return
  throw new ArgumentError(
    `keep names a column ${quoted(lacking)}${hintAt(lacking, names)}, which ${name} has not: expected some of ${quotedList(names)}`,
  )
}

/** Gives the values to keep of a row of a block. */
function keeperOf(
  { names = [], rows }: RowBlock,
  keep: readonly string[] | 'all',
): (index: number) => Record<string, unknown> {
  if (keep.length === 0) return () => ({})
  const places = (keep === 'all' ? names : keep).map(name => [name, names.indexOf(name)] as const)
  return index => {
    const row = rows[index]
    if (!row) return {}
    if ('fields' in row) {
      return Object.fromEntries(places.map(([name, place]) => [name, row.fields[place] ?? '']))
    }
    const values = new Map<string, unknown>('error' in row ? [] : Object.entries(Object(row.object)))
    return Object.fromEntries(
      (keep === 'all' ? [...values.keys()] : keep).map(name => [name, values.get(name)]),
    )
  }
}
