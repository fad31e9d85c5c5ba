// meanSquaredError and softmaxCrossEntropy against the f64 twin.
import { beforeAll, describe, expect, test } from 'vitest'
import {
  ArgumentError,
  createKernels,
  type F32Buffer,
  type I32Buffer,
  type Kernels,
} from '../../src/kernels/index.ts'
import { at } from '../../src/reference/element.ts'
import { meanSquaredError, softmaxCrossEntropy } from '../../src/reference/losses.ts'
import { uniform } from '../../src/reference/random.ts'
import { builds } from '../support/builds.ts'
import { GuardedFloats } from '../support/guarded-floats.ts'
import { largestDifference } from '../support/largest-difference.ts'

const EPSILON = 2 ** -23

const pool = uniform(4000, -5, 5, 8, 0)

describe.each(builds)('%s build', build => {
  let kernels: Kernels
  let x: GuardedFloats
  let target: GuardedFloats
  let gradient: GuardedFloats

  beforeAll(async () => {
    kernels = await createKernels({ build })
    x = new GuardedFloats(kernels, 3000)
    target = new GuardedFloats(kernels, 3000)
    gradient = new GuardedFloats(kernels, 3000)
  })

  function upload(values: ArrayLike<number>): F32Buffer {
    const buffer = kernels.f32(values.length)
    buffer.view.set(values)
    return buffer
  }

  function uploadLabels(labels: ArrayLike<number>): I32Buffer {
    const buffer = kernels.i32(labels.length)
    buffer.view.set(labels)
    return buffer
  }

  test('meanSquaredError of 1–40 and 3,000 elements, and its gradient', () => {
    for (const n of [...Array(40).keys()].map(i => i + 1).concat(3000)) {
      const y = x.reset(n, n % 4)
      y.set(pool.subarray(0, n))
      const t = target.reset(n, (n + 1) % 4)
      t.set(pool.subarray(1000, 1000 + n))
      gradient.reset(n, (n + 2) % 4)
      const loss = kernels.meanSquaredError(x.upload(), target.upload(), gradient.upload())
      const expected = meanSquaredError(y, t)
      expect(Math.abs(loss / expected.loss - 1), `n ${n}`).toBeLessThanOrEqual(4 * EPSILON)
      const error = largestDifference(
        gradient.result,
        expected.gradient,
        i => EPSILON * Math.abs(at(expected.gradient, i)),
      )
      expect(error, `n ${n}`).toBeLessThanOrEqual(2)
      expect(x.changedOutside() + target.changedOutside() + gradient.changedOutside(1, n), `n ${n}`).toBe(0)
    }
  })

  test('meanSquaredError: worked by hand, in place', () => {
    const y = upload([1, 2, 3, 4])
    expect(kernels.meanSquaredError(y, upload([1, 0, 6, 4.5]), y)).toBe((4 + 9 + 0.25) / 4)
    expect([...y.view]).toEqual([0, 1, -1.5, -0.25])
  })

  test('softmaxCrossEntropy of 1–40 and 1,000 classes, and its gradient', () => {
    const labels = kernels.i32(3)
    for (const columns of [...Array(40).keys()].map(i => i + 1).concat(1000)) {
      const rows = 3
      labels.view.set([columns - 1, 0, columns >> 1])
      const logits = x.reset(rows * columns, columns % 4)
      logits.set(pool.subarray(0, rows * columns))
      gradient.reset(rows * columns, (columns + 1) % 4)
      const loss = kernels.softmaxCrossEntropy(x.upload(), labels, gradient.upload(), rows, columns)
      const expected = softmaxCrossEntropy(logits, labels.view, rows, columns)
      // |x − max| is at most 10: half an ε of that is lost before the exponential.
      const what = `${columns} columns`
      expect(Math.abs(loss - expected.loss), what).toBeLessThanOrEqual(8 * EPSILON * (1 + expected.loss))
      const error = largestDifference(gradient.result, expected.gradient, () => EPSILON / rows)
      expect(error, what).toBeLessThanOrEqual(8)
      expect(x.changedOutside() + gradient.changedOutside(1, rows * columns), what).toBe(0)
    }
  })

  test('softmaxCrossEntropy in place', () => {
    const labels = uploadLabels([3, 0])
    const logits = upload(pool.subarray(0, 14))
    const dlogits = kernels.f32(14)
    const loss = kernels.softmaxCrossEntropy(logits, labels, dlogits, 2, 7)
    expect(kernels.softmaxCrossEntropy(logits, labels, logits, 2, 7)).toBe(loss)
    expect(logits.view).toEqual(dlogits.view)
  })

  test('the gradient of each row of softmaxCrossEntropy sums to 0', () => {
    const dlogits = kernels.f32(30)
    kernels.softmaxCrossEntropy(upload(pool.subarray(0, 30)), uploadLabels([9, 4, 0]), dlogits, 3, 10)
    for (let i = 0; i < 3; i++) {
      const sum = dlogits.view.subarray(10 * i, 10 * i + 10).reduce((a, b) => a + b, 0)
      expect(Math.abs(sum)).toBeLessThanOrEqual(EPSILON)
    }
  })

  test('softmaxCrossEntropy of logits of ±1e4', () => {
    const logits = upload([1e4, -1e4, 1e4, -1e4, 0, 0])
    const dlogits = kernels.f32(6)
    // Row 1 is right: loss 0. Row 2 is wrong by 1e4.
    expect(kernels.softmaxCrossEntropy(logits.subarray(0, 4), uploadLabels([0, 1]), dlogits, 2, 2)).toBe(1e4)
    expect([...dlogits.view.subarray(0, 4)]).toEqual([0, 0, 0.5, -0.5])
    // Two equal and largest: log 2.
    logits.view.set([1e4, -1e4, 1e4])
    const loss = kernels.softmaxCrossEntropy(logits.subarray(0, 3), uploadLabels([2]), dlogits, 1, 3)
    expect(Math.abs(loss - Math.LN2)).toBeLessThanOrEqual(EPSILON)
    expect([...dlogits.view.subarray(0, 3)]).toEqual([0.5, 0, -0.5])
  })

  test.each([
    ['too large', 3],
    ['negative', -1],
    ['far too large', 0x7fffffff],
    ['far too small', -0x80000000],
  ])('a label that is %s throws and writes nothing', (_, bad) => {
    const logits = upload([1, 2, 3, 4, 5, 6])
    const dlogits = upload([-1, -2, -3, -4, -5, -6])
    const call = () => kernels.softmaxCrossEntropy(logits, uploadLabels([0, bad]), dlogits, 2, 3)
    expect(call).toThrow(ArgumentError)
    expect(call).toThrow(String(bad))
    expect([...dlogits.view]).toEqual([-1, -2, -3, -4, -5, -6])
    expect([...logits.view]).toEqual([1, 2, 3, 4, 5, 6])
  })
})
