// What all libraries are given to train or to predict with: the same samples and initial weights, as raw files that
// JavaScript and Python read alike.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createRandom, randomFloats } from './random.js'

const IMAGES_HEADER = 16
const LABELS_HEADER = 8

/** He's uniform weights for hidden layers, Xavier's for the last, biases 0; each layer's weights are inputs × units. */
function initialParameters(sizes) {
  const random = createRandom(7)
  return sizes.slice(1).flatMap((units, i) => {
    const inputs = sizes[i]
    const limit = Math.sqrt(i === sizes.length - 2 ? 6 / (inputs + units) : 6 / inputs)
    return [randomFloats(inputs * units, random, -limit, limit), new Float32Array(units)]
  })
}

function writeArrays(path, arrays) {
  writeFileSync(path, Buffer.concat(arrays.map(({ buffer }) => new Uint8Array(buffer))))
  return path
}

/**
 * Describes a problem, and writes what it needs to `directory`. `inputs` is `'mnist'` (bytes, four fifths of them 0) or
 * `'random'` (floats in [0, 1), none of them 0, with random labels). What else is in `settings` is part of the problem:
 * `optimizer`, `isNormalized` (batch normalisation before each ReLU), `isDistorted` (elastically).
 */
export function createProblem({ directory, mnist, inputs, sizes, ...settings }) {
  mkdirSync(directory, { recursive: true })
  const parameters = writeArrays(
    join(directory, `parameters-${sizes.join('-')}.f32`),
    initialParameters(sizes),
  )
  const common = { name: inputs, sizes, ...settings, parameters }
  if (inputs === 'mnist') {
    return {
      ...common,
      samples: 60_000,
      inputs: { path: join(mnist, 'train-images-idx3-ubyte'), offset: IMAGES_HEADER, type: 'u8' },
      labels: { path: join(mnist, 'train-labels-idx1-ubyte'), offset: LABELS_HEADER },
    }
  }
  const samples = 6_000
  const random = createRandom(3)
  const floats = join(directory, `inputs-${sizes[0]}.f32`)
  const labels = join(directory, `labels-${sizes.at(-1)}.u8`)
  writeArrays(floats, [randomFloats(samples * sizes[0], random, 2 ** -20, 1)])
  writeArrays(labels, [new Uint8Array(samples).map(() => Math.floor(random() * sizes.at(-1)))])
  return {
    ...common,
    samples,
    inputs: { path: floats, offset: 0, type: 'f32' },
    labels: { path: labels, offset: 0 },
  }
}

/** The arrays of a problem: inputs (Uint8Array or Float32Array), labels, and parameters: [weights, bias] of each layer. */
export function readProblem(problem) {
  const bytes = readFileSync(problem.inputs.path).subarray(problem.inputs.offset)
  const values = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)
  return {
    inputs: problem.inputs.type === 'u8' ? new Uint8Array(values) : new Float32Array(values),
    labels: new Uint8Array(readFileSync(problem.labels.path).subarray(problem.labels.offset)),
    parameters: readParameters(problem),
  }
}

function readParameters({ parameters, sizes }) {
  const file = readFileSync(parameters)
  const floats = new Float32Array(file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength))
  let offset = 0
  const take = length => {
    offset += length
    return floats.slice(offset - length, offset)
  }
  return sizes.slice(1).map((units, i) => ({ weights: take(sizes[i] * units), bias: take(units) }))
}

/** Inputs as floats, bytes divided by 255: what libraries take that have no bytes. */
export function toFloats(inputs) {
  return inputs instanceof Float32Array ? inputs : Float32Array.from(inputs, byte => byte / 255)
}
