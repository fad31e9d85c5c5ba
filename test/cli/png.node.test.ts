// PNG files of every kind, decoded to grey. Files come from fast-png where it can write them, else from
// test/support/encode-png.ts.
import { deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { encode } from 'fast-png'
import { describe, expect, test } from 'vitest'
import { decodePng } from '../../src/cli/png.ts'
import { isPng } from '../../src/cli/png-chunks.ts'
import { encodePng, joinChunks } from '../support/encode-png.ts'

/** Grey of red, green and blue, 0–1. */
const luma = (red = 0, green = 0, blue = 0) => 0.299 * red + 0.587 * green + 0.114 * blue

const pixelsOf = (file: Uint8Array, background = 0) => [...decodePng(file, 'x.png', background).pixels]

describe('files of fast-png', () => {
  test('grey, 8 bits', () => {
    const data = Uint8Array.of(0, 1, 127, 128, 254, 255)
    const image = decodePng(encode({ width: 3, height: 2, data, channels: 1, depth: 8 }), 'x.png', 0)
    expect(image).toEqual({ width: 3, height: 2, pixels: data })
  })

  test('grey, 16 bits', () => {
    const data = Uint16Array.of(0, 257, 0x8080, 0xffff)
    expect(pixelsOf(encode({ width: 2, height: 2, data, channels: 1, depth: 16 }))).toEqual([0, 1, 128, 255])
  })

  test.each([
    [1, [0b01000000], [0, 255, 0]],
    [2, [0b00011000], [0, 85, 170]],
    [4, [0x0f, 0x10], [0, 255, 17]],
  ] as const)('grey, %d bits', (depth, data, expected) => {
    const file = encode({ width: 3, height: 1, data: Uint8Array.from(data), channels: 1, depth })
    expect(pixelsOf(file)).toEqual(expected)
  })

  test('colour, 8 and 16 bits: red, green, blue, white', () => {
    const data = Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255)
    const wide = Uint16Array.from(data, value => value * 257)
    const expected = [76, 150, 29, 255]
    expect(pixelsOf(encode({ width: 4, height: 1, data, channels: 3, depth: 8 }))).toEqual(expected)
    expect(pixelsOf(encode({ width: 4, height: 1, data: wide, channels: 3, depth: 16 }))).toEqual(expected)
  })

  test.each([
    [0, [200, 100, 0]],
    [255, [200, 228, 255]],
  ])('alpha of grey and of colour, over %d', (background, expected) => {
    const alphas = [255, background === 0 ? 128 : 127, 0]
    const grey = alphas.flatMap(alpha => [200, alpha])
    const colour = alphas.flatMap(alpha => [200, 200, 200, alpha])
    for (const [channels, samples] of [
      [2, grey],
      [4, colour],
    ] as const) {
      const narrow = { width: 3, height: 1, data: Uint8Array.from(samples), channels, depth: 8 } as const
      const wide = { ...narrow, data: Uint16Array.from(samples, value => value * 257), depth: 16 } as const
      expect(pixelsOf(encode(narrow), background)).toEqual(expected)
      expect(pixelsOf(encode(wide), background)).toEqual(expected)
    }
  })

  test('palette, with and without alpha', () => {
    const opaque = [
      [255, 0, 0],
      [9, 9, 9],
    ]
    const palette = opaque.map((colour, i) => [...colour, i === 0 ? 0 : 255])
    const image = { width: 2, height: 1, data: Uint8Array.of(0, 1), channels: 1, depth: 8 } as const
    expect(pixelsOf(encode({ ...image, palette: opaque }), 255)).toEqual([76, 9])
    expect(pixelsOf(encode({ ...image, palette }), 255)).toEqual([255, 9])
  })

  test('interlaced', () => {
    const data = Uint8Array.from({ length: 11 * 9 }, (_, i) => (i * 37) % 256)
    const file = encode({ width: 11, height: 9, data, channels: 1, depth: 8 }, { interlace: 'Adam7' })
    expect(pixelsOf(file)).toEqual([...data])
  })
})

