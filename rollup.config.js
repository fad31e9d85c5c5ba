// Bundles the JavaScript and the declarations that tsc wrote to build/ into dist/: the code once for Node and once for
// browsers, which differ in one module, #platform. Each WebAssembly build is inlined into a chunk of its own, loaded only
// when chosen.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import commonjs from '@rollup/plugin-commonjs'
import nodeResolve from '@rollup/plugin-node-resolve'
import { dts } from 'rollup-plugin-dts'
import license from 'rollup-plugin-license'
import {
  inlineScripts,
  inlineWasm,
  platformModule,
  small,
  usersOf,
  withoutPolyfill,
} from './rollup.plugins.js'

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
 * memory, and the types of both are the same.
 * @returns {import('rollup').Plugin}
 */
const doors = () => ({
  name: 'doors',
  generateBundle({ format }, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== 'chunk' || !chunk.isEntry || !(chunk.name in entries)) continue
      const { name, exports } = chunk
      const types = `export * from '../types/${name}.js'\n`
      const files =
        format === 'cjs'
          ? {
              [`${name}.mjs`]: `export {\n  ${exports.join(',\n  ')},\n} from './${name}.cjs'\n`,
              [`${name}.d.mts`]: types,
              [`${name}.d.cts`]: types,
            }
          : { [`${name}.d.ts`]: types }
      for (const [fileName, source] of Object.entries(files))
        this.emitFile({ type: 'asset', fileName, source })
    }
  },
})

/**
 * Files as they are given here.
 * @param {Record<string, string>} files
 * @returns {import('rollup').Plugin}
 */
const files = files => ({
  name: 'files',
  generateBundle() {
    for (const [fileName, source] of Object.entries(files)) this.emitFile({ type: 'asset', fileName, source })
  },
})

/** What holds classic scripts, or declarations that CommonJS modules and ES modules may import. */
const COMMON_JS = '{ "type": "commonjs" }\n'

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
 * The plugins that every bundle needs, in their order.
 * @param {'node' | 'browser'} platform
 * @param {{ offerFiles?: boolean }} options of {@link inlineWasm} and {@link inlineScripts}
 */
function plugins(platform, options = {}) {
  return [
    platformModule(platform),
    inlineWasm({ ...options, isDownloaded: platform === 'browser' }),
    inlineScripts(platform, options),
    withoutPolyfill(),
    platform === 'browser' && withoutStreams(),
    nodeResolve({ preferBuiltins: true }),
    commonjs(),
  ]
}

/** @param {string} path below node_modules */
const installed = path => readFileSync(new URL(`node_modules/${path}`, import.meta.url), 'utf8')

/**
 * The texts of licences that packages name and do not bring where they belong, from where they stand.
 * @type {Record<string, () => string>}
 */
const licenceTexts = {
  '@assemblyscript/loader': () => installed('assemblyscript/LICENSE'),
  // BSD-3-Clause: the comment at the head of the one file that it is for.
  '@bufbuild/protobuf': () => {
    const [head = ''] = /^(?:\/\/.*\n)+/.exec(installed('@bufbuild/protobuf/dist/esm/wire/varint.js')) ?? []
    return `${installed('assemblyscript/LICENSE')}\n---\n\n${head.replace(/^\/\/ ?/gm, '')}`
  },
  // Zlib: the comment at the head of what is zlib's; MIT is in the package.
  pako: () => {
    const { sources, sourcesContent } = JSON.parse(installed('pako/dist/pako.mjs.map'))
    const source = sourcesContent[sources.indexOf('../src/zlib/inflate.mjs')] ?? ''
    const [head = ''] = /^(?:\/\/.*\n)+/.exec(source) ?? []
    if (!head.includes('as-is')) throw new Error("pako has the text of zlib's licence elsewhere")
    return head.replace(/^\/\/ ?/gm, '')
  },
}

/**
 * Writes down the licences of what a bundle contains.
 * @param {'node' | 'browser'} platform
 */
const licences = platform =>
  license({
    thirdParty: {
      output: {
        file: `dist/${platform}/THIRD-PARTY-LICENSES.txt`,
        template: dependencies =>
          dependencies
            .map(dependency => {
              const text = licenceTexts[dependency.name ?? '']?.()
              if (dependency.licenseText) return [dependency.text(), text].filter(Boolean).join('\n\n---\n\n')
              if (text) return `${dependency.text()}\nLicense Text:\n===\n\n${text}`
              throw new Error(`${dependency.name} brings no licence text: say in licenceTexts where it is`)
            })
            .join('\n\n---\n\n'),
      },
    },
  })

/**
 * What Rollup warns about, such as a module that is not found, would fail at a user's.
 * @type {import('rollup').LogHandlerWithDefault}
 */
const onLog = (level, log, handler) => {
  if (log.code === 'THIS_IS_UNDEFINED') return // TypeScript's preamble in libraries
  handler(level === 'warn' ? 'error' : level, log)
}

