// The first layer's weights as tiles of 28 × 28, a tile for each unit: as they are, or what training has changed. No DOM.
import { computed, signal } from '@preact/signals'
import { PIXELS } from '../../digits/packing.ts'
import { type Snapshot, snapshot } from './parameters.model.ts'

const UNITS = 512
/** Tiles on a page: 8 rows of 8. */
export const TILES_ACROSS = 8
export const TILES = TILES_ACROSS ** 2
export const PAGES = UNITS / TILES

/** A colour is full at so many times the root mean square of what is shown. */
const FULL = 4

export type Kind = 'difference' | 'weights'

export const kind = signal<Kind>('difference')
/** From 1. */
export const page = signal(1)

export interface Tiles {
  readonly kind: Kind
  /** Of the page's first unit, from 0. */
  readonly first: number
  /** 64 × 784. */
  readonly values: Float32Array
  /** What has the full colour: the same for all units, so that tiles can be compared. */
  readonly full: number
  /** The length of each unit's change, √Σ (w − w₀)². */
  readonly changes: Float32Array
  /** The unit of the page that has changed most, from 0. */
  readonly most: number
  /** Units of all that have not changed. */
  readonly unchanged: number
}

/** Undefined before there is a network. */
export const tiles = computed(() => snapshot.value && tilesOf(snapshot.value, kind.value, page.value))

function tilesOf({ parameters, first: initial }: Snapshot, kind: Kind, page: number): Tiles {
  const now = parameters[0]?.weights ?? new Float32Array()
  const before = initial[0]?.weights ?? new Float32Array()
  const squares = new Float64Array(UNITS)
  let weightSquares = 0
  for (let i = 0; i < now.length; i += UNITS) {
    for (let unit = 0; unit < UNITS; ++unit) {
      const weight = now[i + unit] ?? 0
      const change = weight - (before[i + unit] ?? 0)
      squares[unit] = (squares[unit] ?? 0) + change * change
      weightSquares += weight * weight
    }
  }
  const changes = Float32Array.from(squares, Math.sqrt)
  const sum = kind === 'weights' ? weightSquares : squares.reduce((all, square) => all + square, 0)
  const first = (page - 1) * TILES
  const values = new Float32Array(TILES * PIXELS)
  for (let tile = 0; tile < TILES; ++tile) {
    for (let pixel = 0; pixel < PIXELS; ++pixel) {
      const at = pixel * UNITS + first + tile
      const from = kind === 'weights' ? 0 : (before[at] ?? 0)
      values[tile * PIXELS + pixel] = (now[at] ?? 0) - from
    }
  }
  const shown = changes.subarray(first, first + TILES)
  return {
    kind,
    first,
    values,
    full: FULL * Math.sqrt(sum / (now.length || 1)),
    changes,
    most: first + shown.indexOf(shown.reduce((largest, change) => Math.max(largest, change), 0)),
    unchanged: changes.reduce((count, change) => count + (change === 0 ? 1 : 0), 0),
  }
}
