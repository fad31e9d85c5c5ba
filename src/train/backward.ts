// The backward pass: compute the gradient → fix the direction of improvement → change the weights. Lecture, section 1.
import type { Network, ParameterBuffers } from '../model/network.ts'
import type { Arena } from '../wasm/arena.ts'
import type { F32Buffer } from '../wasm/buffer.ts'
import { type Call, call } from '../wasm/calls.ts'
import { activationKind, type ForwardPass } from './forward.ts'
import type { InputFormat } from './input.ts'

/** All buffers of a backward pass behind a forward pass, planned once; running it allocates nothing. */
export class BackwardPass {
  readonly #forward: ForwardPass
  /** Gradients by a layer's output, later by its weighted sums: the layers take the two in turn. */
  readonly #deltas: readonly [F32Buffer, F32Buffer]

  constructor(arena: Arena, network: Network, forward: ForwardPass, capacity: number) {
    const widest = Math.max(...network.layers.map(({ units }) => units))
    this.#forward = forward
    this.#deltas = [arena.f32(capacity * widest), arena.f32(capacity * widest)]
  }

  /** Where the loss puts its gradient by the last layer's output (its logits, where that is a softmax). */
  get outputGradient(): F32Buffer {
    return this.#delta(this.#forward.outputs.length - 1)
  }

  /**
   * The calls for into[l] ← α·(gradient by layer l's parameters) + β·into[l], for every layer. With into = the
   * parameters themselves, α = −learningRate and β = 1 this is a step of gradient descent, in the same pass over memory;
   * with α = 1 and β = 0 it leaves the gradient. A layer's weights are used before they change.
   */
  calls(
    rows: number,
    format: InputFormat,
    alpha: number,
    beta: 0 | 1,
    into: readonly ParameterBuffers[],
  ): Call[] {
    const { outputs, input, workspace } = this.#forward
    const scratch = workspace.pointer
    const calls: Call[] = []
    for (let i = outputs.length - 1; i >= 0; --i) {
      const output = outputs[i]
      const target = into[i]
      if (!output || !target) continue
      const { inputs, units, weights, layer } = output.layer
      const dz = this.#delta(i).pointer
      const kind = activationKind(layer.activation)
      if (i === outputs.length - 1 && kind !== activationKind('identity')) {
        const z = output.z.pointer
        calls.push(call('denseOutputGradient', kind, layer.slope, rows, units, z, output.y.pointer, dz, dz))
      }
      const below = outputs[i - 1]
      if (!below) {
        calls.push(...input.weightGradient(rows, format, dz, alpha, beta, target))
        continue
      }
      const { activation, slope } = below.layer.layer
      const z = below.z.pointer
      const x = below.y.pointer
      const w = weights.pointer
      const dx = this.#delta(i - 1).pointer
      const dw = target.weights.pointer
      const db = target.bias.pointer
      const kindBelow = activationKind(activation)
      calls.push(
        call('denseInputGradient', kindBelow, slope, rows, inputs, units, dz, w, z, x, dx, scratch),
        call('denseWeightGradient', rows, inputs, units, alpha, beta, x, dz, dw, db, scratch),
      )
    }
    return calls
  }

  #delta(layer: number): F32Buffer {
    return this.#deltas[layer % 2 === 0 ? 0 : 1]
  }
}
