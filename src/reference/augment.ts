// Augmentation of one image in f64: an affine map, an elastic field, noise. The limits are those of assembly/augment.ts.
import { at, type Values } from './element.ts'
import { type Block, philox4x32 } from './random.ts'

/** What an image's random numbers depend on. */
export interface Place {
  seed: number
  step: number
  row: number
}

const AUGMENT = 4
const ELASTIC = 2 ** 30
const NOISE = 2 ** 31

const blockAt = (block: number, { seed, step, row }: Place): Block =>
  philox4x32([block, AUGMENT, row, step], [seed, 0])

/**
 * The way back from output to input, [[xx, xy, x], [yx, yy, y]]. It is the inverse of a scaling, a shear, a rotation
 * and a shift, in that order; the first three are about the centre. Each amount is low + (high − low)·u with u = (word
 * >>> 8)·2⁻²⁴. The words of block 0 give rotation, shear, factor of width and factor of height. Those of block 1 give
 * the shifts to the right and down.
 */
function affineMap(width: number, height: number, limits: Values, label: number, place: Place) {
  const words = [...blockAt(0, place), ...blockAt(1, place)]
  const draw = (limit: number, word: number) => {
    const low = at(limits, limit)
    return low + (at(limits, limit + 1) - low) * ((at(words, word) >>> 8) * 2 ** -24)
  }
  const angles = 16 + 4 * label
  const rotation = (draw(angles, 0) * Math.PI) / 2
  const tangent = Math.tan((draw(angles + 2, 1) * Math.PI) / 2)
  const [wider, higher] = [draw(4, 2), draw(6, 3)]
  const [right, down] = [draw(0, 4), draw(2, 5)]
  const [cosine, sine] = [Math.cos(rotation), Math.sin(rotation)]
  return (x: number, y: number): [number, number] => {
    // Against the shift, relative to the centre; y points downwards.
    const u = x - right - (width - 1) / 2
    const v = y - down - (height - 1) / 2
    const turned = [cosine * u - sine * v, sine * u + cosine * v] as const
    const upright = turned[0] + tangent * turned[1]
    return [upright / wider + (width - 1) / 2, turned[1] / higher + (height - 1) / 2]
  }
}

/** The cubic B-spline, 0 beyond ±2. */
function spline(x: number): number {
  const d = Math.abs(x)
  if (d < 1) return (4 - 6 * d ** 2 + 3 * d ** 3) / 6
  return d < 2 ? (2 - d) ** 3 / 6 : 0
}

/** The cubic B-spline smoothed by (1 2 1) / 4: the weight of a lattice's point x cells away. */
const kernel = (x: number) => (spline(x - 1) + 2 * spline(x) + spline(x + 1)) / 4

/**
 * The displacement at a pixel, along x and y: Σᵢⱼ nᵢⱼ·k(x / spacing + 2 − j)·k(y / spacing + 2 − i), where n are the
 * numbers of the axis's lattice, row by row, scaled to standard deviation 1 / (∫k²)·limits[8]. A number is the sum of the
 * four signed bytes of a random word, plus 2 (its mean is −2, its variance 21845).
 */
function elasticField(width: number, height: number, limits: Values, place: Place) {
  const amplitude = at(limits, 8)
  const spacing = at(limits, 9)
  const columns = Math.floor((width - 1) / spacing) + 6
  const rows = Math.floor((height - 1) / spacing) + 6
  const numbers: number[] = []
  for (let block = 0; block < (2 * rows * columns) / 4; block++) {
    for (const word of blockAt(ELASTIC + block, place)) {
      const bytes = [word << 24, word << 16, word << 8, word].map(shifted => shifted >> 24)
      numbers.push(bytes.reduce((sum, byte) => sum + byte, 2))
    }
  }
  const squared = 24264 / 80640 // ∫k²
  const scale = amplitude / (Math.sqrt(21845) * squared)
  return (axis: 0 | 1, x: number, y: number): number => {
    let sum = 0
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        const weight = kernel(x / spacing + 2 - j) * kernel(y / spacing + 2 - i)
        if (weight > 0) sum += weight * at(numbers, (axis * rows + i) * columns + j)
      }
    }
    return sum * scale
  }
}

/**
 * Numbers of the standard normal distribution, four from the words of each block (Box & Muller, 1958). r₀ =
 * √(−2·log((word₀ + 1)·2⁻³²)) and φ₀ = 2π·word₂·2⁻³²; r₁ and φ₁ come from words 1 and 3. The four are r₀·cos φ₀, r₁·cos
 * φ₁, r₀·sin φ₀, r₁·sin φ₁.
 */
function normals(block: number, place: Place): number[] {
  const [w0, w1, w2, w3] = blockAt(NOISE + block, place)
  const radii = [w0, w1].map(word => Math.sqrt(-2 * Math.log((word + 1) * 2 ** -32)))
  const angles = [w2, w3].map(word => 2 * Math.PI * word * 2 ** -32)
  return [Math.cos, Math.sin].flatMap(f => radii.map((radius, i) => radius * f(at(angles, i))))
}

/**
 * The augmented image before it is rounded and brought within 0–255: without noise, and with it. Every row's noise
 * begins with a block of its own. Where pixels that are 0 stay so, the noise is for those whose value rounds to another.
 */
export function augmentImage(
  image: Values,
  width: number,
  height: number,
  limits: Values,
  label: number,
  place: Place,
): { smooth: Float64Array; noisy: Float64Array } {
  const background = at(limits, 12)
  const pixel = (x: number, y: number) =>
    x >= 0 && x < width && y >= 0 && y < height ? at(image, y * width + x) : background
  const back = affineMap(width, height, limits, label, place)
  const bend = at(limits, 8) !== 0 ? elasticField(width, height, limits, place) : () => 0
  const deviation = at(limits, 10)
  const keepZeros = at(limits, 11) !== 0
  const smooth = new Float64Array(width * height)
  const noisy = new Float64Array(width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [backX, backY] = back(x, y)
      const sx = backX + bend(0, x, y)
      const sy = backY + bend(1, x, y)
      const [left, top] = [Math.floor(sx), Math.floor(sy)]
      const [fx, fy] = [sx - left, sy - top]
      const upper = (1 - fx) * pixel(left, top) + fx * pixel(left + 1, top)
      const lower = (1 - fx) * pixel(left, top + 1) + fx * pixel(left + 1, top + 1)
      const value = (1 - fy) * upper + fy * lower
      smooth[y * width + x] = value
      noisy[y * width + x] = value
      if (deviation !== 0 && !(keepZeros && value <= 0.5)) {
        const block = y * Math.ceil(width / 4) + Math.floor(x / 4)
        noisy[y * width + x] = value + deviation * at(normals(block, place), x % 4)
      }
    }
  }
  return { smooth, noisy }
}
