// A table: columns of one length, seen through a list of rows that can be split without a copy.
import { inspectSymbol } from '../api/inspect-symbol.ts'
import { checkNoOptions } from '../check-options.ts'
import { type FoldPositions, foldOrder, splitOrder } from '../data/splits.ts'
import { engineFor } from '../engine/engines.ts'
import { ArgumentError } from '../errors.ts'
import { quoted, quotedList } from '../quote-names.ts'
import { type TableColumn, valueAt } from './column.ts'
import { describeColumn, TableDescription } from './describe.ts'
import {
  checkFolds,
  checkNoChance,
  checkSplit,
  type FoldOptions,
  type SplitOptions,
} from './split-options.ts'
import { TableSchema } from './table-schema.ts'
import { foldsInTime, splitInTime, type TimeOrder } from './time-order.ts'

/** The parts of a table. Those that were not asked for have no rows. */
export interface TableSplit {
  readonly train: Table
  readonly validation: Table
  readonly test: Table
}

/** Columns with names and kinds, of which some are to be predicted by the others. It cannot be changed. */
export class Table extends TableSchema {
  /** What errors call it. */
  readonly name: string
  readonly #columns: ReadonlyMap<string, TableColumn>
  readonly #rows: Int32Array
  readonly #order: TimeOrder | undefined

  /** @internal Use {@link loadTable} or {@link parseTable}. */
  constructor(
    name: string,
    columns: ReadonlyMap<string, TableColumn>,
    targets: readonly string[],
    rows: Int32Array,
    order?: TimeOrder,
  ) {
    super(
      Array.from(columns, ([column, { kind }]) => [column, kind] as const),
      targets,
    )
    this.name = name
    this.#columns = columns
    this.#rows = rows
    this.#order = order
    Object.freeze(this)
  }

  /** Number of rows. */
  get length(): number {
    return this.#rows.length
  }

  /**
   * What each column is taken for and why, how many values it lacks, its range and examples: of these rows. As a text it
   * is a readable table.
   *
   * @example
   * console.log(String(table.describe()))
   */
  describe(): TableDescription
  describe(...more: unknown[]): TableDescription {
    checkNoOptions('describe', more)
    const columns = [...this.#columns.values()].map(column => {
      const isTarget = this.targets.includes(column.name)
      const role = isTarget ? 'target' : column.kind === 'skip' ? 'skip' : 'input'
      return describeColumn(column, this.#rows, role)
    })
    return new TableDescription(this.length, columns)
  }

