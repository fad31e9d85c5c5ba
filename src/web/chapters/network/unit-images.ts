// What a unit gives over the plane, as an image: blue where it is negative, orange where it is positive.
import type { ActivationName } from 'wasmlp'
import { cssOf, diverging, mix, type Palette, rgbOf } from '../../parts/palette.ts'
import { GRID } from './plane-boundary.ts'
import { EXTENT } from './plane-data.ts'

/** Steps of the scale on either side of 0. */
const HALF = 255

/** Packed colours from −1 to 1, as an image stores them. */
export type Scale = Uint32Array

let scaleOf: Palette | undefined
let scale: Scale | undefined

/** The scale of weights, paler, so that points stand out on it. */
export function paleScale(colors: Palette): Scale {
  if (scale && scaleOf === colors) return scale
  const colorOf = diverging(colors)
  const paper = rgbOf(colors.paper)
  scale = Uint32Array.from({ length: 2 * HALF + 1 }, (_, i) => {
    const [red, green, blue] = mix(colorOf((i - HALF) / HALF), paper, 0.42)
    return (255 << 24) | (blue << 16) | (green << 8) | red
  })
  scaleOf = colors
  return scale
}

/** An image of GRID × GRID values, with the canvas that it is painted from. */
export class UnitImage {
  readonly canvas: HTMLCanvasElement
  readonly #context: CanvasRenderingContext2D | null
  readonly #image = new ImageData(GRID, GRID)
  readonly #pixels = new Uint32Array(this.#image.data.buffer)

  constructor() {
    this.canvas = document.createElement('canvas')
    this.canvas.width = GRID
    this.canvas.height = GRID
    this.#context = this.canvas.getContext('2d')
  }

  /** Paints the outputs of unit `at` of a layer with so many. */
  paint(outputs: Float32Array, at: number, units: number, activation: ActivationName, colors: Scale): void {
    const pixels = this.#pixels
    // A sigmoid's middle is 0.5, not 0.
    const middle = activation === 'sigmoid' ? 0.5 : 0
    let largest = activation === 'sigmoid' ? 0.5 : activation === 'tanh' ? 1 : 0
    if (largest === 0) {
      for (let i = at; i < outputs.length; i += units) largest = Math.max(largest, Math.abs(outputs[i] ?? 0))
    }
    const factor = largest > 0 && Number.isFinite(largest) ? HALF / largest : 0
    for (let i = 0, j = at; i < pixels.length; ++i, j += units) {
      pixels[i] = colors[Math.round(((outputs[j] ?? 0) - middle) * factor) + HALF] ?? 0
    }
    this.#context?.putImageData(this.#image, 0, 0)
  }
}

/** The coordinates themselves, for the pictures of the inputs. */
export function coordinates(axis: 0 | 1): Float32Array {
  const at = (i: number) => -EXTENT + (2 * EXTENT * i) / (GRID - 1)
  return Float32Array.from({ length: GRID * GRID }, (_, i) =>
    axis === 0 ? at(i % GRID) : -at(Math.floor(i / GRID)),
  )
}

/** The colour of a weight's edge, and its width in CSS pixels. */
export function edgeStyle(weight: number, colors: Palette): { color: string; width: number } {
  const size = Math.min(Math.abs(weight), 3)
  const color = weight < 0 ? colors.blue : colors.orange
  return { color: cssOf(mix(rgbOf(colors.paper), rgbOf(color), 0.25 + 0.25 * size)), width: 0.6 + 1.6 * size }
}
