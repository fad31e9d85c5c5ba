// Rollup's plugins of this package: the kernels as text, the workers' scripts as text, and the platform. Vitest uses them as
// well, since the sources import what they make.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { gzipAsync } from '@gfx/zopfli'
import commonjs from '@rollup/plugin-commonjs'
import nodeResolve from '@rollup/plugin-node-resolve'
import terser from '@rollup/plugin-terser'
import { rollup } from 'rollup'
import { minify } from 'vite'

/** @typedef {'node' | 'browser'} PlatformName */

const built = (/** @type {string} */ path) => fileURLToPath(new URL(`build/${path}`, import.meta.url))

/**
 * A plugin that makes the modules PREFIX:NAME, each of which exports a text by default.
 * @param {string} prefix
 * @param {(this: import('rollup').PluginContext, name: string) => Promise<string>} textOf
 * @param {Partial<import('rollup').Plugin>} more
 * @returns {import('rollup').Plugin}
 */
const texts = (prefix, textOf, more = {}) => ({
  name: prefix,
  resolveId: id => (id.startsWith(`${prefix}:`) ? `\0${id}` : null),
  async load(id) {
    if (!id.startsWith(`\0${prefix}:`)) return null
    return `export default ${JSON.stringify(await textOf.call(this, id.slice(prefix.length + 2)))}`
  },
  ...more,
})

/**
 * `wasm:NAME` is build/wasm/NAME.wasm, gzipped, in base64: compressed before it is encoded, the text is as small on disk as
 * gzip makes it on the wire.
 * @param {{ offerFiles?: boolean, isDownloaded?: boolean }} options `offerFiles`: the bytes also become files, wasm/NAME.wasm,
 *   with their SHA-256 beside them as `sha256sum --check` reads it; `isDownloaded`: Zopfli makes the text, a twentieth
 *   smaller than zlib does
 */
export function inlineWasm({ offerFiles = false, isDownloaded = false } = {}) {
  /** @type {Map<string, string>} */
  const sums = new Map()
  return texts(
    'wasm',
    async function (name) {
      const path = built(`wasm/${name}.wasm`)
      const bytes = await readFile(path).catch(() =>
        this.error(`${path} is missing: run "npm run build:wasm" first`),
      )
      if (offerFiles) {
        this.emitFile({ type: 'asset', fileName: `wasm/${name}.wasm`, source: bytes })
        sums.set(`${name}.wasm`, createHash('sha256').update(bytes).digest('hex'))
      }
      const gzip = isDownloaded ? await zopfli(bytes) : gzipSync(bytes, { level: 9 })
      return Buffer.from(gzip).toString('base64')
    },
    offerFiles
      ? {
          generateBundle() {
            const lines = [...sums]
              .sort(([a], [b]) => (a < b ? -1 : 1))
              .map(([name, sum]) => `${sum}  ${name}\n`)
            this.emitFile({ type: 'asset', fileName: 'wasm/SHA256SUMS', source: lines.join('') })
          },
        }
      : {},
  )
}

/** @type {Map<string, Promise<Uint8Array>>} */
const compressed = new Map()

/** Compressed once for all bundles. More blocks would take four times as long, and spare nothing. */
function zopfli(/** @type {Buffer} */ bytes) {
  const key = bytes.toString('base64')
  const gzip = compressed.get(key) ?? gzipAsync(bytes, { blocksplittingmax: 3 })
  compressed.set(key, gzip)
  return gzip
}

/**
 * How browsers' code is made small: oxc shortens, and Terser, whose way most bundlers have, names. Either alone makes half a
 * kilobyte more of the engine's script; in Terser's way, because gzip then finds much of the script in the page's code again.
 * @param {boolean} isScript whether all names of the top level are its own
 * @returns {import('rollup').Plugin[]}
 */
export const small = isScript => [
  {
    name: 'oxc',
    async renderChunk(code, { fileName }, { format }) {
      const compress = { target: 'es2022', treeshake: { propertyReadSideEffects: false } }
      const { code: smaller, errors } = await minify(fileName, code, {
        module: format === 'es',
        mangle: { toplevel: isScript },
        compress,
      })
      if (errors[0]) this.error(errors[0].message)
      return smaller
    },
  },
  terser({
    ecma: 2020,
    toplevel: isScript,
    compress: { passes: 2, hoist_funs: true, unsafe_arrows: true, unsafe_methods: true },
  }),
]

/**
 * The loader assigns `Object.hasOwn`, for engines too old for its kernels. Where intrinsics are frozen, as by Node's
 * `--frozen-intrinsics` or SES, that throws, and nothing could be imported.
 * @returns {import('rollup').Plugin}
 */
export const withoutPolyfill = () => ({
  name: 'without-polyfill',
  transform(code, id) {
    if (!/@assemblyscript.loader/.test(id)) return null
    const changed = code.replace(/^Object\.hasOwn = .*?^\};\n/ms, '')
    if (/Object\.hasOwn =/.test(changed)) this.error('the loader has its polyfill of Object.hasOwn elsewhere')
    return { code: changed, map: null }
  },
})

/** Scripts that are whole: their modules. */
const workers = /** @type {Record<string, string>} */ ({
  'team-worker': 'wasm/team-worker.js',
  'opfs-worker': 'storage/backends/opfs-worker.js',
})

