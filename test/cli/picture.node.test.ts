// Pictures: the orientations of Exif, JPEG beside PNG, damaged files.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { encode as encodeJpeg } from 'jpeg-js'
import { describe, expect, test } from 'vitest'
import { jpegOrientation, tiffOrientation, upright } from '../../src/cli/exif.ts'
import { Failure } from '../../src/cli/failure.ts'
import { pixelsOf } from '../../src/cli/picture.ts'
import { encodePng } from '../support/encode-png.ts'

/** Exif with an orientation, in either order of bytes. */
function tiff(orientation: number, isLittle: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(26))
  view.setUint16(0, isLittle ? 0x4949 : 0x4d4d)
  view.setUint16(2, 42, isLittle)
  view.setUint32(4, 8, isLittle)
  view.setUint16(8, 1, isLittle)
  view.setUint16(10, 0x0112, isLittle)
  view.setUint16(12, 3, isLittle)
  view.setUint32(14, 1, isLittle)
  view.setUint16(18, orientation, isLittle)
  return new Uint8Array(view.buffer)
}

/** A JPEG of 16 × 8 pixels, white on the left, with Exif in front. */
function jpeg(orientation: number): Buffer {
  const data = Buffer.from(
    Array.from({ length: 128 }, (_, i) => (i % 16 < 8 ? [255, 255, 255, 255] : [0, 0, 0, 255])).flat(),
  )
  const plain = encodeJpeg({ data, width: 16, height: 8 }, 100).data
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff(orientation, true)])
  const head = Buffer.from([0xff, 0xe1, 0, body.length + 2])
  return Buffer.concat([plain.subarray(0, 2), head, body, plain.subarray(2)])
}

describe('orientation', () => {
  // The letters of a picture as stored, and as it is to be seen. Source: Exif 2.32, figure of the tag Orientation.
  test.each([
    [1, 'abc|def'],
    [2, 'cba|fed'],
    [3, 'fed|cba'],
    [4, 'def|abc'],
    [5, 'ad|be|cf'],
    [6, 'da|eb|fc'],
    [7, 'fc|eb|da'],
    [8, 'cf|be|ad'],
  ])('%d', (orientation, expected) => {
    const stored = { width: 3, height: 2, planes: [Uint8Array.from(Buffer.from('abcdef'))] }
    const { width, planes } = upright(stored, orientation)
    const text = Buffer.from(planes[0] ?? []).toString()
    expect(text.match(new RegExp(`.{${width}}`, 'g'))?.join('|')).toBe(expected)
  })

  test.each([true, false])('in the file, little-endian: %s', isLittle => {
    expect(tiffOrientation(tiff(6, isLittle))).toBe(6)
  })

  test('a JPEG is turned: white on the left becomes white at the top', async () => {
    expect(jpegOrientation(jpeg(6))).toBe(6)
    const pixels = await pixelsOf(jpeg(6), 'x', { side: 16, colours: 'grey' }, 0)
    const at = (row: number, column: number) => pixels[row * 16 + column] ?? 0
    expect([at(2, 8), at(13, 8), at(8, 1)]).toEqual([255, 0, 0])
  })

  test('Exif of any bytes is an orientation', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), bytes => {
        const found = tiffOrientation(bytes)
        return Number.isInteger(found) && found >= 1 && found <= 8
      }),
    )
  })
})

test('colours stand beside each other, pixel by pixel', async () => {
  const png = encodePng({ width: 2, height: 1, depth: 8, colourType: 2, samples: [10, 20, 30, 40, 50, 60] })
  const pixels = await pixelsOf(png, 'x', { side: 2, colours: 'rgb' }, 0)
  // One row, centred on two: padding rounds down, so that it is the upper one.
  expect([...pixels]).toEqual([10, 20, 30, 40, 50, 60, 0, 0, 0, 0, 0, 0])
})

// jpeg-js repeats halved colours, where libjpeg and browsers blend those of neighbours.
test.each([
  ['grey', 3],
  ['colour', 3],
  ['halved', 32],
  ['progressive', 3],
  ['cmyk', 3],
])('a JPEG, %s: as libjpeg decodes it, to %d of 255', async (name, tolerance) => {
  const read = (path: string) => readFileSync(join(import.meta.dirname, '..', path))
  const wanted = { side: 32, colours: 'rgb' } as const
  const found = await pixelsOf(read(`fuzz/seeds/jpeg/${name}.jpg`), 'x', wanted, 0)
  const expected = await pixelsOf(read(`fixtures/jpeg-${name}.png`), 'x', wanted, 0)
  const difference = found.reduce((most, value, i) => Math.max(most, Math.abs(value - (expected[i] ?? 0))), 0)
  expect(difference).toBeLessThanOrEqual(tolerance)
})

test('a damaged JPEG is decoded, or refused in words that name it', async () => {
  const file = jpeg(1)
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: file.length }),
      fc.array(fc.tuple(fc.nat({ max: file.length - 1 }), fc.nat({ max: 255 })), { maxLength: 4 }),
      async (length, changes) => {
        const damaged = Buffer.from(file.subarray(0, length))
        for (const [at, value] of changes) if (at < length) damaged[at] = value
        try {
          const pixels = await pixelsOf(damaged, 'cat.jpg', { side: 8, colours: 'rgb' }, 0)
          expect(pixels).toHaveLength(192)
        } catch (error) {
          expect(error).toBeInstanceOf(Failure)
          expect((error as Failure).message).toContain('cat.jpg')
        }
      },
    ),
    { numRuns: 300 },
  )
})
