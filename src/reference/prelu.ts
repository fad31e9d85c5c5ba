// PReLU in f64: y = x where x > 0, else a·x. x is rows × units, row-major; there is one slope a, or one for each unit.
import { at, type Values } from './element.ts'

/** y, rows × units. */
export function prelu(x: Values, slopes: Values, units: number): Float64Array {
  return Float64Array.from(x, (value, i) => (value > 0 ? value : slopeOf(slopes, i, units) * value))
}

/** The gradients of Σ dy·y: dx = dy where x > 0, else a·dy; da = Σ dy·x over the elements x ≤ 0 that a belongs to. */
export function preluGradient(
  x: Values,
  dy: Values,
  slopes: Values,
  units: number,
): { dx: Float64Array; dSlopes: Float64Array } {
  const dSlopes = new Float64Array(slopes.length)
  const dx = Float64Array.from(x, (value, i) => {
    if (value > 0) return at(dy, i)
    const index = slopes.length === 1 ? 0 : i % units
    dSlopes[index] = at(dSlopes, index) + at(dy, i) * value
    return slopeOf(slopes, i, units) * at(dy, i)
  })
  return { dx, dSlopes }
}

function slopeOf(slopes: Values, i: number, units: number): number {
  return at(slopes, slopes.length === 1 ? 0 : i % units)
}
