// The numbers by which the host names an activation to the kernels (the twin of those in assembly/activations.ts), and
// what else a host must know of each. Those that take a parameter: activation-parameters.ts.

export const ACTIVATION_KINDS = {
  identity: 0,
  step: 1,
  relu: 2,
  leakyRelu: 3,
  sigmoid: 4,
  tanh: 5,
  softplus: 6,
  elu: 7,
  selu: 8,
  gelu: 9,
  geluTanh: 10,
  silu: 11,
  hardSigmoid: 12,
  hardTanh: 13,
  softsign: 14,
  relu6: 17,
  hardSwish: 18,
  mish: 19,
} as const

/**
 * Element-wise activations; their formulas: {@link wasmlp/kernels!Kernels.activation | Kernels.activation}.
 *
 * @useDeclaredType
 */
export type ActivationName = keyof typeof ACTIVATION_KINDS

/** The names of all activations, but for softmax and logSoftmax, which only a last layer can have. */
export const activationNames: readonly ActivationName[] = Object.freeze(
  Object.keys(ACTIVATION_KINDS) as ActivationName[],
)

/** exp and log run through the same kernel, but are no activations. */
export const EXP_KIND = 15
export const LOG_KIND = 16

/** Activations by row, which only a last layer can have; each is also the name of its kernel. */
export const SOFTMAX_NAMES = ['softmax', 'logSoftmax'] as const

/**
 * What only a last layer can apply: the softmax, and its logarithm.
 *
 * @useDeclaredType
 */
export type SoftmaxName = (typeof SOFTMAX_NAMES)[number]

/** Whether an activation is softmax or its logarithm: both are trained on the logits, by cross-entropy. */
export function isSoftmax(activation: string | undefined): activation is SoftmaxName {
  return SOFTMAX_NAMES.some(name => name === activation)
}

/** Whether the kernels' first module has an activation (assembly/activations.ts), and the second is not needed for it. */
export function isCoreActivation(activation: ActivationName | SoftmaxName): boolean {
  if (isSoftmax(activation)) return activation === 'softmax'
  return ACTIVATION_KINDS[activation] <= ACTIVATION_KINDS.tanh
}

/** Activations whose derivative needs the weighted sums; for all others h(z) alone will do. */
export const NEEDS_WEIGHTED_SUMS: ReadonlySet<string> = new Set<ActivationName>([
  'leakyRelu',
  'softplus',
  'gelu',
  'geluTanh',
  'silu',
  'hardSwish',
  'mish',
])
