// Layer normalisation: γ is the layer's weights, β its bias.
import type { LayerNormalizationLayer } from '../../layers/normalization.ts'
import type { F32Buffer } from '../../wasm/buffer.ts'
import { type Call, call } from '../../wasm/calls.ts'
import type { PassPlan } from '../context.ts'
import type { NetworkLayer } from '../parameters.ts'
import { plainOutput, throughActivation } from './below.ts'
import type { Batch, GradientTask, Stage, StageOutput } from './stage.ts'

export class LayerNormalizationStage implements Stage {
  readonly layer: NetworkLayer
  readonly output: StageOutput
  readonly updatesInPlace = false
  readonly #epsilon: number
  /** Each row's mean, and 1 / √(variance + epsilon). */
  readonly #mean: F32Buffer
  readonly #inverse: F32Buffer

  constructor(layer: NetworkLayer, { epsilon }: LayerNormalizationLayer, { arena, capacity }: PassPlan) {
    this.layer = layer
    this.output = plainOutput(layer.units, arena.f32(capacity * layer.units))
    this.#epsilon = epsilon
    this.#mean = arena.f32(capacity)
    this.#inverse = arena.f32(capacity)
  }

  forward({ rows }: Batch, x: number): Call[] {
    const { units, weights, bias } = this.layer
    const y = this.output.y.pointer
    const [gamma, beta] = [weights.pointer, bias.pointer]
    const [mean, inverse] = [this.#mean.pointer, this.#inverse.pointer]
    return [call('layerNormalization', x, y, rows, units, gamma, beta, this.#epsilon, mean, inverse)]
  }

  backward({ rows }: Batch, { x, dz, below, beta, into }: GradientTask): Call[] {
    const { units, weights } = this.layer
    const [mean, inverse] = [this.#mean.pointer, this.#inverse.pointer]
    const [dGamma, dBeta] = [into.weights.pointer, into.bias.pointer]
    const calls = [
      call('layerNormalizationParameterGradient', x, dz, rows, units, mean, inverse, beta, dGamma, dBeta),
    ]
    if (!below) return calls
    return [
      ...calls,
      call('layerNormalizationGradient', x, dz, below.dz, rows, units, weights.pointer, mean, inverse),
      ...throughActivation(rows, below),
    ]
  }
}