describe('every kind', () => {
  const kinds = fc.constantFrom(
    ...[1, 2, 4, 8, 16].map(depth => ({ colourType: 0, channels: 1, depth })),
    ...[1, 2, 4, 8].map(depth => ({ colourType: 3, channels: 1, depth })),
    ...[8, 16].flatMap(depth => [
      { colourType: 2, channels: 3, depth },
      { colourType: 4, channels: 2, depth },
      { colourType: 6, channels: 4, depth },
    ]),
  )
  const images = fc
    .record({
      kind: kinds,
      width: fc.integer({ min: 1, max: 20 }),
      height: fc.integer({ min: 1, max: 20 }),
      interlaced: fc.boolean(),
      filters: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 5 }),
      background: fc.constantFrom(0, 255),
      palette: fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 3 * 256, maxLength: 3 * 256 }),
      alphas: fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 16 }),
    })
    .chain(image => {
      const { kind, width, height } = image
      const length = width * height * kind.channels
      const sample = fc.integer({ min: 0, max: 2 ** kind.depth - 1 })
      return fc.record({
        image: fc.constant(image),
        samples: fc.array(sample, { minLength: length, maxLength: length }),
      })
    })

  test('gives the pixels that were encoded, whatever depth, filters and interlacing', () => {
    fc.assert(
      fc.property(images, ({ image, samples }) => {
        const { kind, width, height, interlaced, filters, background, palette, alphas } = image
        const { colourType, channels, depth } = kind
        const colours = 3 * Math.min(256, 2 ** depth)
        const file = encodePng({
          width,
          height,
          depth,
          colourType,
          samples,
          interlaced,
          filters,
          ...(colourType === 3 && {
            palette: palette.slice(0, colours),
            transparency: alphas.slice(0, colours / 3),
          }),
        })
        const max = 2 ** depth - 1
        const expected = Array.from({ length: width * height }, (_, i) => {
          const pixel = samples.slice(i * channels, (i + 1) * channels).map(value => value / max)
          const index = samples[i] ?? 0
          const colour = palette.slice(3 * index, 3 * index + 3).map(value => value / 255)
          const grey =
            colourType === 3 ? luma(...colour) : channels > 2 ? luma(...pixel.slice(0, 3)) : (pixel[0] ?? 0)
          const alpha =
            colourType === 3 ? (alphas[index] ?? 255) / 255 : channels % 2 === 0 ? (pixel.at(-1) ?? 0) : 1
          return 255 * grey * alpha + background * (1 - alpha)
        })
        const actual = decodePng(file, 'x.png', background)
        expect([actual.width, actual.height]).toEqual([width, height])
        const largest = Math.max(
          ...expected.map((value, i) => Math.abs(value - (actual.pixels[i] ?? Number.NaN))),
        )
        expect(largest).toBeLessThanOrEqual(0.5 + 1e-9) // rounding
      }),
      { numRuns: 300 },
    )
  })

  test('one colour can be said to be transparent', () => {
    const grey = { width: 3, height: 1, depth: 4, colourType: 0, samples: [3, 4, 5], transparency: [0, 4] }
    expect(pixelsOf(encodePng(grey), 255)).toEqual([51, 255, 85])
    const samples = [1, 2, 3, 1, 2, 4]
    const colour = { width: 2, height: 1, depth: 8, colourType: 2, samples, transparency: [0, 1, 0, 2, 0, 3] }
    expect(pixelsOf(encodePng(colour), 255)).toEqual([255, 2])
  })

  test('several IDAT chunks, and chunks that do not matter', () => {
    const whole = deflateSync(Uint8Array.of(0, 7, 8))
    const file = joinChunks(
      ['IHDR', Uint8Array.of(0, 0, 0, 2, 0, 0, 0, 1, 8, 0, 0, 0, 0)],
      ['tEXt', Uint8Array.of(1, 2, 3)],
      ['IDAT', whole.subarray(0, 5)],
      ['IDAT', whole.subarray(5)],
      ['IEND', new Uint8Array()],
    )
    expect(pixelsOf(file)).toEqual([7, 8])
  })
})

