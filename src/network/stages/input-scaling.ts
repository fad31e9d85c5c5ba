// The scaling of the inputs, (x − μ) / σ, at the beginning of a network. It is applied to a dense batch, and folded
// into the first product with a sparse one.

import { scalingOf } from '../../layers/normalization.ts'
import { call } from '../../wasm/calls.ts'
import type { PassPlan } from '../context.ts'
import type { InputScaling } from './stage.ts'

/** The scaling that a network begins with, if any. */
export function planScaling({ network, arena }: PassPlan): InputScaling | undefined {
  const layer = network.layers.map(({ layer }) => layer).find(({ kind }) => kind === 'normalization')
  if (layer?.kind !== 'normalization') return undefined
  const scaling = scalingOf(layer, network.inputSize)
  const [means, scales] = [arena.f32(network.inputSize), arena.f32(network.inputSize)]
  means.view.set(scaling.mean)
  scales.view.set(scaling.scale)
  const [mean, scale] = [means.pointer, scales.pointer]
  return {
    rows: (rows, x) => [call('scaleRows', x, x, rows, network.inputSize, mean, scale)],
    fold({ inputs, units, weights, bias }, folded) {
      const [w, b] = [weights.pointer, bias.pointer]
      const [to, toBias] = [folded.weights.pointer, folded.bias.pointer]
      return [call('foldInputScaling', inputs, units, w, b, mean, scale, to, toBias)]
    },
    unfold({ inputs, units }, gradient, accumulate, into) {
      const [g, c] = [gradient.weights.pointer, gradient.bias.pointer]
      const [dw, db] = [into.weights.pointer, into.bias.pointer]
      return [call('unfoldInputScaling', inputs, units, g, c, mean, scale, accumulate, dw, db)]
    },
  }
}
