// Bundles the JavaScript that tsc wrote to build/es into dist/, once for Node and once for browsers. The two differ
// in one module, #platform. Each WebAssembly build is inlined into a chunk of its own, loaded only when chosen.
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import commonjs from '@rollup/plugin-commonjs'
import nodeResolve from '@rollup/plugin-node-resolve'
import terser from '@rollup/plugin-terser'
import license from 'rollup-plugin-license'

/**
 * Resolves `wasm:NAME` to a module whose default export is build/wasm/NAME.wasm, gzipped, in base64.
 * Compressing before encoding keeps the text as small on disk as gzip makes it on the wire. Serves Vite as well.
 * @returns {import('rollup').Plugin}
 */
export function inlineWasm() {
  return {
    name: 'inline-wasm',
    resolveId: id => (id.startsWith('wasm:') ? `\0${id}` : null),
    async load(id) {
      if (!id.startsWith('\0wasm:')) return null
      const path = fileURLToPath(new URL(`build/wasm/${id.slice(6)}.wasm`, import.meta.url))
      const bytes = await readFile(path).catch(() =>
        this.error(`${path} is missing: run "npm run build:wasm" first`),
      )
      return `export default '${gzipSync(bytes, { level: 9 }).toString('base64')}'`
    },
  }
}

/**
 * Resolves `worker:NAME` to a module whose default export is the text of build/es/wasm/NAME.js, or of build/es/NAME.js
 * where the name has a folder, as a classic script: a worker started from a string needs no path. Serves Vite as well.
 * @returns {import('rollup').Plugin}
 */
export function inlineWorker() {
  return {
    name: 'inline-worker',
    resolveId: id => (id.startsWith('worker:') ? `\0${id}` : null),
    async load(id) {
      if (!id.startsWith('\0worker:')) return null
      const name = id.slice(8)
      const path = fileURLToPath(
        new URL(`build/es/${name.includes('/') ? name : `wasm/${name}`}.js`, import.meta.url),
      )
      const code = await readFile(path, 'utf8').catch(() =>
        this.error(`${path} is missing: run "npm run build" first`),
      )
      const script = code.replace(/^export \{\};?$/m, '').replace(/^\s*\/\/.*\n|^\s*\/\*\*.*\*\/\n/gm, '')
      return `export default ${JSON.stringify(script)}`
    },
  }
}

/**
 * @param {'node' | 'browser'} platform
 * @param {Record<string, string>} input
 * @returns {import('rollup').RollupOptions}
 */
function bundle(platform, input) {
  const platformModule = fileURLToPath(new URL(`build/es/platform/${platform}.js`, import.meta.url))
  return {
    input,
    external: /^node:/,
    output: {
      dir: `dist/${platform}`,
      format: 'es',
      chunkFileNames: chunk => `${chunk.name.replace('_wasm_', 'kernels-')}.js`,
      banner: chunk => (chunk.name === 'cli' ? '#!/usr/bin/env node' : ''),
    },
    plugins: [
      { name: 'platform', resolveId: id => (id === '#platform' ? platformModule : null) },
      inlineWasm(),
      inlineWorker(),
      nodeResolve({ preferBuiltins: true }),
      commonjs(),
      license({ thirdParty: { output: `dist/${platform}/THIRD-PARTY-LICENSES.txt` } }),
      // Browsers download it: small. In Node it is read by people, in stack traces: as it was written.
      platform === 'browser' && terser({ module: true }),
    ],
  }
}

const entries = {
  index: 'build/es/index.js',
  kernels: 'build/es/kernels/index.js',
  data: 'build/es/data/index.js',
  storage: 'build/es/storage/index.js',
}

/** A classic script that sites copy: it stands alone. */
const isolationWorker = {
  input: 'build/es/isolation/isolation-worker.js',
  output: { file: 'dist/isolation-worker.js', format: 'iife' },
  plugins: [terser()],
}

export default [
  isolationWorker,
  bundle('node', { ...entries, cli: 'build/es/cli/main.js' }),
  bundle('browser', entries),
]
