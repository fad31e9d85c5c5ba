// The augmentation kernel: what must come out exactly, the f64 twin, threads, and the distributions of what is drawn.
import { beforeAll, describe, expect, test } from 'vitest'
import { augmentImage } from '../../src/reference/augment.ts'
import type { Runtime } from '../../src/wasm/runtime.ts'
import { augmentBatch, type Batch, type Limits, limitsOf } from '../support/augment-batch.ts'
import { builds } from '../support/builds.ts'
import { expectSame } from '../support/expect-same.ts'
import { createFullRuntime } from '../support/full-runtime.ts'

const sizes: [number, number][] = [
  [1, 1],
  [5, 3],
  [28, 28],
  [29, 31],
]
const moreSizes: [number, number][] = [...sizes, [1, 9], [2, 1], [3, 16], [4, 4], [16, 7], [17, 2], [40, 6]]

/** `count` images of arbitrary bytes, one in three 0. */
function noisyImages(count: number, width: number, height: number): Uint8Array {
  return Uint8Array.from({ length: count * width * height }, (_, i) =>
    i % 3 === 0 ? 0 : (i * i * 31 + i * 57) % 256,
  )
}

/** One smooth stroke, a ring in the middle, with black around it: like a digit. */
function ring(width: number, height: number): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const x = (i % width) - (width - 1) / 2
    const y = Math.floor(i / width) - (height - 1) / 2
    return Math.round(255 * Math.exp(-((Math.hypot(x, y) - width / 5) ** 2) / 3))
  })
}

/** `rows` rows of the one image. */
const repeated = (image: Uint8Array, width: number, height: number, rows: number): Batch => ({
  images: image,
  indices: new Int32Array(rows),
  width,
  height,
})

const everything: Limits = {
  right: [-2, 2],
  down: [-1, 3],
  wider: [0.8, 1.3],
  higher: [0.7, 1.1],
  rotation: [[-0.3, 0.4]],
  shear: [[-0.2, 0.1]],
  elastic: [1.2, 5.5],
  noise: 20,
  background: 9,
}

const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length

const deviation = (values: ArrayLike<number>) => {
  const middle = mean(values)
  return Math.sqrt(mean(Array.from(values, value => (value - middle) ** 2)))
}

