// Tables from files, texts and objects: read, understood and checked.
import type { OptionNames } from '../check-options.ts'
import { inOrder } from '../data/batches.ts'
import { checkLocation, readLocation } from '../data/read-location.ts'
import { hintAt } from '../nearest-name.ts'
import { locationName, quoted, quotedList } from '../quote-names.ts'
import { isMissing, type TableColumn, toColumn } from './column.ts'
import { type ColumnKind, guessKind } from './kinds.ts'
import { NO_ROWS, type RawTable } from './raw-table.ts'
import { checkReadOptions, READ_OPTIONS, type ReadOptions } from './read-options.ts'
import { readRows, type TableSource } from './read-rows.ts'
import { Table } from './table.ts'
import type { Problems } from './table-error.ts'

/** Options of {@link loadTable}. */
export interface LoadTableOptions extends ReadOptions {
  /** The most bytes that the file may have, uncompressed; 2 GiB unless given. */
  maxBytes?: number
}

const LOAD_OPTIONS: OptionNames<LoadTableOptions> = { ...READ_OPTIONS, maxBytes: 1 }

/**
 * Reads a table: a CSV or TSV file, an array of JSON objects, or an object on each line. The text or its bytes may come in
 * parts; plain objects, such as a database's rows, are taken as they are. Format, delimiter, decimal separator and the kind of
 * each column are guessed where no option says them; {@link Table.describe} tells what was understood.
 *
 * Rejects with {@link TableError}, which lists all problems of all columns; with {@link DataError} where the text cannot
 * be read, as {@link wasmlp/data!parseCsv | parseCsv} does; and with {@link ArgumentError} for a wrong option.
 *
 * @example
 * const table = await parseTable('width,species\n3.5,setosa\n3.2,versicolor\n', { target: 'species' })
 */
export async function parseTable(source: TableSource, options: ReadOptions = {}): Promise<Table> {
  checkReadOptions('parseTable', options, READ_OPTIONS)
  const name = locationName(options.name ?? 'the table')
  return understand(await readRows(source, name, options), name, options)
}

/**
 * {@link parseTable} of a file, gzipped or not: by its path or file: URL in Node, by its URL in browsers and Node.
 *
 * Rejects likewise, and with {@link DataError} `ERR_DATA_NOT_FOUND` where there is no such file, or `ERR_DATA_TOO_LARGE`
 * where it has more than `maxBytes`.
 *
 * @example
 * const table = await loadTable('flowers.csv', { target: 'species' })
 * const later = await loadTable('new.csv', { like: table })
 */
export async function loadTable(location: string | URL, options: LoadTableOptions = {}): Promise<Table> {
  checkReadOptions('loadTable', options, LOAD_OPTIONS)
  checkLocation('loadTable', location, 'parseTable')
  const { maxBytes = 2 ** 31, signal } = options
  const name = locationName(options.name ?? location)
  const chunks = readLocation(location, name, maxBytes, signal)
  return understand(await readRows(chunks, name, options), name, options)
}

/** Gives each column its kind. Throws {@link TableError} with all that is wrong. */
function understand(raw: RawTable, name: string, options: ReadOptions): Table {
  const { columns, rows, reader, problems } = raw
  const { like } = options
  if (rows === 0) {
    problems.add(undefined, NO_ROWS)
    problems.throwIfAny()
  }
  const targets = findTargets(raw, options)
  const kinds = new Map<string, ColumnKind>(Object.entries(like?.kinds ?? {}))
  for (const [column, kind] of Object.entries(options.kinds ?? {})) {
    kinds.set(column, kind)
    if (!columns.has(column)) problems.add(undefined, noColumn('kinds', column, columns))
  }
  const understood = new Map<string, TableColumn>()
  for (const [column, cells] of columns) {
    const isTarget = targets.includes(column)
    const given = kinds.get(column) ?? (like ? 'skip' : undefined)
    const why = kinds.has(column) ? 'as given' : 'no column of the table that it is like'
    const guess = given ? { kind: given, why } : guessKind(column, cells, isTarget, reader)
    if ('odd' in guess && guess.odd) {
      const { row, value, count } = guess.odd
      const others = count > 1 ? `, like ${count - 1} more values` : ''
      problems.addValue(
        column,
        row,
        value,
        `is no number${others}, among ${cells.length} rows of numbers: list it in missingValues, or set kinds: ` +
          `{ ${quoted(column)}: 'category' }`,
      )
    }
    if (isTarget) checkTarget(column, guess.kind, targets.length, problems)
    understood.set(column, toColumn(column, guess.kind, guess.why, cells, reader, problems))
    // What was read is not kept beside what was made of it.
    if (guess.kind !== 'skip') cells.length = 0
  }
  const kept = withTarget(understood, targets, raw, options)
  problems.throwIfAny()
  return new Table(name, understood, targets, kept)
}

/** The rows that are kept: a target that is missing cannot be learned. */
function withTarget(
  columns: ReadonlyMap<string, TableColumn>,
  targets: readonly string[],
  { rows, ragged, problems }: RawTable,
  { like, missingTarget = 'error' }: ReadOptions,
): Int32Array {
  const all = inOrder(rows)
  const needed = like ? [] : targets.flatMap(name => columns.get(name) ?? [])
  const isWhole = (row: number) => needed.every(column => !isMissing(column, row))
  if (missingTarget === 'skip') {
    const kept = new Int32Array(all.length)
    let count = 0
    for (const row of all) if (isWhole(row)) kept[count++] = row
    if (count === 0) problems.add(undefined, 'no row has a target')
    return kept.slice(0, count)
  }
  for (const column of needed) {
    for (const row of all) {
      const message = "the target is missing: correct it, or leave such rows out by missingTarget: 'skip'"
      if (isMissing(column, row) && !ragged.has(row)) problems.addValue(column.name, row, undefined, message)
    }
  }
  return all
}

function findTargets({ columns, problems }: RawTable, { target, like }: ReadOptions): string[] {
  if (target === undefined) return (like?.targets ?? []).filter(name => columns.has(name))
  const targets = [target].flat() as string[]
  for (const name of targets) {
    if (!columns.has(name)) problems.add(undefined, noColumn('target', name, columns))
  }
  return [...new Set(targets)]
}

function checkTarget(name: string, kind: ColumnKind, targets: number, problems: Problems): void {
  if (kind === 'number' || (targets === 1 && (kind === 'category' || kind === 'boolean'))) return
  const found = kind === 'skip' ? 'the target is left out' : `the target is of the kind ${kind}`
  const expected = targets === 1 ? "'number', 'category' or 'boolean'" : "'number', as all of several targets"
  problems.add(name, `${found}: expected ${expected}`)
}

function noColumn(option: string, name: string, columns: ReadonlyMap<string, unknown>): string {
  const names = [...columns.keys()]
  return `${option} names a column ${quoted(name)}${hintAt(name, names)}, which is not there: expected one of ${quotedList(names)}`
}
