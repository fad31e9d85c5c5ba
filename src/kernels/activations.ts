// The activations: all that the package knows of each except its kernels (assembly/) and its twin (src/reference/).
//
// To add one, see CONTRIBUTING.md. Types, checks, the command line, the formats and the tests follow these two tables.

/** What a network must know about an activation. */
interface Activation {
  /** The kernels' number for it, never reused. The first module has the kernels of those up to tanh. */
  readonly kind: number
  /** The number that it takes, under the name that users know. */
  readonly parameter?: Parameter
  /** Whether its derivative needs the weighted sums z; the others need only h(z). */
  readonly needsSums?: true
  /**
   * The initializer of its layer's weights; `'xavier'` unless given. He's suits activations that pass one half and
   * little of the other. LeCun's normal one suits SELU, whose fixed point of mean 0 and variance 1 is derived for it.
   * docs/layers.md compares them with other rules.
   */
  readonly initializer?: 'he' | 'lecunNormal'
}

/** The one number that an activation takes. */
interface Parameter {
  readonly name: keyof ActivationParameters
  readonly initial: number
  /** Its least value, or a bound that it must exceed; any finite number unless given. */
  readonly least?: 0
  readonly above?: 0
}

/** Parameters of activations; each belongs to certain activations only. */
export interface ActivationParameters {
  /** For `leakyRelu` only: its slope for x ≤ 0; 0.1 unless given, as in the lecture. */
  slope?: number
  /** For `elu` and `celu`: they approach −alpha at −∞; 1 unless given. 0 or more for `elu`, above 0 for `celu`. */
  alpha?: number
}

/** All activations except softmax and logSoftmax, which only a last layer can have. */
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

/** exp and log run through the same kernel, but are not activations. */
export const EXP_KIND = 15
export const LOG_KIND = 16

/**
 * Element-wise activations h(x), and the default initializer of their layers' weights:
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

/** The names of all activations except softmax and logSoftmax, which only a last layer can have. */
export const activationNames: readonly ActivationName[] = Object.freeze(
  Object.keys(ACTIVATIONS) as ActivationName[],
)

/** Activations that work on rows, for a last layer only. Each is also the name of its kernel. */
export const SOFTMAX_NAMES = ['softmax', 'logSoftmax'] as const

/**
 * Activations for a last layer only: the softmax and its logarithm.
 *
 * @useDeclaredType
 */
export type SoftmaxName = (typeof SOFTMAX_NAMES)[number]

/** Whether an activation is softmax or its logarithm. Both are trained on the logits, by cross-entropy. */
export function isSoftmax(activation: string | undefined): activation is SoftmaxName {
  return SOFTMAX_NAMES.some(name => name === activation)
}

/** The table's row of an activation; empty for one without a row, such as a softmax. */
export const activationRow = (activation: string): Partial<Activation> =>
  Object.hasOwn(ACTIVATIONS, activation) ? ACTIVATIONS[activation as ActivationName] : {}

/** The kernels' number for an activation. A softmax is the identity here, since it has a call of its own. */
export const activationKind = (activation: ActivationName | SoftmaxName): number =>
  ACTIVATIONS[isSoftmax(activation) ? 'identity' : activation].kind

/** Whether the kernels' first module has an activation (assembly/activations.ts), so the second is not needed. */
export const isCoreActivation = (activation: ActivationName | SoftmaxName): boolean =>
  activation !== 'logSoftmax' && activationKind(activation) <= ACTIVATIONS.tanh.kind

/** What other tools' formats call an activation. */
interface ForeignNames {
  /** The ONNX operators that it is written as, in order. They are read as well. */
  readonly onnx: readonly OnnxStep[]
  /** An operator of newer files that means the same, and is read. */
  readonly newerOnnx?: string
  /** The name in a TensorFlow.js layer, if there is an equal one. */
  readonly keras?: string
  /** Other Keras names that are read as it. */
  readonly otherKeras?: readonly string[]
  /** A name that means it since Keras 3, and meant something else before. */
  readonly keras3?: string
}

/** An ONNX operator. It takes what the one before gives, and the following. */
export interface OnnxStep {
  readonly operator: string
  /** The first version of the operators that has it, if above 17. At most 20, which is what is written then. */
  readonly opset?: number
  /** Constants that it takes, by name. */
  readonly constants?: Readonly<Record<string, number>>
  /** Whether it takes the activation's x as well. */
  readonly takesX?: true
  /** The attribute that holds the activation's parameter, and its default in ONNX. */
  readonly parameter?: { readonly attribute: 'alpha'; readonly initial: number }
  /** Attributes by their types. */
  readonly floats?: Readonly<Record<string, number>>
  readonly ints?: Readonly<Record<string, number>>
  readonly texts?: Readonly<Record<string, string>>
}

/** In ONNX, the type of a 32-bit float. */
const ONNX_FLOAT = 1

/** A separate table, which a page without formats does not download. */
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
  // Its operator, Swish, takes a number since version 24: see formats/onnx-operators.ts.
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
