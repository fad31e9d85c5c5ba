// Plain loops over typed arrays, in single precision: what one writes without a library.
import { toFloats } from '../problem.js'
import { createRandom, permutation } from '../random.js'

/** y ← x·W + b, rows × units. */
function affine(x, { weights, bias }, y, rows) {
  const units = bias.length
  const inputs = weights.length / units
  for (let r = 0; r < rows; ++r) {
    const out = r * units
    for (let j = 0; j < units; ++j) y[out + j] = bias[j]
    for (let i = 0; i < inputs; ++i) {
      const value = x[r * inputs + i]
      const row = i * units
      for (let j = 0; j < units; ++j) y[out + j] += value * weights[row + j]
    }
  }
}

function relu(y) {
  for (let i = 0; i < y.length; ++i) if (y[i] < 0) y[i] = 0
}

function softmax(y, rows) {
  const units = y.length / rows
  for (let r = 0; r < rows; ++r) {
    const row = y.subarray(r * units, (r + 1) * units)
    let max = row[0]
    for (let j = 1; j < units; ++j) if (row[j] > max) max = row[j]
    let sum = 0
    for (let j = 0; j < units; ++j) sum += row[j] = Math.exp(row[j] - max)
    for (let j = 0; j < units; ++j) row[j] /= sum
  }
}

/** dx ← dy·Wᵀ where relu let x through, then W ← W − rate·xᵀ·dy and b ← b − rate·Σ dy. */
function updateLayer({ weights, bias }, x, dy, dx, rows, rate) {
  const units = bias.length
  const inputs = weights.length / units
  if (dx) {
    for (let r = 0; r < rows; ++r) {
      for (let i = 0; i < inputs; ++i) {
        let sum = 0
        const row = i * units
        for (let j = 0; j < units; ++j) sum += dy[r * units + j] * weights[row + j]
        dx[r * inputs + i] = x[r * inputs + i] > 0 ? sum : 0
      }
    }
  }
  for (let r = 0; r < rows; ++r) {
    for (let i = 0; i < inputs; ++i) {
      const value = rate * x[r * inputs + i]
      const row = i * units
      for (let j = 0; j < units; ++j) weights[row + j] -= value * dy[r * units + j]
    }
    for (let j = 0; j < units; ++j) bias[j] -= rate * dy[r * units + j]
  }
}

export function createTrainer({ sizes, batchSize, learningRate }, { inputs, labels, parameters }) {
  const outputs = sizes.map(size => new Float32Array(batchSize * size))
  const gradients = sizes.map(size => new Float32Array(batchSize * size))
  const classes = sizes.at(-1)
  const floats = toFloats(inputs)
  const random = createRandom()
  let layers

  function step(batch) {
    const size = sizes[0]
    batch.forEach((index, r) => {
      outputs[0].set(floats.subarray(index * size, (index + 1) * size), r * size)
    })
    layers.forEach((layer, l) => {
      affine(outputs[l], layer, outputs[l + 1], batchSize)
      if (l < layers.length - 1) relu(outputs[l + 1])
      else softmax(outputs[l + 1], batchSize)
    })
    let loss = 0
    gradients.at(-1).set(outputs.at(-1))
    batch.forEach((index, r) => {
      const at = r * classes + labels[index]
      loss -= Math.log(outputs.at(-1)[at])
      gradients.at(-1)[at] -= 1
    })
    for (let l = layers.length - 1; l >= 0; --l) {
      const dx = l > 0 ? gradients[l] : undefined
      updateLayer(layers[l], outputs[l], gradients[l + 1], dx, batchSize, learningRate / batchSize)
    }
    return loss / batchSize
  }

  return {
    reset() {
      layers = parameters.map(({ weights, bias }) => ({ weights: weights.slice(), bias: bias.slice() }))
    },
    load: samples => samples,
    train(samples, shuffle) {
      const order = shuffle ? permutation(samples, random) : Int32Array.from({ length: samples }, (_, i) => i)
      let total = 0
      for (let begin = 0; begin < samples; begin += batchSize) total += step(order.subarray(begin, begin + batchSize))
      return (total * batchSize) / samples
    },
  }
}
