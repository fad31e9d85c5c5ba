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

/** Kernels of OpenBLAS to try: its own choice, and those for AVX2 and AVX-512. */
const BLAS_CORES = [undefined, 'Haswell', 'SkylakeX']

/**
 * The same with the kernels by which OpenBLAS is fastest here. Of a processor that is newer than itself it may take those
 * of one from 2004.
 */
function withFastestBlas(library) {
  const request = { shapes: [[512, 512, 512]], seconds: 0.1 }
  let fastest = { library, seconds: Infinity }
  for (const blasCore of BLAS_CORES) {
    const tried = { ...library, blasCore, ...(blasCore && { name: `${library.name}, ${blasCore}` }) }
    try {
      const [{ processorSeconds: seconds }] = measure(undefined, tried, 'sgemm', request)
      // A name only where it makes a difference.
      if (seconds < 0.8 * fastest.seconds) fastest = { library: tried, seconds }
    } catch {} // A processor without these instructions.
  }
  return fastest.library
}

function pythonPeers(left) {
  const peers = { torch: 'PyTorch', numpy: 'NumPy' }
  return Object.entries(peers).flatMap(([module, name]) => {
    const python = findPython(module)
    if (python && !python.hasReferenceBlas) {
      const library = { id: module, module, python: python.command, name: `${name} ${python.version}` }
      return [withFastestBlas(library)]
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
  // Vectors of 256 bits are a choice of the user's: parts that measure them name them.
  if (capabilities.canWiden) {
    const options = { build: 'relaxed', vectors: 256 }
    own.push({ id: 'vectors-256', module: 'wasmlp', isSpecial: true, options, name: 'wasmlp, relaxed256' })
  }
  const plain = { id: 'typed-arrays', module: 'typed-arrays', name: 'plain loops over typed arrays' }
  if (!peersAreInstalled()) {
    left.push(
      'jax-js, onnxruntime-web and TensorFlow.js, and the plots: run "npm ci --prefix test/bench" first',
    )
  }
  const peers = [...(peersAreInstalled() ? javascriptPeers() : []), plain, ...pythonPeers(left)]
  return { capabilities, libraries: [...own, ...peers] }
}
