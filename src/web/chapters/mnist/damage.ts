// Damage to the network 784 → 512 → 10: units, pixels and weights that are wiped, which means set to 0. No DOM.
import type { LayerParameters } from 'wasmlp'
import type { Kernels } from 'wasmlp/kernels'

export const PIXELS = 784
export const UNITS = 512
export const CLASSES = 10

/** Of both matrices; biases are not counted. */
export const WEIGHTS = PIXELS * UNITS + UNITS * CLASSES

type Parameters = readonly LayerParameters[]

/** The two layers' weights and the first one's bias, in a copy. */
function opened(parameters: Parameters) {
  const copy = parameters.map(layer => ({
    ...layer,
    weights: layer.weights.slice(),
    bias: layer.bias.slice(),
  }))
  const [first, second] = copy
  if (!first || !second) throw new Error('the network has not two layers')
  return { copy, first, second }
}

/** Without some hidden units: all of their weights, in and out, and their biases are 0. */
export function withoutUnits(parameters: Parameters, units: Iterable<number>): LayerParameters[] {
  const { copy, first, second } = opened(parameters)
  for (const unit of units) {
    for (let pixel = 0; pixel < PIXELS; ++pixel) first.weights[pixel * UNITS + unit] = 0
    first.bias[unit] = 0
    second.weights.fill(0, unit * CLASSES, (unit + 1) * CLASSES)
  }
  return copy
}

/** Blind to some pixels: the weights that read them are 0. */
export function withoutPixels(parameters: Parameters, pixels: Iterable<number>): LayerParameters[] {
  const { copy, first } = opened(parameters)
  for (const pixel of pixels) first.weights.fill(0, pixel * UNITS, (pixel + 1) * UNITS)
  return copy
}

/** Without some weights, which count through the first layer, then the second. */
export function withoutWeights(parameters: Parameters, weights: Iterable<number>): LayerParameters[] {
  const { copy, first, second } = opened(parameters)
  for (const weight of weights) {
    if (weight < first.weights.length) first.weights[weight] = 0
    else second.weights[weight - first.weights.length] = 0
  }
  return copy
}

/** Some of the candidates by chance: which ones depends on the seed and the stream alone. */
export function chosen(
  kernels: Kernels,
  candidates: Int32Array,
  count: number,
  seed: number,
  stream: number,
): Int32Array {
  const order = kernels.i32(candidates.length)
  order.view.set(candidates)
  kernels.shuffle(order, seed, stream)
  const taken = order.view.slice(0, count)
  order.free()
  return taken
}

/** The whole numbers below one. */
export function numbersBelow(end: number): Int32Array {
  const numbers = new Int32Array(end)
  for (let i = 0; i < end; ++i) numbers[i] = i
  return numbers
}

/** Which units have no weights at all, and which pixels nothing reads. */
export interface Wiped {
  readonly units: readonly boolean[]
  readonly pixels: readonly boolean[]
}

export function wipedIn(parameters: Parameters): Wiped {
  const [first, second] = parameters
  const isZero = (values: Float32Array | undefined, from: number, to: number) => {
    for (let i = from; i < to; ++i) if (values?.[i] !== 0) return false
    return true
  }
  return {
    units: Array.from(
      { length: UNITS },
      (_, unit) => first?.bias[unit] === 0 && isZero(second?.weights, unit * CLASSES, (unit + 1) * CLASSES),
    ),
    pixels: Array.from({ length: PIXELS }, (_, pixel) =>
      isZero(first?.weights, pixel * UNITS, (pixel + 1) * UNITS),
    ),
  }
}

/**
 * How strong each unit's and each pixel's weights are, 0–1: their root mean square. 1 is the strongest; 0 is none for
 * units, and for pixels the weakest that is not blind: the weights that they begin with are nearly alike.
 */
export interface Strengths {
  readonly units: Float32Array
  readonly pixels: Float32Array
}

export function strengthsOf(parameters: Parameters): Strengths {
  const [first, second] = parameters
  const units = new Float32Array(UNITS)
  const pixels = new Float32Array(PIXELS)
  for (let unit = 0; unit < UNITS; ++unit) {
    for (let digit = 0; digit < CLASSES; ++digit)
      units[unit] = (units[unit] ?? 0) + (second?.weights[unit * CLASSES + digit] ?? 0) ** 2
  }
  for (let pixel = 0; pixel < PIXELS; ++pixel) {
    let sum = 0
    for (let at = pixel * UNITS; at < (pixel + 1) * UNITS; ++at) sum += (first?.weights[at] ?? 0) ** 2
    pixels[pixel] = sum
  }
  return { units: scaled(units, 0), pixels: scaled(pixels, Math.sqrt(leastOf(pixels))) }
}

/** The least above 0. */
const leastOf = (squares: Float32Array): number =>
  squares.reduce((least, square) => (square > 0 ? Math.min(least, square) : least), Number.POSITIVE_INFINITY)

function scaled(squares: Float32Array, least: number): Float32Array {
  const largest = Math.sqrt(squares.reduce((a, b) => Math.max(a, b), 0))
  return squares.map(square =>
    largest > least ? Math.max(0, (Math.sqrt(square) - least) / (largest - least)) : 0,
  )
}
