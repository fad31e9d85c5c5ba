// The tarball itself: checkers of packages find nothing, a second build gives the same bytes, and what a program does not
// use does not get into its bundle.
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { beforeAll, expect, inject, test } from 'vitest'
import { packageEntries } from '../../rollup.config.js'
import { createProject, type Project, packTarball, tool } from './project.ts'

const root = resolve(import.meta.dirname, '../..')
const node = process.execPath
let project: Project

beforeAll(async () => {
  project = await createProject('runtimes', inject('tarball'), 'tarball')
})

/** The code that esbuild makes of a program, minified. */
async function bundle(program: string): Promise<string> {
  writeFileSync(join(project.directory, 'program.js'), program)
  const options = ['--bundle', '--minify', '--format=esm', '--log-level=error']
  return project.run(node, tool('esbuild/bin/esbuild'), 'program.js', ...options)
}

test('publint finds nothing', async () => {
  const output = await project.run(node, tool('publint/src/cli.js'), 'run', inject('tarball'), '--strict')
  expect(output).toContain('All good!')
})

test('attw finds nothing, under any resolution of modules', async () => {
  const attw = tool('@arethetypeswrong/cli/dist/index.js')
  // A classic script and a schema, which nobody imports.
  const others = ['--exclude-entrypoints', './isolation-worker.js', './train.schema.json']
  const output = await project.run(node, attw, inject('tarball'), '--no-color', '--no-emoji', ...others)
  expect(output).toContain('No problems found')
})

test('a clean build in another folder gives the same tarball, byte for byte', async () => {
  const copy = mkdtempSync(join(tmpdir(), 'wasmlp-build-'))
  try {
    const { files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    const sources = [
      'package.json',
      'asconfig.json',
      'rollup.config.js',
      'rollup.plugins.js',
      'tsconfig.json',
      'tsconfig.build.json',
    ]
    for (const name of [...sources, 'assembly', 'src', 'README.md', 'LICENSE', ...files]) {
      if (name !== 'dist') cpSync(join(root, name), join(copy, name), { recursive: true })
    }
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
    const second = await packTarball(copy, copy)
    expect(readFileSync(second).equals(readFileSync(inject('tarball')))).toBe(true)
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
})

test('an import that uses nothing leaves nothing in a bundle', async () => {
  const specifiers = packageEntries().map(({ name }) => (name === 'index' ? 'wasmlp' : `wasmlp/${name}`))
  expect(await bundle(specifiers.map(specifier => `import '${specifier}'`).join('\n'))).toBe('')
})

test('a bundle of one subpath has no other', async () => {
  const both = (await bundle("export * from 'wasmlp/kernels'\nexport * from 'wasmlp/data'")).length
  const data = await bundle("export * from 'wasmlp/data'")
  expect(data.length).toBeLessThan(both / 2)
  expect(data).not.toContain('WebAssembly')
})
