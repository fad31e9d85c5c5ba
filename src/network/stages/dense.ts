// A dense layer, y = h(x·W + b), whose inputs are another layer's outputs.
import type { DenseLayer } from '../../layers/layers.ts'
import { type Call, call } from '../../wasm/calls.ts'
import type { PassPlan } from '../context.ts'
import type { NetworkLayer } from '../parameters.ts'
import { planOutput } from './output.ts'
import type { Batch, GradientTask, Stage, StageOutput } from './stage.ts'

export class DenseStage implements Stage {
  readonly layer: NetworkLayer
  readonly output: StageOutput
  readonly updatesInPlace = true
  readonly #workspace: number

  constructor(layer: NetworkLayer, dense: DenseLayer, plan: PassPlan) {
    this.layer = layer
    this.output = planOutput(layer, dense, plan)
    this.#workspace = plan.workspace.pointer
  }

  forward({ rows }: Batch, x: number): Call[] {
    const { inputs, units, weights, bias } = this.layer
    const { kind, slope, z, y } = this.output
    const w = weights.pointer
    const b = bias.pointer
    const scratch = this.#workspace
    return [call('denseForward', kind, slope, rows, inputs, units, x, w, b, z.pointer, y.pointer, scratch)]
  }

  backward({ rows }: Batch, { x, dz, below, alpha, beta, into }: GradientTask): Call[] {
    const { inputs, units, weights } = this.layer
    const w = weights.pointer
    const dw = into.weights.pointer
    const db = into.bias.pointer
    const scratch = this.#workspace
    const calls = [call('denseWeightGradient', rows, inputs, units, alpha, beta, x, dz, dw, db, scratch)]
    if (below) {
      const { kind, slope, z, y } = below.output
      const zx = z.pointer
      const dx = below.dz
      calls.unshift(
        call('denseInputGradient', kind, slope, rows, inputs, units, dz, w, zx, y.pointer, dx, scratch),
      )
    }
    return calls
  }
}
