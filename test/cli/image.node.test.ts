// Image files as a model's inputs: size, padding, inversion.
import fc from 'fast-check'
import { encode } from 'fast-png'
import { describe, expect, test } from 'vitest'
import { fitSquare, toInputs } from '../../src/cli/image.ts'

const grey = (width: number, ...pixels: number[]) => ({
  width,
  height: pixels.length / width,
  pixels: Uint8Array.from(pixels),
})
const fitted = (image: ReturnType<typeof grey>, side: number, background = 0) => [
  ...fitSquare(image, side, background),
]

describe('fitSquare', () => {
  test('leaves an image of the right size as it is', () => {
    const pixels = Array.from({ length: 28 * 28 }, (_, i) => (i * 31) % 256)
    expect(fitted(grey(28, ...pixels), 28)).toEqual(pixels)
  })

  test('averages areas', () => {
    expect(fitted(grey(4, 0, 10, 100, 100, 20, 30, 100, 100, 1, 1, 0, 0, 1, 1, 0, 4), 2)).toEqual([
      15, 100, 1, 1,
    ])
  })

  test('shares a pixel between the areas that it reaches into', () => {
    // 3 → 2: each new pixel covers one and a half, so the middle one counts half on both sides.
    expect(fitted(grey(3, 90, 0, 0, 90, 0, 0, 90, 0, 0), 2)).toEqual([60, 0, 60, 0])
    expect(fitted(grey(3, 0, 90, 0, 0, 90, 0, 0, 90, 0), 2)).toEqual([30, 30, 30, 30])
  })

  test('enlarges', () => {
    expect(fitted(grey(1, 7), 3)).toEqual(Array(9).fill(7))
    expect(fitted(grey(2, 0, 90, 0, 90), 3)).toEqual([0, 45, 90, 0, 45, 90, 0, 45, 90])
  })

  test.each([0, 255])('stands in the middle of a square of the background %d', background => {
    const b = background
    expect(fitted(grey(1, 9, 9, 9), 3, b)).toEqual([b, 9, b, b, 9, b, b, 9, b])
    expect(fitted(grey(3, 9, 9, 9), 3, b)).toEqual([b, b, b, 9, 9, 9, b, b, b])
    expect(fitted(grey(2, 1, 2, 3, 4, 5, 6), 3, b)).toEqual([1, 2, b, 3, 4, b, 5, 6, b])
  })

  test('keeps the mean, and an even image even', () => {
    const image = fc.record({
      width: fc.integer({ min: 1, max: 40 }),
      height: fc.integer({ min: 1, max: 40 }),
      side: fc.integer({ min: 1, max: 30 }),
      value: fc.integer({ min: 0, max: 255 }),
      background: fc.constantFrom(0, 255),
    })
    fc.assert(
      fc.property(image, ({ width, height, side, value, background }) => {
        const pixels = new Uint8Array(width * height).fill(value)
        const result = fitSquare({ width, height, pixels }, side, background)
        const size = Math.max(width, height)
        const share = (width * height) / size ** 2
        const mean = result.reduce((sum, pixel) => sum + pixel, 0) / result.length
        expect(Math.abs(mean - (share * value + (1 - share) * background))).toBeLessThanOrEqual(0.5)
        if (width === height) expect(new Set(result)).toEqual(new Set([value]))
      }),
    )
  })
})

describe('toInputs', () => {
  const png = encode({ width: 2, height: 2, data: Uint8Array.of(0, 255, 10, 200), channels: 1, depth: 8 })
  const transparent = encode({ width: 1, height: 1, data: Uint8Array.of(77, 0), channels: 2, depth: 8 })

  /** 8 × 8 pixels, a quarter of them of each value. */
  const quarters = (...values: number[]) =>
    Array.from({ length: 64 }, (_, i) => values[2 * Math.floor(i / 32) + Math.floor((i % 8) / 4)])

  test('takes a PNG, inverted if asked', () => {
    expect([...toInputs(png, 'x', 64, false)]).toEqual(quarters(0, 255, 10, 200))
    expect([...toInputs(png, 'x', 64, true)]).toEqual(quarters(255, 0, 245, 55))
  })

  test('what is transparent, or beside the image, is background: no stroke, inverted or not', () => {
    const wide = encode({ width: 2, height: 1, data: Uint8Array.of(77, 77), channels: 1, depth: 8 })
    expect([...toInputs(transparent, 'x', 64, false)]).toEqual(quarters(0, 0, 0, 0))
    expect([...toInputs(transparent, 'x', 64, true)]).toEqual(quarters(0, 0, 0, 0))
    expect([...toInputs(wide, 'x', 64, false)]).toEqual(quarters(77, 77, 0, 0))
    expect([...toInputs(wide, 'x', 64, true)]).toEqual(quarters(178, 178, 0, 0))
  })

  test('takes raw bytes, inverted if asked', () => {
    const raw = Uint8Array.of(1, 2, 3)
    expect([...toInputs(raw, 'x', 3, false)]).toEqual([1, 2, 3])
    expect([...toInputs(raw, 'x', 3, true)]).toEqual([254, 253, 252])
  })

  test('refuses any other size, and names the file', () => {
    for (const length of [0, 2, 4]) {
      expect(() => toInputs(new Uint8Array(length), 'four.raw', 3, false)).toThrow(
        `four.raw is neither a PNG nor as many raw bytes as the model has inputs: it has ${length}, expected 3`,
      )
    }
  })

  test('refuses a PNG for a model without a square, and names the file', () => {
    expect(() => toInputs(png, 'x.png', 65, false)).toThrow(
      "x.png is a PNG, but the model's 65 inputs make no square: give it files of 65 raw bytes",
    )
  })

  test('refuses a PNG for a model of too few inputs for an image, and names the file', () => {
    expect(() => toInputs(png, 'x.png', 4, false)).toThrow('x.png is an image, and the model takes 4 inputs')
  })
})
