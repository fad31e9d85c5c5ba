// The activations: all that the package knows of each, but for its kernels (assembly/) and its twin (src/reference/).
//
// To add one, see CONTRIBUTING.md: types, checks, the command line, the formats and the tests follow these two tables.

/** What a network must know of an activation. */
interface Activation {
  /** The number by which the kernels know it; none is ever given twice. Up to tanh's, the first module has the kernel. */
  readonly kind: number
  /** The number that it takes, under the name by which its users know it. */
  readonly parameter?: Parameter
  /** Whether its derivative needs the weighted sums z; for all others h(z) alone will do. */
  readonly needsSums?: true
  /**
   * What draws the weights of its layer; `'xavier'` unless given. He's is for those that let one half pass and little of
   * the other, LeCun's normal one for SELU, whose fixed point of mean 0 and variance 1 is derived for it (compared with
   * other rules in docs/layers.md).
   */
  readonly initializer?: 'he' | 'lecunNormal'
}

/** The one number that an activation takes. */
interface Parameter {
  readonly name: keyof ActivationParameters
  readonly initial: number
  /** What it is at least, or above which it is; any finite number unless given. */
  readonly least?: 0
  readonly above?: 0
}

/** Parameters of activations, each for some alone. */
export interface ActivationParameters {
  /** For `leakyRelu` alone: its slope for a ≤ 0; 0.1 unless given, as in the lecture. */
  slope?: number
  /** For `elu` and `celu`: −alpha is what they fall to at −∞; 1 unless given. 0 or more for `elu`, above 0 for `celu`. */
  alpha?: number
}

/** All activations, but for softmax and logSoftmax, which only a last layer can have. */
export const ACTIVATIONS = {
  identity: { kind: 0 },
  step: { kind: 1 },
  relu: { kind: 2, initializer: 'he' },
  leakyRelu: { kind: 3, initializer: 'he', parameter: { name: 'slope', initial: 0.1 }, needsSums: true },
  sigmoid: { kind: 4 },
  tanh: { kind: 5 },
  softplus: { kind: 6, initializer: 'he', needsSums: true },
  elu: { kind: 7, initializer: 'he', parameter: { name: 'alpha', initial: 1, least: 0 } },
  selu: { kind: 8, initializer: 'lecunNormal' },
  gelu: { kind: 9, initializer: 'he', needsSums: true },
  geluTanh: { kind: 10, initializer: 'he', needsSums: true },
  silu: { kind: 11, initializer: 'he', needsSums: true },
  hardSigmoid: { kind: 12 },
  hardTanh: { kind: 13 },
  softsign: { kind: 14 },
  relu6: { kind: 17, initializer: 'he' },
  hardSwish: { kind: 18, initializer: 'he', needsSums: true },
  mish: { kind: 19, initializer: 'he', needsSums: true },
  celu: { kind: 20, initializer: 'he', parameter: { name: 'alpha', initial: 1, above: 0 } },
} as const satisfies Readonly<Record<string, Activation>>

/** exp and log run through the same kernel, but are no activations. */
export const EXP_KIND = 15
export const LOG_KIND = 16

/**
 * Element-wise activations h(x), and what draws the weights of their layers unless the layer says it:
 *
 * | name | h(x) | initial weights |
 * | --- | --- | --- |
 * | `identity` | x | `xavier` |
 * | `step` | 1 for x > 0, else 0 | `xavier` |
 * | `relu` | max(x, 0) | `he` |
 * | `leakyRelu` | x for x > 0, else `slope`·x | `he` |
 * | `sigmoid` | 1 / (1 + exp(−x)) | `xavier` |
 * | `tanh` | tanh(x) | `xavier` |
 * | `softplus` | log(1 + exp(x)) | `he` |
 * | `elu` | x for x > 0, else `alpha`·(exp(x) − 1) | `he` |
 * | `selu` | 1.0507…·elu(x) with `alpha` 1.6732… | `lecunNormal` |
 * | `gelu` | x·Φ(x), where Φ is the normal distribution function, (1 + erf(x / √2)) / 2 | `he` |
 * | `geluTanh` | x·(1 + tanh(√(2/π)·(x + 0.044715·x³))) / 2 | `he` |
 * | `silu` | x / (1 + exp(−x)) | `he` |
 * | `hardSigmoid` | min(max(x + 3, 0), 6) / 6 | `xavier` |
 * | `hardTanh` | min(max(x, −1), 1) | `xavier` |
 * | `softsign` | x / (1 + abs(x)) | `xavier` |
 * | `relu6` | min(max(x, 0), 6) | `he` |
 * | `hardSwish` | x·min(max(x + 3, 0), 6) / 6 | `he` |
 * | `mish` | x·tanh(log(1 + exp(x))) | `he` |
 * | `celu` | max(x, 0) + min(`alpha`·(exp(x / `alpha`) − 1), 0) | `he` |
 *
 * Source: the lecture, section 2, and PyTorch 1.13.
 *
 * @useDeclaredType
 */
export type ActivationName = keyof typeof ACTIVATIONS

/** The names of all activations, but for softmax and logSoftmax, which only a last layer can have. */
export const activationNames: readonly ActivationName[] = Object.freeze(
  Object.keys(ACTIVATIONS) as ActivationName[],
)

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

