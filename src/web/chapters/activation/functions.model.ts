// A function and its slope at one point: the curve, the derivative, the tangent, the corner. All by the kernels.
import { computed, signal } from '@preact/signals'
import type { ActivationName, Kernels } from 'wasmlp/kernels'
import { type Bound, FUNCTIONS, rowOf } from './function-table.ts'

/** A curve's points: even, so that a whole number of steps lies between any two of the page's ticks. */
const STEPS = 400

const THUMBNAIL_STEPS = 40

/** How far beside a corner its one-sided slopes are taken. */
const BESIDE = 2 ** -20

/** Slopes that differ by less are one. */
const SAME_SLOPE = 1e-4

/** Far enough to the left for the limit there. */
const FAR_LEFT = -100

export type Point = readonly [a: number, value: number]

/** Where a line is not drawn on. */
const BREAK: Point = [Number.NaN, Number.NaN]

/** Values and derivatives at the given places. */
export interface Curve {
  readonly a: Float32Array
  readonly h: Float32Array
  readonly slope: Float32Array
}

/** What happens where a function has no derivative. */
export type Corner =
  | { readonly kind: 'jump'; readonly low: number; readonly high: number }
  /** `all`: every slope between the two belongs to a line that stays below the curve. */
  | { readonly kind: 'corner'; readonly left: number; readonly right: number; readonly all: boolean }

/** The values and derivatives of a function at the given places. */
function curveOf(
  kernels: Kernels,
  name: ActivationName,
  places: ArrayLike<number>,
  parameter?: number,
): Curve {
  const options = optionsOf(name, parameter)
  const buffers = Array.from({ length: 4 }, () => kernels.f32(places.length))
  const [a, h, ones, slope] = buffers as [Buffer, Buffer, Buffer, Buffer]
  a.view.set(places)
  ones.view.fill(1)
  kernels.activation(name, a, h, options)
  kernels.activationGradient(name, a, h, ones, slope, options)
  const curve = { a: a.view.slice(), h: h.view.slice(), slope: slope.view.slice() }
  for (const buffer of buffers) buffer.free()
  return curve
}

type Buffer = ReturnType<Kernels['f32']>

function optionsOf(name: ActivationName, parameter: number | undefined) {
  const takes = rowOf(name).parameter
  return takes && parameter !== undefined ? { [takes.name]: parameter } : {}
}

/** Evenly spaced numbers, both ends included. */
export const spread = (low: number, high: number, steps = STEPS): number[] =>
  Array.from({ length: steps + 1 }, (_, i) => low + (i * (high - low)) / steps)

/** The exhibit's state. */
export function functionsModel(kernels: Kernels) {
  const name = signal<ActivationName>('sigmoid')
  const wanted = signal(1)
  const parameters = signal<Readonly<Partial<Record<ActivationName, number>>>>({})

  const row = computed(() => rowOf(name.value))
  const parameter = computed(() => parameters.value[name.value] ?? row.value.parameter?.initial)
  const at = (places: readonly number[]) => curveOf(kernels, name.value, places, parameter.value)

  /** The place that is looked at: within what is shown. */
  const a = computed(() => {
    const [low, high] = row.value.domain
    return Math.min(Math.max(wanted.value, low), high)
  })
  const curve = computed(() => at(spread(...row.value.domain)))
  const point = computed(() => {
    const { h, slope } = at([a.value])
    return { a: a.value, h: h[0] ?? 0, slope: slope[0] ?? 0 }
  })

  const cornerAt = (place: number): Corner | undefined => {
    const { corners, jumps, convex } = row.value
    if (!corners.includes(place)) return undefined
    const { h, slope } = at([place - BESIDE, place + BESIDE])
    const [low = 0, high = 0] = h
    if (jumps) return { kind: 'jump', low, high }
    const [left = 0, right = 0] = slope
    if (Math.abs(right - left) < SAME_SLOPE) return undefined
    return { kind: 'corner', left, right, all: convex ?? false }
  }
  /** The corner that is looked at. */
  const corner = computed(() => cornerAt(a.value))
  /** All corners of the function. */
  const corners = computed(() =>
    row.value.corners.flatMap(place => {
      const found = cornerAt(place)
      return found ? [{ place, ...found }] : []
    }),
  )

  /** The lines to draw: they break at jumps. */
  const lines = computed(() => {
    const { a: places, h, slope } = curve.value
    const value: Point[] = []
    const derivative: Point[] = []
    let next = 0
    for (const [i, place] of places.entries()) {
      const passed = corners.value[next]
      if (passed && passed.place <= place) {
        next += 1
        const [left, right] = passed.kind === 'jump' ? [0, 0] : [passed.left, passed.right]
        derivative.push([passed.place, left], BREAK, [passed.place, right])
        if (passed.kind === 'jump') value.push([passed.place, passed.low], BREAK, [passed.place, passed.high])
        if (passed.place === place) continue
      }
      value.push([place, h[i] ?? 0])
      derivative.push([place, slope[i] ?? 0])
    }
    return { value, derivative }
  })

  /** The steepest slopes, up and down, with what a corner's sides come near to. `a`: where alone the largest one is. */
  const steepest = computed(() => {
    const points = lines.value.derivative.filter(([place]) => !Number.isNaN(place))
    const slopes = points.map(([, slope]) => slope)
    const [least, most] = [Math.min(...slopes), Math.max(...slopes)]
    const places = points.filter(([, slope]) => slope === most).map(([place]) => place)
    const isAlone = places.length === 1 && !row.value.corners.includes(places[0] ?? 0)
    return { least, most, a: isAlone ? places[0] : undefined }
  })

  /** The interval of the values, with its bounds as numbers. */
  const range = computed(() => {
    const { low, high, closed } = row.value.range
    const number = (bound: Bound) => {
      if (bound === 'limit') return at([FAR_LEFT]).h[0] ?? 0
      return bound === 'least' ? Math.min(...curve.value.h) : bound
    }
    return { low: number(low), high: number(high), closed }
  })

  /** Each function as its button shows it. */
  const thumbnails = new Map(
    FUNCTIONS.map(({ name, domain, values }) => {
      const { a, h } = curveOf(kernels, name, spread(...domain, THUMBNAIL_STEPS))
      return [name, { domain, values, points: [...a].map((place, i): Point => [place, h[i] ?? 0]) }]
    }),
  )

  return {
    name,
    row,
    /** The place that is asked for, which another function may show. */
    wanted,
    a,
    curve,
    point,
    corner,
    corners,
    lines,
    steepest,
    range,
    thumbnails,
    /** The place, to be moved. */
    place: {
      get value() {
        return a.value
      },
      set value(place: number) {
        wanted.value = place
      },
    },
    /** The number that the function takes, to be set. */
    parameter: {
      get value() {
        return parameter.value ?? 0
      },
      set value(value: number) {
        parameters.value = { ...parameters.value, [name.value]: value }
      },
    },
    /** The height of the tangent above a place. */
    tangent(place: number): number {
      const { a: touches, h, slope } = point.value
      return h + slope * (place - touches)
    },
  }
}

export type FunctionsModel = ReturnType<typeof functionsModel>
