// Activation functions h(a) and their derivatives h′(a) in f64. Lecture, section 2.
import type { ActivationName } from '../kernels/activations.ts'
import { normalDensity, normalDistribution } from './normal.ts'

/** An activation in f64, and how near to it the kernel comes. */
interface Twin {
  /** h(a), for any a: ±∞ gives the limit there, and loses nothing where the result is small. */
  readonly value: (a: number, parameter: number) => number
  /** h′(a); where it has none, the kernel's choice. */
  readonly derivative: (a: number, parameter: number) => number
  /** The parameter, unless given; undefined where it takes none. */
  readonly initial?: number
  /** The largest error of the kernel in ULP, over all floats (test/exhaustive/ulp.test.ts). */
  readonly ulp: number
  /**
   * What PyTorch gives in f64, for activations that none of the trainings in test/fixtures/pytorch-trainings.json has:
   * a, the parameter, h(a), h′(a).
   */
  readonly pytorch?: readonly (readonly [a: number, parameter: number, value: number, derivative: number])[]
}

const sigmoid = (a: number) => 1 / (1 + Math.exp(-a))
const sigmoidDerivative = (a: number) => sigmoid(a) * sigmoid(-a)
// max(a, 0) + log(1 + exp(−|a|)) is log(1 + exp(a)), and neither overflows nor loses the small result of a ≪ 0.
const softplus = (a: number) => Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a)))
const elu = (a: number, alpha: number) => (a > 0 ? a : alpha * Math.expm1(a))
const eluDerivative = (a: number, alpha: number) => (a > 0 ? 1 : alpha * Math.exp(a))
const hardSigmoid = (a: number) => Math.min(Math.max(a + 3, 0), 6) / 6

/** a·g(a), where g(−∞) is 0 faster than a is infinite. */
const gated = (a: number, g: number) => (a === Number.NEGATIVE_INFINITY ? 0 : a * g)

/** a·g′(a), where g′ is 0 beyond a bound faster than a is infinite. */
const within = (bound: number, a: number, slope: (a: number) => number) =>
  Math.abs(a) < bound ? a * slope(a) : 0

/** √(8 / π)·(a + 0.044715·a³), of which the sigmoid is (1 + tanh(½ of it)) / 2, and its derivative. */
const gate = (a: number) => Math.sqrt(8 / Math.PI) * (a + 0.044715 * a * a * a)
const gateDerivative = (a: number) => Math.sqrt(8 / Math.PI) * (1 + 3 * 0.044715 * a ** 2)

// Klambauer et al., "Self-normalizing neural networks", 2017.
const SELU_SCALE = 1.0507009873554805
const SELU_ALPHA = 1.6732632423543772

/** All of them; the compiler keeps the table complete. The formulas: {@link ActivationName}. */
export const TWINS: { readonly [Name in ActivationName]: Twin } = {
  identity: { value: a => a, derivative: () => 1, ulp: 0 },
  // It has no derivative at 0.
  step: { value: a => (a > 0 ? 1 : 0), derivative: () => 0, ulp: 0 },
  // Of rectifiers and linear units with a kink at 0, the derivative there is that for a < 0.
  relu: { value: a => Math.max(a, 0), derivative: a => (a > 0 ? 1 : 0), ulp: 0 },
  leakyRelu: {
    value: (a, slope) => (a > 0 ? a : slope * a),
    derivative: (a, slope) => (a > 0 ? 1 : slope),
    initial: 0.1,
    ulp: 0.75,
  },
  sigmoid: { value: sigmoid, derivative: sigmoidDerivative, ulp: 2 },
  tanh: { value: Math.tanh, derivative: a => 1 - Math.tanh(a) ** 2, ulp: 2 },
  softplus: { value: softplus, derivative: sigmoid, ulp: 2 },
  elu: { value: elu, derivative: eluDerivative, initial: 1, ulp: 0.52 },
  selu: {
    value: a => SELU_SCALE * elu(a, SELU_ALPHA),
    derivative: a => SELU_SCALE * eluDerivative(a, SELU_ALPHA),
    ulp: 0.52,
  },
  gelu: {
    value: a => gated(a, normalDistribution(a)),
    derivative: a => normalDistribution(a) + within(40, a, normalDensity),
    ulp: 0.52,
  },
  geluTanh: {
    value: a => gated(a, sigmoid(gate(a))),
    // The second term is 0 long before the cubes are too large.
    derivative: a => sigmoid(gate(a)) + within(40, a, x => gateDerivative(x) * sigmoidDerivative(gate(x))),
    ulp: 0.52,
  },
  silu: {
    value: a => gated(a, sigmoid(a)),
    derivative: a => sigmoid(a) + within(800, a, sigmoidDerivative),
    ulp: 0.52,
  },
  // At the ends of those with hard corners, 0.
  hardSigmoid: { value: hardSigmoid, derivative: a => (Math.abs(a) < 3 ? 1 / 6 : 0), ulp: 2 },
  hardTanh: {
    value: a => Math.min(Math.max(a, -1), 1),
    derivative: a => (Math.abs(a) < 1 ? 1 : 0),
    ulp: 0,
  },
  softsign: {
    value: a => (Number.isFinite(a) ? a / (1 + Math.abs(a)) : Math.sign(a)),
    derivative: a => 1 / (1 + Math.abs(a)) ** 2,
    ulp: 2,
  },
  relu6: { value: a => Math.min(Math.max(a, 0), 6), derivative: a => (a > 0 && a < 6 ? 1 : 0), ulp: 0 },
  hardSwish: {
    value: a => gated(a, hardSigmoid(a)),
    // 0 at −3 and 1 at 3.
    derivative: a => (Math.abs(a) < 3 ? (2 * a + 3) / 6 : Number(a > 0)),
    ulp: 2.1,
  },
  mish: {
    value: a => gated(a, Math.tanh(softplus(a))),
    derivative: a => {
      const g = Math.tanh(softplus(a))
      return g + within(800, a, x => (1 - g ** 2) * sigmoid(x))
    },
    ulp: 0.52,
  },
  celu: {
    value: (a, alpha) => (a > 0 ? a : alpha * Math.expm1(a / alpha)),
    derivative: (a, alpha) => (a > 0 ? 1 : Math.exp(a / alpha)),
    initial: 1,
    ulp: 0.52,
    pytorch: [
      [0.75, 1, 0.75, 1],
      [-0.125, 1, -0.11750309741540454, 0.8824969025845955],
      [-2.5, 1, -0.9179150013761012, 0.0820849986238988],
      [-2.5, 0.5, -0.49663102650045726, 0.006737946999085467],
      [-2.5, 2, -1.4269904062796197, 0.2865047968601901],
      [-40, 2, -1.9999999958776928, 2.061153622438558e-9],
    ],
  },
}

/** What an activation that takes no parameter gets as one. */
const UNUSED = 0

/** h(a). NaN gives NaN, ±∞ the limit there. */
export function activation(name: ActivationName, a: number, parameter?: number): number {
  const { value, initial = UNUSED } = TWINS[name]
  return Number.isNaN(a) ? Number.NaN : value(a, parameter ?? initial)
}

/** h′(a). */
export function activationDerivative(name: ActivationName, a: number, parameter?: number): number {
  const { derivative, initial = UNUSED } = TWINS[name]
  return derivative(a, parameter ?? initial)
}
