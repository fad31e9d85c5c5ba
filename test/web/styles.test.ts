// Styles of one chapter change no other: which are there depends on which chapters were opened, and in one file all are.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const folder = resolve(import.meta.dirname, '../../src/web')

/** The first class of each selector: what it begins with. */
function firstClasses(path: string): string[] {
  const text = readFileSync(path, 'utf8').replace(/\/\*.*?\*\//gs, '')
  return [...text.matchAll(/([^{}]+)\{/g)]
    .flatMap(([, selectors = '']) => selectors.split(','))
    .flatMap(
      selector =>
        selector
          .trim()
          .match(/^\.([\w-]+)/)
          ?.slice(1) ?? [],
    )
}

const stylesIn = (path: string) =>
  readdirSync(join(folder, path))
    .filter(name => name.endsWith('.css'))
    .flatMap(name => firstClasses(join(folder, path, name)))

test('no two chapters style one class', () => {
  const shared = new Set(stylesIn('style'))
  const owners = new Map<string, Set<string>>()
  for (const chapter of readdirSync(join(folder, 'chapters'))) {
    for (const name of stylesIn(`chapters/${chapter}`)) {
      if (!shared.has(name)) owners.set(name, (owners.get(name) ?? new Set()).add(chapter))
    }
  }
  expect(owners.size).toBeGreaterThan(50)
  expect([...owners].filter(([, chapters]) => chapters.size > 1)).toEqual([])
})
