// What stages other than dense products have in common.
import { ACTIVATIONS } from '../../kernels/activations.ts'
import type { F32Buffer } from '../../wasm/buffer.ts'
import { type Call, call } from '../../wasm/calls.ts'
import type { GradientTask, StageOutput } from './stage.ts'

/** An output without an activation. */
export function plainOutput(units: number, y: F32Buffer): StageOutput {
  return { units, kind: ACTIVATIONS.identity.kind, slope: 0, z: y, y }
}

/**
 * The call that turns the gradient with respect to the outputs below, which a stage has written, into that with respect
 * to their z.
 */
export function throughActivation(rows: number, below: GradientTask['below']): Call[] {
  if (!below || below.output.kind === ACTIVATIONS.identity.kind) return []
  const { kind, slope, units, z, y } = below.output
  return [call('denseOutputGradient', kind, slope, rows, units, z.pointer, y.pointer, below.dz, below.dz)]
}
