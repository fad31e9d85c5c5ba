// What augmentation takes and refuses, and the limits that it gives the kernel.
import { describe, expect, test } from 'vitest'
import { ArgumentError } from '../../src/index.ts'
import { type AugmentationOptions, resolveAugmentation } from '../../src/network/augmentation.ts'
import { limitsBlock } from '../../src/network/augmenter.ts'

/** For what TypeScript refuses and plain JavaScript does not. */
const untyped = (value: unknown) => value as AugmentationOptions

describe('resolveAugmentation', () => {
  test('what is left out does not happen', () => {
    expect(resolveAugmentation({})).toEqual({
      rotation: 0,
      shift: { x: 0, y: 0 },
      scale: { x: 0, y: 0 },
      shear: 0,
      elastic: { alpha: 0, sigma: 1 },
      noise: { standardDeviation: 0, keepZeros: false },
      background: 0,
    })
  })

  test('one number for both directions, or each apart', () => {
    const { shift, scale } = resolveAugmentation({ shift: 2, scale: { x: 0.1 } })
    expect([shift, scale]).toEqual([
      { x: 2, y: 2 },
      { x: 0.1, y: 0 },
    ])
    expect(resolveAugmentation({ shift: { y: 3 }, scale: 0.2 })).toMatchObject({
      shift: { x: 0, y: 3 },
      scale: { x: 0.2, y: 0.2 },
    })
  })

  test('noise as a number, or with keepZeros', () => {
    expect(resolveAugmentation({ noise: 5 }).noise).toEqual({ standardDeviation: 5, keepZeros: false })
    const noise = { standardDeviation: 5, keepZeros: true }
    expect(resolveAugmentation({ noise }).noise).toEqual(noise)
  })

  test.each([
    [null, 'augmentation takes its options as an object'],
    [{ rotation: -1 }, 'rotation is -1: expected degrees, 0–180'],
    [{ rotation: [15, 181] }, 'rotation is 181'],
    [{ rotation: '15' }, 'rotation is "15": expected degrees'],
    [{ shear: 90 }, 'shear is 90: expected degrees, 0 or more and below 90'],
    [{ shear: [Number.NaN] }, 'shear is NaN'],
    [{ shift: -1 }, 'shift along x is -1: expected a number of pixels'],
    [{ shift: { y: Infinity } }, 'shift along y is Infinity'],
    [{ shift: 1e39 }, 'shift along x is 1e+39'],
    [{ shift: [1, 2] }, 'shift takes its options as an object, such as { x: 1, y: 2 }, got an array'],
    [{ scale: 1 }, 'scale along x is 1: expected a number, 0 or more and below 1'],
    [{ scale: { y: -0.1 } }, 'scale along y is -0.1'],
    [{ elastic: 36 }, 'elastic takes its options as an object, such as { alpha: 36, sigma: 6 }'],
    [{ elastic: { alpha: 36 } }, 'sigma of elastic is undefined: expected a number of pixels, 1 or more'],
    [{ elastic: { alpha: -1, sigma: 6 } }, 'alpha of elastic is -1'],
    [{ elastic: { alpha: 36, sigma: 0.5 } }, 'sigma of elastic is 0.5'],
    [{ noise: -1 }, 'standardDeviation of noise is -1'],
    [{ noise: { keepZeros: true } }, 'standardDeviation of noise is undefined'],
    [{ noise: null }, 'noise takes its options as an object'],
    [{ background: 256 }, 'background is 256: expected a byte, 0–255'],
    [{ background: 0.5 }, 'background is 0.5'],
  ])('%j throws', (options, message) => {
    expect(() => resolveAugmentation(untyped(options))).toThrow(ArgumentError)
    expect(() => resolveAugmentation(untyped(options))).toThrow(message)
  })
})

describe('limitsBlock', () => {
  test('has a low and a high limit for each amount', () => {
    const options: AugmentationOptions = {
      rotation: 45,
      shift: { x: 1, y: 2 },
      scale: { x: 0.25, y: 0.5 },
      shear: 22.5,
      noise: { standardDeviation: 8, keepZeros: true },
      background: 255,
    }
    const block = limitsBlock(resolveAugmentation(options), 1)
    expect([...block.subarray(0, 8)]).toEqual([-1, 1, -2, 2, 0.75, 1.25, 0.5, 1.5])
    expect(block[8]).toBe(0)
    expect([...block.subarray(10)]).toEqual([8, 1, 255, 0, 0, 0, -0.5, 0.5, -0.25, 0.25])
  })

  test('elastic: the field’s standard deviation and its lattice’s spacing', () => {
    const block = limitsBlock(resolveAugmentation({ elastic: { alpha: 36, sigma: 6 } }), 1)
    expect(block[8]).toBeCloseTo(36 / (6 * Math.sqrt(12 * Math.PI)), 6)
    expect(block[9]).toBeCloseTo(6 * Math.sqrt(1.2), 6)
  })

  test('angles by class', () => {
    const block = limitsBlock(resolveAugmentation({ rotation: [90, 45], shear: 45 }), 2)
    expect([...block.subarray(16)]).toEqual([-1, 1, -0.5, 0.5, -0.5, 0.5, -0.5, 0.5])
  })
})
