// One image's way through the network, by the package's kernels: x·W₁ + b₁, ReLU, ·W₂ + b₂, softmax.
import type { LayerParameters } from 'wasmlp'
import type { F32Buffer, Kernels } from 'wasmlp/kernels'

export interface Activations {
  /** Of the hidden layer, after its ReLU. */
  readonly hidden: Float32Array
  readonly probabilities: Float32Array
}

/** Buffers for a network of two layers, which are filled anew for each image. */
export class ForwardPass {
  readonly #kernels: Kernels
  readonly #inputs: F32Buffer
  readonly #hidden: F32Buffer
  readonly #outputs: F32Buffer
  /** W₁ (inputs × hidden) and W₂ (hidden × outputs), row-major. */
  readonly #weights: readonly [F32Buffer, F32Buffer]

  constructor(kernels: Kernels, inputs: number, hidden: number, outputs: number) {
    this.#kernels = kernels
    this.#inputs = kernels.f32(inputs)
    this.#hidden = kernels.f32(hidden)
    this.#outputs = kernels.f32(outputs)
    this.#weights = [kernels.f32(inputs * hidden), kernels.f32(hidden * outputs)]
  }

  /** Pixels are 0–255, which count as 0–1. */
  run(pixels: Uint8Array, parameters: readonly LayerParameters[]): Activations {
    const kernels = this.#kernels
    const [first, second] = parameters
    if (!first || !second) throw new Error('a network of two layers is needed')
    this.#inputs.view.set(Float32Array.from(pixels, pixel => pixel / 255))
    this.#layer(first, this.#weights[0], this.#inputs, this.#hidden)
    kernels.activation('relu', this.#hidden, this.#hidden)
    this.#layer(second, this.#weights[1], this.#hidden, this.#outputs)
    kernels.softmax(this.#outputs, this.#outputs, 1, this.#outputs.length)
    return { hidden: this.#hidden.view.slice(), probabilities: this.#outputs.view.slice() }
  }

  /** y ← Wᵀ·x + b. */
  #layer({ weights, bias }: LayerParameters, w: F32Buffer, x: F32Buffer, y: F32Buffer): void {
    w.view.set(weights)
    y.view.set(bias)
    this.#kernels.sgemv('T', x.length, y.length, 1, w, y.length, x, 1, 1, y, 1)
  }
}