describe('broken files', () => {
  const good = encodePng({ width: 2, height: 2, depth: 8, colourType: 0, samples: [1, 2, 3, 4] })
  const header = (...fields: number[]) => ['IHDR', Uint8Array.from(fields)] as const
  const end = ['IEND', new Uint8Array()] as const
  const pixels = (...raw: number[]) => ['IDAT', deflateSync(Uint8Array.from(raw))] as const
  const grey2x1 = header(0, 0, 0, 2, 0, 0, 0, 1, 8, 0, 0, 0, 0)

  test('a file cut anywhere is refused', () => {
    for (let length = 8; length < good.length; length++) {
      expect(() => decodePng(good.subarray(0, length), 'x.png', 0), `${length} bytes`).toThrow(
        'x.png is a truncated PNG',
      )
    }
  })

  test.each([
    ['no header', joinChunks(pixels(0, 1), end), 'it does not begin with a header'],
    [
      'a second header',
      joinChunks(grey2x1, header(0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0), pixels(0, 1), end),
      'it has a second header',
    ],
    ...(['PLTE', 'tRNS'] as const).map((type): [string, Uint8Array, string] => [
      `a second ${type}`,
      joinChunks(grey2x1, [type, new Uint8Array(3)], [type, new Uint8Array(3)], pixels(0, 1), end),
      `it has a second chunk ${type}`,
    ]),
    ['a short header', joinChunks(header(0, 0), end), 'its header has 2 bytes, not 13'],
    ['no width', joinChunks(header(0, 0, 0, 0, 0, 0, 0, 1, 8, 0, 0, 0, 0), end), '0 × 1 pixels'],
    ['depth 3', joinChunks(header(0, 0, 0, 1, 0, 0, 0, 1, 3, 0, 0, 0, 0), end), 'with 3 bits'],
    ['colour of 4 bits', joinChunks(header(0, 0, 0, 1, 0, 0, 0, 1, 4, 2, 0, 0, 0), end), 'with 4 bits'],
    ['colour type 5', joinChunks(header(0, 0, 0, 1, 0, 0, 0, 1, 8, 5, 0, 0, 0), end), 'colour type 5'],
    ['interlace 2', joinChunks(header(0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 2), end), 'interlace 2'],
    [
      'an unknown critical chunk',
      joinChunks(grey2x1, ['CgBI', new Uint8Array()], end),
      'it has a chunk "CgBI"',
    ],
    ['no pixels', joinChunks(grey2x1, end), 'its pixels do not inflate (unexpected end of file)'],
    ['no zlib', joinChunks(grey2x1, ['IDAT', Uint8Array.of(1, 2, 3)], end), 'do not inflate'],
    ['too few pixels', joinChunks(grey2x1, pixels(0, 1), end), 'it has fewer pixels than its header says'],
    ['too many pixels', joinChunks(grey2x1, pixels(0, 1, 2, 3), end), 'there are more than its header says'],
    ['filter 5', joinChunks(grey2x1, pixels(5, 1, 2), end), 'unknown filter 5'],
    [
      'a colour that is not in the palette',
      encodePng({ width: 1, height: 1, depth: 8, colourType: 3, samples: [1], palette: [1, 2, 3] }),
      'it has a pixel of colour 1, and 1 colours',
    ],
    [
      'too many pixels for memory',
      joinChunks(header(0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff, 8, 0, 0, 0, 0), pixels(), end),
      'x.png is too large: 65535 × 65535 pixels of 8 bits, expected at most 64,000,000 in all',
    ],
    [
      'too many rows',
      joinChunks(
        header(0, 0, 0, 1, 0, 1, 0, 0, 8, 0, 0, 0, 0),
        ['IDAT', deflateSync(new Uint8Array(2 ** 17))],
        end,
      ),
      'x.png is too large: 1 × 65536 pixels of 8 bits, expected at most 64,000,000 in all, 65,535 in a row or column',
    ],
    [
      'too many bytes for memory',
      joinChunks(header(0, 0, 16, 0, 0, 0, 32, 1, 16, 6, 0, 0, 0), pixels(), end),
      'x.png is too large: 4096 × 8193 pixels of 64 bits',
    ],
    [
      'colours of two bytes',
      joinChunks(grey2x1, ['PLTE', new Uint8Array(8)], pixels(0, 1, 2), end),
      'its palette has 8 bytes, expected 3 for each of at most 256 colours',
    ],
    [
      'a palette of 257 colours',
      joinChunks(grey2x1, ['PLTE', new Uint8Array(3 * 257)], pixels(0, 1, 2), end),
      'its palette has 771 bytes',
    ],
  ])('%s', (_, file, message) => {
    expect(() => decodePng(file, 'x.png', 0)).toThrow(message)
    expect(() => decodePng(file, 'x.png', 0)).toThrow('x.png ')
  })

  test('any byte that is changed is noticed', () => {
    for (let at = 8; at < good.length; ++at) {
      for (let mask = 1; mask < 256; ++mask) {
        const damaged = good.slice()
        damaged[at] = (damaged[at] ?? 0) ^ mask
        expect(() => decodePng(damaged, 'x.png', 0), `byte ${at} ^ ${mask}`).toThrow(
          /^x\.png is a (truncated PNG|broken PNG: its chunk ".*" is not what its checksum says)/,
        )
      }
    }
  })
})

test('isPng knows the signature', () => {
  expect(isPng(encodePng({ width: 1, height: 1, depth: 8, colourType: 0, samples: [0] }))).toBe(true)
  expect(isPng(Uint8Array.of(0x89, 0x50, 0x4e, 0x47))).toBe(false)
  expect(isPng(new Uint8Array())).toBe(false)
})
