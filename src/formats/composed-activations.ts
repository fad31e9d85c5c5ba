// Activations of other tools that take numbers ours do not take. Each is one of ours between two scalings: c + r·h((x −
// a) / b).
import { FormatError } from '../errors.ts'
import type { ImportedNetwork } from './imported-network.ts'

/**
 * The largest number that is added to values and subtracted again. It leaves values near 1 right to 4e-6; beyond 1e6,
 * only to a sixteenth.
 */
const LARGEST = 32

/** Throws {@link FormatError} for numbers next to which single precision would lose the values. */
function checkNumbers(numbers: Readonly<Record<string, number>>): void {
  for (const [name, number] of Object.entries(numbers)) {
    if (Math.abs(number) <= LARGEST) continue
    throw new FormatError(
      `${name} is ${number}: single precision loses the values beside numbers beyond ±${LARGEST} (leave such a limit out, ` +
        'or scale the values)',
    )
  }
}

/** min(max(x, least), most), either of which may be infinite. Throws {@link FormatError} unless least < most. */
export function addClip(network: ImportedNetwork, least: number, most: number): void {
  if (!(least < most))
    throw new FormatError(`the limits are ${least} and ${most}, expected one below the other`)
  if ((least === -1 && most === 1) || (least === 0 && most === 6)) {
    network.activation(least === 0 ? 'relu6' : 'hardTanh')
    return
  }
  if (least === Number.NEGATIVE_INFINITY && most === Number.POSITIVE_INFINITY) return
  // A preceding ReLU, with which some exporters write ReLU6, is a limit as well.
  const low = most > 0 && network.takeBackRelu() ? Math.max(least, 0) : least
  if (low === 0 && most === 6) network.activation('relu6')
  else if (most === Number.POSITIVE_INFINITY) {
    checkNumbers({ 'the lower limit': low })
    affine(network, 1, -low)
    network.activation('relu')
    affine(network, 1, low)
  } else if (low === Number.NEGATIVE_INFINITY) {
    checkNumbers({ 'the upper limit': most })
    // most − max(most − x, 0)
    affine(network, -1, most)
    network.activation('relu')
    affine(network, -1, most)
  } else if (low === -most) {
    if (!Number.isFinite(Math.fround(1 / most)) || !Number.isFinite(Math.fround(most)))
      throw new FormatError(`the limits are ${least} and ${most}, beyond single precision`)
    scaled(network, 1 / most, () => network.activation('hardTanh'))
  } else {
    // low + (most − low)·hardSigmoid(6·(x − low) / (most − low) − 3)
    const range = most - low
    checkNumbers({ 'the lower limit': low, 'the upper limit': most, '1 / (their distance)': 1 / range })
    affine(network, 6 / range, (-6 * low) / range - 3)
    network.activation('hardSigmoid')
    affine(network, range, low)
  }
}

/** min(max(alpha·x + beta, 0), 1). Ours has 1/6 and 1/2. */
export function addHardSigmoid(network: ImportedNetwork, alpha: number, beta: number): void {
  checkNumbers({ alpha, beta })
  const isOurs = Math.fround(alpha) === Math.fround(1 / 6)
  affine(network, isOurs ? 1 : 6 * alpha, 6 * beta - 3)
  network.activation('hardSigmoid')
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
