// The libraries that are compared, and which of them this machine has.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { findPython, measure } from './processes.js'

const modules = new URL('node_modules/', import.meta.url)

export const peersAreInstalled = () => existsSync(fileURLToPath(modules))

const versionOf = name => JSON.parse(readFileSync(new URL(`${name}/package.json`, modules))).version

function javascriptPeers() {
  const tfjs = versionOf('@tensorflow/tfjs-core')
  return [
    { id: 'jax-js', module: 'jax-js', name: `jax-js ${versionOf('@jax-js/jax')}` },
    {
      id: 'onnxruntime-web',
      module: 'onnxruntime-web',
      name: `onnxruntime-web ${versionOf('onnxruntime-web')}`,
    },
    { id: 'tfjs-wasm', module: 'tfjs', options: { backend: 'wasm' }, name: `TensorFlow.js ${tfjs}, wasm` },
    {
      id: 'tfjs-gradients',
      module: 'tfjs-gradients',
      name: `TensorFlow.js ${tfjs}, wasm, gradients by hand`,
    },
    { id: 'tfjs-cpu', module: 'tfjs', options: { backend: 'cpu' }, name: `TensorFlow.js ${tfjs}, cpu` },
  ]
}

function pythonPeers(left) {
  const peers = { torch: 'PyTorch', numpy: 'NumPy' }
  return Object.entries(peers).flatMap(([module, name]) => {
    const python = findPython(module)
    if (python && !python.hasReferenceBlas) {
      return [{ id: module, module, python: python.command, name: `${name} ${python.version}` }]
    }
    left.push(
      python
        ? `${name}: it multiplies by the reference BLAS, tens of times as slow as others; install OpenBLAS (on Debian: "apt-get install libopenblas0-pthread")`
        : `${name}: no python3 here has it`,
    )
    return []
  })
}

/**
 * wasmlp's builds that `node` runs, the fastest first, then the peers. Adds to `left` what is left out, and why.
 */
export function findLibraries(node, left) {
  const capabilities = measure(node, { name: 'wasmlp', module: 'wasmlp' }, 'probe')
  const builds = capabilities.relaxedSimd ? ['relaxed', 'simd'] : ['simd']
  if (!capabilities.relaxedSimd) left.push(`the relaxed build: Node ${capabilities.node} has no relaxed SIMD`)
  const own = builds.map(build => ({
    id: `wasmlp-${build}`,
    module: 'wasmlp',
    options: { build },
    name: `wasmlp, ${build}`,
  }))
  const plain = { id: 'typed-arrays', module: 'typed-arrays', name: 'plain loops over typed arrays' }
  if (!peersAreInstalled()) {
    left.push(
      'jax-js, onnxruntime-web and TensorFlow.js, and the plots: run "npm ci --prefix test/bench" first',
    )
  }
  const peers = [...(peersAreInstalled() ? javascriptPeers() : []), plain, ...pythonPeers(left)]
  return { capabilities, libraries: [...own, ...peers] }
}
