// Scaled inputs against the f64 twin, and folded into the first product against the product of scaled inputs.
import { beforeAll, describe, expect, test } from 'vitest'
import { gemm } from '../../src/reference/blas.ts'
import { at } from '../../src/reference/element.ts'
import { foldInputScaling, scaleRows, unfoldInputScaling } from '../../src/reference/input-scaling.ts'
import { uniform } from '../../src/reference/random.ts'
import { call } from '../../src/wasm/calls.ts'
import { builds } from '../support/builds.ts'
import { createFullRuntime } from '../support/full-runtime.ts'
import { GuardedCalls, type Region } from '../support/guarded-call.ts'
import { largestDifference } from '../support/largest-difference.ts'

const EPSILON = 2 ** -23

const sizes = [1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 33, 130].flatMap(units =>
  [1, 2, 7, 17].map(inputs => [inputs, units] as const),
)

const pool = uniform(4000, -1, 1, 8, 0)
const means = uniform(200, 0, 1, 8, 1)
const scales = uniform(200, 0.5, 4, 8, 2)
const biases = uniform(200, -1, 1, 8, 3)

describe.each(builds)('%s build', build => {
  let calls: GuardedCalls

  beforeAll(async () => {
    calls = new GuardedCalls(await createFullRuntime(build), 3000)
  })

  test.each(sizes)('scaleRows of %i × %i', (rows, columns) => {
    const x = pool.subarray(0, rows * columns)
    const scaling = { mean: means.subarray(0, columns), scale: scales.subarray(0, columns) }
    const regions = {
      x: { read: x },
      y: { write: x.length },
      inPlace: { update: x },
      mean: { read: scaling.mean },
      scale: { read: scaling.scale },
    }
    const { y, inPlace } = calls.run(regions, p => [
      call('scaleRows', p.x, p.y, rows, columns, p.mean, p.scale),
      call('scaleRows', p.inPlace, p.inPlace, rows, columns, p.mean, p.scale),
    ])
    expect(largestDifference(y, scaleRows(x, scaling), () => EPSILON * 8)).toBeLessThanOrEqual(1)
    expect(inPlace).toEqual(y)
  })

  test.each(sizes)('foldInputScaling of %i × %i', (inputs, units) => {
    const w = pool.subarray(0, inputs * units)
    const b = biases.subarray(0, units)
    const scaling = { mean: means.subarray(0, inputs), scale: scales.subarray(0, inputs) }
    const { foldedW, foldedB } = calls.run(
      {
        w: { read: w },
        b: { read: b },
        mean: { read: scaling.mean },
        scale: { read: scaling.scale },
        foldedW: { write: w.length },
        foldedB: { write: units },
      },
      p => call('foldInputScaling', inputs, units, p.w, p.b, p.mean, p.scale, p.foldedW, p.foldedB),
    )
    const expected = foldInputScaling(w, b, scaling)
    expect(largestDifference(foldedW, expected.weights, () => EPSILON * 4)).toBeLessThanOrEqual(0.5)
    expect(largestDifference(foldedB, expected.bias, () => EPSILON * 4 * (inputs + 1))).toBeLessThanOrEqual(1)
  })

  describe.each([0, 1] as const)('unfoldInputScaling, accumulate %i', accumulate => {
    test.each(sizes)('%i × %i', (inputs, units) => {
      const g = pool.subarray(0, inputs * units)
      const c = biases.subarray(0, units)
      const [dw, db] = [pool.subarray(1000, 1000 + g.length), means.subarray(0, units)]
      const scaling = { mean: means.subarray(0, inputs), scale: scales.subarray(0, inputs) }
      const target = (values: Float32Array): Region =>
        accumulate ? { update: values } : { write: values.length }
      const result = calls.run(
        {
          g: { read: g },
          c: { read: c },
          mean: { read: scaling.mean },
          scale: { read: scaling.scale },
          dw: target(dw),
          db: target(db),
        },
        p => call('unfoldInputScaling', inputs, units, p.g, p.c, p.mean, p.scale, accumulate, p.dw, p.db),
      )
      const expected = unfoldInputScaling(g, c, scaling).map((value, i) => value + accumulate * at(dw, i))
      expect(largestDifference(result.dw, expected, () => EPSILON * 9)).toBeLessThanOrEqual(1)
      const sums = Float64Array.from(c, (value, j) => value + accumulate * at(db, j))
      expect(largestDifference(result.db, sums, () => EPSILON)).toBeLessThanOrEqual(1)

      if (accumulate) return
      const inPlace = calls.run(
        {
          g: { update: g },
          c: { update: c },
          mean: { read: scaling.mean },
          scale: { read: scaling.scale },
        },
        p => call('unfoldInputScaling', inputs, units, p.g, p.c, p.mean, p.scale, 0, p.g, p.c),
      )
      expect(inPlace.g).toEqual(result.dw)
      expect(inPlace.c).toEqual(Float32Array.from(c))
    })
  })

  test('folded, the product of raw inputs is that of scaled ones', () => {
    const [rows, inputs, units] = [5, 11, 6]
    const x = pool.subarray(500, 500 + rows * inputs)
    const w = pool.subarray(0, inputs * units)
    const b = biases.subarray(0, units)
    const scaling = { mean: means.subarray(0, inputs), scale: scales.subarray(0, inputs) }
    const { foldedW, foldedB } = calls.run(
      {
        w: { read: w },
        b: { read: b },
        mean: { read: scaling.mean },
        scale: { read: scaling.scale },
        foldedW: { write: w.length },
        foldedB: { write: units },
      },
      p => call('foldInputScaling', inputs, units, p.w, p.b, p.mean, p.scale, p.foldedW, p.foldedB),
    )
    const product = (from: ArrayLike<number>, weights: Float32Array, bias: Float32Array) => {
      const z = Float64Array.from({ length: rows * units }, (_, i) => at(bias, i % units))
      gemm('N', 'N', rows, units, inputs, 1, from, inputs, weights, units, 1, z, units)
      return z
    }
    const expected = product(scaleRows(x, scaling), w, b)
    expect(largestDifference(product(x, foldedW, foldedB), expected)).toBeLessThan(1e-5)
  })
})
