// The backward pass: compute the gradient → fix the direction of improvement → change the weights. Lecture, section 1.
import { ACTIVATION_KINDS } from '../kernels/activation-kinds.ts'
import type { Network, ParameterBuffers } from '../model/network.ts'
import type { Arena } from '../wasm/arena.ts'
import type { F32Buffer } from '../wasm/buffer.ts'
import type { Runtime } from '../wasm/runtime.ts'
import type { ForwardPass } from './forward.ts'

/** All buffers of a backward pass behind a forward pass, planned once; running it allocates nothing. */
export class BackwardPass {
  readonly #runtime: Runtime
  readonly #forward: ForwardPass
  /** Gradients by a layer's output, later by its weighted sums: the layers take the two in turn. */
  readonly #deltas: readonly [F32Buffer, F32Buffer]
  readonly #biasGradient: F32Buffer

  constructor(runtime: Runtime, arena: Arena, network: Network, forward: ForwardPass, capacity: number) {
    const widest = Math.max(...network.layers.map(({ units }) => units))
    this.#runtime = runtime
    this.#forward = forward
    this.#deltas = [arena.f32(capacity * widest), arena.f32(capacity * widest)]
    this.#biasGradient = arena.f32(widest)
  }

  /** Where the loss puts its gradient by the last layer's output (its logits, where that is a softmax). */
  get outputGradient(): F32Buffer {
    return this.#delta(this.#forward.outputs.length - 1)
  }

  /**
   * into[l] ← α·(gradient by layer l's parameters) + β·into[l], for every layer. With into = the parameters
   * themselves, α = −learningRate and β = 1 this is a step of gradient descent, in the same pass over memory; with
   * α = 1 and β = 0 it leaves the gradient. A layer's weights are used before they change.
   */
  run(rows: number, alpha: number, beta: 0 | 1, into: readonly ParameterBuffers[]): void {
    const { kernels } = this.#runtime
    const { outputs, input, workspace } = this.#forward
    for (let i = outputs.length - 1; i >= 0; --i) {
      const output = outputs[i]
      const target = into[i]
      if (!output || !target) continue
      const { layer, z, y } = output
      const { inputs, units, weights } = layer
      const { activation, slope } = layer.layer
      const dz = this.#delta(i).pointer
      if (activation !== 'identity' && activation !== 'softmax') {
        const kind = ACTIVATION_KINDS[activation]
        kernels.activationGradient(kind, z.pointer, y.pointer, dz, dz, rows * units, slope)
      }
      const below = outputs[i - 1]
      if (below) {
        const dx = this.#delta(i - 1).pointer
        const w = weights.pointer
        kernels.sgemm(0, 1, rows, inputs, units, 1, dz, units, w, units, 0, dx, inputs, workspace.pointer)
        const x = below.y.pointer
        const dw = target.weights.pointer
        kernels.sgemm(
          1,
          0,
          inputs,
          units,
          rows,
          alpha,
          x,
          inputs,
          dz,
          units,
          beta,
          dw,
          units,
          workspace.pointer,
        )
      } else {
        input.accumulateGradient(rows, dz, alpha, beta, target)
      }
      const db = this.#biasGradient.pointer
      kernels.sumAxis0(dz, db, rows, units)
      if (beta === 0) target.bias.view.fill(0)
      kernels.saxpy(units, alpha, db, 1, target.bias.pointer, 1)
    }
  }

  #delta(layer: number): F32Buffer {
    return this.#deltas[layer % 2 === 0 ? 0 : 1]
  }
}
