// An activation as a separate layer, y = h(x).
import { activationKind } from '../../kernels/activations.ts'
import type { ActivationLayer } from '../../layers/elementwise.ts'
import { type Call, call } from '../../wasm/calls.ts'
import type { PassPlan } from '../context.ts'
import type { NetworkLayer } from '../parameters.ts'
import type { Batch, GradientTask, Stage, StageOutput } from './stage.ts'

export class ActivationStage implements Stage {
  readonly layer: NetworkLayer
  readonly output: StageOutput
  readonly updatesInPlace = true

  constructor(
    layer: NetworkLayer,
    { activation, slope }: ActivationLayer,
    plan: PassPlan,
    below: StageOutput,
  ) {
    const { units } = layer
    this.layer = layer
    this.output = {
      units,
      kind: activationKind(activation),
      slope,
      z: below.y,
      y: plan.arena.f32(plan.capacity * units),
    }
  }

  forward({ rows }: Batch, x: number): Call[] {
    const { kind, slope, units, y } = this.output
    return [call('activate', kind, slope, rows, units, x, y.pointer)]
  }

  /** The gradient with respect to z is the gradient with respect to x. */
  backward({ rows }: Batch, { dz, below }: GradientTask): Call[] {
    if (!below) return []
    const { kind, slope, units, z, y } = below.output
    return [call('denseOutputGradient', kind, slope, rows, units, z.pointer, y.pointer, dz, below.dz)]
  }
}
