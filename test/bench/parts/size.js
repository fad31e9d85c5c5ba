// Download sizes: what a page loads in order to train (onnxruntime-web: to infer), minified and gzipped.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import commonjs from '@rollup/plugin-commonjs'
import nodeResolve from '@rollup/plugin-node-resolve'
import terser from '@rollup/plugin-terser'
import { rollup } from 'rollup'
import { peersAreInstalled } from '../libraries.js'

const file = path => fileURLToPath(new URL(`../${path}`, import.meta.url))
const kilobytes = bytes => gzipSync(bytes, { level: 9 }).length / 1000

const PEERS = [
  {
    library: 'TensorFlow.js, core + layers + wasm',
    entry: `export { sequential, layers } from '@tensorflow/tfjs-layers'
export { setBackend, tensor2d, train } from '@tensorflow/tfjs-core'
export { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'`,
    wasm: 'node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm',
  },
  { library: 'jax-js', entry: "export { init, jit, nn, numpy, tree, valueAndGrad } from '@jax-js/jax'" },
  {
    library: 'onnxruntime-web, wasm only',
    entry: "export { env, InferenceSession, Tensor } from 'onnxruntime-web/wasm'",
    wasm: 'node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm',
  },
]

/** Bundles an entry; resolves to its chunks with their code, minified. */
async function bundle(entry, resolveDir) {
  const build = await rollup({
    input: 'entry',
    onwarn() {},
    plugins: [
      {
        name: 'entry',
        resolveId: id => (id === 'entry' ? `${resolveDir}/bench-entry.js` : null),
        load: id => (id.endsWith('bench-entry.js') ? entry : null),
      },
      nodeResolve({ browser: true }),
      commonjs(),
      terser({ module: true }),
    ],
  })
  const { output } = await build.generate({ format: 'es' })
  await build.close()
  return output.filter(({ type }) => type === 'chunk')
}

const row = (library, kb, note) => ({ case: 'download', library, unit: 'KB', values: [kb], note })

/** The two ways to train: what each loads behind the entry. */
const WAYS = [
  { way: '', loads: ['worker-engine'], where: 'its worker' },
  { way: ', worker: false', loads: ['local'], where: 'its engine' },
]

async function sizeOfWasmlp() {
  const index = file('../../dist/browser/index.js').replaceAll('\\', '/')
  const chunks = await bundle(
    `export { dataset, dense, sequential } from ${JSON.stringify(index)}`,
    file('.'),
  )
  /** Kilobytes of some chunks and of all that they import at once. */
  const sizeOf = roots => {
    const files = new Set()
    const load = chunk => {
      if (files.has(chunk.fileName)) return
      files.add(chunk.fileName)
      for (const imported of chunk.imports) load(chunks.find(({ fileName }) => fileName === imported))
    }
    roots.forEach(load)
    const loaded = chunks.filter(({ fileName }) => files.has(fileName))
    return loaded.reduce((sum, { code }) => sum + kilobytes(code), 0)
  }
  const entry = chunks.filter(({ isEntry }) => isEntry)
  const api = sizeOf(entry)
  const kernels = chunks.filter(({ name }) => /^kernels-(simd|relaxed)$/.test(name))
  return WAYS.flatMap(({ way, loads, where }) => {
    const engine = sizeOf([...entry, ...chunks.filter(({ name }) => loads.includes(name))]) - api
    return kernels.map(chunk => {
      const wasm = kilobytes(chunk.code)
      return row(
        `wasmlp, ${chunk.name}${way}`,
        api + engine + wasm,
        `${api.toFixed(1)} in the page + ${engine.toFixed(1)} for ${where} + ${wasm.toFixed(1)} kernels`,
      )
    })
  })
}

async function sizeOfPeer({ library, entry, wasm }) {
  const chunks = await bundle(entry, file('.'))
  const js = chunks.reduce((sum, chunk) => sum + kilobytes(chunk.code), 0)
  if (!wasm) return row(library, js, 'makes its WebAssembly at run time')
  const binary = kilobytes(readFileSync(file(wasm)))
  return row(library, js + binary, `${js.toFixed(1)} JavaScript + ${binary.toFixed(1)} WebAssembly`)
}

export const size = {
  title: 'Download size',
  text: 'Bundled by Rollup, minified by Terser, gzip -9; 1 KB is 1,000 bytes. One build of the kernels is loaded.',
  async run(context) {
    const rows = await sizeOfWasmlp()
    if (!peersAreInstalled()) return rows
    for (const peer of PEERS) {
      context.progress(`size: ${peer.library}`)
      rows.push(await sizeOfPeer(peer))
    }
    return rows
  },
}
