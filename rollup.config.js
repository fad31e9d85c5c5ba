// Bundles the JavaScript that tsc wrote to build/es into dist/, once for Node and once for browsers. The two differ
// in one module, #platform. Each WebAssembly build is inlined into a chunk of its own, loaded only when chosen.
import { readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import commonjs from '@rollup/plugin-commonjs'
import nodeResolve from '@rollup/plugin-node-resolve'
import terser from '@rollup/plugin-terser'
import license from 'rollup-plugin-license'

/**
 * Resolves `wasm:NAME` to a module whose default export is build/wasm/NAME.wasm, gzipped, in base64.
 * Compressing before encoding keeps the text as small on disk as gzip makes it on the wire. Serves Vite as well.
 * @param {{ offerFiles?: boolean }} options `offerFiles`: the bytes also become a file, `wasm/NAME.wasm`
 * @returns {import('rollup').Plugin}
 */
export function inlineWasm({ offerFiles = false } = {}) {
  return {
    name: 'inline-wasm',
    resolveId: id => (id.startsWith('wasm:') ? `\0${id}` : null),
    async load(id) {
      if (!id.startsWith('\0wasm:')) return null
      const name = id.slice('\0wasm:'.length)
      const path = fileURLToPath(new URL(`build/wasm/${name}.wasm`, import.meta.url))
      const bytes = await readFile(path).catch(() =>
        this.error(`${path} is missing: run "npm run build:wasm" first`),
      )
      if (offerFiles) this.emitFile({ type: 'asset', fileName: `wasm/${name}.wasm`, source: bytes })
      return `export default '${gzipSync(bytes, { level: 9 }).toString('base64')}'`
    },
  }
}

/**
 * Resolves `worker:NAME` to a module whose default export is the text of build/es/wasm/NAME.js, as a classic script: a
 * worker started from a string needs no path. Serves Vite as well.
 * @param {{ offerFiles?: boolean }} options `offerFiles`: the text also becomes a file, `workers/NAME.js`
 * @returns {import('rollup').Plugin}
 */
export function inlineWorker({ offerFiles = false } = {}) {
  return {
    name: 'inline-worker',
    resolveId: id => (id.startsWith('worker:') ? `\0${id}` : null),
    async load(id) {
      if (!id.startsWith('\0worker:')) return null
      const name = id.slice('\0worker:'.length)
      const path = fileURLToPath(new URL(`build/es/wasm/${name}.js`, import.meta.url))
      const code = await readFile(path, 'utf8').catch(() =>
        this.error(`${path} is missing: run "npm run build" first`),
      )
      const script = code.replace(/^export \{\};?$/m, '').replace(/^\s*\/\/.*\n|^\s*\/\*\*.*\*\/\n/gm, '')
      if (offerFiles) this.emitFile({ type: 'asset', fileName: `workers/${name}.js`, source: script })
      return `export default ${JSON.stringify(script)}`
    },
  }
}

/**
 * The package's entries, by name, from the one table there is: `exports` of package.json. `.` is src/index.ts, `./NAME` is
 * src/NAME/index.ts. Serves the tests as well.
 * @returns {{ name: string, folder: string }[]}
 */
export function packageEntries() {
  const { exports } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'))
  return Object.keys(exports)
    .filter(subpath => exports[subpath].node)
    .map(subpath =>
      subpath === '.'
        ? { name: 'index', folder: '' }
        : { name: subpath.slice(2), folder: `${subpath.slice(2)}/` },
    )
}

const entries = Object.fromEntries(
  packageEntries().map(({ name, folder }) => [name, `build/es/${folder}index.js`]),
)

/**
 * Beside each entry its types and, where the code is CommonJS, the module NAME.mjs that a runtime imports: it hands on
 * what `require` gets. So whoever imports and whoever requires the package in one process share its classes and its
 * memory, and the types of both are the same. The declarations in dist/types are marked as CommonJS, which either kind
 * may import; they get along with Node's types alone, which lack WebAssembly's.
 * @returns {import('rollup').Plugin}
 */
function doors() {
  return {
    name: 'doors',
    async generateBundle({ format }, bundle) {
      /** @param {string} fileName @param {string} source */
      const emit = (fileName, source) => this.emitFile({ type: 'asset', fileName, source })
      for (const { name, folder } of packageEntries()) {
        const types = `/// <reference path="../types/webassembly.d.ts" />\nexport * from '../types/${folder}index.js'\n`
        if (format === 'cjs') {
          const chunk = bundle[`${name}.cjs`]
          const names = chunk?.type === 'chunk' ? chunk.exports : []
          emit(`${name}.mjs`, `export {\n  ${names.join(',\n  ')},\n} from './${name}.cjs'\n`)
          emit(`${name}.d.mts`, types)
          emit(`${name}.d.cts`, types)
        } else emit(`${name}.d.ts`, types)
      }
      await writeFile(new URL('dist/types/package.json', import.meta.url), '{ "type": "commonjs" }\n')
      await writeFile(
        new URL('dist/types/webassembly.d.ts', import.meta.url),
        'declare namespace WebAssembly {\n  interface Memory {}\n  interface Module {}\n}\n',
      )
    },
  }
}

/**
 * The folder workers/ holds scripts, no modules.
 * @returns {import('rollup').Plugin}
 */
function markScripts() {
  return {
    name: 'mark-scripts',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'workers/package.json', source: '{ "type": "commonjs" }\n' })
    },
  }
}

