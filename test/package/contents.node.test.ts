// What package.json promises of each entry, and what a page or a process loads for it: nothing that it does not need.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { packageEntries } from '../../rollup.config.js'

const root = resolve(import.meta.dirname, '../..')
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const names = packageEntries().map(({ name }) => name)

/** The files that a browser loads for an entry before it does anything, by the static imports. */
function staticImports(entry: string): string[] {
  const found = new Set<string>()
  const visit = (file: string) => {
    if (found.has(file)) return
    found.add(file)
    const code = readFileSync(join(root, 'dist/browser', file), 'utf8')
    for (const [, imported = ''] of code.matchAll(/(?:\bfrom|\bimport)\s*"([^"]+)"/g)) {
      expect(imported).toMatch(/^\.\//) // a browser finds no package by its name
      visit(imported.slice(2))
    }
  }
  visit(`${entry}.js`)
  return [...found]
}

test.each(names)('%s: exports, with types for each condition', name => {
  expect(manifest.exports[name === 'index' ? '.' : `./${name}`]).toEqual({
    node: {
      module: { types: `./dist/node/${name}.d.ts`, default: `./dist/node/${name}.js` },
      import: { types: `./dist/node/${name}.d.mts`, default: `./dist/node/${name}.mjs` },
      require: { types: `./dist/node/${name}.d.cts`, default: `./dist/node/${name}.cjs` },
    },
    default: { types: `./dist/browser/${name}.d.ts`, default: `./dist/browser/${name}.js` },
  })
})

test('what tools that do not read exports go by says the same', () => {
  const subpaths = names.filter(name => name !== 'index')
  expect(manifest.main).toBe('./dist/node/index.cjs')
  expect(manifest.types).toBe('./dist/node/index.d.cts')
  expect(manifest.typesVersions).toEqual({
    '*': Object.fromEntries(subpaths.map(name => [name, [`./dist/node/${name}.d.cts`]])),
  })
  // Parcel bundles for browsers by these.
  expect(manifest.alias).toEqual({
    './dist/node/index.cjs': './dist/browser/index.js',
    ...Object.fromEntries(subpaths.map(name => [`./${name}`, `./dist/browser/${name}.js`])),
  })
})

test('whatever package.json points at is there', () => {
  const paths = JSON.stringify(manifest).match(/"\.\/dist\/[^"*]+"/g) ?? []
  expect(paths.length).toBeGreaterThan(20)
  expect(paths.map(path => join(root, JSON.parse(path))).filter(path => !existsSync(path))).toEqual([])
})

