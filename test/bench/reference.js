// The network in double precision, sample by sample: what every library's results are compared with before it is timed.
import { createUpdate } from './reference-updates.js'

/** Copies of the parameters in double precision. */
export const toDoubles = parameters =>
  parameters.map(({ weights, bias }) => ({
    weights: Float64Array.from(weights),
    bias: Float64Array.from(bias),
  }))

/** y ← x·W + b; inputs that are 0 are left out, which changes no sum. */
export function affine(x, { weights, bias }) {
  const y = Float64Array.from(bias)
  for (let i = 0; i < x.length; ++i) {
    const value = x[i]
    if (value === 0) continue
    const row = i * y.length
    for (let j = 0; j < y.length; ++j) y[j] += value * weights[row + j]
  }
  return y
}

export function softmax(logits) {
  const max = logits.reduce((a, b) => Math.max(a, b))
  const exps = logits.map(value => Math.exp(value - max))
  const sum = exps.reduce((a, b) => a + b)
  return exps.map(value => value / sum)
}

/** The outputs of all layers for one sample: relu, and softmax at last. */
function forward(x, layers) {
  const outputs = [x]
  layers.forEach((layer, i) => {
    const y = affine(outputs[i], layer)
    outputs.push(i === layers.length - 1 ? softmax(y) : y.map(value => Math.max(0, value)))
  })
  return outputs
}

export const sampleOf = (inputs, size, index) =>
  Float64Array.from(inputs.subarray(index * size, (index + 1) * size), value =>
    inputs instanceof Uint8Array ? Math.fround(value / 255) : value,
  )

/** Probabilities of each class, samples × classes. */
export function predictReference(inputs, samples, sizes, parameters) {
  const layers = toDoubles(parameters)
  const outputs = Array.from({ length: samples }, (_, i) =>
    forward(sampleOf(inputs, sizes[0], i), layers).at(-1),
  )
  return Float64Array.from(outputs.flatMap(row => [...row]))
}

/** Adds one sample's gradients to `gradients`; returns its loss. */
function backward(outputs, label, layers, gradients) {
  let dy = Float64Array.from(outputs.at(-1))
  const loss = -Math.log(dy[label])
  dy[label] -= 1
  for (let l = layers.length - 1; l >= 0; --l) {
    const x = outputs[l]
    const { weights } = layers[l]
    const units = dy.length
    const dx = new Float64Array(x.length)
    for (let i = 0; i < x.length; ++i) {
      // Where x is 0 (after relu, also its slope), neither gradient has a share.
      if (x[i] === 0) continue
      const row = i * units
      let sum = 0
      for (let j = 0; j < units; ++j) {
        gradients[l].weights[row + j] += x[i] * dy[j]
        sum += weights[row + j] * dy[j]
      }
      dx[i] = sum
    }
    for (let j = 0; j < units; ++j) gradients[l].bias[j] += dy[j]
    dy = dx
  }
  return loss
}

/** Mean loss of `checkIterations` iterations over the first batches, unshuffled: cross-entropy, before each update. */
export function trainReference(problem, { inputs, labels, parameters }) {
  const { sizes, batchSize, checkIterations } = problem
  const layers = toDoubles(parameters)
  const update = createUpdate(problem)
  let total = 0
  for (let iteration = 0; iteration < checkIterations; ++iteration) {
    const gradients = layers.map(({ weights, bias }) => ({
      weights: new Float64Array(weights.length),
      bias: new Float64Array(bias.length),
    }))
    for (let i = iteration * batchSize; i < (iteration + 1) * batchSize; ++i) {
      total += backward(forward(sampleOf(inputs, sizes[0], i), layers), labels[i], layers, gradients)
    }
    layers.forEach((layer, l) => {
      for (const name of ['weights', 'bias'])
        update(
          layer[name],
          gradients[l][name].map(sum => sum / batchSize),
        )
    })
  }
  return total / (checkIterations * batchSize)
}
