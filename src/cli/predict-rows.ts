// `wasmlp predict` on a table: a line of predictions for each row, as they come.
import { pathToFileURL } from 'node:url'
import { InvalidArgumentError } from 'commander'
import { locationName, quoted } from '../quote-names.ts'
import type { PredictedRow, TableModel, TablePrediction, TableProblem } from '../tables/index.ts'
import { CLOSED_PIPE } from './closed-output.ts'
import { Failure } from './failure.ts'
import { OutFile } from './files.ts'
import { Interrupted, interruptible } from './interruption.ts'
import { complain, count, printJson } from './output.ts'
import { csvLine, FileWriter, OutputWriter, type RowWriter } from './row-writer.ts'
import { readOptionsOf, type TableFlags } from './table-options.ts'
import { STANDARD_INPUT, tableName } from './table-source.ts'

/** As commander gives them. */
export interface RowFlags extends TableFlags {
  out?: string
  keep?: string[]
  unknownBelow?: number
  strict?: true
  json?: true
}

/** Predicts the rows of one table. Throws {@link Failure} at the end where some have no prediction. */
export async function predictTable(model: TableModel, data: string, options: RowFlags): Promise<void> {
  const { out, keep, unknownBelow, strict, json } = options
  const file = out === undefined ? undefined : new OutFile(out)
  const name = locationName(tableName(data))
  const lines = json && !file ? undefined : new Lines(model, keep ?? [])
  await interruptible(
    async signal => {
      const { predictRows } = await import('../tables/index.ts')
      const rows = predictRows(model, sourceOf(data), {
        ...readOptionsOf(options),
        name: tableName(data),
        ...(keep && { keep: keep.length === 1 && keep[0] === 'all' ? 'all' : keep }),
        ...(unknownBelow !== undefined && { unknownBelow }),
        signal,
      })
      const writer: RowWriter = file ? new FileWriter(file) : new OutputWriter()
      let total = 0
      let bad = 0
      try {
        for await (const row of rows) {
          const found = checked(row)
          total += 1
          if (found.problems.length > 0) {
            bad += 1
            const sentence = `${name}, ${found.line === undefined ? `row ${found.row}` : `line ${found.line}`}: ${inWords(found.problems, name)}`
            if (strict) throw new Failure(sentence)
            complain(sentence)
          }
          if (lines) for (const line of lines.of(found)) await writer.write(line)
          else await writer.write(JSON.stringify(eventOf(found)))
        }
        if (lines && total === 0) await writer.write(lines.heading({}))
        writer.finish()
      } catch (error) {
        writer.abandon()
        throw error
      }
      if (json && file) printJson({ event: 'done', rows: total, bad, out: file.path })
      if (bad > 0) throw new Failure(`${count(bad)} of ${count(total)} rows have no prediction`)
    },
    async error => {
      if (!(error instanceof Interrupted)) throw error
      // Whoever has read enough, as `head` has, wants to hear no more.
      const message = error.exitCode === CLOSED_PIPE ? '' : error.message
      throw new Interrupted(
        error.exitCode,
        file ? `${error.message}: ${locationName(file.path)} is as it was` : message,
      )
    },
  )
}

const sourceOf = (data: string) =>
  data === STANDARD_INPUT ? process.stdin : /^https?:/i.test(data) ? new URL(data) : pathToFileURL(data)

/** A row whose outputs are no numbers has no prediction. */
function checked(row: PredictedRow): PredictedRow {
  const { probabilities, values } = row.prediction ?? {}
  if (Object.values({ ...probabilities, ...values }).every(Number.isFinite)) return row
  const message = "the model's outputs are not finite numbers: its weights are too large"
  const { row: number, line } = row
  const problem = { column: undefined, row: number, line, value: undefined, rows: 1, message }
  return { ...row, prediction: undefined, problems: [problem] }
}

/** What is wrong with a row of the table called `name`; the library's advice is for programs. */
function inWords(problems: readonly TableProblem[], name: string): string {
  return problems
    .map(({ column, value, message }) => {
      // Advice stands behind a colon, but not behind that of an object such as { width: 3.5 }.
      const [fault = ''] = message.split(/(?<!\{ \w*): /)
      const what = fault.startsWith(`${name} `) ? fault.slice(name.length + 1) : fault
      return [column !== undefined && `column ${quoted(column)}:`, value, what].filter(Boolean).join(' ')
    })
    .join('; ')
}

function eventOf({ row, line, prediction, problems, kept }: PredictedRow): object {
  return {
    event: 'predict',
    row,
    line: line ?? null,
    ...(Object.keys(kept).length > 0 && { kept }),
    ...prediction,
    ...(problems.length > 0 && {
      problems: problems.map(({ column, value, message }) => ({ column: column ?? null, value, message })),
    }),
  }
}

/** The lines of a CSV file. */
class Lines {
  readonly #targets: readonly string[]
  readonly #classes: readonly string[] | undefined
  #columns: readonly string[] | undefined

  constructor({ targets, classes }: TableModel, keep: readonly string[]) {
    if (keep.includes(''))
      throw new InvalidArgumentError('--keep names a column without a name: expected names')
    this.#targets = targets
    this.#classes = classes
  }

  /** The heading, before the first row, and the row. */
  of({ kept, prediction }: PredictedRow): string[] {
    const heading = this.#columns ? [] : [this.heading(kept)]
    const values = (this.#columns ?? []).map(name => textOf(kept[name]))
    return [...heading, csvLine([...values, ...this.#fields(prediction)])]
  }

  /** The columns to keep, what is predicted, and the probability of each class. */
  heading(kept: PredictedRow['kept']): string {
    const columns = Object.keys(kept)
    this.#columns = columns
    const targets = this.#targets.map(name => (columns.includes(name) ? `predicted_${name}` : name))
    return csvLine([...columns, ...targets, ...(this.#classes ?? []).map(name => `P(${name})`)])
  }

  /** Empty for a row without a prediction. */
  #fields(prediction: TablePrediction | undefined): unknown[] {
    const { probabilities = {}, values = {} } = prediction ?? {}
    if (!this.#classes) return this.#targets.map(name => values[name])
    return [prediction?.class, ...this.#classes.map(name => probabilities[name])]
  }
}

/** A value of JSON in a field. */
const textOf = (value: unknown) =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : value
