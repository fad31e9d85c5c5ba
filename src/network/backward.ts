// The backward pass: compute the gradient → fix the direction of improvement → change the weights. Lecture, section 1.
import { ACTIVATIONS } from '../kernels/activations.ts'
import type { F32Buffer } from '../wasm/buffer.ts'
import { type Call, call } from '../wasm/calls.ts'
import type { ForwardPass } from './forward.ts'
import type { ParameterSet } from './parameters.ts'
import type { Batch } from './stages/stage.ts'

/** All buffers of a backward pass after a forward pass, planned once; running it allocates nothing. */
export class BackwardPass {
  readonly forward: ForwardPass
  readonly #deltas: readonly F32Buffer[]

  /** `keep`: keeps the gradients with respect to all layers' weighted sums, instead of overwriting them in turn. */
  constructor(forward: ForwardPass, keep = false) {
    const { arena, capacity } = forward.plan
    const widths = forward.stages.map(({ output }) => output.units)
    const widest = Math.max(...widths)
    this.forward = forward
    this.#deltas = (keep ? widths : widths.slice(0, 2).map(() => widest)).map(width =>
      arena.f32(capacity * width),
    )
  }

  /** Where the loss puts its gradient with respect to the last layer's output (its logits, where that is a softmax). */
  get outputGradient(): F32Buffer {
    return this.delta(this.forward.stages.length - 1)
  }

  /**
   * The gradient with respect to a stage's weighted sums z, rows × units; for the last stage first with respect to its
   * outputs.
   */
  delta(stage: number): F32Buffer {
    const delta = this.#deltas[stage % this.#deltas.length]
    if (!delta) throw new RangeError(`there is no stage ${stage}`)
    return delta
  }

  /**
   * The calls for into ← α·(gradient with respect to the parameters) + β·into. With into = the parameters themselves, α
   * = −learningRate and β = 1 this is a step of gradient descent, in the same pass over memory. With α = 1 and β = 0 it
   * leaves the gradient.
   */
  calls(batch: Batch, alpha: number, beta: 0 | 1, into: ParameterSet): Call[] {
    const { stages } = this.forward
    const calls = stages.flatMap((stage, i) => {
      const target = into.layers[stage.layer.index]
      if (!target) return []
      const below = stages[i - 1]
      return [
        stage.backward(batch, {
          x: this.forward.inputOf(i),
          dz: this.delta(i).pointer,
          below: below && { output: below.output, dz: this.delta(i - 1).pointer },
          alpha,
          beta,
          into: target,
        }),
      ]
    })
    return [...this.#lastActivation(batch.rows), ...calls.reverse().flat()]
  }

  /** From the gradient with respect to the network's output to that with respect to the last z. */
  #lastActivation(rows: number): Call[] {
    const last = this.forward.stages.at(-1)?.output
    if (!last || last.kind === ACTIVATIONS.identity.kind) return []
    const { kind, slope, units, z, y } = last
    const dz = this.outputGradient.pointer
    return [call('denseOutputGradient', kind, slope, rows, units, z.pointer, y.pointer, dz, dz)]
  }
}
