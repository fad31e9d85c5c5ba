// Options for each of the CSV files, and reading in pieces.
import { type CsvOptions, parseCsv, streamCsv } from '../../../src/data/csv.ts'
import type { CsvData } from '../../../src/data/csv-table.ts'

const OPTIONS: Readonly<Record<string, CsvOptions>> = {
  'plain.csv': { label: 'species' },
  'quoted.csv': { label: 'y', missing: 'skip' },
  'semicolons.csv': { delimiter: ';', targets: ['c'] },
  'tabs.csv': { delimiter: '\t', comment: '#', header: false, label: 2 },
  'missing.csv': { categorical: ['c'], missing: 0, missingValues: ['NA'] },
}

/** A stream must know them. */
const CATEGORIES: Readonly<Record<string, Record<string, string[]>>> = {
  'plain.csv': { species: ['setosa', 'versicolor'] },
  'quoted.csv': { y: ['x', 'y, z'] },
  'missing.csv': { c: ['x', 'y'] },
}

export const csvOptions = (seed: string): CsvOptions => OPTIONS[seed] ?? {}

const streamOptions = (seed: string): CsvOptions => {
  const categories = CATEGORIES[seed]
  return { ...csvOptions(seed), ...(categories && { categories }) }
}

/** Chunks of two rows, from a file in two pieces. */
export async function streamedCsv(bytes: Uint8Array, seed: string): Promise<CsvData[]> {
  const middle = bytes.length >> 1
  const pieces = [bytes.subarray(0, middle), bytes.subarray(middle)]
  const chunks: CsvData[] = []
  for await (const chunk of streamCsv(pieces, { ...streamOptions(seed), rows: 2 })) chunks.push(chunk)
  return chunks
}

/** How chunks differ from the whole, in words; undefined where they do not. */
export async function differenceOfStream(
  bytes: Uint8Array,
  chunks: readonly CsvData[],
  seed: string,
): Promise<string | undefined> {
  const whole = await parseCsv(bytes, streamOptions(seed))
  for (const part of ['inputs', 'labels', 'targets'] as const) {
    const inChunks = String(chunks.flatMap(chunk => [...(chunk[part] ?? [])]))
    if (inChunks !== String(whole[part] ?? '')) return `the chunks' ${part} differ from the whole file's`
  }
  return undefined
}
