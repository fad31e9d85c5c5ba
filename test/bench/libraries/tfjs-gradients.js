// TensorFlow.js' wasm backend with the backward pass written out: its own gradients multiply by transposed matrices on
// a slow path, about twenty times as slow as transposing first.
import * as tf from '@tensorflow/tfjs-core'
import { toFloats } from '../problem.js'
import { createRandom, permutation } from '../random.js'
import { useBackend } from './tfjs.js'

export async function createTrainer({ sizes, batchSize, learningRate }, { inputs, labels, parameters }) {
  await useBackend('wasm')
  const random = createRandom()
  let layers = []

  /** One iteration on tensors x and y (one-hot labels); returns the batch's loss and the new layers. */
  function step(x, y) {
    const last = layers.length - 1
    const outputs = [x]
    layers.forEach(({ weights, bias }, i) => {
      const sum = tf.add(tf.matMul(outputs[i], weights), bias)
      outputs.push(i < last ? tf.relu(sum) : tf.softmax(sum))
    })
    const probabilities = outputs.pop()
    const loss = tf.neg(tf.mean(tf.log(tf.sum(tf.mul(probabilities, y), 1))))
    let dy = tf.div(tf.sub(probabilities, y), batchSize)
    const updated = []
    for (let i = last; i >= 0; --i) {
      const { weights, bias } = layers[i]
      const dWeights = tf.matMul(tf.transpose(outputs[i]), dy)
      const dBias = tf.sum(dy, 0)
      if (i > 0) dy = tf.mul(tf.matMul(dy, tf.transpose(weights)), tf.step(outputs[i]))
      updated.unshift({
        weights: tf.sub(weights, tf.mul(dWeights, learningRate)),
        bias: tf.sub(bias, tf.mul(dBias, learningRate)),
      })
    }
    return { loss, updated }
  }

  return {
    reset() {
      tf.dispose(layers)
      layers = parameters.map(({ weights, bias }, i) => ({
        weights: tf.tensor2d(weights, [sizes[i], sizes[i + 1]]),
        bias: tf.tensor1d(bias),
      }))
    },
    load: samples => ({
      samples,
      x: tf.tensor2d(toFloats(inputs.subarray(0, samples * sizes[0])), [samples, sizes[0]]),
      y: tf.tidy(() =>
        tf.cast(tf.oneHot(tf.tensor1d(labels.subarray(0, samples), 'int32'), sizes.at(-1)), 'float32'),
      ),
    }),
    train({ samples, x, y }, shuffle) {
      const order = shuffle ? permutation(samples, random) : Int32Array.from({ length: samples }, (_, i) => i)
      let total = 0
      for (let begin = 0; begin < samples; begin += batchSize) {
        const { loss, updated } = tf.tidy(() => {
          const batch = tf.tensor1d(order.subarray(begin, begin + batchSize), 'int32')
          return step(tf.gather(x, batch), tf.gather(y, batch))
        })
        tf.dispose(layers)
        layers = updated
        total += loss.dataSync()[0]
        loss.dispose()
      }
      return (total * batchSize) / samples
    },
  }
}
