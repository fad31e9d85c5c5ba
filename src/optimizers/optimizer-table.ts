// The optimisers: names, learning rates, options. Checks, types, the command line and the tests come from here. An
// optimiser's kernel defines what it does and remembers. The kernel is called with the table's names: `adamUpdate` of
// assembly/optimizers.ts takes the options of `adam`, its counters (counters.ts) and the vectors of its state.
import { aboveZero, belowOne, flag, notNegative, type OptionRule } from './named-options.ts'

/** What an optimiser is. */
interface OptimizerRow {
  /** The learning rate unless given. */
  readonly learningRate: number
  readonly options: Readonly<Partial<Record<keyof OptimizerSettings, OptionRule>>>
}

const momentum = {
  learningRate: 0.01,
  options: { momentum: belowOne(0.9), weightDecay: notNegative(0) },
} satisfies OptimizerRow

const adam = {
  learningRate: 0.001,
  options: {
    beta1: belowOne(0.9),
    beta2: belowOne(0.999),
    epsilon: aboveZero(1e-8),
    weightDecay: notNegative(0),
  },
} satisfies OptimizerRow

/** Learning rates and defaults are those of torch.optim of PyTorch 1.13, where it has them. */
export const OPTIMIZERS = {
  sgd: { learningRate: 0.1, options: { weightDecay: notNegative(0) } },
  momentum,
  nesterov: momentum,
  adagrad: {
    learningRate: 0.01,
    options: { epsilon: aboveZero(1e-10), weightDecay: notNegative(0) },
  },
  rmsprop: {
    learningRate: 0.01,
    options: {
      alpha: belowOne(0.99),
      epsilon: aboveZero(1e-8),
      momentum: belowOne(0),
      centered: flag(false),
      weightDecay: notNegative(0),
    },
  },
  adam,
  adamw: { ...adam, options: { ...adam.options, weightDecay: notNegative(0.01) } },
  nadam: {
    learningRate: 0.002,
    options: {
      beta1: belowOne(0.9),
      beta2: belowOne(0.999),
      epsilon: aboveZero(1e-8),
      momentumDecay: notNegative(0.004),
      decoupledWeightDecay: flag(false),
      weightDecay: notNegative(0),
    },
  },
  lion: {
    learningRate: 1e-4,
    options: { beta1: belowOne(0.9), beta2: belowOne(0.99), weightDecay: notNegative(0) },
  },
} satisfies Record<string, OptimizerRow>

/**
 * The options of optimisers, described only here. The text before the colon is also in the command line's help (`npm
 * run generate`).
 */
interface OptimizerSettings {
  /** Share of a step that continues in the next: in [0, 1), 0.9 unless given, 0 for `rmsprop`. */
  momentum?: number
  /** Decay of the mean gradient; for `lion`, its share in a step: in [0, 1), 0.9 unless given. */
  beta1?: number
  /** Decay of the mean squared gradient; for `lion`, of the mean gradient: in [0, 1), 0.999 unless given, 0.99 for `lion`. */
  beta2?: number
  /** Decay of the mean squared gradient: in [0, 1), 0.99 unless given. */
  alpha?: number
  /** Divide by the standard deviation of the gradient: s minus the square of the mean gradient. False unless given. */
  centered?: boolean
  /** Added to the divisor: above 0, 1e-8 unless given, 1e-10 for `adagrad`. */
  epsilon?: number
  /** Rate at which the momentum rises to beta1: 0 or more, 0.004 unless given. */
  momentumDecay?: number
  /** Decay weights separately from the gradient, as adamw does: false unless given. */
  decoupledWeightDecay?: boolean
  /**
   * L2 penalty of all parameters, including biases; decoupled for `adamw` and `lion`: 0 or more, 0 unless given, 0.01
   * for `adamw`.
   */
  weightDecay?: number
}

type OptionsOf<Name extends keyof typeof OPTIMIZERS> = Pick<
  OptimizerSettings,
  keyof (typeof OPTIMIZERS)[Name]['options'] & keyof OptimizerSettings
>

