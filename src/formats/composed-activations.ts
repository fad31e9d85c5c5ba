// Activations of other tools that take numbers which none here takes: each is one of this package's between a scaling
// before and one behind, c + r·h((x − a) / b).
import { FormatError } from '../errors.ts'
import type { ImportedNetwork } from './imported-network.ts'

/** min(max(x, least), most), either of which may be infinite. Throws {@link FormatError} unless least < most. */
export function addClip(network: ImportedNetwork, least: number, most: number): void {
  if (!(least < most))
    throw new FormatError(`the limits are ${least} and ${most}, expected one below the other`)
  if ((least === -1 && most === 1) || (least === 0 && most === 6)) {
    network.activation(least === 0 ? 'relu6' : 'hardTanh')
    return
  }
  if (least === Number.NEGATIVE_INFINITY && most === Number.POSITIVE_INFINITY) return
  // A rectifier in front, with which some exporters write ReLU6, is a limit of its own.
  const low = most > 0 && network.takeBackRelu() ? Math.max(least, 0) : least
  if (low === 0 && most === 6) network.activation('relu6')
  else if (most === Number.POSITIVE_INFINITY) {
    affine(network, 1, -low)
    network.activation('relu')
    affine(network, 1, low)
  } else if (low === Number.NEGATIVE_INFINITY) {
    // most − max(most − x, 0)
    affine(network, -1, most)
    network.activation('relu')
    affine(network, -1, most)
  } else if (low === -most) {
    scaled(network, 1 / most, () => network.activation('hardTanh'))
  } else {
    // low + (most − low)·hardSigmoid(6·(x − low) / (most − low) − 3)
    const range = most - low
    affine(network, 6 / range, (-6 * low) / range - 3)
    network.activation('hardSigmoid')
    affine(network, range, low)
  }
}

/** min(max(alpha·x + beta, 0), 1), of which this package's has 1/6 and 1/2. */
export function addHardSigmoid(network: ImportedNetwork, alpha: number, beta: number): void {
  const isOurs = Math.fround(alpha) === Math.fround(1 / 6)
  affine(network, isOurs ? 1 : 6 * alpha, 6 * beta - 3)
  network.activation('hardSigmoid')
}

/** max(0, x) + min(0, alpha·(exp(x / alpha) − 1)) = alpha·elu(x / alpha). */
export function addCelu(network: ImportedNetwork, alpha: number): void {
  if (!(alpha > 0 && alpha < Number.POSITIVE_INFINITY)) {
    throw new FormatError(`alpha is ${alpha}, expected a number above 0`)
  }
  scaled(network, 1 / alpha, () => network.activation('elu', 1))
}

/** h(x·factor) / factor. */
function scaled(network: ImportedNetwork, factor: number, apply: () => void): void {
  affine(network, factor, 0)
  apply()
  affine(network, 1 / factor, 0)
}

/** Does nothing where nothing would change. */
function affine(network: ImportedNetwork, factor: number, term: number): void {
  if (factor !== 1 || term !== 0) network.affine(factor, term)
}
