// Download sizes: what a page loads in order to train (onnxruntime-web: to infer), minified and gzipped.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import commonjs from '@rollup/plugin-commonjs'
import nodeResolve from '@rollup/plugin-node-resolve'
import terser from '@rollup/plugin-terser'
import { rollup } from 'rollup'
import { findChromium } from '../../support/chromium.js'
import { download } from '../../support/download.js'
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

/** The two ways to train, and the builds of the kernels of which one is loaded. */
const CASES = ['simd', 'relaxed'].flatMap(build => [
  { name: `wasmlp, ${build}`, build, options: '' },
  { name: `wasmlp, ${build}, worker: false`, build, options: ', worker: false' },
])

/** Whatever a page asks for until it has trained: no chunk is looked up by its name. */
async function sizeOfWasmlp({ name, build, options }, directory) {
  const all = `, build: '${build}'${options}`
  const program = `import { dataset, dense, sequential } from ${JSON.stringify(file('../../dist/browser/index.js').replaceAll('\\', '/'))}
const data = await dataset({ inputs: Uint8Array.from({ length: 784 }), bytes: 'pixels', labels: [3], inputSize: 784${all} })
const layers = [dense(512, { activation: 'relu' }), dense(10, { activation: 'softmax' })]
const model = await sequential(layers, { inputSize: 784${all} })
await model.compile({ learningRate: 0.1 }).fit(data)
document.title = 'done'`
  const sizes = Object.entries(await download(program, directory, 'page'))
  return row(
    name,
    sizes.reduce((sum, [, bytes]) => sum + bytes / 1000, 0),
    sizes.map(([script, bytes]) => `${script} ${(bytes / 1000).toFixed(1)}`).join(' + '),
  )
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
  text: 'Bundled by Rollup, minified by Terser, gzip -9; 1 KB is 1,000 bytes. wasmlp: what a page asks for until it has trained.',
  async run(context) {
    const rows = []
    if (findChromium()) {
      for (const one of CASES) rows.push(await sizeOfWasmlp(one, join(context.directory, 'size')))
    } else context.left.push('size: wasmlp, for which no Chromium was found')
    if (!peersAreInstalled()) return rows
    for (const peer of PEERS) {
      context.progress(`size: ${peer.library}`)
      rows.push(await sizeOfPeer(peer))
    }
    return rows
  },
}