describe.each(builds)('%s build', build => {
  let runtime: Runtime

  beforeAll(async () => {
    runtime = await createFullRuntime(build)
  })

  test.each(moreSizes)('%i × %i: nothing to do gives the same bytes', (width, height) => {
    const images = noisyImages(3, width, height)
    const result = augmentBatch(runtime, { images, indices: [2, 0, 1, 0], width, height }, limitsOf({}))
    const size = width * height
    expectSame(
      result,
      [2, 0, 1, 0].flatMap(i => [...images.subarray(i * size, (i + 1) * size)]),
    )
  })

  test.each(moreSizes)('%i × %i: shifts by whole pixels move bytes', (width, height) => {
    const image = noisyImages(1, width, height)
    for (const [right, down] of [
      [1, 0],
      [0, -1],
      [-2, 3],
      [100, 0],
      [0, 1e6],
    ] as const) {
      const limits = limitsOf({ right: [right, right], down: [down, down], background: 7 })
      const expected = Array.from({ length: width * height }, (_, i) => {
        const [x, y] = [(i % width) - right, Math.floor(i / width) - down]
        return x >= 0 && x < width && y >= 0 && y < height ? (image[y * width + x] ?? 0) : 7
      })
      const result = augmentBatch(runtime, repeated(image, width, height, 1), limits)
      expectSame(result, expected, `shift ${right}, ${down}`)
    }
  })

  test.each([1, 5, 28, 31])('%i × %i: quarter turns move bytes', n => {
    const image = noisyImages(1, n, n)
    let expected = [...image]
    for (const turns of [1, 2, 3, 4]) {
      // Against the clock: the last column becomes the first row.
      const before = expected
      expected = before.map((_, i) => before[(i % n) * n + (n - 1 - Math.floor(i / n))] ?? 0)
      for (const rotation of [turns, turns - 4]) {
        const limits = limitsOf({ rotation: [[rotation, rotation]] })
        expectSame(augmentBatch(runtime, repeated(image, n, n, 1), limits), expected, `${rotation} turns`)
      }
    }
  })

  test.each(moreSizes)('%i × %i: everything at once, within rounding of the twin', (width, height) => {
    const size = width * height
    const images = noisyImages(3, width, height)
    const labels = [1, 0, 1]
    const indices = [1, 2, 0, 2]
    for (const [name, change] of Object.entries<Limits>({
      everything: {},
      'no elastic field': { elastic: [0, 1] },
      'a field that changes from pixel to pixel': { elastic: [0.5, 1.1] },
      'a field that hardly changes': { elastic: [2, 300] },
      'no noise': { noise: 0 },
      'zeros stay': { keepZeros: true, background: 0 },
      'limits by class': {
        rotation: [
          [0.5, 0.6],
          [-0.1, 0],
        ],
        shear: [
          [0, 0],
          [0.2, 0.3],
        ],
      },
    })) {
      const options = { ...everything, ...change }
      const limits = limitsOf(options)
      const place = { seed: 0xfedcba98, step: 0xfffffff0 }
      const byClass = options.rotation?.length === 2
      const batch = { images, indices, width, height, ...place, ...(byClass && { labels }) }
      const result = augmentBatch(runtime, batch, limits)
      indices.forEach((index, row) => {
        const image = images.subarray(index * size, (index + 1) * size)
        const label = byClass ? (labels[index] ?? 0) : 0
        const { smooth, noisy } = augmentImage(image, width, height, limits, label, { ...place, row })
        for (const [i, exact] of noisy.entries()) {
          // Whether a value rounds to 0 may hang on single precision.
          if (options.keepZeros && Math.abs((smooth[i] ?? 0) - 0.5) < 0.02) continue
          const found = result[row * size + i] ?? Number.NaN
          const expected = Math.min(Math.max(exact, 0), 255)
          const where = `${name}, row ${row}, pixel ${i}: ${found}, expected ${expected}`
          if (!(Math.abs(found - expected) <= 0.52)) expect.fail(where)
        }
      })
    }
  })

  test('the labels that count are the images’, not the rows’', () => {
    const turn: Limits = {
      rotation: [
        [0, 0],
        [2, 2],
      ],
      shear: [
        [0, 0],
        [0, 0],
      ],
    }
    const images = Uint8Array.of(1, 2, 3, 4)
    const batch = { images, indices: [1, 0, 1], labels: [0, 1], width: 2, height: 1 }
    expect([...augmentBatch(runtime, batch, limitsOf(turn))]).toEqual([4, 3, 1, 2, 4, 3])
  })

  test.each(sizes)('%i × %i: the same bytes from 1, 2, 3, 4 and 8 threads', (width, height) => {
    const batch = { images: noisyImages(3, width, height), indices: [0, 1, 2, 2, 1, 0, 0], width, height }
    const limits = limitsOf(everything)
    const alone = augmentBatch(runtime, batch, limits)
    for (const threads of [2, 3, 4, 8]) {
      expectSame(augmentBatch(runtime, batch, limits, threads), alone, `${threads} threads`)
    }
  })

  test('a batch of no rows writes nothing', () => {
    const batch = { images: noisyImages(1, 5, 3), indices: [], width: 5, height: 3 }
    expect(augmentBatch(runtime, batch, limitsOf(everything), 2)).toHaveLength(0)
  })

  test('rows, steps and seeds differ; the same ones are the same', () => {
    const batch = repeated(ring(28, 28), 28, 28, 2)
    const limits = limitsOf({ ...everything, noise: 0 })
    const results = [{}, { seed: 2 }, { step: 1 }].map(change =>
      augmentBatch(runtime, { ...batch, ...change }, limits),
    )
    const images = results.flatMap(result => [result.subarray(0, 784).join(), result.subarray(784).join()])
    expect(new Set(images).size).toBe(6)
    expectSame(augmentBatch(runtime, batch, limits), results[0] ?? [])
  })

  test('a ring keeps its mass when it is turned, sheared, shifted and bent', () => {
    const image = ring(28, 28)
    const mass = mean(image)
    const { rotation, shear, elastic } = everything
    const limits = { ...(rotation && { rotation }), ...(shear && { shear }), ...(elastic && { elastic }) }
    const result = augmentBatch(
      runtime,
      repeated(image, 28, 28, 200),
      limitsOf({ ...limits, right: [-2, 2], down: [-2, 2] }),
    )
    expect(mean(result) / mass).toBeGreaterThan(0.96)
    expect(mean(result) / mass).toBeLessThan(1.04)
  })

  test('a ring twice as wide and half as high again has three times its mass', () => {
    const image = ring(40, 40)
    const limits = limitsOf({ wider: [2, 2], higher: [1.5, 1.5] })
    const ratio = mean(augmentBatch(runtime, repeated(image, 40, 40, 1), limits)) / mean(image)
    expect(ratio).toBeCloseTo(3, 1)
  })

  describe('the elastic field', () => {
    const SIGMA = 4
    const ALPHA = 34
    const STANDARD_DEVIATION = ALPHA / (SIGMA * Math.sqrt(12 * Math.PI))
    const ROWS = 3000
    const SIDE = 28
    const STEEPNESS = 9
    /** Displacements of each row's image at the pixels that no field of 7 pixels takes to the edge. */
    let fields: Record<'x' | 'y', (row: number, x: number, y: number) => number>

    beforeAll(() => {
      const limits = limitsOf({ elastic: [STANDARD_DEVIATION, SIGMA * Math.sqrt(6 / 5)] })
      // A ramp shows the displacement along it, times its steepness.
      const measure = (along: (x: number, y: number) => number) => {
        const ramp = Uint8Array.from(
          { length: SIDE * SIDE },
          (_, i) => STEEPNESS * along(i % SIDE, Math.floor(i / SIDE)),
        )
        const result = augmentBatch(runtime, repeated(ramp, SIDE, SIDE, ROWS), limits)
        return (row: number, x: number, y: number) =>
          (result[(row * SIDE + y) * SIDE + x] ?? Number.NaN) / STEEPNESS - along(x, y)
      }
      fields = { x: measure(x => x), y: measure((_, y) => y) }
    })

    const overRows = <T>(value: (row: number) => T) => Array.from({ length: ROWS }, (_, row) => value(row))

    test.each(['x', 'y'] as const)('along %s: mean 0, standard deviation alpha / (sigma·√(12π))', axis => {
      // Five standard deviations of each estimate; some places on, between and off the lattice's points.
      for (const [x, y] of [
        [8, 8],
        [9, 13],
        [13, 9],
        [14, 14],
        [18, 10],
      ] as const) {
        const values = overRows(row => fields[axis](row, x, y))
        expect(Math.abs(mean(values)), `${x}, ${y}`).toBeLessThan((5 * STANDARD_DEVIATION) / Math.sqrt(ROWS))
        const ratio = deviation(values) / STANDARD_DEVIATION
        expect(Math.abs(ratio - 1), `${x}, ${y}`).toBeLessThan(5 / Math.sqrt(2 * ROWS))
      }
    })

    test('displacements are about normally distributed', () => {
      const values = overRows(row => fields.x(row, 14, 14) / STANDARD_DEVIATION)
      for (const [bound, share] of [
        [1, 0.6827],
        [2, 0.9545],
      ] as const) {
        const found = values.filter(value => Math.abs(value) < bound).length / ROWS
        expect(Math.abs(found - share), `within ${bound}`).toBeLessThan(0.03)
      }
    })

    test.each([1, 3, 6, 10])('at distance %i the correlation is exp(−d² / 4·sigma²)', d => {
      const expected = Math.exp(-(d ** 2) / (4 * SIGMA ** 2))
      const correlation = (value: (row: number) => number, other: (row: number) => number) =>
        mean(overRows(row => value(row) * other(row))) / STANDARD_DEVIATION ** 2
      const across = correlation(
        row => fields.x(row, 9, 14),
        row => fields.x(row, 9 + d, 14),
      )
      const down = correlation(
        row => fields.x(row, 14, 9),
        row => fields.x(row, 14, 9 + d),
      )
      // 0.03 is the lattice's share, the rest that of 3,000 rows.
      expect(Math.abs(across - expected)).toBeLessThan(0.03 + 5 / Math.sqrt(ROWS))
      expect(Math.abs(down - expected)).toBeLessThan(0.03 + 5 / Math.sqrt(ROWS))
    })

    test('both axes, and rows, are independent', () => {
      const x = (row: number) => fields.x(row % ROWS, 14, 14)
      const y = (row: number) => fields.y(row, 14, 14)
      const next = (row: number) => x(row + 1)
      for (const other of [y, next]) {
        const covariance = mean(overRows(row => x(row) * other(row)))
        expect(Math.abs(covariance)).toBeLessThan((5 * STANDARD_DEVIATION ** 2) / Math.sqrt(ROWS))
      }
    })
  })

  describe('noise', () => {
    const N = 100_000

    test('has mean 0 and its standard deviation, normally distributed, pixel by pixel independent', () => {
      const image = new Uint8Array(N).fill(128)
      const result = augmentBatch(runtime, repeated(image, 1000, 100, 1), limitsOf({ noise: 20 }))
      const values = Float64Array.from(result, byte => byte - 128)
      expect(Math.abs(mean(values))).toBeLessThan((5 * 20) / Math.sqrt(N))
      // Rounding adds a variance of 1/12.
      expect(Math.abs(deviation(values) / Math.sqrt(400 + 1 / 12) - 1)).toBeLessThan(5 / Math.sqrt(2 * N))
      const within = (bound: number) => values.filter(value => Math.abs(value) <= bound).length / N
      expect(within(20)).toBeCloseTo(0.6946, 2) // |z| < 20.5/20
      expect(within(40)).toBeCloseTo(0.9571, 2)
      expect(within(60)).toBeCloseTo(0.9975, 2)
      for (const lag of [1, 2, 3, 4, 1000]) {
        const covariance = mean(values.map((value, i) => value * (values[i + lag] ?? 0)))
        expect(Math.abs(covariance), `lag ${lag}`).toBeLessThan((5 * 400) / Math.sqrt(N))
      }
    })

    test('is cut off at 0 and 255', () => {
      const image = Uint8Array.from({ length: 1000 }, (_, i) => (i % 2) * 255)
      const result = augmentBatch(runtime, repeated(image, 1000, 1, 1), limitsOf({ noise: 100 }))
      expect(result.filter(byte => byte === 0).length).toBeGreaterThan(200)
      expect(result.filter(byte => byte === 255).length).toBeGreaterThan(200)
    })

    test('leaves pixels that are 0 as they are, if it shall', () => {
      const image = Uint8Array.from({ length: 1000 }, (_, i) => (i % 2) * 128)
      const batch = repeated(image, 1000, 1, 1)
      const result = augmentBatch(runtime, batch, limitsOf({ noise: 20, keepZeros: true }))
      expect(result.filter((byte, i) => i % 2 === 0 && byte !== 0)).toHaveLength(0)
      expect(result.filter((byte, i) => i % 2 === 1 && byte === 128).length).toBeLessThan(50)
    })
  })
})
