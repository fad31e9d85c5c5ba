// Which optimiser changes the parameters, and what is done to gradients before: names, defaults, checks.

import type { NamedOptions } from '../check-options.ts'
import { describeValue } from '../describe-value.ts'
import { ArgumentError } from '../errors.ts'
import { belowOne, notNegative, numberRule, type OptionRule, resolveNamed } from './named-options.ts'

/** An option of all optimisers. */
interface WeightDecay {
  /**
   * L2 penalty of all parameters, biases too: weightDecay·w is added to the gradient. For `adamw` it is decoupled from
   * the gradient: w ← (1 − learningRate·weightDecay)·w. 0 unless given, 0.01 for `adamw`.
   */
  weightDecay?: number
}

/** Plain stochastic gradient descent: w ← w − learningRate·g. The learning rate is 0.1 unless given. */
export interface SgdOptions extends WeightDecay {
  name: 'sgd'
}

/**
 * Stochastic gradient descent with momentum: v ← momentum·v + g; w ← w − learningRate·v. With Nesterov's,
 * w ← w − learningRate·(g + momentum·v). `torch.optim.SGD` with dampening 0. The learning rate is 0.01 unless given.
 */
export interface MomentumOptions extends WeightDecay {
  name: 'momentum' | 'nesterov'
  /** In [0, 1); 0.9 unless given. */
  momentum?: number
}

/**
 * AdaGrad: s ← s + g²; w ← w − learningRate·g / (√s + epsilon). `torch.optim.Adagrad`; the learning rate is 0.01 unless
 * given, and a schedule takes the place of `lr_decay`. Duchi, Hazan & Singer, "Adaptive subgradient methods", 2011.
 */
export interface AdagradOptions extends WeightDecay {
  name: 'adagrad'
  /** Above 0; 1e-10 unless given. */
  epsilon?: number
}

/**
 * RMSProp: s ← alpha·s + (1 − alpha)·g²; w ← w − learningRate·g / (√s + epsilon). `torch.optim.RMSprop`; the learning
 * rate is 0.01 unless given. Hinton, "Neural networks for machine learning", lecture 6, 2012.
 */
export interface RmspropOptions extends WeightDecay {
  name: 'rmsprop'
  /** In [0, 1); 0.99 unless given. */
  alpha?: number
  /** Above 0; 1e-8 unless given. */
  epsilon?: number
  /** In [0, 1), 0 unless given: what is added to w is summed as by `momentum`. */
  momentum?: number
  /** Whether the mean gradient's square is taken off s: false unless given. A difference below 0 counts as 0. */
  centered?: boolean
}

/**
 * Adam: m ← beta1·m + (1 − beta1)·g; v ← beta2·v + (1 − beta2)·g²; in step t,
 * w ← w − learningRate / (1 − beta1ᵗ) · m / (√(v / (1 − beta2ᵗ)) + epsilon). `torch.optim.Adam` and `AdamW`, without
 * amsgrad; the learning rate is 0.001 unless given. Kingma & Ba, "Adam", 2014; Loshchilov & Hutter, "Decoupled weight
 * decay regularization", 2017.
 */
export interface AdamOptions extends WeightDecay {
  name: 'adam' | 'adamw'
  /** In [0, 1); 0.9 unless given. */
  beta1?: number
  /** In [0, 1); 0.999 unless given. */
  beta2?: number
  /** Above 0; 1e-8 unless given. */
  epsilon?: number
}

/** An optimiser and what belongs to it alone. Definitions and defaults: torch.optim of PyTorch 1.13. */
export type OptimizerOptions = SgdOptions | MomentumOptions | AdagradOptions | RmspropOptions | AdamOptions

/** A name stands for an object with that name and nothing else. */
export type OptimizerName = OptimizerOptions['name']

/** {@link OptimizerOptions} with nothing left open. */
export type Algorithm =
  | Required<SgdOptions>
  | Required<MomentumOptions>
  | Required<AdagradOptions>
  | Required<RmspropOptions>
  | Required<AdamOptions>

