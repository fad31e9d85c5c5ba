// The optimiser that changes the parameters, and what happens to gradients first: names, defaults, checks.
import { describeValue } from '../describe-value.ts'
import { ArgumentError } from '../errors.ts'
import { checkPositive, notNegative, resolveNamed } from './named-options.ts'
import { type Algorithm, OPTIMIZERS, type OptimizerName, type OptimizerOptions } from './optimizer-table.ts'

/** How gradients change parameters. */
export interface UpdateOptions {
  /** `'sgd'` unless given. */
  optimizer?: OptimizerName | OptimizerOptions
  /** Step length, above 0; the optimiser's default unless given. */
  learningRate?: number
  /**
   * The largest L2 norm of all gradients together, above 0: longer ones are scaled down to it, as by PyTorch's
   * clip_grad_norm_. Applied before `clipValue` and all penalties.
   */
  clipNorm?: number
  /** The largest magnitude of each gradient, above 0: PyTorch's clip_grad_value_. Applied before all penalties. */
  clipValue?: number
  /** Penalty l1·|w| for weights, not for biases: l1·sign(w) is added to the gradient. Not part of the reported loss. */
  l1?: number
  /** Penalty l2·w²/2 for weights, not for biases: l2·w is added to the gradient. Not part of the reported loss. */
  l2?: number
}

/** {@link UpdateOptions} with defaults filled in: plain data. */
export interface OptimizerConfig {
  readonly algorithm: Algorithm
  readonly learningRate: number
  readonly clipNorm: number | undefined
  readonly clipValue: number | undefined
  readonly l1: number
  readonly l2: number
}

/** The names of all optimisers. */
export const optimizerNames: readonly OptimizerName[] = Object.freeze(
  Object.keys(OPTIMIZERS) as OptimizerName[],
)

/** Throws {@link ArgumentError} for an unknown optimiser or option, and for an invalid number. */
export function resolveOptimizer(options: UpdateOptions): OptimizerConfig {
  const { optimizer = 'sgd', clipNorm, clipValue, l1 = 0, l2 = 0 } = options
  // The table has the options of `Algorithm`, name by name.
  const algorithm = resolveNamed('optimizer', optimizer, OPTIMIZERS) as unknown as Algorithm
  const learningRate = options.learningRate ?? OPTIMIZERS[algorithm.name].learningRate
  for (const [what, value] of Object.entries({ learningRate, clipNorm, clipValue })) {
    if (value !== undefined) checkPositive(what, value)
  }
  const { accepts, expected } = notNegative(0)
  for (const [what, value] of Object.entries({ l1, l2 })) {
    if (!accepts(value)) throw new ArgumentError(`${what} is ${describeValue(value)}: expected ${expected}`)
  }
  return { algorithm, learningRate, clipNorm, clipValue, l1, l2 }
}
