// The colours of style/tokens.css, for canvases. They change with the browser's colour scheme.
import { signal } from '@preact/signals'

const NAMES = [
  'ink',
  'soft',
  'line',
  'edge',
  'paper',
  'ground',
  'accent',
  'blue',
  'blue-soft',
  'orange',
  'orange-soft',
  'grey',
  'neutral',
] as const

export type ColorName = (typeof NAMES)[number]

/** A colour as CSS writes it, `#rrggbb`, by its name in tokens.css. */
export type Palette = Readonly<Record<ColorName, string>>

/** Red, green and blue, 0–255 each. */
export type Rgb = readonly [red: number, green: number, blue: number]

function read(): Palette {
  const style = getComputedStyle(document.documentElement)
  return Object.fromEntries(
    NAMES.map(name => [name, style.getPropertyValue(`--${name}`).trim()]),
  ) as unknown as Palette
}

let present: ReturnType<typeof signal<Palette>> | undefined

/** The present colours. What reads them in a component, an effect or a canvas's `draw` runs again when they change. */
export function palette(): Palette {
  if (!present) {
    present = signal(read())
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', readPalette)
  }
  return present.value as Palette
}

/** Takes the colours as they are now. */
export function readPalette(): void {
  if (present) present.value = read()
}

/** The channels of `#rrggbb` or `#rgb`. */
export function rgbOf(color: string): Rgb {
  // The build shortens #ffffff to #fff.
  const digits = color.length === 4 ? color.replace(/[^#]/g, '$&$&') : color
  const number = Number.parseInt(digits.slice(1), 16)
  return [(number >> 16) & 255, (number >> 8) & 255, number & 255]
}

/** Between two colours: `share` 0 is the first, 1 the second. */
export function mix(from: Rgb, to: Rgb, share: number): Rgb {
  return [0, 1, 2].map(i =>
    Math.round((from[i] ?? 0) + ((to[i] ?? 0) - (from[i] ?? 0)) * share),
  ) as unknown as Rgb
}

/**
 * The diverging scale of weights and of a boundary's two sides: −1 is blue, 0 neutral, 1 orange. Values beyond are cut.
 * It is a table of 511 steps, to fill images with.
 *
 * @example
 * const colorOf = diverging(palette())
 * const [red, green, blue] = colorOf(weight / largest)
 */
export function diverging(colors: Palette): (value: number) => Rgb {
  const [blue, neutral, orange] = [rgbOf(colors.blue), rgbOf(colors.neutral), rgbOf(colors.orange)]
  const steps = Array.from({ length: 511 }, (_, i) =>
    i < 255 ? mix(neutral, blue, (255 - i) / 255) : mix(neutral, orange, (i - 255) / 255),
  )
  return value => {
    const step = Math.round((Math.max(-1, Math.min(1, value)) + 1) * 255)
    return steps[step] ?? neutral // NaN
  }
}

export const cssOf = ([red, green, blue]: Rgb): string => `rgb(${red} ${green} ${blue})`