/** Parts of the engine that a worker asks for when it needs them: the module that each begins with, and its name. */
const workerParts = {
  'training/evaluate.js': 'evaluation',
  'engine/network-operations.js': 'evaluation',
  'engine/local-predictor.js': 'evaluation',
  'engine/read-rows.js': 'evaluation',
  'network/misfit.js': 'evaluation',
  'training/kept-plan.js': 'evaluation',
  'engine/local-mnist.js': 'mnist',
  'engine/local-digest.js': 'mnist',
  '@noble/hashes/sha2.js': 'mnist',
  'platform/fetch-file.js': 'mnist',
  'wasm/team.js': 'team',
  'network/stages/sparse-dense.js': 'sparsity',
}

/**
 * `script:NAME` is a classic script: a worker that is started from a text needs no path. It is one of the workers above, or a
 * part of the engine in a worker: `engine`, which starts from src/engine/worker.ts, one of the parts above, or `supplement`,
 * which has all else that is imported later.
 * @param {PlatformName} platform
 * @param {{ offerFiles?: boolean }} options `offerFiles`: the text also becomes a file, `workers/NAME.js`
 */
export const inlineScripts = (platform, { offerFiles = false } = {}) =>
  texts('script', async function (name) {
    const code = workers[name]
      ? await buildWorker(workers[name], platform)
      : (await engineScripts(platform)).get(name)
    if (code === undefined) return this.error(`there is no script ${name}`)
    if (offerFiles) this.emitFile({ type: 'asset', fileName: `workers/${name}.js`, source: code })
    return code
  })

/** @param {string} path @param {PlatformName} platform */
async function buildWorker(path, platform) {
  const bundle = await rollup({ input: built(`es/${path}`), plugins: platform === 'browser' && small(true) })
  const { output } = await bundle.generate({ format: 'iife' })
  return output[0].code
}

/** @type {Map<PlatformName, Promise<Map<string, string>>>} */
const engines = new Map()

/**
 * The engine's scripts by their names, built once.
 * @param {PlatformName} platform
 */
function engineScripts(platform) {
  const scripts = engines.get(platform) ?? buildEngine(platform)
  engines.set(platform, scripts)
  return scripts
}

/**
 * Each script registers a CommonJS chunk; `import()` is `wasmlpImport` in them.
 * @param {PlatformName} platform
 */
async function buildEngine(platform) {
  const bundle = await rollup({
    input: { engine: built('es/engine/worker.js') },
    // The host loads kernels.
    external: /^(node|wasm):/,
    plugins: [
      platformModule(platform === 'browser' ? 'browser-engine' : platform),
      inlineScripts(platform),
      { name: 'worker-import', renderDynamicImport: () => ({ left: 'wasmlpImport(', right: ')' }) },
      withoutPolyfill(),
      nodeResolve({ preferBuiltins: true }),
      commonjs(),
      platform === 'browser' && small(true),
    ],
  })
  const { output } = await bundle.generate({
    format: 'cjs',
    strict: false,
    minifyInternalExports: true,
    chunkFileNames: '[name].js',
    manualChunks: workerChunkOf(),
  })
  const registry =
    'wasmlpChunks={};wasmlpRegister=(name,run)=>run(wasmlpChunks[name]={},' +
    'id=>wasmlpChunks[id]??globalThis.wasmlpRequire(id));if(typeof require=="function")wasmlpRequire=require;'
  return new Map(
    output
      .filter(chunk => chunk.type === 'chunk')
      .map(({ name, fileName, code }) => [
        name,
        `${name === 'engine' ? registry : ''}wasmlpRegister("./${fileName}",(exports,require)=>{${code}\n})`,
      ]),
  )
}

/**
 * Modules that only one part needs belong to it, all others to the engine, whatever imports them.
 * @returns {import('rollup').GetManualChunk}
 */
function workerChunkOf() {
  /** @param {string} module */
  const partOf = module =>
    Object.entries(workerParts).find(([path]) => module.endsWith(path))?.[1] ?? 'supplement'
  const users = usersOf(({ isEntry, id }) => (isEntry ? 'engine' : partOf(id)))
  return (id, meta) => {
    const [part, ...others] = users(meta).get(id) ?? []
    return others.length > 0 ? 'engine' : part
  }
}

/**
 * Who loads a module, by the names of the entries and of the modules that are imported by `import()`.
 * @param {(root: import('rollup').ModuleInfo) => string} nameOf
 * @returns {(meta: import('rollup').ManualChunkMeta) => Map<string, Set<string>>}
 */
export function usersOf(nameOf) {
  /** @type {Map<string, Set<string>> | undefined} */
  let users
  return ({ getModuleIds, getModuleInfo }) => {
    if (users) return users
    users = new Map()
    for (const root of getModuleIds()) {
      const info = getModuleInfo(root)
      if (!info || !(info.isEntry || info.dynamicImporters.length > 0)) continue
      const name = nameOf(info)
      const queue = [root]
      for (let module = queue.pop(); module !== undefined; module = queue.pop()) {
        const present = users.get(module) ?? new Set()
        if (present.has(name)) continue
        users.set(module, present.add(name))
        queue.push(...(getModuleInfo(module)?.importedIds ?? []))
      }
    }
    return users
  }
}

/**
 * `#platform` is the one module in which the two differ.
 * @param {PlatformName | 'browser-engine'} name
 * @returns {import('rollup').Plugin}
 */
export const platformModule = name => ({
  name: 'platform',
  resolveId: id => (id === '#platform' ? built(`es/platform/${name}.js`) : null),
})
