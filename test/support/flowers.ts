// A small table for the command line: flowers of three species that differ in their petals (after Fisher, 1936).
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { uniform } from '../../src/reference/random.ts'

const SPECIES = ['setosa', 'versicolor', 'virginica'] as const

/** The rows of a CSV file, each species in turn: length and width of the petal, colour, species. */
export function flowerRows(count: number, seed = 1): string[] {
  const noise = uniform(2 * count, 0, 1, seed, 0)
  return Array.from({ length: count }, (_, i) => {
    const species = i % 3
    const length = 1.2 + 2 * species + (noise[2 * i] ?? 0)
    const width = 0.2 + 0.8 * species + 0.4 * (noise[2 * i + 1] ?? 0)
    return [length.toFixed(1), width.toFixed(1), i % 2 ? 'white' : 'blue', SPECIES[species]].join(',')
  })
}

export const FLOWER_COLUMNS = 'length,width,colour,species'

/** Writes a table of flowers; its path. */
export function writeFlowers(directory: string, name = 'flowers.csv', count = 60, seed = 1): string {
  mkdirSync(directory, { recursive: true })
  const path = join(directory, name)
  writeFileSync(path, `${[FLOWER_COLUMNS, ...flowerRows(count, seed)].join('\n')}\n`)
  return path
}
