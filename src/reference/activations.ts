// Activation functions h(a) and their derivatives h′(a) in f64. Lecture, section 2.
import type { ActivationName } from '../kernels/types.ts'
import { normalDensity, normalDistribution } from './normal.ts'

// Klambauer et al., "Self-normalizing neural networks", 2017.
const SELU_SCALE = 1.0507009873554805
const SELU_ALPHA = 1.6732632423543772

/** The activations whose parameter, `slope` or `alpha`, is 1 unless given; of others it is 0.1. */
const initialOf = (name: ActivationName) => (name === 'elu' ? 1 : 0.1)

/** √(8 / π)·(a + 0.044715·a³), of which the sigmoid is (1 + tanh(½ of it)) / 2, and its derivative. */
const gate = (a: number) => Math.sqrt(8 / Math.PI) * (a + 0.044715 * a * a * a)
const gateDerivative = (a: number) => Math.sqrt(8 / Math.PI) * (1 + 3 * 0.044715 * a ** 2)

/**
 * h(a): step = 1 if a > 0, else 0; sigmoid = 1 / (1 + exp(−a)); relu = a if a > 0, else 0; leakyRelu = a if a > 0, else
 * slope·a; softplus = log(1 + exp(a)); identity = a; tanh = tanh(a); elu = a if a > 0, else slope·(exp(a) − 1);
 * selu = 1.0507…·elu(a) with slope 1.6732…; gelu = a·Φ(a); geluTanh = a·(1 + tanh(√(2/π)·(a + 0.044715·a³))) / 2;
 * silu = a·sigmoid(a); hardSigmoid = min(max(a + 3, 0), 6) / 6; hardTanh = min(max(a, −1), 1);
 * softsign = a / (1 + |a|); relu6 = min(max(a, 0), 6); hardSwish = a·hardSigmoid(a); mish = a·tanh(softplus(a)). NaN gives NaN, ±∞ the limit there.
 */
export function activation(name: ActivationName, a: number, slope = initialOf(name)): number {
  if (Number.isNaN(a)) return Number.NaN
  const isGate = ['gelu', 'geluTanh', 'silu', 'hardSwish', 'mish'].includes(name)
  if (a === Number.NEGATIVE_INFINITY && isGate) return 0
  switch (name) {
    case 'step':
      return a > 0 ? 1 : 0
    case 'sigmoid':
      return 1 / (1 + Math.exp(-a))
    case 'relu':
      return Math.max(a, 0)
    case 'leakyRelu':
      return a > 0 ? a : slope * a
    case 'softplus':
      // max(a, 0) + log(1 + exp(−|a|)) is the same, and neither overflows nor loses the small result of a ≪ 0.
      return Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a)))
    case 'identity':
      return a
    case 'tanh':
      return Math.tanh(a)
    case 'elu':
      return a > 0 ? a : slope * Math.expm1(a)
    case 'selu':
      return SELU_SCALE * activation('elu', a, SELU_ALPHA)
    case 'gelu':
      return a * normalDistribution(a)
    case 'geluTanh':
      return a * activation('sigmoid', gate(a))
    case 'silu':
      return a * activation('sigmoid', a)
    case 'hardSigmoid':
      return Math.min(Math.max(a + 3, 0), 6) / 6
    case 'hardTanh':
      return Math.min(Math.max(a, -1), 1)
    case 'softsign':
      return Number.isFinite(a) ? a / (1 + Math.abs(a)) : Math.sign(a)
    case 'relu6':
      return Math.min(Math.max(a, 0), 6)
    case 'hardSwish':
      return a * activation('hardSigmoid', a)
    case 'mish':
      return a * Math.tanh(activation('softplus', a))
  }
}

/**
 * h′(a); at 0, where step, relu, leakyRelu, elu and selu have no derivative, its value for a < 0; at the ends of
 * hardSigmoid, hardTanh and relu6 0; of hardSwish 0 and 1.
 */
export function activationDerivative(name: ActivationName, a: number, slope = initialOf(name)): number {
  switch (name) {
    case 'step':
      return 0
    case 'sigmoid':
      return activation('sigmoid', a) * activation('sigmoid', -a)
    case 'relu':
      return a > 0 ? 1 : 0
    case 'leakyRelu':
      return a > 0 ? 1 : slope
    case 'softplus':
      return activation('sigmoid', a)
    case 'identity':
      return 1
    case 'tanh':
      return 1 - Math.tanh(a) ** 2
    case 'elu':
      return a > 0 ? 1 : slope * Math.exp(a)
    case 'selu':
      return SELU_SCALE * activationDerivative('elu', a, SELU_ALPHA)
    case 'gelu':
      return normalDistribution(a) + (Math.abs(a) < 40 ? a * normalDensity(a) : 0)
    case 'geluTanh':
      // The second term is 0 long before the cubes are too large.
      return (
        activation('sigmoid', gate(a)) +
        (Math.abs(a) < 40 ? a * gateDerivative(a) * activationDerivative('sigmoid', gate(a)) : 0)
      )
    case 'silu':
      return activation('sigmoid', a) + (Math.abs(a) < 800 ? a * activationDerivative('sigmoid', a) : 0)
    case 'hardSigmoid':
      return Math.abs(a) < 3 ? 1 / 6 : 0
    case 'hardTanh':
      return Math.abs(a) < 1 ? 1 : 0
    case 'softsign':
      return 1 / (1 + Math.abs(a)) ** 2
    case 'relu6':
      return a > 0 && a < 6 ? 1 : 0
    case 'hardSwish':
      return Math.abs(a) < 3 ? (2 * a + 3) / 6 : Number(a > 0)
    case 'mish': {
      const gate = Math.tanh(activation('softplus', a))
      return gate + (Math.abs(a) < 800 ? a * (1 - gate ** 2) * activation('sigmoid', a) : 0)
    }
  }
}