test('each declaration file is reached from what package.json points at', () => {
  const folder = join(root, 'dist')
  const reached = new Set<string>()
  const visit = (file: string) => {
    if (reached.has(file)) return
    reached.add(file)
    const text = readFileSync(file, 'utf8')
    for (const [, path = ''] of text.matchAll(/\b(?:from|import|path=)\s*\(?["'](\.[^"']+)["']/g)) {
      const target = join(file, '..', path)
      visit(target.endsWith('.d.ts') ? target : target.replace(/\.js$/, '.d.ts'))
    }
  }
  for (const path of new Set(JSON.stringify(manifest).match(/\.\/dist\/[^"*]+\.d\.[cm]?ts/g)))
    visit(join(root, path))
  const shipped = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(path => /\.d\.[cm]?ts$/.test(path))
    .map(path => join(folder, path))
  expect(shipped.length).toBeGreaterThan(20)
  expect(shipped.filter(path => !reached.has(path))).toEqual([])
})

test('the SHA-256 of each WebAssembly file is that of what the sources give', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wasmlp-wasm-'))
  try {
    execFileSync(process.execPath, [join(root, 'assembly/compile.js'), folder])
    // Those for vectors of 256 bits are for Node alone, in its code.
    const sums = readdirSync(folder)
      .filter(name => !name.startsWith('relaxed256'))
      .sort()
      .map(
        name =>
          `${createHash('sha256')
            .update(readFileSync(join(folder, name)))
            .digest('hex')}  ${name}\n`,
      )
    expect(sums).toHaveLength(12)
    expect(readFileSync(join(root, 'dist/browser/wasm/SHA256SUMS'), 'utf8')).toBe(sums.join(''))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  for (const line of readFileSync(join(root, 'dist/browser/wasm/SHA256SUMS'), 'utf8').trim().split('\n')) {
    const [sum = '', name = ''] = line.split('  ')
    const shipped = readFileSync(join(root, 'dist/browser/wasm', name))
    expect(createHash('sha256').update(shipped).digest('hex'), name).toBe(sum)
  }
}, 240_000)

test('vectors of 256 bits: nothing of them is in what browsers get', () => {
  const files = (folder: string) => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
  expect(files('dist/node').join()).toContain('kernels-relaxed256-threads.js')
  const theirs = files('dist/browser')
  expect(theirs.filter(name => name.includes('256'))).toHaveLength(1) // SHA256SUMS
  for (const name of theirs.filter(name => name.endsWith('.js')))
    expect(readFileSync(join(root, 'dist/browser', name), 'utf8'), name).not.toMatch(/relaxed256|self-test/)
})

test.each(['node', 'browser'])('%s: the licence of each package in it, with its text', platform => {
  const notice = readFileSync(join(root, 'dist', platform, 'THIRD-PARTY-LICENSES.txt'), 'utf8')
  const packages = notice.split(/\n---\n\n(?=Name: )/)
  const names = packages.map(text => /^Name: (.*)/.exec(text)?.[1])
  expect(names).toEqual(expect.arrayContaining(['@bufbuild/protobuf', 'pako', 'papaparse']))
  const texts: Record<string, RegExp> = {
    MIT: /Permission is hereby granted/,
    ISC: /Permission to use, copy, modify/,
    'Apache-2.0': /TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION/,
    'BSD-3-Clause': /Redistributions in binary form must reproduce/,
    Zlib: /The origin of this software must not be misrepresented/,
  }
  for (const text of packages) {
    const licences = /^License: (.*)/m.exec(text)?.[1]?.match(/[\w.-]+/g) ?? []
    expect(licences).not.toEqual([])
    for (const licence of licences.filter(word => word !== 'AND'))
      expect(text).toMatch(texts[licence] ?? /^$/)
  }
})

test('the version is that of the newest release in the changelog, in the lock file too', () => {
  const changes = readFileSync(join(root, 'CHANGELOG.md'), 'utf8')
  const [, newest] = /^## v?(\d+\.\d+\.\d+)\b/m.exec(changes) ?? []
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  expect([manifest.version, lock.version, lock.packages[''].version]).toEqual([newest, newest, newest])
})

test('it has no side effects, and so whatever is not used falls away', () => {
  expect(manifest.sideEffects).toBe(false)
})

test.each(names)('%s: nothing of another entry is loaded with it, and no kernels', name => {
  const others = names.filter(other => other !== name).map(other => `${other}.js`)
  for (const file of staticImports(name)) {
    expect(others).not.toContain(file)
    expect(file).not.toMatch(/^kernels-/)
  }
})

test.each(names)('%s: require gives what import gives', name => {
  // In a process of its own, whose modules are Node's.
  const script = `
    const [required, imported] = [require('./${name}.cjs'), await import('./${name}.mjs')]
    const names = Object.keys(required)
    console.log(JSON.stringify({
      count: names.length,
      others: Object.keys(imported).filter(key => !names.includes(key)),
      different: names.filter(key => imported[key] !== required[key]),
    }))`
  const output = execFileSync(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { createRequire } from 'node:module'; const require = createRequire(process.cwd() + '/x'); ${script}`,
    ],
    { cwd: join(root, 'dist/node'), encoding: 'utf8' },
  )
  const { count, ...rest } = JSON.parse(output)
  expect(count).toBeGreaterThan(5)
  expect(rest).toEqual({ others: [], different: [] })
})