/** How gradients change parameters. */
export interface UpdateOptions {
  /** `'sgd'` unless given. */
  optimizer?: OptimizerName | OptimizerOptions
  /** Step length, above 0; unless given, as the optimiser has it. */
  learningRate?: number
  /**
   * The largest L2 norm of all gradients together, above 0: longer ones are scaled down to it, as by PyTorch's
   * clip_grad_norm_. Before `clipValue` and all penalties.
   */
  clipNorm?: number
  /** The largest magnitude of each gradient, above 0: PyTorch's clip_grad_value_. Before all penalties. */
  clipValue?: number
  /** Penalty l1·|w| of weights, not of biases: l1·sign(w) is added to the gradient. Not part of the loss shown. */
  l1?: number
  /** Penalty l2·w²/2 of weights, not of biases: l2·w is added to the gradient. Not part of the loss shown. */
  l2?: number
}

/** {@link UpdateOptions} with nothing left open: plain data. */
export interface OptimizerConfig {
  readonly algorithm: Algorithm
  readonly learningRate: number
  readonly clipNorm: number | undefined
  readonly clipValue: number | undefined
  readonly l1: number
  readonly l2: number
}

const epsilon = (standard: number): OptionRule =>
  numberRule(standard, 'a number above 0 that single precision holds', isPositiveSingle)

const table = {
  sgd: { weightDecay: notNegative(0) },
  momentum: { momentum: belowOne(0.9), weightDecay: notNegative(0) },
  nesterov: { momentum: belowOne(0.9), weightDecay: notNegative(0) },
  adagrad: { epsilon: epsilon(1e-10), weightDecay: notNegative(0) },
  rmsprop: {
    alpha: belowOne(0.99),
    epsilon: epsilon(1e-8),
    momentum: belowOne(0),
    centered: {
      standard: false,
      expected: 'true or false',
      accepts: (value: unknown) => typeof value === 'boolean',
    },
    weightDecay: notNegative(0),
  },
  adam: {
    beta1: belowOne(0.9),
    beta2: belowOne(0.999),
    epsilon: epsilon(1e-8),
    weightDecay: notNegative(0),
  },
  adamw: {
    beta1: belowOne(0.9),
    beta2: belowOne(0.999),
    epsilon: epsilon(1e-8),
    weightDecay: notNegative(0.01),
  },
} satisfies NamedOptions<OptimizerOptions, OptionRule>

const LEARNING_RATES: Readonly<Record<OptimizerName, number>> = {
  sgd: 0.1,
  momentum: 0.01,
  nesterov: 0.01,
  adagrad: 0.01,
  rmsprop: 0.01,
  adam: 0.001,
  adamw: 0.001,
}

/** The names of all optimisers. */
export const optimizerNames: readonly OptimizerName[] = Object.freeze(Object.keys(table) as OptimizerName[])

/** Above 0 and finite in single precision too, in which the kernels have it. */
function isPositiveSingle(value: number): boolean {
  return Math.fround(value) > 0 && Math.fround(value) < Infinity
}

/** Throws {@link ArgumentError} unless it is a number that the kernels have above 0. */
export function checkPositive(what: string, value: unknown): void {
  if (typeof value === 'number' && isPositiveSingle(value)) return
  throw new ArgumentError(
    `${what} is ${describeValue(value)}: expected a number above 0 that single precision holds`,
  )
}

/** Throws {@link ArgumentError} for an unknown optimiser or option, and for a number that cannot be. */
export function resolveOptimizer(options: UpdateOptions): OptimizerConfig {
  const { optimizer = 'sgd', clipNorm, clipValue, l1 = 0, l2 = 0 } = options
  // The table has the options of `Algorithm`, name by name.
  const algorithm = resolveNamed('optimizer', optimizer, table) as unknown as Algorithm
  const learningRate = options.learningRate ?? LEARNING_RATES[algorithm.name]
  for (const [what, value] of Object.entries({ learningRate, clipNorm, clipValue })) {
    if (value !== undefined) checkPositive(what, value)
  }
  for (const [what, value] of Object.entries({ l1, l2 })) {
    if (typeof value === 'number' && value >= 0 && value < Infinity) continue
    throw new ArgumentError(`${what} is ${describeValue(value)}: expected a finite number, 0 or more`)
  }
  return { algorithm, learningRate, clipNorm, clipValue, l1, l2 }
}
