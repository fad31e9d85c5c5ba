// Plain loops over typed arrays, in single precision: what one writes without a library.
import { toFloats } from '../problem.js'
import { createRandom, permutation } from '../random.js'

/** y ← x·W + b, rows × units; four inputs a pass, so that y is read and written a quarter as often. */
function affine(x, { weights, bias }, y, rows) {
  const units = bias.length
  const inputs = weights.length / units
  for (let r = 0; r < rows; ++r) {
    const out = r * units
    for (let j = 0; j < units; ++j) y[out + j] = bias[j]
    for (let i = 0; i < inputs; i += 4) {
      const at = r * inputs + i
      const [x0, x1, x2, x3] = [x[at], x[at + 1], x[at + 2], x[at + 3]]
      const w0 = i * units
      const [w1, w2, w3] = [w0 + units, w0 + 2 * units, w0 + 3 * units]
      for (let j = 0; j < units; ++j) {
        y[out + j] +=
          x0 * weights[w0 + j] + x1 * weights[w1 + j] + x2 * weights[w2 + j] + x3 * weights[w3 + j]
      }
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
  for (let r = 0; r < rows; r += 4) {
    const d0 = r * units
    const [d1, d2, d3] = [d0 + units, d0 + 2 * units, d0 + 3 * units]
    for (let i = 0; i < inputs; ++i) {
      const at = r * inputs + i
      const x0 = rate * x[at]
      const x1 = rate * x[at + inputs]
      const x2 = rate * x[at + 2 * inputs]
      const x3 = rate * x[at + 3 * inputs]
      const row = i * units
      for (let j = 0; j < units; ++j) {
        weights[row + j] -= x0 * dy[d0 + j] + x1 * dy[d1 + j] + x2 * dy[d2 + j] + x3 * dy[d3 + j]
      }
    }
    for (let j = 0; j < units; ++j) bias[j] -= rate * (dy[d0 + j] + dy[d1 + j] + dy[d2 + j] + dy[d3 + j])
  }
}

/** A function for one sample at a time: what one writes for a network this small. */
export function createPredictor({ sizes }, parameters) {
  const widest = Math.max(...sizes)
  const buffers = [new Float32Array(widest), new Float32Array(widest)]
  const last = parameters.length - 1
  return {
    load: toFloats,
    predict(x) {
      let from = x
      for (const [l, { weights, bias }] of parameters.entries()) {
        const units = bias.length
        const to = l === last ? new Float32Array(units) : buffers[l & 1]
        for (let j = 0; j < units; ++j) {
          let sum = bias[j]
          for (let i = 0, at = j; i < sizes[l]; ++i, at += units) sum += from[i] * weights[at]
          to[j] = l === last || sum > 0 ? sum : 0
        }
        from = to
      }
      softmax(from, 1)
      return from
    },
  }
}

export function createTrainer({ sizes, batchSize, learningRate }, { inputs, labels, parameters }) {
  if ([batchSize, ...sizes.slice(0, -1)].some(size => size % 4 !== 0)) {
    throw new Error(`these loops go four by four: batches of ${batchSize} of ${sizes.join('-')} do not`)
  }
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
      for (let begin = 0; begin < samples; begin += batchSize)
        total += step(order.subarray(begin, begin + batchSize))
      return (total * batchSize) / samples
    },
  }
}
