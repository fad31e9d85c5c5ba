// A visitor's table: what was understood of it, what each column is used for, and the samples that come of it. No DOM.
import { batch, computed, signal } from '@preact/signals'
import { type Dataset, dataset } from 'wasmlp'
import { type CsvData, type CsvOptions, parseCsv } from 'wasmlp/data'
import { type Column, TableView } from './columns.ts'
import type { Description, Subject } from './subject.ts'
import { decodeTable, delimiterOf, recordsOf } from './table-text.ts'

export interface Table {
  readonly name: string
  readonly text: string
  readonly encoding: string
  readonly delimiter: string
  readonly hasHeader: boolean
  readonly rows: number
  readonly columns: readonly Column[]
  /** The first rows, as they are written. */
  readonly head: readonly (readonly string[])[]
}

export type ColumnUse = 'number' | 'category' | 'out'

export type ReadState =
  | { readonly is: 'empty' }
  | { readonly is: 'reading'; readonly name: string }
  | { readonly is: 'read' }
  /** `bytes` where it is too large. */
  | { readonly is: 'failed'; readonly name: string; readonly reason: string; readonly bytes?: number }

/** A page's memory and its visitor's patience: programs read larger ones. */
export const MOST_BYTES = 50e6
const SPLIT = 0.8

export const table = signal<Table | undefined>(undefined)
export const readState = signal<ReadState>({ is: 'empty' })
/** What each column is used for, by its place. */
export const uses = signal<readonly ColumnUse[]>([])
/** The place of the column to predict. */
export const target = signal(0)
export const targetAs = signal<'classes' | 'number'>('classes')

export const targetColumn = computed(() => table.value?.columns[target.value])
/** Whether the column to predict can be read both ways. */
export const isTargetOpen = computed(() => {
  const column = targetColumn.value
  return column?.numbers !== undefined && column.names !== undefined
})
export const inputColumns = computed(() =>
  (table.value?.columns ?? []).filter(({ place }) => place !== target.value && uses.value[place] !== 'out'),
)

let reads = 0

/** Reads a file that was dropped or chosen. Never rejects. */
export async function readTable(
  name: string,
  size: number,
  bytes: () => Promise<ArrayBuffer>,
): Promise<void> {
  const read = ++reads
  if (size > MOST_BYTES) {
    readState.value = { is: 'failed', name, reason: '', bytes: size }
    return
  }
  readState.value = { is: 'reading', name }
  try {
    const { text, encoding } = await decodeTable(new Uint8Array(await bytes()), name)
    const delimiter = delimiterOf(text)
    const view = new TableView()
    for await (const records of recordsOf(text, delimiter)) {
      view.take(records)
      if (read !== reads) return
    }
    const columns = view.columns()
    // With what is wrong with it, in the package's words.
    if (view.rows === 0 || view.ragged > 0 || columns.length < 2)
      await explain(text, name, delimiter, view.hasHeader, columns)
    batch(() => {
      table.value = {
        name,
        text,
        encoding,
        delimiter,
        hasHeader: view.hasHeader,
        rows: view.rows,
        columns,
        head: view.head,
      }
      uses.value = columns.map(column => useOf(column, view.rows))
      choose(likelyTarget(columns))
      readState.value = { is: 'read' }
    })
  } catch (error) {
    if (read !== reads) return
    readState.value = { is: 'failed', name, reason: String(Object(error).message || error) }
  }
}

/** Rejects with what the package says of a table that cannot be used. */
async function explain(
  text: string,
  name: string,
  delimiter: string,
  header: boolean,
  columns: readonly Column[],
): Promise<void> {
  const categorical = columns
    .filter(({ kind }) => kind === 'category' || kind === 'text')
    .map(({ place }) => place)
  await parseCsv(text, {
    name,
    delimiter,
    header,
    categorical,
    inputs: columns.map(({ place }) => place),
    missing: 'skip',
  })
  throw new Error(
    `${name} has ${columns.length} column: expected one to predict, and others to predict it from`,
  )
}

/** Texts and numbers of rows tell nothing, and a column that lacks most of its values would take most rows with it. */
function useOf({ kind, name, missing }: Column, rows: number): ColumnUse {
  const isNamed = name !== '' && !/^Unnamed: \d+$/.test(name)
  const isOfUse = kind === 'number' || kind === 'category'
  return isNamed && isOfUse && missing * 2 <= rows ? kind : 'out'
}

/** The last column of categories, else the last of numbers. */
function likelyTarget(columns: readonly Column[]): number {
  const last = (kind: Column['kind']) => columns.findLast(column => column.kind === kind)?.place
  return last('category') ?? last('number') ?? columns.length - 1
}

/** Numbers from which on a column of whole numbers counts as a quantity. */
const MOST_CLASSES = 12

/** Predicts another column. */
export function choose(place: number): void {
  batch(() => {
    target.value = place
    const column = table.peek()?.columns[place]
    const isClass = column?.numbers?.areWhole && column.names && column.names.length <= MOST_CLASSES
    targetAs.value = column?.numbers && !isClass ? 'number' : 'classes'
  })
}

export function use(place: number, as: ColumnUse): void {
  uses.value = uses.peek().map((before, i) => (i === place ? as : before))
}

/** What `parseCsv` is told of the columns. */
export function optionsOf(): CsvOptions {
  const { columns = [], delimiter = ',', hasHeader = true } = table.peek() ?? {}
  const place = target.peek()
  const inputs = inputColumns.peek()
  const classes = targetAs.peek() === 'classes'
  const names = columns[place]?.names
  return {
    delimiter,
    ...(!hasHeader && { header: false }),
    inputs: inputs.map(column => column.place),
    categorical: inputs
      .filter(column => uses.peek()[column.place] === 'category')
      .map(column => column.place),
    ...(classes ? { label: place } : { targets: place }),
    // Numbers that are classes are those that occur, and no others.
    ...(classes && names && columns[place] && { categories: { [columns[place].name]: [...names] } }),
    missing: 'skip',
  }
}

/** Samples of the table, divided by the seed. Rejects with what the package says of a wrong field. */
export async function tableSubject(seed: number): Promise<Subject> {
  const shown = table.peek()
  const column = targetColumn.peek()
  if (!shown || !column) throw new Error('there is no table')
  const options = optionsOf()
  const data: CsvData = await parseCsv(shown.text, { ...options, name: shown.name })
  const classes = data.labels && (data.categories[column.name] ?? [])
  const all = await dataset(data)
  const parts = await divide(all, seed, classes !== undefined)
  const description: Description = {
    kind: 'table',
    name: shown.name,
    target: column.name,
    classes,
    inputNames: data.inputNames,
    options: { ...options, categories: data.categories },
    columns: inputColumns.peek().map(({ place, name }) => ({
      name,
      place,
      categories: uses.peek()[place] === 'category' ? (data.categories[name] ?? []) : undefined,
    })),
  }
  return { ...parts, description, leftOut: shown.rows - data.samples }
}

/** Training and test samples; classes in the same shares in both where there are enough of each. */
export async function divide(
  all: Dataset,
  seed: number,
  hasClasses: boolean,
): Promise<{ train: Dataset; test: Dataset }> {
  const [train, test] = await all.split(SPLIT, { seed, ...(hasClasses && { stratify: true }) })
  return { train, test }
}
