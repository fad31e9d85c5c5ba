// What stages that are no dense product have in common.
import { ACTIVATIONS } from '../../kernels/activations.ts'
import type { F32Buffer } from '../../wasm/buffer.ts'
import { type Call, call } from '../../wasm/calls.ts'
import type { GradientTask, StageOutput } from './stage.ts'

/** An output with no activation. */
export function plainOutput(units: number, y: F32Buffer): StageOutput {
  return { units, kind: ACTIVATIONS.identity.kind, slope: 0, z: y, y }
}

/** The call that takes the gradient with respect to the outputs below, where a stage has put it, to that by their z. */
export function throughActivation(rows: number, below: GradientTask['below']): Call[] {
  if (!below || below.output.kind === ACTIVATIONS.identity.kind) return []
  const { kind, slope, units, z, y } = below.output
  return [call('denseOutputGradient', kind, slope, rows, units, z.pointer, y.pointer, below.dz, below.dz)]
}
