// The rows of a text a block at a time, so that a table larger than memory can be gone through.

import { readRecords } from '../data/csv-records.ts'
import type { CsvSource } from '../data/csv-text.ts'
import { DataError } from '../errors.ts'
import { type NumberFormat, PLAIN_NUMBERS } from './number-format.ts'
import type { ReadOptions } from './read-options.ts'
import { beginText, jsonArray, jsonLines, jsonOf } from './read-rows.ts'
import { unlessWrong } from './table-error.ts'
import { guessFields } from './text-format.ts'

/** Rows that stand one after another. */
export interface RowBlock {
  /** The columns of `fields`, in their order; undefined for objects, which name their own. */
  readonly names: readonly string[] | undefined
  readonly rows: readonly BlockRow[]
  readonly numbers: NumberFormat
  /** The line on which a row of the block begins, counted from 1; undefined where a text has no lines of rows. */
  lineOf(index: number): number | undefined
}

/** A row as it stands in the text: fields, an object, or what is wrong with the JSON of one. */
export type BlockRow =
  | { readonly fields: readonly string[] }
  | { readonly object: unknown }
  | { readonly error: DataError }

/** Objects of a JSON array in one block. */
const BLOCK = 1000

/**
 * The blocks of a text, of some tens of kilobytes each. A table with a header has one at least. Throws as `parseTable` does for
 * a text that cannot be read.
 */
export async function* readRowBlocks(
  source: CsvSource,
  name: string,
  options: ReadOptions,
): AsyncGenerator<RowBlock, void> {
  const { format, beginning, text } = await beginText(source, name, options)
  if (format === 'csv') yield* fieldBlocks(text, beginning, name, options)
  else if (format === 'jsonl') {
    for await (const lines of jsonLines(text, name)) {
      yield {
        names: undefined,
        rows: lines.map(({ json }) => objectRow(json, name)),
        numbers: PLAIN_NUMBERS,
        lineOf: index => lines[index]?.line,
      }
    }
  } else {
    const objects = await jsonArray(text, name)
    for (let begin = 0; begin < objects.length; begin += BLOCK) {
      const rows = objects.slice(begin, begin + BLOCK).map(object => ({ object }))
      yield { names: undefined, rows, numbers: PLAIN_NUMBERS, lineOf: () => undefined }
    }
  }
}

function objectRow(json: string, name: string): BlockRow {
  const object = unlessWrong(() => jsonOf(json, name))
  return object instanceof DataError ? { error: object } : { object }
}

async function* fieldBlocks(
  text: AsyncIterable<string>,
  beginning: string,
  name: string,
  { header = true, ...options }: ReadOptions,
): AsyncGenerator<RowBlock, void> {
  const { comment } = options
  const { delimiter, ...numbers } = await guessFields(beginning, comment, options)
  let names: readonly string[] | undefined
  for await (const { records, lineOf } of readRecords(text, { delimiter, comment, name })) {
    let begin = 0
    if (!names) {
      const [first = []] = records
      names = first.map((field, place) => (header ? field.trim() : String(place)))
      begin = header ? 1 : 0
    }
    const offset = begin
    const rows = records.slice(begin).map(fields => ({ fields }))
    yield { names, rows, numbers, lineOf: index => lineOf(index + offset) }
  }
}
