// Rows of a CSV file as numbers.

import { DataError } from '../errors.ts'
import { quoted, quotedList, wordOf } from '../quote-names.ts'
import { badValue, type ColumnPlan, type PlannedColumn } from './csv-columns.ts'
import { expand, InputColumn, sizeOf } from './csv-inputs.ts'
import { LabelReader } from './csv-labels.ts'
import { type MissingOptions, MissingValues } from './csv-missing.ts'
import { readNumber } from './csv-numbers.ts'
import type { Records } from './csv-records.ts'
import { GrowingNumbers } from './growing-numbers.ts'
import type { Steps } from './steps.ts'

/** A CSV file as {@link wasmlp!dataset | dataset} takes it. */
export interface CsvData {
  /** Number of rows. */
  samples: number
  /** samples × inputSize. */
  inputs: Float32Array<ArrayBuffer>
  inputSize: number
  /** The name of each value of a sample: the column's, or `column=category` for a one-hot column. */
  inputNames: string[]
  /** A class 0, 1, 2, … for each sample. */
  labels?: Int32Array<ArrayBuffer>
  /** samples × targetSize. */
  targets?: Float32Array<ArrayBuffer>
  targetSize?: number
  /**
   * The names in each categorical column and in the label column, by the column's name. Number i is
   * categories[column][i]. Numeric labels are named after themselves: '0', '1', '2', …
   */
  categories: Record<string, string[]>
}

/** Fields of a row that are read in a few milliseconds. */
const FIELDS_PER_STEP = 2 ** 13

/** Numbers of at most 30 digits, which single precision holds. */
const PLAIN = /^-?\d{1,15}(?:\.\d{1,15})?$/

/** Collects rows. Until the end, each column of inputs and targets is one number, and a category its number. */
export class CsvTable {
  samples = 0
  readonly #plan: ColumnPlan
  readonly #file: string
  readonly #missing: 'error' | 'skip' | number
  readonly #missingValues: MissingValues
  readonly #labelReader: LabelReader | undefined
  readonly #inputs = new GrowingNumbers(Float32Array)
  readonly #targets = new GrowingNumbers(Float32Array)
  readonly #labels = new GrowingNumbers(Int32Array)

  constructor(plan: ColumnPlan, file: string, { missing = 'error', missingValues }: MissingOptions) {
    this.#plan = plan
    this.#file = file
    this.#missing = missing
    this.#missingValues = new MissingValues(missingValues)
    this.#labelReader = plan.label && new LabelReader(plan.label)
  }

  /** Takes rows `begin` to `end − 1`. Throws {@link DataError} for a row of another length, or with wrong fields. */
  *add({ records, lineOf }: Records, begin: number, end: number): Steps<void> {
    const { fields, inputs, targets, label } = this.#plan
    const row = new Float32Array(inputs.length)
    const target = new Float32Array(targets.length)
    for (let i = begin; i < end; ++i) {
      const record = records[i] ?? []
      const line = () => lineOf(i)
      if (record.length !== fields) {
        throw new DataError(
          'ERR_DATA_COUNT',
          `${this.#file}, line ${line()}: the row has ${record.length} fields, but the first row has ${fields} (is the ` +
            'delimiter another one?)',
        )
      }
      if (this.#missing === 'skip' && (yield* this.#isIncomplete(record))) continue
      for (let j = 0; j < inputs.length; j += FIELDS_PER_STEP) {
        this.#read(record, inputs, j, row, line)
        if (inputs.length > FIELDS_PER_STEP) yield
      }
      for (let j = 0; j < targets.length; j += FIELDS_PER_STEP) {
        this.#read(record, targets, j, target, line)
        if (targets.length > FIELDS_PER_STEP) yield
      }
      this.#inputs.push(row)
      this.#targets.push(target)
      if (label) this.#labels.push([this.#labelOf(record, label, line)])
      this.samples += 1
    }
  }

  /** The fields of some columns, from one on, as numbers. */
  #read(
    record: readonly string[],
    columns: readonly PlannedColumn[],
    begin: number,
    row: Float32Array,
    line: () => number,
  ): void {
    const mayFill = columns === this.#plan.inputs
    const end = Math.min(columns.length, begin + FIELDS_PER_STEP)
    for (let j = begin; j < end; ++j) {
      const column = columns[j]
      if (column) row[j] = this.#valueOf(record, column, line, mayFill)
    }
  }