/**
 * papaparse asks for Node's streams, which nothing here uses and browsers do not have.
 * @returns {import('rollup').Plugin}
 */
function withoutStreams() {
  return {
    name: 'without-streams',
    resolveId: id => (id === 'stream' ? '\0stream' : null),
    load: id => (id === '\0stream' ? 'export {}' : null),
  }
}

/**
 * Resolves `#platform` to the one module in which the two differ.
 * @param {'node' | 'browser'} name
 * @returns {import('rollup').Plugin}
 */
function platformModule(name) {
  const path = fileURLToPath(new URL(`build/es/platform/${name}.js`, import.meta.url))
  return { name: 'platform', resolveId: id => (id === '#platform' ? path : null) }
}

/**
 * The plugins that every bundle needs, in their order.
 * @param {'node' | 'browser'} platform
 * @param {{ offerFiles?: boolean }} options of {@link inlineWasm} and {@link inlineWorker}
 */
function plugins(platform, options = {}) {
  return [
    platformModule(platform),
    inlineWasm(options),
    inlineWorker(options),
    platform === 'browser' && withoutStreams(),
    nodeResolve({ preferBuiltins: true }),
    commonjs(),
  ]
}

/**
 * Writes down the licences of what a bundle contains.
 * @param {'node' | 'browser'} platform
 */
const licences = platform => license({ thirdParty: { output: `dist/${platform}/THIRD-PARTY-LICENSES.txt` } })

/**
 * What Rollup warns about, such as a module that is not found, would fail at a user's.
 * @type {import('rollup').LogHandlerWithDefault}
 */
const onLog = (level, log, handler) => handler(level === 'warn' ? 'error' : level, log)

/** @param {{ name: string }} chunk */
const chunkName = ({ name }) => name.replace('_wasm_', 'kernels-')

/**
 * For Node, as it was written: people read it in stack traces. As modules for bundlers and for the command.
 * @type {import('rollup').RollupOptions}
 */
const node = {
  onLog,
  input: { ...entries, cli: 'build/es/cli/main.js' },
  external: /^node:/,
  output: {
    dir: 'dist/node',
    format: 'es',
    chunkFileNames: chunk => `${chunkName(chunk)}.js`,
    banner: chunk => (chunk.name === 'cli' ? '#!/usr/bin/env node' : ''),
  },
  plugins: [...plugins('node'), licences('node'), doors()],
}

/**
 * For Node as well: what a runtime gets, be it that `require` or that `import` asks.
 * @type {import('rollup').RollupOptions}
 */
const nodeCommonJs = {
  onLog,
  input: entries,
  external: /^node:/,
  output: {
    dir: 'dist/node',
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: chunk => `${chunkName(chunk)}.cjs`,
  },
  plugins: [...plugins('node'), doors()],
}

/**
 * For browsers, which download it: small.
 * @type {import('rollup').RollupOptions}
 */
const browser = {
  onLog,
  input: entries,
  output: { dir: 'dist/browser', format: 'es', chunkFileNames: chunk => `${chunkName(chunk)}.js` },
  plugins: [
    ...plugins('browser', { offerFiles: true }),
    licences('browser'),
    doors(),
    markScripts(),
    terser({ module: true }),
  ],
}

/** All of the package in one module: the main entry's exports and, by its name, what each subpath exports. */
const EVERYTHING = '\0everything'

/**
 * For a classic script: one file, whose global is `wasmlp`.
 * @type {import('rollup').RollupOptions}
 */
const script = {
  onLog,
  input: EVERYTHING,
  output: { file: 'dist/browser/wasmlp.min.js', format: 'iife', name: 'wasmlp', inlineDynamicImports: true },
  plugins: [
    {
      name: 'everything',
      resolveId: id => (id === EVERYTHING ? id : null),
      load: id => (id === EVERYTHING ? everything() : null),
    },
    ...plugins('browser'),
    terser(),
  ],
}

function everything() {
  return packageEntries()
    .map(({ name, folder }) => {
      const names = name === 'index' ? '*' : `* as ${name}`
      return `export ${names} from ${JSON.stringify(fileURLToPath(new URL(`build/es/${folder}index.js`, import.meta.url)))}`
    })
    .join('\n')
}

export default [node, nodeCommonJs, browser, script]
