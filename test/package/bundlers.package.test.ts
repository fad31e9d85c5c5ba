// The package in every bundler, with the settings that the bundler has by itself: what it makes trains the same network
// to the same bits as Node does, in a real browser. Rollup alone needs a plugin to find any package at all.
import { join } from 'node:path'
import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { ISOLATION, launchBrowser, readPage, serveFiles } from './page.ts'
import { createProject, type Project, tool, toolVersion } from './project.ts'
import { expectTrained } from './result.ts'

const node = process.execPath
let browser: Browser

beforeAll(async () => {
  browser = await launchBrowser()
})

afterAll(() => browser.close())

interface Case {
  project: string
  /** Builds it. */
  build?: (project: Project) => Promise<unknown>
  /** The directory with its page, from the project's. */
  root?: string
}

const CASES: Record<string, Case> = {
  'a plain module script': { project: 'script-module' },
  'a classic script': { project: 'script-classic' },
  [`Vite ${toolVersion('vite')}, build`]: {
    project: 'vite',
    build: ({ run }) => run(node, tool('vite/bin/vite.js'), 'build'),
    root: 'dist',
  },
  [`webpack ${toolVersion('webpack')}`]: {
    project: 'webpack',
    build: ({ run }) => run(node, tool('webpack/bin/webpack.js')),
  },
  [`Rollup ${toolVersion('rollup')}`]: {
    project: 'rollup',
    build: ({ run }) =>
      run(node, tool('rollup/dist/bin/rollup'), 'main.js', '-p', 'node-resolve', '-d', 'dist'),
  },
  [`esbuild ${toolVersion('esbuild')}`]: {
    project: 'esbuild',
    build: ({ run }) => run(node, tool('esbuild/bin/esbuild'), 'main.js', '--bundle', '--outdir=dist'),
  },
  [`esbuild ${toolVersion('esbuild')}, minified`]: {
    project: 'esbuild',
    build: ({ run }) =>
      run(node, tool('esbuild/bin/esbuild'), 'main.js', '--bundle', '--minify', '--outdir=dist'),
  },
  [`Parcel ${toolVersion('parcel')}`]: {
    project: 'parcel',
    build: ({ run }) => run(node, tool('parcel/lib/bin.js'), 'build', 'index.html'),
    root: 'dist',
  },
}

test.for(Object.entries(CASES))('%s', async ([, { project: name, build, root = '.' }], context) => {
  const project = await createProject(name, inject('tarball'))
  await build?.(project)
  await using host = await serveFiles(join(project.directory, root), ISOLATION)
  const [text = ''] = await readPage(browser, host.url, '#result')
  const { same } = expectTrained(context, text)
  expect(same.threads).toBeGreaterThan(1) // so a worker was started from the bundle
})

test(`Vite ${toolVersion('vite')}, dev`, async context => {
  const { directory, serve } = await createProject('vite', inject('tarball'))
  const server = await serve(node, tool('vite/bin/vite.js'), '--port', '0', directory)
  try {
    const [text = ''] = await readPage(browser, server.url, '#result')
    expectTrained(context, text)
  } finally {
    server.process.kill()
  }
})

test(`esbuild ${toolVersion('esbuild')}, for Node`, async context => {
  const { run } = await createProject('runtimes', inject('tarball'), 'esbuild-for-node')
  await run(
    node,
    tool('esbuild/bin/esbuild'),
    'import.js',
    '--bundle',
    '--platform=node',
    '--format=esm',
    '--outfile=dist/bundle.js',
  )
  expectTrained(context, await run(node, 'dist/bundle.js'))
})
