// Points of two classes in a plane: moons, spirals, circles, XOR. The package's random numbers draw them, so a seed gives
// the same points in every browser.
import type { Kernels } from 'wasmlp/kernels'

export const SHAPES = ['moons', 'circles', 'xor', 'spirals'] as const
export type Shape = (typeof SHAPES)[number]

/** The plane goes from −{@link EXTENT} to {@link EXTENT} in both directions. */
export const EXTENT = 3

/** Points with their class, 0 or 1. */
export interface Points {
  readonly count: number
  /** x₁, x₂ of each point. */
  readonly positions: Float32Array
  readonly labels: Uint8Array
}

export const NO_POINTS: Points = { count: 0, positions: new Float32Array(), labels: new Uint8Array() }

/** Where a point of a class lies, by two uniform numbers. */
type Rule = (label: number, u: number, v: number) => readonly [number, number]

const RULES: Readonly<Record<Shape, Rule>> = {
  // Two half circles, the second moved to the right and down so that each reaches into the other.
  moons(label, u) {
    const angle = Math.PI * u
    const x = label === 0 ? Math.cos(angle) : 1 - Math.cos(angle)
    const y = label === 0 ? Math.sin(angle) : 0.5 - Math.sin(angle)
    return [1.5 * (x - 0.5), 1.5 * (y - 0.25)]
  },
  // A disc and a ring around it; the square root spreads the points evenly over the disc.
  circles(label, u, v) {
    const radius = label === 0 ? 1.1 * Math.sqrt(v) : 1.7 + 0.7 * v
    return [radius * Math.cos(2 * Math.PI * u), radius * Math.sin(2 * Math.PI * u)]
  },
  // Four squares; those on a diagonal are of the same class.
  xor(label, u, v) {
    const isLeft = u < 0.5
    const isLow = isLeft === (label === 0)
    const along = 0.2 + 2.2 * (isLeft ? 2 * u : 2 * u - 1)
    const up = 0.2 + 2.2 * v
    return [isLeft ? -along : along, isLow ? -up : up]
  },
  // Two arms of one and a half turns.
  spirals(label, u) {
    const radius = 0.2 + 2.3 * u
    const angle = 3 * Math.PI * u + Math.PI * label
    return [radius * Math.sin(angle), radius * Math.cos(angle)]
  },
}

export interface PointSettings {
  readonly shape: Shape
  /** Half of them of each class. */
  readonly count: number
  /** The standard deviation of what is added to each coordinate. */
  readonly noise: number
  readonly seed: number
}

/** Draws points; the two sets of a seed, to train with and to test with, have no point in common. */
export function drawPoints(kernels: Kernels, settings: PointSettings, set: 'train' | 'test'): Points {
  const { shape, count, noise, seed } = settings
  const uniform = kernels.f32(2 * count)
  const normal = kernels.f32(2 * count)
  const stream = set === 'train' ? 0 : 2
  kernels.randomUniform(uniform, 0, 1, seed, stream)
  kernels.randomNormal(normal, 0, noise, seed, stream + 1)
  const positions = normal.view.slice()
  const labels = new Uint8Array(count)
  const drawn = uniform.view
  for (let i = 0; i < count; ++i) {
    const label = i % 2
    const [x, y] = RULES[shape](label, drawn[2 * i] ?? 0, drawn[2 * i + 1] ?? 0)
    labels[i] = label
    positions[2 * i] = withinPlane((positions[2 * i] ?? 0) + x)
    positions[2 * i + 1] = withinPlane((positions[2 * i + 1] ?? 0) + y)
  }
  uniform.free()
  normal.free()
  return { count, positions, labels }
}

const withinPlane = (value: number) => Math.min(Math.max(value, -EXTENT), EXTENT)

/** The points and one more. */
export function withPoint({ count, positions, labels }: Points, x: number, y: number, label: 0 | 1): Points {
  return {
    count: count + 1,
    positions: Float32Array.of(...positions, withinPlane(x), withinPlane(y)),
    labels: Uint8Array.of(...labels, label),
  }
}

/** The points without one of them. */
export function withoutPoint({ count, positions, labels }: Points, index: number): Points {
  return {
    count: count - 1,
    positions: positions.filter((_, i) => i >> 1 !== index),
    labels: labels.filter((_, i) => i !== index),
  }
}

/** The point nearest to a place, and no further from it than `reach`; undefined where there is none. */
export function nearestPoint(
  { count, positions }: Points,
  x: number,
  y: number,
  reach: number,
): number | undefined {
  let nearest: number | undefined
  let least = reach
  for (let i = 0; i < count; ++i) {
    const distance = Math.hypot((positions[2 * i] ?? 0) - x, (positions[2 * i + 1] ?? 0) - y)
    if (distance > least) continue
    least = distance
    nearest = i
  }
  return nearest
}