/** @param {{ name: string }} chunk */
const chunkName = ({ name }) => name.replace('_wasm_', 'kernels-').replace('_script_', 'worker-')

/** Entries that work on models, and so on all that `wasmlp` loads. */
const WITH_MODELS = /build.es.(index|cli.main|formats.index|storage.index|tables.index)\.js$/

/** The two ends of a worker, whose codes have much in common; only who has said where workers' scripts are needs but one. */
const WORKER_ENDS = /script:engine$|build.es.engine.worker-host\.js$/

/** What a bundler leaves out, or loads later, where a program does not call it. */
const SPARE = {
  layers: /layers.(elementwise|normalization)\.js$/,
  streams: /data.(iterate|or-aborted)\.js$/,
}

/** What is loaded with a worker or a team of threads, of which a page mostly has one. */
const STARTS_WORKERS = /platform.browser-worker(-start)?\.js$/

/**
 * What every user of `wasmlp` loads is in one chunk, and in another what users of its kernels or its data alone load as
 * well: few chunks compress best.
 * @returns {import('rollup').GetManualChunk}
 */
function chunkOf() {
  const users = usersOf(({ isEntry, id }) => (isEntry ? id : ''))
  return (id, meta) => {
    if (WORKER_ENDS.test(id)) return 'worker-engine'
    for (const [name, modules] of Object.entries(SPARE)) if (modules.test(id)) return name
    if (STARTS_WORKERS.test(id)) return 'core'
    if (meta.getModuleInfo(id)?.isEntry) return undefined
    const entries = [...(users(meta).get(id) ?? [])].filter(Boolean)
    if (!entries.some(entry => entry.endsWith('build/es/index.js'))) return undefined
    return entries.some(entry => !WITH_MODELS.test(entry)) ? 'common' : 'core'
  }
}

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
  plugins: [
    ...plugins('node'),
    licences('node'),
    doors(),
    files({
      'train.schema.json': readFileSync(new URL('src/cli/train.schema.json', import.meta.url), 'utf8'),
    }),
  ],
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
    manualChunks: chunkOf(),
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
  output: {
    dir: 'dist/browser',
    format: 'es',
    chunkFileNames: chunk => `${chunkName(chunk)}.js`,
    manualChunks: chunkOf(),
  },
  plugins: [
    ...plugins('browser', { offerFiles: true }),
    licences('browser'),
    doors(),
    files({ 'workers/package.json': COMMON_JS }),
    ...small(false),
  ],
}

/**
 * The main entry's exports and, by its name, what each subpath exports.
 * @type {import('rollup').Plugin}
 */
const everything = {
  name: 'everything',
  resolveId: id => (id === 'everything' ? id : null),
  load: id =>
    id === 'everything'
      ? Object.entries(entries)
          .map(([name, path]) => {
            const names = name === 'index' ? '*' : `* as ${name}`
            return `export ${names} from ${JSON.stringify(fileURLToPath(new URL(path, import.meta.url)))}`
          })
          .join('\n')
      : null,
}

/**
 * For a classic script: one file, whose global is `wasmlp`.
 * @type {import('rollup').RollupOptions}
 */
const script = {
  onLog,
  input: 'everything',
  output: { file: 'dist/browser/wasmlp.min.js', format: 'iife', name: 'wasmlp', inlineDynamicImports: true },
  plugins: [everything, ...plugins('browser'), ...small(false)],
}

/**
 * A classic script that sites copy: it stands alone.
 * @type {import('rollup').RollupOptions}
 */
const isolationWorker = {
  onLog,
  input: 'build/es/isolation/isolation-worker.js',
  output: { file: 'dist/isolation-worker.js', format: 'iife' },
  plugins: small(true),
}

/**
 * The declarations of all entries, of which those that no entry reaches are left out. They get along with libraries that
 * lack `Symbol.dispose`, and with Node's types alone, which lack WebAssembly's.
 * @type {import('rollup').RollupOptions}
 */
const types = {
  // Types that users have no name for, as TypeDoc's settings list them.
  onLog: (level, log, handler) =>
    log.message.includes('private shared type exports') || onLog(level, log, handler),
  input: {
    ...Object.fromEntries(
      packageEntries().map(({ name, folder }) => [name, `build/types/${folder}index.d.ts`]),
    ),
    'isolation-worker': 'build/types/isolation/isolation-worker.d.ts',
  },
  output: {
    dir: 'dist/types',
    format: 'es',
    chunkFileNames: '[name].ts',
    banner: '/// <reference lib="esnext.disposable" />\n/// <reference path="./webassembly.d.ts" />',
  },
  plugins: [
    dts(),
    files({
      'package.json': COMMON_JS,
      'webassembly.d.ts':
        'declare namespace WebAssembly {\n  interface Memory {}\n  interface Module {}\n}\n',
    }),
  ],
}

/** With `--configNode` what Node needs alone, which is the quickest to make. */
export default (/** @type {Record<string, unknown>} */ { configNode }) =>
  configNode ? node : [types, isolationWorker, node, nodeCommonJs, browser, script]
