// Scaled inputs, (x − μ)·s, in f64, and what becomes of the first layer's parameters where the scaling is folded into
// them. W is inputs × units, row-major; μ and s have an element for each input.
import { at, type Values } from './element.ts'

/** μ and s = 1 / σ. */
export interface Scaling {
  mean: Values
  scale: Values
}

/** (x − μ)·s; x is rows × inputs. */
export function scaleRows(x: Values, { mean, scale }: Scaling): Float64Array {
  return Float64Array.from(x, (value, i) => {
    const j = i % mean.length
    return (value - at(mean, j)) * at(scale, j)
  })
}

/** W′ = s·W, row by row, and b′ = b − Σᵢ μᵢ·sᵢ·Wᵢ, with which x·W′ + b′ = ((x − μ)·s)·W + b. */
export function foldInputScaling(
  weights: Values,
  bias: Values,
  { mean, scale }: Scaling,
): { weights: Float64Array; bias: Float64Array } {
  const units = bias.length
  const folded = Float64Array.from(weights, (value, i) => at(scale, Math.floor(i / units)) * value)
  const foldedBias = Float64Array.from(bias)
  folded.forEach((value, i) => {
    const j = i % units
    foldedBias[j] = at(foldedBias, j) - at(mean, Math.floor(i / units)) * value
  })
  return { weights: folded, bias: foldedBias }
}

/** dW = s·(G − μ⊗c) from G and c, the gradients by W′ and b′; db = c. */
export function unfoldInputScaling(g: Values, c: Values, { mean, scale }: Scaling): Float64Array {
  const units = c.length
  return Float64Array.from(g, (value, index) => {
    const i = Math.floor(index / units)
    return at(scale, i) * (value - at(mean, i) * at(c, index % units))
  })
}
