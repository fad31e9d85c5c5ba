// A layer that is an activation alone: the rows that threads divide, put together, are the whole matrix.
import { beforeAll, describe, expect, test } from 'vitest'
import { ACTIVATIONS, activationNames } from '../../src/kernels/activations.ts'
import { activation, activationDerivative } from '../../src/reference/activations.ts'
import { at } from '../../src/reference/element.ts'
import { uniform } from '../../src/reference/random.ts'
import { call } from '../../src/wasm/calls.ts'
import { builds } from '../support/builds.ts'
import { createFullRuntime } from '../support/full-runtime.ts'
import { GuardedCalls } from '../support/guarded-call.ts'
import { largestDifference } from '../support/largest-difference.ts'

const EPSILON = 2 ** -23
const SLOPE = 0.25

const z = uniform(200, -3, 3, 10, 0)
const dy = uniform(200, -1, 1, 10, 1)

describe.each(builds)('%s build', build => {
  let calls: GuardedCalls

  beforeAll(async () => {
    calls = new GuardedCalls(await createFullRuntime(build), 200)
  })

  test.each(activationNames)('%s and its gradient', name => {
    const kind = ACTIVATIONS[name].kind
    for (const [rows, units] of [
      [1, 1],
      [3, 5],
      [9, 16],
      [10, 17],
    ] as const) {
      const n = rows * units
      const regions = {
        z: { read: z.subarray(0, n) },
        y: { write: n },
        inPlace: { update: z.subarray(0, n) },
        dy: { update: dy.subarray(0, n) },
      }
      const result = calls.run(regions, p => [
        call('activate', kind, SLOPE, rows, units, p.z, p.y),
        call('activate', kind, SLOPE, rows, units, p.inPlace, p.inPlace),
        call('denseOutputGradient', kind, SLOPE, rows, units, p.z, p.y, p.dy, p.dy),
      ])
      const expected = Float64Array.from(result.z, a => activation(name, a, SLOPE))
      expect(largestDifference(result.y, expected, i => EPSILON * Math.abs(at(expected, i)))).toBeLessThan(1)
      expect(result.inPlace).toEqual(result.y)
      const dz = Float64Array.from(result.z, (a, i) => at(dy, i) * activationDerivative(name, a, SLOPE))
      expect(largestDifference(result.dy, dz, () => EPSILON)).toBeLessThanOrEqual(2)
    }
  })
})
