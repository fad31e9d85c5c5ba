// No `instanceof` of a class that a realm has of its own: what users give, what workers send and what storage returns may be
// of another. src/brands.ts tells those. Classes of this package, and of libraries, are one for all.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../src')

/** Where it is right nonetheless: the file, the class, and why. */
const ALLOWED: Readonly<Record<string, string>> = {
  'isolation/isolation-worker.ts HTMLScriptElement': 'a page asks for the script element of its own document',
}

/** The names that a file declares as a class, or imports. */
function ownNames(file: ts.SourceFile): Set<string> {
  const names = new Set<string>()
  const visit = (node: ts.Node): void => {
    const isOwn = ts.isClassDeclaration(node) || ts.isImportSpecifier(node)
    if (isOwn && node.name) names.add(node.name.text)
    ts.forEachChild(node, visit)
  }
  visit(file)
  return names
}

/** `FILE CLASS` for each `instanceof` of a class that the file neither declares nor imports. */
function foreignChecks(path: string): string[] {
  const file = ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.Latest, true)
  const own = ownNames(file)
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword) {
      const name = node.right.getText(file)
      if (!own.has(name)) found.push(`${path} ${name}`)
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

test('instanceof is asked of own classes alone', () => {
  const files = readdirSync(root, { recursive: true }).map(String)
  // The page is a program of one realm: nobody gives it values of another.
  const shipped = files.filter(path => /\.tsx?$/.test(path) && !path.startsWith('web'))
  const found = shipped.flatMap(foreignChecks)
  expect([...new Set(found)].sort()).toEqual(Object.keys(ALLOWED).sort())
})
