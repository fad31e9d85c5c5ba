// PReLU, whose slopes are the layer's weights.
import type { PreluLayer } from '../../layers/elementwise.ts'
import type { F32Buffer } from '../../wasm/buffer.ts'
import { type Call, call } from '../../wasm/calls.ts'
import type { PassPlan } from '../context.ts'
import type { NetworkLayer } from '../parameters.ts'
import { plainOutput, throughActivation } from './below.ts'
import type { Batch, GradientTask, Stage, StageOutput } from './stage.ts'

export class PreluStage implements Stage {
  readonly layer: NetworkLayer
  readonly output: StageOutput
  readonly updatesInPlace = false
  readonly #shared: 0 | 1
  /** Of a shared slope: its gradient, unit by unit. */
  readonly #sums: F32Buffer | undefined

  constructor(layer: NetworkLayer, { shared }: PreluLayer, { arena, capacity, random }: PassPlan) {
    this.layer = layer
    this.output = plainOutput(layer.units, arena.f32(capacity * layer.units))
    this.#shared = shared ? 1 : 0
    this.#sums = random && shared ? arena.f32(layer.units) : undefined
  }

  forward({ rows }: Batch, x: number): Call[] {
    const { units, weights } = this.layer
    return [call('prelu', x, this.output.y.pointer, rows, units, weights.pointer, this.#shared)]
  }

  backward({ rows }: Batch, { x, dz, below, beta, into }: GradientTask): Call[] {
    const { units, weights } = this.layer
    const da = into.weights.pointer
    const calls = this.#sums
      ? [
          call('preluSlopeGradient', x, dz, rows, units, 0, this.#sums.pointer),
          call('sharedSlopeGradient', this.#sums.pointer, units, beta, da),
        ]
      : [call('preluSlopeGradient', x, dz, rows, units, beta, da)]
    if (!below) return calls
    return [
      ...calls,
      call('preluGradient', x, dz, below.dz, rows, units, weights.pointer, this.#shared),
      ...throughActivation(rows, below),
    ]
  }
}