/** What the table says of an activation; nothing of what has no row, as a softmax. */
export const activationRow = (activation: string): Partial<Activation> =>
  Object.hasOwn(ACTIVATIONS, activation) ? ACTIVATIONS[activation as ActivationName] : {}

/** The number by which the kernels know an activation. A softmax is the identity for them: there is a call of its own for it. */
export const activationKind = (activation: ActivationName | SoftmaxName): number =>
  ACTIVATIONS[isSoftmax(activation) ? 'identity' : activation].kind

/** Whether the kernels' first module has an activation (assembly/activations.ts), and the second is not needed for it. */
export const isCoreActivation = (activation: ActivationName | SoftmaxName): boolean =>
  activation !== 'logSoftmax' && activationKind(activation) <= ACTIVATIONS.tanh.kind

/** What other tools' formats call an activation. */
interface ForeignNames {
  /** The operators of ONNX that it is written as, one behind the other; they are read as well. */
  readonly onnx: readonly OnnxStep[]
  /** An operator that is it in newer files, which is read. */
  readonly newerOnnx?: string
  /** What a TensorFlow.js layer calls it, if it has one that is equal. */
  readonly keras?: string
  /** Other names of Keras's that are read as it. */
  readonly otherKeras?: readonly string[]
  /** A name that means it since Keras 3, and something else before. */
  readonly keras3?: string
}

/** An operator of ONNX: it takes what the one before gives, and what follows here. */
export interface OnnxStep {
  readonly operator: string
  /** The version of the operators that first has it, if that is above 17; 20 at most, which is what is written then. */
  readonly opset?: number
  /** Constants that it takes, by name. */
  readonly constants?: Readonly<Record<string, number>>
  /** Whether it takes the activation's x as well. */
  readonly takesX?: true
  /** The attribute that is the activation's parameter, and its default in ONNX. */
  readonly parameter?: { readonly attribute: string; readonly initial: number }
  /** Attributes by their types. */
  readonly floats?: Readonly<Record<string, number>>
  readonly ints?: Readonly<Record<string, number>>
  readonly texts?: Readonly<Record<string, string>>
}

/** In ONNX, the type of a 32-bit float. */
const ONNX_FLOAT = 1

/** A table of its own, which a page without formats does not download. */
export const FOREIGN_NAMES: { readonly [Name in ActivationName | SoftmaxName]: ForeignNames } = {
  identity: { onnx: [], keras: 'linear' },
  step: {
    onnx: [
      { operator: 'Greater', constants: { zero: 0 } },
      { operator: 'Cast', ints: { to: ONNX_FLOAT } },
    ],
  },
  relu: { onnx: [{ operator: 'Relu' }], keras: 'relu' },
  leakyRelu: { onnx: [{ operator: 'LeakyRelu', parameter: { attribute: 'alpha', initial: 0.01 } }] },
  sigmoid: { onnx: [{ operator: 'Sigmoid' }], keras: 'sigmoid' },
  tanh: { onnx: [{ operator: 'Tanh' }], keras: 'tanh' },
  softplus: { onnx: [{ operator: 'Softplus' }], keras: 'softplus' },
  elu: { onnx: [{ operator: 'Elu', parameter: { attribute: 'alpha', initial: 1 } }], keras: 'elu' },
  selu: { onnx: [{ operator: 'Selu' }], keras: 'selu' },
  gelu: { onnx: [{ operator: 'Gelu', opset: 20, texts: { approximate: 'none' } }], keras: 'gelu' },
  // TensorFlow.js saves a `gelu_new`, but cannot load it.
  geluTanh: {
    onnx: [{ operator: 'Gelu', opset: 20, texts: { approximate: 'tanh' } }],
    otherKeras: ['gelu_new'],
  },
  // Its operator, Swish, takes a number since version 24: formats/onnx-operators.ts.
  silu: {
    onnx: [{ operator: 'Sigmoid' }, { operator: 'Mul', takesX: true }],
    keras: 'swish',
    otherKeras: ['silu'],
  },
  hardSigmoid: {
    onnx: [{ operator: 'HardSigmoid', floats: { alpha: 1 / 6, beta: 0.5 } }],
    keras3: 'hard_sigmoid',
  },
  hardTanh: { onnx: [{ operator: 'Clip', constants: { least: -1, most: 1 } }], keras3: 'hard_tanh' },
  softsign: { onnx: [{ operator: 'Softsign' }], keras: 'softsign' },
  relu6: { onnx: [{ operator: 'Clip', constants: { least: 0, most: 6 } }], keras: 'relu6' },
  hardSwish: { onnx: [{ operator: 'HardSwish' }], otherKeras: ['hard_silu', 'hard_swish'] },
  mish: {
    onnx: [{ operator: 'Softplus' }, { operator: 'Tanh' }, { operator: 'Mul', takesX: true }],
    newerOnnx: 'Mish',
    keras: 'mish',
  },
  celu: {
    onnx: [{ operator: 'Celu', parameter: { attribute: 'alpha', initial: 1 } }],
    otherKeras: ['celu'],
  },
  softmax: { onnx: [{ operator: 'Softmax', ints: { axis: -1 } }], keras: 'softmax' },
  logSoftmax: { onnx: [{ operator: 'LogSoftmax', ints: { axis: -1 } }], keras: 'log_softmax' },
}
