// The count of samples for which a unit's activation is flat, against the f64 twin.
import { beforeAll, describe, expect, test } from 'vitest'
import { ACTIVATIONS, activationNames } from '../../src/kernels/activations.ts'
import { activation, activationDerivative } from '../../src/reference/activations.ts'
import { at } from '../../src/reference/element.ts'
import { uniform } from '../../src/reference/random.ts'
import { call, computeShare } from '../../src/wasm/calls.ts'
import type { Runtime } from '../../src/wasm/runtime.ts'
import { builds } from '../support/builds.ts'
import { createFullRuntime } from '../support/full-runtime.ts'
import { GuardedFloats } from '../support/guarded-floats.ts'

const LIMIT = 0.125
const SLOPE = 0.0625

describe.each(builds)('%s build', build => {
  let runtime: Runtime

  beforeAll(async () => {
    runtime = await createFullRuntime(build)
  })

  /** Counts on top of 5 for each unit, by so many threads. */
  function countFlat(
    kind: number,
    rows: number,
    units: number,
    z: ArrayLike<number>,
    y: ArrayLike<number>,
    threads: number,
  ) {
    const { memory, kernels } = runtime
    const guarded = (values: ArrayLike<number>) => {
      const floats = new GuardedFloats(memory, values.length)
      floats.reset(values.length, 1).set(values)
      return { floats, pointer: floats.upload().pointer }
    }
    const [from, to] = [guarded(z), guarded(y)]
    const workspace = guarded(new Float32Array(2 * units).fill(Number.NaN))
    const counts = guarded(new Float32Array(new Int32Array(units).fill(5).buffer))
    const task = call(
      'countFlat',
      kind,
      SLOPE,
      rows,
      units,
      from.pointer,
      to.pointer,
      LIMIT,
      counts.pointer,
      workspace.pointer,
    )
    for (let thread = threads - 1; thread >= 0; --thread) computeShare(kernels, task, thread, threads)
    for (const { floats } of [from, to]) expect(floats.changedOutside()).toBe(0)
    for (const { floats } of [workspace]) expect(floats.changedOutside(1, 2 * units)).toBe(0)
    expect(counts.floats.changedOutside(1, units)).toBe(0)
    return [...new Int32Array(counts.floats.result.slice().buffer)]
  }

  test.each(activationNames)('%s', name => {
    for (const units of [1, 2, 3, 4, 5, 8, 9, 15, 16, 17, 35]) {
      for (const rows of [1, 7]) {
        const z = uniform(rows * units, -6, 6, 3, units)
        const y = z.map(value => activation(name, value, SLOPE))
        const expected = Array.from({ length: units }, (_, j) => {
          const column = Array.from({ length: rows }, (_, i) =>
            activationDerivative(name, at(z, i * units + j), SLOPE),
          )
          return 5 + column.filter(derivative => Math.abs(derivative) < LIMIT).length
        })
        for (const threads of [1, 2, 3, 4, 8]) {
          expect(countFlat(ACTIVATIONS[name].kind, rows, units, z, y, threads), `${rows} × ${units}`).toEqual(
            expected,
          )
        }
      }
    }
  })

  test('no rows; what is no number is not counted', () => {
    expect(countFlat(ACTIVATIONS.sigmoid.kind, 0, 3, [], [], 1)).toEqual([5, 5, 5])
    const values = [Number.NaN, 0, 40]
    expect(countFlat(ACTIVATIONS.sigmoid.kind, 1, 3, values, [Number.NaN, 0.5, 1], 1)).toEqual([5, 5, 6])
  })
})
