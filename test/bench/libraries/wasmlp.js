// wasmlp, through its public API.
import {
  activation,
  batchNormalization,
  capabilities,
  configure,
  dataset,
  dense,
  sequential,
} from '../wasmlp.js'

/** Says that bytes are pixels. */
const meaningOf = inputs => (inputs instanceof Uint8Array ? { bytes: 'pixels' } : {})

const defaults = { build: 'auto', threads: 1 }

/** `vectors` is of the whole process, and goes before models. */
async function configured({ vectors, ...options }) {
  if (vectors) await configure({ vectors })
  return { ...defaults, ...options }
}

function layersOf(sizes, isNormalized) {
  return sizes.slice(1).flatMap((units, i) => {
    if (i === sizes.length - 2) return [dense(units, { activation: 'softmax' })]
    if (!isNormalized) return [dense(units, { activation: 'relu' })]
    return [dense(units), batchNormalization(), activation('relu')]
  })
}

async function createModel({ sizes, isNormalized = false }, options) {
  return sequential(layersOf(sizes, isNormalized), { inputSize: sizes[0], seed: 1, ...options })
}

/** What this runtime and this version of the package offer. */
export async function probe() {
  const model = await createModel({ sizes: [1, 1, 2] }, defaults)
  await configure({ vectors: 256 })
  return { node: process.version, ...model.capabilities, canWiden: capabilities().build === 'relaxed256' }
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

export async function createTrainer(problem, { inputs, labels, parameters }, options) {
  const { sizes, batchSize, learningRate, optimizer, isDistorted } = problem
  const all = await configured(options)
  const shape = isDistorted ? { imageShape: [28, 28] } : { inputSize: sizes[0] }
  const data = await dataset({ inputs, ...shape, labels, ...meaningOf(inputs), build: all.build })
  const model = await createModel(problem, all)
  // Scales and shifts of normalisations keep their first values.
  const rest = [...parameters]
  const first = (await model.getParameters()).map(layer =>
    layer.weights.length === rest[0]?.weights.length ? rest.shift() : layer,
  )
  model.compile({ learningRate, ...(optimizer && { optimizer }) })
  const augmentation = isDistorted && { elastic: { alpha: 36, sigma: 6 } }
  return {
    reset: () => model.setParameters(first),
    load: samples => data.slice(0, samples),
    async train(samples, shuffle) {
      const { epochs } = await model.fit(samples, {
        batchSize,
        shuffle,
        ...(augmentation && { augmentation }),
      })
      return epochs[0].loss
    },
  }
}

/** `isSynchronous`: by `model.predictor()`, into the caller's array. */
export async function createPredictor({ sizes, isSynchronous }, parameters, options) {
  const model = await createModel({ sizes }, await configured(options))
  await model.setParameters(parameters)
  if (isSynchronous) {
    const predictor = await model.predictor()
    const outputs = new Float32Array(sizes.at(-1))
    return { load: inputs => inputs, predict: inputs => predictor.predict(inputs, outputs) }
  }
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
