// Optimisers in f64, step by step as torch.optim of PyTorch 1.13 has them. Powers of β are those of Math.pow.
import { at, type Values } from './element.ts'

/** All that a step depends on; names as in src/optimizers/optimizer-options.ts. */
export interface Hyperparameters {
  name: string
  learningRate: number
  gradientScale: number
  weightDecay: number
  l1: number
  l2: number
  clipNorm?: number | undefined
  clipValue?: number | undefined
  epsilon?: number
  momentum?: number
  alpha?: number
  centered?: boolean
  beta1?: number
  beta2?: number
  momentumDecay?: number
  decoupledWeightDecay?: boolean
}

/** Whether weights decay apart from the gradient. */
const isDecoupled = ({ name, decoupledWeightDecay = false }: Hyperparameters) =>
  decoupledWeightDecay || name === 'adamw' || name === 'lion'

/** √Σ xᵢ². */
export function norm(x: Values): number {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += at(x, i) ** 2
  return Math.sqrt(sum)
}

/** Gradients scaled, clipped by norm, then by value, then with the penalties' gradients added. */
function penalizedGradients(w: Float64Array, g: Values, weightCount: number, options: Hyperparameters) {
  const { gradientScale, clipNorm, clipValue = Infinity, l1, l2 } = options
  const weightDecay = isDecoupled(options) ? 0 : options.weightDecay
  const scaled = Float64Array.from({ length: w.length }, (_, i) => gradientScale * at(g, i))
  const coefficient = clipNorm === undefined ? 1 : Math.min(1, clipNorm / (norm(scaled) + 1e-6))
  return scaled.map((value, i) => {
    const clipped = Math.min(Math.max(coefficient * value, -clipValue), clipValue)
    const weight = at(w, i)
    const penalty = i < weightCount ? l1 * Math.sign(weight) + l2 * weight : 0
    return clipped + weightDecay * weight + penalty
  })
}

/** An optimiser of a vector of n parameters. */
export class ReferenceOptimizer {
  readonly #weightCount: number
  readonly #options: Hyperparameters
  /** Velocity; mean gradient; sum or mean of squared gradients. */
  readonly #velocity: Float64Array
  readonly #mean: Float64Array
  readonly #squares: Float64Array
  #step = 0
  /** NAdam's μ₁·…·μₜ. */
  #muProduct = 1

  constructor(n: number, weightCount: number, options: Hyperparameters) {
    this.#weightCount = weightCount
    this.#options = options
    this.#velocity = new Float64Array(n)
    this.#mean = new Float64Array(n)
    this.#squares = new Float64Array(n)
  }

  /** Changes w in place. */
  step(w: Float64Array, gradients: Values): void {
    this.#step += 1
    this.#muProduct *= this.#mu(this.#step)
    const { learningRate, weightDecay } = this.#options
    const g = penalizedGradients(w, gradients, this.#weightCount, this.#options)
    for (let i = 0; i < w.length; i++) {
      const kept = isDecoupled(this.#options) ? (1 - learningRate * weightDecay) * at(w, i) : at(w, i)
      w[i] = kept - learningRate * this.#direction(i, at(g, i))
    }
  }

  /** NAdam's momentum in step t. */
  #mu(t: number): number {
    const { beta1 = 0, momentumDecay = 0 } = this.#options
    return beta1 * (1 - 0.5 * 0.96 ** (t * momentumDecay))
  }

  #direction(i: number, g: number): number {
    const { name, epsilon = 0, momentum = 0, alpha = 0, centered, beta1 = 0, beta2 = 0 } = this.#options
    const [velocity, mean, squares] = [this.#velocity, this.#mean, this.#squares]
    switch (name) {
      case 'momentum':
      case 'nesterov': {
        const v = momentum * at(velocity, i) + g
        velocity[i] = v
        return name === 'nesterov' ? g + momentum * v : v
      }
      case 'adagrad': {
        const s = at(squares, i) + g ** 2
        squares[i] = s
        return g / (Math.sqrt(s) + epsilon)
      }
      case 'rmsprop': {
        const s = alpha * at(squares, i) + (1 - alpha) * g ** 2
        const a = alpha * at(mean, i) + (1 - alpha) * g
        squares[i] = s
        mean[i] = a
        const d = g / (Math.sqrt(centered ? s - a ** 2 : s) + epsilon)
        const v = momentum * at(velocity, i) + d
        velocity[i] = v
        return v
      }
      case 'adam':
      case 'adamw': {
        const m = beta1 * at(mean, i) + (1 - beta1) * g
        const s = beta2 * at(squares, i) + (1 - beta2) * g ** 2
        mean[i] = m
        squares[i] = s
        const corrected = m / (1 - beta1 ** this.#step)
        return corrected / (Math.sqrt(s / (1 - beta2 ** this.#step)) + epsilon)
      }
      case 'nadam': {
        const m = beta1 * at(mean, i) + (1 - beta1) * g
        const s = beta2 * at(squares, i) + (1 - beta2) * g ** 2
        mean[i] = m
        squares[i] = s
        const [mu, nextMu] = [this.#mu(this.#step), this.#mu(this.#step + 1)]
        const ahead = (nextMu * m) / (1 - this.#muProduct * nextMu)
        const here = ((1 - mu) * g) / (1 - this.#muProduct)
        return (ahead + here) / (Math.sqrt(s / (1 - beta2 ** this.#step)) + epsilon)
      }
      case 'lion': {
        const m = at(mean, i)
        mean[i] = beta2 * m + (1 - beta2) * g
        return Math.sign(beta1 * m + (1 - beta1) * g)
      }
      default:
        return g
    }
  }
}