  /** Throws {@link AllocationError} where one-hot values would take too much. */
  *finish(): Steps<CsvData> {
    const { inputs, targets } = this.#plan
    const parts: InputColumn[] = []
    const categories: [string, string[]][] = []
    const inputNames: string[] = []
    for (const column of inputs) {
      const part = new InputColumn(column)
      parts.push(part)
      if (column.categories) categories.push([column.name, part.names])
      for (const name of part.valueNames) inputNames.push(name)
      if (parts.length % FIELDS_PER_STEP === 0) yield
    }
    const raw = yield* this.#inputs.take()
    const result: CsvData = {
      samples: this.samples,
      inputs: yield* expand(raw, this.samples, parts, this.#file),
      inputSize: sizeOf(parts),
      inputNames,
      categories: {},
    }
    if (targets.length > 0) {
      result.targets = yield* this.#targets.take()
      result.targetSize = targets.length
    }
    if (this.#labelReader && this.#plan.label) {
      const { labels, names } = yield* this.#labelReader.finish(yield* this.#labels.take())
      result.labels = labels
      if (names) categories.push([this.#plan.label.name, names])
    }
    // Not by assignment, which would treat '__proto__' specially.
    result.categories = Object.fromEntries(categories)
    return result
  }

  /** Whether a value that is used is missing. */
  *#isIncomplete(record: readonly string[]): Steps<boolean> {
    const { inputs, targets, label } = this.#plan
    const isMissing = ({ place }: PlannedColumn) => this.#missingValues.has((record[place] ?? '').trim())
    for (let j = 0; j < inputs.length; j += FIELDS_PER_STEP) {
      const some = inputs.length > FIELDS_PER_STEP ? inputs.slice(j, j + FIELDS_PER_STEP) : inputs
      if (some.some(isMissing)) return true
      if (some !== inputs) yield
    }
    return targets.some(isMissing) || (label !== undefined && isMissing(label))
  }

  #valueOf(record: readonly string[], column: PlannedColumn, line: () => number, mayFill: boolean): number {
    const raw = record[column.place] ?? ''
    // The fast path of nearly all fields. The rest is checked in detail.
    if (this.#missingValues.hasNoNumbers && !column.categories && PLAIN.test(raw)) {
      return this.#checkRounding(Number(raw), raw, column, line)
    }
    const field = raw.trim()
    if (this.#missingValues.has(field)) {
      if (typeof this.#missing === 'number' && mayFill && !column.categories) return this.#missing
      throw this.#missingValue(column, line)
    }
    return column.categories ? this.#categoryOf(field, column, line) : this.#numberOf(field, column, line)
  }

  #labelOf(record: readonly string[], column: PlannedColumn, line: () => number): number {
    const field = (record[column.place] ?? '').trim()
    if (this.#missingValues.has(field)) throw this.#missingValue(column, line)
    const label = this.#labelReader?.read(field) ?? -1
    if (typeof label !== 'number') throw badValue(this.#file, line(), column, label.problem)
    if (label < 0) throw this.#noCategory(field, column, line)
    return label
  }

  #categoryOf(field: string, column: PlannedColumn, line: () => number): number {
    const number = column.categories?.numberOf(field) ?? -1
    if (number >= 0) return number
    throw this.#noCategory(field, column, line)
  }

  #noCategory(field: string, column: PlannedColumn, line: () => number): DataError {
    const { names = [], isGiven } = column.categories ?? {}
    const name = quoted(column.name)
    const remedy =
      column === this.#plan.label
        ? 'take another column as the label'
        : `leave the column out, by skip: [${name}],`
    return badValue(
      this.#file,
      line(),
      column,
      isGiven
        ? `${quoted(field)} is none of its categories: expected ${quotedList(names)}`
        : `${quoted(field)} is one name more than the ${names.length} that are found without a list: ${remedy} if it holds ` +
            'texts or identifiers; or list all names in the option categories, which has no limit',
    )
  }

  #numberOf(field: string, column: PlannedColumn, line: () => number): number {
    const number = readNumber(field)
    if (number !== undefined && Number.isFinite(Math.fround(number))) {
      return this.#checkRounding(number, field, column, line)
    }
    const advice =
      this.#plan.fields === 1 && /[;\t|]/.test(field)
        ? "say what separates fields, such as delimiter: ';'"
        : 'skip the column, make it categorical, or name what counts as missing in missingValues'
    throw badValue(
      this.#file,
      line(),
      column,
      `${quoted(field)} is not a number that single precision holds (${advice})`,
    )
  }

  #checkRounding(number: number, field: string, column: PlannedColumn, line: () => number): number {
    const other = column.rounding?.collision(field, number)
    if (other === undefined) return number
    throw badValue(
      this.#file,
      line(),
      column,
      `${wordOf(field)} and ${wordOf(other)} become one number in single precision, ${Math.fround(number)} (skip the column if it holds ` +
        'identifiers, subtract a start from times, or accept it by the option rounded)',
    )
  }

  #missingValue(column: PlannedColumn, line: () => number): DataError {
    const canFill = this.#plan.inputs.includes(column) && !column.categories
    const isFilling = typeof this.#missing === 'number'
    return badValue(
      this.#file,
      line(),
      column,
      `the value is missing${isFilling ? `, and missing: ${this.#missing} fills inputs that are numbers only` : ''} ` +
        `(missing: 'skip' leaves such rows out${canFill ? ', a number, such as missing: 0, fills such places' : ''})`,
    )
  }
}
