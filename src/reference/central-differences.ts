// Numerical gradients, the judge of the analytic ones (Saito, "Deep Learning from Scratch", chapter 4).
import { at } from './element.ts'

/**
 * ∂f/∂xᵢ ≈ (f(x + step·eᵢ) − f(x − step·eᵢ)) / (2·step) for each element of x, which f reads and which is left as it
 * was. The error is about step²·f‴/6 + 2⁻⁵³·f/step: least near step = 1e-5.
 */
export function centralDifferences(x: Float64Array, f: () => number, step = 1e-5): Float64Array {
  return Float64Array.from({ length: x.length }, (_, i) => {
    const value = at(x, i)
    x[i] = value + step
    const above = f()
    x[i] = value - step
    const below = f()
    x[i] = value
    return (above - below) / (2 * step)
  })
}
