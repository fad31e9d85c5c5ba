// CSV once more: fields by csv-parse, numbers by JavaScript.
import { parse } from 'csv-parse/sync'
import type { CsvOptions } from '../../../src/data/csv.ts'
import type { CsvData } from '../../../src/data/csv-table.ts'

/** How numbers differ from the file's, in words; undefined where they do not, or csv-parse reads other rows. */
export function differenceOfCsv(
  bytes: Uint8Array,
  { inputs, inputSize, inputNames, samples, targets }: CsvData,
  { header = true, delimiter = ',', comment, missing, missingValues }: CsvOptions,
): string | undefined {
  let rows: string[][]
  try {
    const format = { bom: true, trim: true, skip_empty_lines: true, delimiter, comment: comment ?? null }
    rows = parse(Buffer.from(bytes), format)
  } catch {
    return undefined // what breaks a quoted field differs
  }
  const first = rows[0] ?? []
  const names = header ? (rows.shift() ?? []) : first.map((_, i) => String(i))
  if (rows.length !== samples || new Set(names).size !== names.length) return undefined
  const isMissing = (text: string) => text === '' || missingValues?.includes(text)
  for (const [row, fields] of rows.entries()) {
    for (const [i, name] of inputNames.entries()) {
      const column = names.indexOf(name)
      const text = fields[column]
      if (text === undefined) continue // one of a category's columns
      const value = Math.fround(isMissing(text) && typeof missing === 'number' ? missing : Number(text))
      const found = inputs[row * inputSize + i]
      if (!Object.is(value, found)) return `row ${row}, column ${i} is ${JSON.stringify(text)}, not ${found}`
    }
  }
  const numbers = inputs.length + (targets?.length ?? 0)
  return numbers >= samples * inputSize ? undefined : 'it has too few numbers'
}
