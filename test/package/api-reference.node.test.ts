// The reference that `npm run docs` makes of the docstrings (typedoc.json: what is not documented, or links nowhere, fails).
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { packageEntries } from '../../rollup.config.js'
import { removeDirectory, temporaryDirectory } from '../support/temporary-directory.ts'

const root = resolve(import.meta.dirname, '../..')
let out: string

beforeAll(async () => {
  out = (await temporaryDirectory()) ?? ''
  execFileSync(process.execPath, [join(root, 'node_modules/typedoc/bin/typedoc'), '--out', out], {
    cwd: root,
  })
}, 120_000)
afterAll(() => removeDirectory(out))

test.each(packageEntries())('$name: a page for everything that it exports', async ({ name }) => {
  const names = Object.keys(await import(join(root, `dist/node/${name}.js`)))
  expect(names.length).toBeGreaterThan(5)
  // What several entries export, such as errors, has its page with the main one.
  const modules = name === 'index' ? ['wasmlp'] : [`wasmlp_${name}`, 'wasmlp']
  const places = ['classes', 'functions', 'variables'].flatMap(kind => modules.map(it => join(out, kind, it)))
  expect(names.filter(name => !places.some(place => existsSync(`${place}.${name}.html`)))).toEqual([])
})

test.each(['TensorFlow.js', 'brain.js'])('a page for those who come from %s', peer => {
  expect(existsSync(join(out, `documents/From_${peer}.html`))).toBe(true)
})
