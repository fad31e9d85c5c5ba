// What every unit of a network gives for every point of a set, by the package's kernels: the pictures of the units, and
// the loss and accuracy of the points, all within a frame.
import type { ActivationName, LayerParameters } from 'wasmlp'
import type { F32Buffer, Kernels } from 'wasmlp/kernels'

/** A dense layer as it is computed. */
export interface PlaneLayer {
  readonly units: number
  readonly activation: ActivationName
}

/** A layer's buffers: x·W + b and h of it have a row for each point. */
interface Buffers extends PlaneLayer {
  readonly inputs: number
  readonly weights: F32Buffer
  readonly bias: F32Buffer
  readonly sums: F32Buffer
  readonly outputs: F32Buffer
}

export interface Score {
  /** The mean binary cross-entropy. */
  readonly loss: number
  readonly accuracy: number
}

/** A network of dense layers over a fixed set of points in the plane. */
export class PlaneForward {
  readonly count: number
  readonly #kernels: Kernels
  readonly #x: F32Buffer
  readonly #layers: readonly Buffers[]

  constructor(kernels: Kernels, positions: Float32Array, layers: readonly PlaneLayer[]) {
    this.#kernels = kernels
    this.count = positions.length / 2
    this.#x = kernels.f32(positions.length)
    this.#x.view.set(positions)
    let inputs = 2
    this.#layers = layers.map(({ units, activation }) => {
      const [weights, bias] = [kernels.f32(inputs * units), kernels.f32(units)]
      const [sums, outputs] = [kernels.f32(this.count * units), kernels.f32(this.count * units)]
      const layer = { units, activation, inputs, weights, bias, sums, outputs }
      inputs = units
      return layer
    })
  }

  /** Computes all layers with the given weights. */
  run(parameters: readonly LayerParameters[]): void {
    const kernels = this.#kernels
    let x = this.#x
    for (const [i, { units, activation, inputs, weights, bias, sums, outputs }] of this.#layers.entries()) {
      const given = parameters[i]
      if (!given) throw new RangeError(`no parameters of layer ${i + 1}`)
      weights.view.set(given.weights)
      bias.view.set(given.bias)
      kernels.broadcastRow(bias, sums, this.count, units)
      kernels.sgemm('N', 'N', this.count, units, inputs, 1, x, inputs, weights, units, 1, sums, units)
      kernels.activation(activation, sums, outputs)
      x = outputs
    }
  }

  /** What a layer gives, a row of units for each point; a view that the next {@link run} changes. */
  outputsOf(layer: number): Float32Array {
    const outputs = this.#layers[layer]?.outputs.view
    if (!outputs) throw new RangeError(`there is no layer ${layer}`)
    return outputs
  }

  /** What the last layer gives. */
  get predictions(): Float32Array {
    return this.outputsOf(this.#layers.length - 1)
  }

  /**
   * How right the last layer, a sigmoid, is about labels 0 and 1. Its loss −log(t = 1 ? y : 1 − y) is softplus(∓z), which
   * has no logarithm of 0.
   */
  score(labels: Uint8Array): Score {
    const last = this.#layers.at(-1)
    if (!last || this.count === 0) return { loss: Number.NaN, accuracy: Number.NaN }
    const signed = this.#kernels.f32(this.count)
    let correct = 0
    for (const [i, z] of last.sums.view.entries()) {
      const isSecond = labels[i] === 1
      signed.view[i] = isSecond ? -z : z
      if (z > 0 === isSecond) correct += 1
    }
    this.#kernels.activation('softplus', signed, signed)
    let total = 0
    for (const loss of signed.view) total += loss
    signed.free()
    return { loss: total / this.count, accuracy: correct / this.count }
  }

  free(): void {
    this.#x.free()
    for (const { weights, bias, sums, outputs } of this.#layers) {
      for (const buffer of [weights, bias, sums, outputs]) buffer.free()
    }
  }
}

/** The points of a grid over the square from −extent to extent, row by row from the top. */
export function gridPositions(size: number, extent: number): Float32Array {
  const positions = new Float32Array(2 * size * size)
  const step = (2 * extent) / (size - 1)
  for (let row = 0; row < size; ++row) {
    for (let column = 0; column < size; ++column) {
      const at = 2 * (row * size + column)
      positions[at] = -extent + column * step
      positions[at + 1] = extent - row * step
    }
  }
  return positions
}
