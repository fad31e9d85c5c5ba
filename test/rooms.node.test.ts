// The rooms of the house: who imports whom, as the table in CONTRIBUTING.md says, type imports and import() included.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')

/** Modules at the root of src/ that serve every room. */
const SHARED = '(shared)'
const PUBLIC = 'index.ts'

/** Every module of src/ and assembly/, with the modules that it imports. */
const imports = new Map(
  ['src', 'assembly']
    .flatMap(folder => readdirSync(join(root, folder), { recursive: true }).map(path => `${folder}/${path}`))
    .filter(file => /\.tsx?$/.test(file))
    .map(file => [file, importsOf(file)]),
)

function importsOf(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(join(root, file), 'utf8'), true, true)
  return importedFiles
    .filter(({ fileName }) => fileName.startsWith('.') && !fileName.endsWith('.css'))
    .map(({ fileName }) => relative(root, join(root, dirname(file), fileName)))
    .map(path => (/\.tsx?$/.test(path) ? path : `${path}.ts`))
}

/** The rooms of the table, in its order: `| \`src/wasm/\` | … | \`platform/\` |`. */
const table = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')
const rooms = new Map(
  [...table.matchAll(/^\| `src\/(\S+)` *\|.*\| (.*?) *\|$/gm)].map(([, room = '', allowed = '']) => [
    room,
    [...allowed.matchAll(/`(\S+)`/g)].map(([, name = '']) => name),
  ]),
)

/** The innermost room that a module is in. */
function roomOf(file: string): string {
  const path = file.replace(/^src\//, '')
  if (path === PUBLIC) return PUBLIC
  if (!path.includes('/')) return SHARED
  const found = [...rooms.keys()].filter(room => path.startsWith(room)).sort((a, b) => b.length - a.length)[0]
  return found ?? `${path} (no room of the table)`
}

/** Each room with the rooms that it imports, and an import that shows it. */
const arrows = new Map<string, Map<string, string>>()
for (const [file, imported] of imports) {
  if (!file.startsWith('src/')) continue
  const room = roomOf(file)
  const targets = arrows.get(room) ?? new Map<string, string>()
  arrows.set(room, targets)
  for (const other of imported) if (roomOf(other) !== room) targets.set(roomOf(other), `${file} → ${other}`)
}

describe('the table of rooms', () => {
  test('names every folder of src/', () => {
    expect([...arrows.keys()].filter(room => room !== SHARED).sort()).toEqual([...rooms.keys()].sort())
  })

  test('lets a room import only rooms that stand above it', () => {
    const order = [...rooms.keys()]
    const upward = order.flatMap((room, i) =>
      (rooms.get(room) ?? []).filter(other => !order.slice(0, i).includes(other)).map(other => [room, other]),
    )
    expect(upward).toEqual([])
  })

  test.each([...rooms])('%s imports what it may, and nothing else', (room, allowed) => {
    const found = arrows.get(room) ?? new Map()
    found.delete(SHARED)
    const forbidden = [...found].filter(([other]) => !allowed.includes(other)).map(([, example]) => example)
    expect(forbidden, 'imports that the table does not allow').toEqual([])
    expect(
      allowed.filter(other => !found.has(other)),
      'arrows that nothing needs: take them out of the table',
    ).toEqual([])
  })

  test('modules at the root of src/ import only each other', () => {
    expect([...(arrows.get(SHARED)?.values() ?? [])]).toEqual([])
  })

  test('the kernels import nothing of src/', () => {
    const outside = [...imports]
      .filter(([file]) => file.startsWith('assembly/'))
      .flatMap(([, others]) => others)
    expect(outside.filter(other => !other.startsWith('assembly/'))).toEqual([])
  })
})

test('no modules import each other in a circle', () => {
  expect(circles(imports)).toEqual([])
})

test('every import was found', () => {
  const known = new Set(imports.keys())
  const missing = [...imports.values()].flat().filter(other => !known.has(other))
  expect(missing).toEqual([])
  expect(imports.size).toBeGreaterThan(300)
})

test('CONTRIBUTING.md names files that are there, and where twenty changes are made', () => {
  const paths = [...table.matchAll(/`((?:assembly|src|test|docs)\/[\w./-]+)`/g)].map(([, path = '']) => path)
  expect(paths.filter(path => !existsSync(join(root, path)))).toEqual([])
  expect(table.slice(table.indexOf('## Where is')).match(/^\| (?!to change|---).* \|$/gm)).toHaveLength(20)
})

/** The strongly connected components of more than one module (Tarjan 1972). */
function circles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = []
  const numbers = new Map<string, number>()
  const stack: string[] = []
  const visit = (node: string): number => {
    const number = numbers.size
    numbers.set(node, number)
    let low = number
    stack.push(node)
    for (const next of graph.get(node) ?? []) {
      if (!numbers.has(next)) low = Math.min(low, visit(next))
      else if (stack.includes(next)) low = Math.min(low, numbers.get(next) ?? low)
    }
    if (low === number) {
      const circle = stack.splice(stack.indexOf(node))
      if (circle.length > 1) found.push(circle.sort())
    }
    return low
  }
  for (const node of graph.keys()) if (!numbers.has(node)) visit(node)
  return found
}
