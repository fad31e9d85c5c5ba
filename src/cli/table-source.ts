// Tables that commands read: files, addresses, standard input.
import { statSync } from 'node:fs'
import { kindByName } from '../file-kind.ts'
import type { ReadOptions, Table } from '../tables/index.ts'

/** The place that means standard input. */
export const STANDARD_INPUT = '-'

/** What errors and reports call a table. */
export const tableName = (place: string): string => (place === STANDARD_INPUT ? 'standard input' : place)

/** The table in a file, at an address, or in standard input. Rejects as `loadTable` does. */
export async function readTable(place: string, options: ReadOptions): Promise<Table> {
  const { loadTable, parseTable } = await import('../tables/index.ts')
  if (place === STANDARD_INPUT) return parseTable(process.stdin, { ...options, name: tableName(place) })
  return loadTable(place, options)
}

/** Whether a place is that of a table: by its name, or since it is a file. Images are in folders, or behind an address. */
export function isTablePlace(place: string): boolean {
  if (place === STANDARD_INPUT) return true
  if (kindByName(place)?.what === 'a CSV file' || /\.(json|jsonl|ndjson)(\.gz)?$/i.test(place)) return true
  try {
    return !statSync(place).isDirectory()
  } catch {
    return false
  }
}