  /**
   * Divides the rows at random: those to test on, those to validate on, and the rest to train on. No value is copied. The
   * same seed gives the same parts. A target of categories keeps its proportions in all parts, unless `stratify` is
   * false. A table of {@link windows} is divided by time instead, without seed or strata: the last to test on, the first to
   * train on.
   *
   * Rejects with {@link ArgumentError} where a part would have no rows, and for `stratify` without a target of
   * categories.
   *
   * @example
   * const { train, validation, test } = await table.split({ validation: 0.2, test: 0.2, seed: 1 })
   */
  async split(options: SplitOptions): Promise<TableSplit> {
    const sizes = checkSplit(options, this.length)
    if (this.#order) {
      checkNoChance(options)
      const { train, validation, test } = splitInTime(this.#order, this.#rows, sizes)
      return { train: this.#select(train), validation: this.#select(validation), test: this.#select(test) }
    }
    const strata = this.#strata(options.stratify)
    const engine = await engineFor({})
    const order = await engine.permutation(this.length, options.seed ?? 0)
    const [test, others] = splitOrder(order, sizes.test, strata)
    const [validation, train] = splitOrder(others, sizes.validation, strata)
    return { train: this.#select(train), validation: this.#select(validation), test: this.#select(test) }
  }

  /**
   * Divides the rows into k folds at random, each of which is held out once: by the same seed into the same ones. A target of
   * categories keeps its proportions in all of them, unless `stratify` is false. No value is copied. The folds of
   * {@link windows} follow each other in time, each behind all that is trained on.
   *
   * Rejects with {@link ArgumentError} for an impossible number of folds, and as {@link Table.split} does.
   *
   * @example
   * for (const { train, validation } of await table.kFold(5, { seed: 1 })) {
   *   const model = await sequentialFor(train)
   *   await model.fit(train)
   *   console.log((await model.evaluate(validation)).accuracy)
   * }
   */
  async kFold(k: number, options: FoldOptions = {}): Promise<{ train: Table; validation: Table }[]> {
    checkFolds(k, options, this.length)
    const folds = this.#order
      ? this.#foldsInTime(this.#order, k, options)
      : await this.#randomFolds(k, options)
    return folds.map(({ train, validation }) => ({
      train: this.#select(train),
      validation: this.#select(validation),
    }))
  }

  #foldsInTime(order: TimeOrder, k: number, options: FoldOptions): FoldPositions[] {
    checkNoChance(options)
    return foldsInTime(order, this.#rows, k)
  }

  async #randomFolds(k: number, { stratify, seed = 0 }: FoldOptions): Promise<FoldPositions[]> {
    const strata = this.#strata(stratify)
    const engine = await engineFor({})
    return foldOrder(await engine.permutation(this.length, seed), k, strata)
  }

  /** Rows `begin` to `end − 1`, with indices as in `Array.prototype.slice`; no value is copied. */
  slice(begin?: number, end?: number): Table
  slice(...range: number[]): Table {
    checkNoOptions('slice', range)
    return new Table(this.name, this.#columns, this.targets, this.#rows.slice(...range), this.#order)
  }

  /**
   * The rows as plain objects with all columns: numbers, texts, true and false; dates as ISO 8601 writes them, and null
   * where a value is missing.
   */
  toObjects(): Record<string, string | number | boolean | null>[]
  toObjects(...more: unknown[]): Record<string, string | number | boolean | null>[] {
    checkNoOptions('toObjects', more)
    const columns = [...this.#columns]
    // Not by assignment, which would treat '__proto__' specially.
    const objects: Record<string, string | number | boolean | null>[] = []
    for (const row of this.#rows) {
      objects.push(Object.fromEntries(columns.map(([name, column]) => [name, valueAt(column, row)])))
    }
    return objects
  }

  /** One line about it, which `console.log` shows in Node. */
  override toString(): string {
    const targets = this.targets.length > 0 ? `, to predict ${quotedList(this.targets)}` : ''
    return `Table of ${this.length} rows, ${this.#columns.size} columns${targets}`
  }

  /** @internal */
  [inspectSymbol](): string {
    return this.toString()
  }

  /** @internal The rows that this table sees, by their places in the columns. */
  get rows(): Int32Array {
    return this.#rows
  }

  /** @internal */
  column(name: string): TableColumn | undefined {
    return this.#columns.get(name)
  }

  /** @internal */
  get columns(): ReadonlyMap<string, TableColumn> {
    return this.#columns
  }

  /** @internal Whether its rows are windows of time series. */
  get isOfWindows(): boolean {
    return this.#order !== undefined
  }

  #select(positions: Int32Array): Table {
    const rows = positions.map(position => this.#rows[position] ?? 0)
    return new Table(this.name, this.#columns, this.targets, rows, this.#order)
  }

  /** The class at each position, where parts are to keep proportions. */
  #strata(stratify: boolean | undefined): Int32Array | undefined {
    const target = this.targets.length === 1 ? this.#columns.get(this.targets[0] ?? '') : undefined
    const isOfClasses = target?.kind === 'category' || target?.kind === 'boolean'
    if (!(stratify ?? isOfClasses)) return undefined
    if (target?.kind === 'category') return this.#rows.map(row => target.codes[row] ?? -1)
    if (target?.kind === 'boolean') return this.#rows.map(row => target.values[row] ?? 0)
    const found = target
      ? `the target ${quoted(target.name)} is of the kind ${target.kind}`
      : 'there is no target'
    throw new ArgumentError(`stratify is true, but ${found}: expected a category, or stratify: false`)
  }
}
