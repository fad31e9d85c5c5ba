// Activation functions h(a) and their derivatives h′(a) in f64. Lecture, section 2.
import type { ActivationName } from '../kernels/types.ts'

/**
 * h(a): step = 1 if a > 0, else 0; sigmoid = 1 / (1 + exp(−a)); relu = a if a > 0, else 0; leakyRelu = a if a > 0, else
 * slope·a; softplus = log(1 + exp(a)); identity = a; tanh = tanh(a). NaN gives NaN.
 */
export function activation(name: ActivationName, a: number, slope = 0.1): number {
  if (Number.isNaN(a)) return Number.NaN
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
  }
}

/** h′(a); at 0, where step, relu and leakyRelu have no derivative, its value for a < 0. */
export function activationDerivative(name: ActivationName, a: number, slope = 0.1): number {
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
  }
}
