// wasmlp, through its public API.
import { dataset, dense, sequential } from '../wasmlp.js'

/** Says that bytes are pixels. */
const meaningOf = inputs => (inputs instanceof Uint8Array ? { bytes: 'pixels' } : {})

const defaults = { build: 'auto', threads: 1 }

async function createModel(sizes, options) {
  const layers = sizes
    .slice(1)
    .map((units, i) => dense(units, { activation: i === sizes.length - 2 ? 'softmax' : 'relu' }))
  return sequential(layers, { inputSize: sizes[0], seed: 1, ...defaults, ...options })
}

/** What this runtime and this version of the package offer. */
export async function probe() {
  const model = await createModel([1, 1, 2], {})
  return { node: process.version, ...model.capabilities }
}

export async function createProduct({ m, n, k, a, b }, { build = 'auto' }) {
  const { createKernels } = await import('../wasmlp-kernels.js')
  const kernels = await createKernels({ build })
  const [bufferA, bufferB, bufferC] = [m * k, k * n, m * n].map(length => kernels.f32(length))
  bufferA.view.set(a)
  bufferB.view.set(b)
  return {
    multiply: () => kernels.sgemm('N', 'N', m, n, k, 1, bufferA, k, bufferB, n, 0, bufferC, n),
    read: () => bufferC.view,
  }
}

export async function createTrainer(
  { sizes, batchSize, learningRate },
  { inputs, labels, parameters },
  options,
) {
  const { build } = { ...defaults, ...options }
  const data = await dataset({ inputs, inputSize: sizes[0], labels, ...meaningOf(inputs), build })
  const model = await createModel(sizes, options)
  model.compile({ learningRate })
  return {
    reset: () => model.setParameters(parameters),
    load: samples => data.slice(0, samples),
    async train(samples, shuffle) {
      const { epochs } = await model.fit(samples, { batchSize, shuffle })
      return epochs[0].loss
    },
  }
}

export async function createPredictor({ sizes }, parameters, options) {
  const model = await createModel(sizes, options)
  await model.setParameters(parameters)
  return {
    load: inputs => inputs,
    async predict(inputs) {
      const rows = await model.predict(inputs, meaningOf(inputs))
      return rows[0].length * rows.length === rows[0].buffer.byteLength / 4
        ? new Float32Array(rows[0].buffer)
        : Float32Array.from(rows.flatMap(row => [...row]))
    },
  }
}
