// jax-js on its WebAssembly device: one jitted function does a whole training step.
import { defaultDevice, init, jit, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax'
import { toFloats } from '../problem.js'
import { createRandom, permutation } from '../random.js'

await init('wasm')
defaultDevice('wasm')

export function createProduct({ m, n, k, a, b }) {
  const x = np.array(a, { shape: [m, k] })
  const y = np.array(b, { shape: [k, n] })
  const matmul = jit((x, y) => np.matmul(x, y))
  // Arrays are lazy. Reading a small one makes it sooner than waiting for it does.
  const isSmall = m * n < 10_000
  let product
  return {
    multiply() {
      product?.dispose()
      product = matmul(x.ref, y.ref)
      if (!isSmall) return product.blockUntilReady()
      product.ref.dataSync()
    },
    read: () => product.ref.dataSync(),
  }
}

function logitsOf(layers, x) {
  return layers.reduce((y, { weights, bias }, i) => {
    const sum = np.matmul(y, weights).add(bias)
    return i < layers.length - 1 ? nn.relu(sum) : sum
  }, x)
}

const toLayers = (sizes, parameters) =>
  parameters.map(({ weights, bias }, i) => ({
    weights: np.array(weights.slice(), { shape: [sizes[i], sizes[i + 1]] }),
    bias: np.array(bias.slice()),
  }))

export function createTrainer({ sizes, batchSize, learningRate }, { inputs, labels, parameters }) {
  const floats = toFloats(inputs)
  const random = createRandom()
  const [size, classes] = [sizes[0], sizes.at(-1)]
  const lossOf = (layers, x, y) =>
    nn
      .logSoftmax(logitsOf(layers, x), -1)
      .mul(y)
      .sum()
      .mul(-1 / batchSize)
  const step = jit((layers, x, y) => {
    const [loss, gradients] = valueAndGrad(lossOf)(tree.ref(layers), x, y)
    const updated = tree.map((value, gradient) => value.sub(gradient.mul(learningRate)), layers, gradients)
    return [loss, updated]
  })
  let layers
  return {
    reset() {
      if (layers) tree.dispose(layers)
      layers = toLayers(sizes, parameters)
    },
    load: samples => samples,
    train(samples, shuffle) {
      const order = shuffle ? permutation(samples, random) : Int32Array.from({ length: samples }, (_, i) => i)
      let total = 0
      for (let begin = 0; begin < samples; begin += batchSize) {
        const x = new Float32Array(batchSize * size)
        const y = new Float32Array(batchSize * classes)
        for (let r = 0; r < batchSize; ++r) {
          const index = order[begin + r]
          x.set(floats.subarray(index * size, (index + 1) * size), r * size)
          y[r * classes + labels[index]] = 1
        }
        const [loss, updated] = step(
          layers,
          np.array(x, { shape: [batchSize, size] }),
          np.array(y, { shape: [batchSize, classes] }),
        )
        layers = updated
        total += loss.dataSync()[0]
      }
      return (total * batchSize) / samples
    },
  }
}

export function createPredictor({ sizes }, parameters) {
  const layers = toLayers(sizes, parameters)
  const forward = jit((layers, x) => nn.softmax(logitsOf(layers, x), -1))
  return {
    load: toFloats,
    predict(inputs) {
      const x = np.array(inputs, { shape: [inputs.length / sizes[0], sizes[0]] })
      return forward(tree.ref(layers), x).data()
    },
  }
}
