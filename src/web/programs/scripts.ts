// A program as a script. A page that was opened from a disk has no origin, and then Chromium imports no module from a blob.

/** `import a, { b as c } from 'x'`, `import * as all from 'x'`, `import 'x'`: what is imported, and from where. */
const STATEMENT = /^([ \t]*)import(?:\s+([\w$\s{},*]+?)\s+from)?\s*(['"])([^'"\n]+)\3[ \t]*;?/gm

/** `import(`. */
const CALL = /\bimport(?=\s*\()/g

/** The global function that such a script defines. */
export const PROGRAM = 'wasmlpProgram'

/**
 * A script that defines {@link PROGRAM}, which takes an {@link importer} and runs the program. Lines stay where they are.
 */
export function scriptOf(program: string): string {
  const imports: string[] = []
  const body = program
    .replace(STATEMENT, (whole, indent: string, clause: string | undefined, _, name: string) => {
      imports.push(importOf(clause, name))
      return indent + '\n'.repeat(whole.split('\n').length - 1)
    })
    .replace(CALL, 'wasmlpImport.later')
  return `${PROGRAM}=async wasmlpImport=>{"use strict";${imports.join('')}${body}\n}`
}

function importOf(clause: string | undefined, name: string): string {
  const from = JSON.stringify(name)
  if (clause === undefined) return `wasmlpImport(${from});`
  const [, all] = /^\*\s*as\s+([\w$]+)$/.exec(clause) ?? []
  if (all !== undefined) return `const ${all}=wasmlpImport(${from});`
  const [, first, named = ''] = /^([\w$]+)?\s*,?\s*(?:\{([^}]*)\})?$/.exec(clause) ?? []
  const pairs = named
    .split(',')
    .map(text => text.trim().split(/\s+as\s+/))
    .filter(([from]) => from)
    .map(([from, to = from]) => [from, to])
  if (first !== undefined) pairs.unshift(['default', first])
  const names = JSON.stringify(pairs.map(([from]) => from))
  return `const {${pairs.map(([from, to]) => `${from}:${to}`).join()}}=wasmlpImport(${from},${names});`
}

/** Gives a script what modules export; it throws what a browser's import would. */
export function importer(modules: ReadonlyMap<string, object>) {
  const take = (name: string, names: readonly string[] = []): object => {
    const found = modules.get(name)
    if (!found) throw new TypeError(`Failed to resolve module specifier '${name}'`)
    const missing = names.find(key => !(key in found))
    if (missing === undefined) return found
    throw new SyntaxError(`The requested module '${name}' does not provide an export named '${missing}'`)
  }
  return Object.assign(take, { later: async (name: string) => take(name) })
}
