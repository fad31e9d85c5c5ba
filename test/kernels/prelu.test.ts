// PReLU's kernels against the f64 twin: one slope for all, and one for each unit.
import { beforeAll, describe, expect, test } from 'vitest'
import { at } from '../../src/reference/element.ts'
import { prelu, preluGradient } from '../../src/reference/prelu.ts'
import { uniform } from '../../src/reference/random.ts'
import { call } from '../../src/wasm/calls.ts'
import { builds } from '../support/builds.ts'
import { expectSame } from '../support/expect-same.ts'
import { createFullRuntime } from '../support/full-runtime.ts'
import { GuardedCalls, type Region } from '../support/guarded-call.ts'
import { largestDifference } from '../support/largest-difference.ts'

const EPSILON = 2 ** -23

const sizes = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 33, 130].flatMap(units =>
  [1, 2, 5, 17].map(rows => [rows, units] as const),
)

const pool = uniform(3000, -2, 2, 7, 0)
const gradients = uniform(3000, -1, 1, 7, 1)
const slopePool = uniform(200, -0.5, 0.5, 7, 2)

describe.each(builds)('%s build', build => {
  let calls: GuardedCalls

  beforeAll(async () => {
    calls = new GuardedCalls(await createFullRuntime(build), 3000)
  })

  describe.each([0, 1] as const)('shared %i', shared => {
    const slopesOf = (units: number) => slopePool.subarray(0, shared ? 1 : units)

    function forward(x: Float32Array, units: number): Float32Array {
      const regions = { x: { read: x }, y: { write: x.length }, slopes: { read: slopesOf(units) } }
      const plan = (p: Record<keyof typeof regions, number>) =>
        call('prelu', p.x, p.y, x.length / units, units, p.slopes, shared)
      return calls.run(regions, plan).y
    }

    test.each(sizes)('forward pass of %i × %i is exact', (rows, units) => {
      const x = pool.subarray(0, rows * units)
      expectSame(forward(x, units), Float32Array.from(prelu(x, slopesOf(units), units)))
    })

    test('special values', () => {
      const x = Float32Array.of(0, -0, Infinity, -Infinity, Number.NaN, 2 ** -149, -(2 ** -149))
      const y = forward(x, 7)
      expect([...y].map(Math.abs)).toEqual([0, 0, Infinity, Infinity, Number.NaN, 2 ** -149, 0])
    })

    test.each(sizes.flatMap(size => [0, 1].map(accumulate => [...size, accumulate as 0 | 1] as const)))(
      'gradients of %i × %i, accumulate %i',
      (rows, units, accumulate) => {
        const x = pool.slice(0, rows * units)
        x[0] = 0
        const dy = gradients.subarray(0, rows * units)
        const slopes = slopesOf(units)
        const target: Region = accumulate ? { update: slopes } : { write: slopes.length }
        const regions = {
          x: { read: x },
          dy: { update: dy },
          slopes: { read: slopes },
          sums: { write: units },
          da: target,
        }
        const result = calls.run(regions, p => [
          call('preluSlopeGradient', p.x, p.dy, rows, units, shared ? 0 : accumulate, shared ? p.sums : p.da),
          ...(shared ? [call('sharedSlopeGradient', p.sums, units, accumulate, p.da)] : []),
          call('preluGradient', p.x, p.dy, p.dy, rows, units, p.slopes, shared),
        ])
        const expected = preluGradient(x, dy, slopes, units)
        expectSame(result.dy, Float32Array.from(expected.dx))
        const sums = expected.dSlopes.map((value, j) => value + accumulate * at(slopes, j))
        // Terms are at most 2, in sums of rows, or of all elements.
        const bound = EPSILON * 2 * (rows + (shared ? units : 0))
        expect(largestDifference(result.da, sums, () => bound)).toBeLessThanOrEqual(2)
      },
    )
  })
})
