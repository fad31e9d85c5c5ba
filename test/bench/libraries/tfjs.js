// TensorFlow.js with the backend that is asked for, wasm (SIMD, one thread) or cpu: its layers and `model.fit`.
import { createRequire } from 'node:module'
import { dirname, sep } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import * as layersApi from '@tensorflow/tfjs-layers'
import { toFloats } from '../problem.js'

export async function useBackend(backend) {
  if (backend === 'wasm') {
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm')
    const { resolve } = createRequire(import.meta.url)
    setWasmPaths(dirname(resolve('@tensorflow/tfjs-backend-wasm')) + sep)
  } else {
    await import('@tensorflow/tfjs-backend-cpu')
  }
  await tf.setBackend(backend)
}

function createModel(sizes) {
  const model = layersApi.sequential()
  sizes.slice(1).forEach((units, i) => {
    const activation = i === sizes.length - 2 ? 'softmax' : 'relu'
    model.add(layersApi.layers.dense({ units, activation, ...(i === 0 && { inputShape: [sizes[0]] }) }))
  })
  return model
}

function setParameters(model, parameters, sizes) {
  const tensors = parameters.flatMap(({ weights, bias }, i) => [
    tf.tensor2d(weights, [sizes[i], sizes[i + 1]]),
    tf.tensor1d(bias),
  ])
  model.setWeights(tensors)
  tf.dispose(tensors)
}

export async function createProduct({ m, n, k, a, b }, { backend }) {
  await useBackend(backend)
  const x = tf.tensor2d(a, [m, k])
  const y = tf.tensor2d(b, [k, n])
  let product
  return {
    multiply() {
      product?.dispose()
      product = tf.matMul(x, y)
    },
    read: () => product.dataSync(),
  }
}

export async function createTrainer(
  { sizes, batchSize, learningRate },
  { inputs, labels, parameters },
  { backend },
) {
  await useBackend(backend)
  const model = createModel(sizes)
  model.compile({ optimizer: tf.train.sgd(learningRate), loss: 'categoricalCrossentropy' })
  return {
    reset: () => setParameters(model, parameters, sizes),
    load: samples => ({
      x: tf.tensor2d(toFloats(inputs.subarray(0, samples * sizes[0])), [samples, sizes[0]]),
      y: tf.tidy(() =>
        tf.cast(tf.oneHot(tf.tensor1d(labels.subarray(0, samples), 'int32'), sizes.at(-1)), 'float32'),
      ),
    }),
    async train({ x, y }, shuffle) {
      const { history } = await model.fit(x, y, { batchSize, shuffle, verbose: 0, yieldEvery: 'never' })
      return history.loss[0]
    },
  }
}

export async function createPredictor({ sizes }, parameters, { backend }) {
  await useBackend(backend)
  const model = createModel(sizes)
  setParameters(model, parameters, sizes)
  return {
    load: toFloats,
    async predict(inputs) {
      const y = tf.tidy(() => {
        const rows = inputs.length / sizes[0]
        return model.predict(tf.tensor2d(inputs, [rows, sizes[0]]), { batchSize: rows })
      })
      const values = await y.data()
      y.dispose()
      return values
    },
  }
}
