// The numbers by which the host names an activation to the kernels: the twin of those in assembly/activations.ts.

export const ACTIVATION_KINDS = {
  identity: 0,
  step: 1,
  relu: 2,
  leakyRelu: 3,
  sigmoid: 4,
  tanh: 5,
  softplus: 6,
} as const

/** Element-wise activations. Formulas: `activation` in {@link Kernels}. */
export type ActivationName = keyof typeof ACTIVATION_KINDS

/** The names of all activations, but for softmax, which only a last layer can have. */
export const activationNames: readonly ActivationName[] = Object.freeze(
  Object.keys(ACTIVATION_KINDS) as ActivationName[],
)

/** exp and log run through the same kernel, but are no activations. */
export const EXP_KIND = 7
export const LOG_KIND = 8

/** Leaky ReLU's slope for a ≤ 0 unless another is given: the lecture's. */
export const DEFAULT_SLOPE = 0.1
