// dropout against the twin: which elements are dropped, and by how much the others grow.
import { beforeAll, describe, expect, test } from 'vitest'
import { dropout, dropoutFactors } from '../../src/reference/dropout.ts'
import { uniform } from '../../src/reference/random.ts'
import { call } from '../../src/wasm/calls.ts'
import type { Runtime } from '../../src/wasm/runtime.ts'
import { builds } from '../support/builds.ts'
import { expectSame } from '../support/expect-same.ts'
import { createFullRuntime } from '../support/full-runtime.ts'
import { GuardedCalls } from '../support/guarded-call.ts'

const MAX = 0xffffffff
const pool = uniform(1003, -1, 1, 4, 0)

describe.each(builds)('%s build', build => {
  let runtime: Runtime
  let calls: GuardedCalls
  let step: number

  beforeAll(async () => {
    runtime = await createFullRuntime(build)
    calls = new GuardedCalls(runtime, 1100)
    step = runtime.memory.i32(1).pointer
  })

  function drop(x: ArrayLike<number>, rate: number, seed = 1, stream = 2, iteration = 3): Float32Array {
    new Uint32Array(runtime.memory.buffer, step, 1)[0] = iteration
    const { y } = calls.run({ x: { read: x }, y: { write: x.length } }, p =>
      call('dropout', p.x, p.y, x.length, rate, seed, stream, step),
    )
    return y
  }

  test.each([...Array(41).keys(), 1003])('%i elements: the twin’s', n => {
    for (const rate of [0.25, 0.5]) {
      // Both rates make the factor a number of f32: the product is rounded once.
      const expected = dropout(pool.subarray(0, n), dropoutFactors(n, rate, 1, 2, 3).map(Math.fround))
      expectSame(drop(pool.subarray(0, n), rate), Float32Array.from(expected), `rate ${rate}`)
    }
  })

  test.each([
    [0, 0, 0],
    [MAX, MAX, MAX],
    [123456789, 7, 4000000000],
  ])('the twin’s for seed %i, stream %i, step %i', (seed, stream, iteration) => {
    const ones = new Float32Array(500).fill(1)
    const expected = Float32Array.from(dropoutFactors(500, Math.fround(0.3), seed, stream, iteration))
    expectSame(drop(ones, 0.3, seed, stream, iteration).map(Math.sign), expected.map(Math.sign))
  })

  test('rate 0 keeps all as they are, rate 1 drops all', () => {
    expectSame(drop(pool, 0), pool)
    expect(drop(pool, 1).every(value => value === 0)).toBe(true)
  })

  test('a NaN is not hidden', () => {
    expect(drop(new Float32Array(40).fill(Number.NaN), 0.5).every(Number.isNaN)).toBe(true)
  })

  test('in place, and the same bits again: the gradient’s mask is that of the forward pass', () => {
    const { x } = calls.run({ x: { update: pool } }, p =>
      call('dropout', p.x, p.x, pool.length, 0.3, 1, 2, step),
    )
    expectSame(x, drop(pool, 0.3))
  })

  test('of 1,000,000 elements a share of 1 − rate is kept, by each seed, stream and step another', () => {
    const n = 1_000_000
    const x = runtime.memory.f32(n)
    x.view.fill(1)
    const y = runtime.memory.f32(n)
    const masks = [
      [1, 1, 1],
      [2, 1, 1],
      [1, 2, 1],
      [1, 1, 2],
    ].map(([seed = 0, stream = 0, iteration = 0]) => {
      new Uint32Array(runtime.memory.buffer, step, 1)[0] = iteration
      runtime.kernels.dropout(x.pointer, y.pointer, n, 0.3, seed, stream, step, 0, 1)
      return y.view.map(value => (value > 0 ? 1 : 0))
    })
    const count = (mask: Float32Array) => mask.reduce((sum, value) => sum + value, 0)
    const [first = new Float32Array()] = masks
    // Five standard deviations of a binomial count.
    for (const mask of masks) expect(Math.abs(count(mask) / n - 0.7)).toBeLessThan(5 * Math.sqrt(0.21 / n))
    for (const mask of masks.slice(1)) {
      const both = mask.filter((value, i) => value === 1 && first[i] === 1).length
      expect(Math.abs(both / n - 0.49)).toBeLessThan(5 * Math.sqrt(0.25 / n))
    }
  })
})
