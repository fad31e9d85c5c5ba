// The scaling of the inputs, (x − μ) / σ, by which a network may begin: done to a dense batch, and folded into the first
// product with a sparse one.

import { scalingOf } from '../../layers/normalization.ts'
import type { Arena } from '../../wasm/arena.ts'
import type { F32Buffer } from '../../wasm/buffer.ts'
import { type Call, call } from '../../wasm/calls.ts'
import type { Network } from '../network.ts'
import type { NetworkLayer, ParameterBuffers } from '../parameters.ts'
import type { PassPlan } from './stage.ts'

export class InputScaling {
  readonly #inputs: number
  readonly #mean: F32Buffer
  /** 1 / σ. */
  readonly #scale: F32Buffer

  constructor(arena: Arena, mean: Float32Array, scale: Float32Array) {
    this.#inputs = mean.length
    this.#mean = arena.f32(mean.length)
    this.#scale = arena.f32(scale.length)
    this.#mean.view.set(mean)
    this.#scale.view.set(scale)
  }

  /** x ← (x − μ) / σ, rows × inputs. */
  rows(rows: number, x: number): Call[] {
    return [call('scaleRows', x, x, rows, this.#inputs, this.#mean.pointer, this.#scale.pointer)]
  }

  /** The calls for the weights and bias that do to raw inputs what the layer's do to scaled ones. */
  fold({ inputs, units, weights, bias }: NetworkLayer, folded: ParameterBuffers): Call[] {
    const [w, b] = [weights.pointer, bias.pointer]
    const [mean, scale] = [this.#mean.pointer, this.#scale.pointer]
    const to = folded.weights.pointer
    return [call('foldInputScaling', inputs, units, w, b, mean, scale, to, folded.bias.pointer)]
  }

  /** The calls that take the gradient by the folded parameters to that by the layer's own. */
  unfold(
    { inputs, units }: NetworkLayer,
    gradient: ParameterBuffers,
    accumulate: 0 | 1,
    into: ParameterBuffers,
  ): Call[] {
    const [g, c] = [gradient.weights.pointer, gradient.bias.pointer]
    const [mean, scale] = [this.#mean.pointer, this.#scale.pointer]
    const [dw, db] = [into.weights.pointer, into.bias.pointer]
    return [call('unfoldInputScaling', inputs, units, g, c, mean, scale, accumulate, dw, db)]
  }
}

/** The scaling that a network begins with, if any. */
export function planScaling({ layers, inputSize }: Network, { arena }: PassPlan): InputScaling | undefined {
  for (const { layer } of layers) {
    if (layer.kind !== 'normalization') continue
    const { mean, scale } = scalingOf(layer, inputSize)
    return new InputScaling(arena, mean, scale)
  }
  return undefined
}
