// Rollup's plugins of this package: the kernels as text, the workers' scripts as text, and the platform. Vitest uses them as
// well, since the sources import what they make.
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { gzipAsync } from '@gfx/zopfli'
import commonjs from '@rollup/plugin-commonjs'
import nodeResolve from '@rollup/plugin-node-resolve'
import terser from '@rollup/plugin-terser'
import { rollup } from 'rollup'

/**
 * Resolves `wasm:NAME` to a module whose default export is build/wasm/NAME.wasm, gzipped, in base64.
 * Compressing before encoding keeps the text as small on disk as gzip makes it on the wire. Serves Vite as well.
 * @param {{ offerFiles?: boolean, isDownloaded?: boolean }} options `offerFiles`: the bytes also become a file,
 *   `wasm/NAME.wasm`; `isDownloaded`: Zopfli makes the text, a twentieth smaller than zlib does
 * @returns {import('rollup').Plugin}
 */
export function inlineWasm({ offerFiles = false, isDownloaded = false } = {}) {
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
      // More blocks would take four times as long, and spare nothing.
      const gzip = isDownloaded
        ? Buffer.from(await gzipAsync(bytes, { blocksplittingmax: 3 }))
        : gzipSync(bytes, { level: 9 })
      return `export default '${gzip.toString('base64')}'`
    },
  }
}

/**
 * Resolves `worker:NAME` to a module whose default export is the text of build/es/wasm/NAME.js, or of build/es/NAME.js
 * where the name has a folder, as a classic script: a worker started from a string needs no path. Serves Vite as well.
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
      const place = name.includes('/') ? name : `wasm/${name}`
      const path = fileURLToPath(new URL(`build/es/${place}.js`, import.meta.url))
      const code = await readFile(path, 'utf8').catch(() =>
        this.error(`${path} is missing: run "npm run build" first`),
      )
      const script = code.replace(/^export \{\};?$/m, '').replace(/^\s*\/\/.*\n|^\s*\/\*\*.*\*\/\n/gm, '')
      if (offerFiles)
        this.emitFile({ type: 'asset', fileName: `workers/${name.replace(/.*\//, '')}.js`, source: script })
      return `export default ${JSON.stringify(script)}`
    },
  }
}

/**
 * How browsers' code is made small.
 * @type {import('@rollup/plugin-terser').Options}
 */
export const small = {
  ecma: 2020,
  compress: { passes: 3, unsafe_arrows: true, unsafe_methods: true },
  format: { quote_style: 1 },
}

/** What makes tables at a module's top level, which are left out where nobody looks at them. */
export const treeshake = {
  manualPureFunctions: ['Object.freeze', 'Object.keys', 'numberRule', 'notNegative', 'belowOne'],
}

/**
 * In place of the loader in browsers and workers: its wrappers are used nowhere (src/wasm/runtime.ts), and would be a tenth
 * of what a page downloads.
 * @type {import('rollup').Plugin}
 */
export const bareLoader = {
  name: 'bare-loader',
  resolveId: id => (id === '@assemblyscript/loader' ? '\0loader' : null),
  load: id =>
    id === '\0loader'
      ? `export const instantiateSync = (module, imports) => ({ instance: new WebAssembly.Instance(module, imports) })
         export const instantiate = async (module, imports) => instantiateSync(module, imports)`
      : null,
}

/** Parts of the engine that a worker asks for when it needs them: the module that each begins with, and its name. */
const workerParts = {
  'training/evaluate.js': 'evaluation',
  'engine/read-rows.js': 'evaluation',
  'engine/local-mnist.js': 'mnist',
  'engine/local-digest.js': 'mnist',
  '@noble/hashes/sha2.js': 'mnist',
  'platform/fetch-file.js': 'mnist',
  'wasm/team.js': 'team',
}

/**
 * Resolves `script:NAME` to a module whose default export is the text of a part of the engine in a worker: `engine`, which
 * starts from src/engine/worker.ts, one of the parts above, or `supplement`, which has all else that is imported later.
 * Each is a classic script that registers a CommonJS chunk; `import()` is `wasmlpImport` in it. Serves Vite as well.
 * @param {'node' | 'browser'} platform
 * @param {{ offerFiles?: boolean }} options `offerFiles`: the text also becomes a file, `workers/NAME.js`
 * @returns {import('rollup').Plugin}
 */
export function inlineScripts(platform, { offerFiles = false } = {}) {
  return {
    name: 'inline-scripts',
    resolveId: id => (id.startsWith('script:') ? `\0${id}` : null),
    async load(id) {
      if (!id.startsWith('\0script:')) return null
      const name = id.slice('\0script:'.length)
      const code = (await scriptsOf(platform)).get(name)
      if (code === undefined) return this.error(`there is no ${id.slice(1)}`)
      if (offerFiles) this.emitFile({ type: 'asset', fileName: `workers/${name}.js`, source: code })
      return `export default ${JSON.stringify(code)}`
    },
  }
}

/** @type {Map<string, Promise<Map<string, string>>>} */
const built = new Map()

/**
 * The scripts by their names, built once.
 * @param {'node' | 'browser'} platform
 */
function scriptsOf(platform) {
  const scripts = built.get(platform) ?? buildScripts(platform)
  built.set(platform, scripts)
  return scripts
}

/** @param {'node' | 'browser'} platform */
async function buildScripts(platform) {
  const input = fileURLToPath(new URL('build/es/engine/worker.js', import.meta.url))
  const bundle = await rollup({
    input: { engine: input },
    external: /^node:/,
    treeshake,
    plugins: [
      platformModule(platform === 'browser' ? 'browser-engine' : platform),
      bareLoader,
      inlineWorker(),
      { name: 'worker-import', renderDynamicImport: () => ({ left: 'wasmlpImport(', right: ')' }) },
      nodeResolve({ preferBuiltins: true }),
      commonjs(),
      platform === 'browser' && terser({ toplevel: true, ...small }),
    ],
  })
  const { output } = await bundle.generate({
    format: 'cjs',
    strict: false,
    minifyInternalExports: true,
    chunkFileNames: '[name].js',
    manualChunks: workerChunkOf(),
  })
  /** @param {import("rollup").OutputChunk} chunk */
  const register = ({ fileName, code }) => `wasmlpRegister("./${fileName}",(exports,require)=>{${code}\n})`
  const loader =
    'wasmlpChunks={};wasmlpRegister=(name,run)=>run(wasmlpChunks[name]={},' +
    'id=>wasmlpChunks[id]??globalThis.wasmlpRequire(id));if(typeof require=="function")wasmlpRequire=require;'
  const chunks = output.filter(chunk => chunk.type === 'chunk')
  return new Map(
    chunks.map(chunk => [chunk.name, chunk.name === 'engine' ? loader + register(chunk) : register(chunk)]),
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
 * Resolves `#platform` to the one module in which the two differ.
 * @param {'node' | 'browser' | 'browser-engine'} name
 * @returns {import('rollup').Plugin}
 */
export function platformModule(name) {
  const path = fileURLToPath(new URL(`build/es/platform/${name}.js`, import.meta.url))
  return { name: 'platform', resolveId: id => (id === '#platform' ? path : null) }
}