/** Plain stochastic gradient descent: w ← w − learningRate·g. The learning rate is 0.1 unless given. */
export interface SgdOptions extends OptionsOf<'sgd'> {
  name: 'sgd'
}

/**
 * Stochastic gradient descent with momentum: v ← momentum·v + g; w ← w − learningRate·v. With `nesterov`, w ← w −
 * learningRate·(g + momentum·v). It equals `torch.optim.SGD` with dampening 0. The learning rate is 0.01 unless given.
 */
export interface MomentumOptions extends OptionsOf<'momentum' | 'nesterov'> {
  name: 'momentum' | 'nesterov'
}

/**
 * AdaGrad: s ← s + g²; w ← w − learningRate·g / (√s + epsilon). It equals `torch.optim.Adagrad`; use a schedule instead
 * of `lr_decay`. The learning rate is 0.01 unless given. Duchi, Hazan & Singer, "Adaptive subgradient methods", 2011.
 */
export interface AdagradOptions extends OptionsOf<'adagrad'> {
  name: 'adagrad'
}

/**
 * RMSProp: s ← alpha·s + (1 − alpha)·g²; w ← w − learningRate·g / (√s + epsilon). With `momentum`, steps are
 * accumulated like those of the optimiser of that name. Where `centered` leaves a difference below 0, it counts as 0.
 * It equals `torch.optim.RMSprop`. The learning rate is 0.01 unless given. Hinton, "Neural networks for machine
 * learning", lecture 6, 2012.
 */
export interface RmspropOptions extends OptionsOf<'rmsprop'> {
  name: 'rmsprop'
}

/**
 * Adam: m ← beta1·m + (1 − beta1)·g; v ← beta2·v + (1 − beta2)·g²; in step t, w ← w − learningRate / (1 − beta1ᵗ) · m /
 * (√(v / (1 − beta2ᵗ)) + epsilon). Before that, `adamw` decays weights separately from the gradient: w ← (1 −
 * learningRate·weightDecay)·w. They equal `torch.optim.Adam` and `AdamW`, without amsgrad. The learning rate is 0.001
 * unless given. Kingma & Ba, "Adam", 2014; Loshchilov & Hutter, "Decoupled weight decay regularization", 2017.
 */
export interface AdamOptions extends OptionsOf<'adam' | 'adamw'> {
  name: 'adam' | 'adamw'
}

/**
 * NAdam, Adam with Nesterov's momentum: m and v as by Adam; in step t, with μₜ = beta1·(1 − 0.96^(t·momentumDecay) / 2),
 * w ← w − learningRate · (μₜ₊₁·m / (1 − μ₁·…·μₜ₊₁) + (1 − μₜ)·g / (1 − μ₁·…·μₜ)) / (√(v / (1 − beta2ᵗ)) + epsilon).
 * This is Dozat's formula; the default path of PyTorch 1.13's `torch.optim.NAdam` has an extra factor μₜ in the product
 * up to μₜ₊₁. The learning rate is 0.002 unless given. Dozat, "Incorporating Nesterov momentum into Adam", 2016.
 */
export interface NadamOptions extends OptionsOf<'nadam'> {
  name: 'nadam'
}

/**
 * Lion: w ← (1 − learningRate·weightDecay)·w − learningRate·sign(beta1·m + (1 − beta1)·g); m ← beta2·m + (1 − beta2)·g.
 * Each step is as long as the learning rate, which is 0.0001 unless given: 3 to 10 times less than Adam's. Chen et al.,
 * "Symbolic discovery of optimization algorithms", 2023.
 */
export interface LionOptions extends OptionsOf<'lion'> {
  name: 'lion'
}

/** An optimiser and its options. Definitions and defaults: torch.optim of PyTorch 1.13, where it has them. */
export type OptimizerOptions =
  | SgdOptions
  | MomentumOptions
  | AdagradOptions
  | RmspropOptions
  | AdamOptions
  | NadamOptions
  | LionOptions

/** A name is short for an object with only that name. */
export type OptimizerName = OptimizerOptions['name']

/** {@link OptimizerOptions} with defaults filled in. */
export type Algorithm = Required<OptimizerOptions>
