// Means and variances of a data set's columns against the f64 twin.
import { beforeAll, describe, expect, test } from 'vitest'
import { at } from '../../src/reference/element.ts'
import { columnMoments, type Moments } from '../../src/reference/normalization.ts'
import { uniform } from '../../src/reference/random.ts'
import { call, computeShare } from '../../src/wasm/calls.ts'
import type { Runtime } from '../../src/wasm/runtime.ts'
import { builds } from '../support/builds.ts'
import { createFullRuntime } from '../support/full-runtime.ts'
import { largestDifference } from '../support/largest-difference.ts'

const SAMPLES = 20
/** Some rows twice, some never. */
const indices = [3, 0, 19, 7, 7, 12, 1]

describe.each(builds)('%s build', build => {
  let runtime: Runtime

  beforeAll(async () => {
    runtime = await createFullRuntime(build)
  })

  /** Statistics of the rows that `indices` names, by so many threads, with words around them that must stay. */
  function statistics(x: Float32Array | Uint8Array, columns: number, threads: number): Moments {
    const { memory, kernels } = runtime
    const isBytes = x instanceof Uint8Array
    const data = isBytes ? memory.u8(x.length) : memory.f32(x.length)
    data.view.set(x)
    const list = memory.i32(indices.length)
    list.view.set(indices)
    const room = memory.scratch(8 * (2 * columns + 3))
    const words = new Float64Array(memory.buffer, room.pointer, 2 * columns + 3).fill(-1)
    const mean = room.pointer + 8
    const variance = mean + 8 * (columns + 1)
    const planned = call(
      'columnStatistics',
      data.pointer,
      isBytes ? 1 : 0,
      list.pointer,
      indices.length,
      columns,
      mean,
      variance,
    )
    for (let thread = threads - 1; thread >= 0; --thread) computeShare(kernels, planned, thread, threads)
    expect([words[0], words[columns + 1], words.at(-1)]).toEqual([-1, -1, -1])
    const result = {
      mean: words.slice(1, columns + 1),
      variance: words.slice(columns + 2, 2 * columns + 2),
    }
    for (const buffer of [data, list, room]) buffer.free()
    return result
  }

  function expectTwin(x: Float32Array | Uint8Array, columns: number): void {
    const unit = x instanceof Uint8Array ? 255 : 1
    const rows = indices.flatMap(index =>
      Array.from({ length: columns }, (_, j) => at(x, index * columns + j) / unit),
    )
    const expected = columnMoments(rows, indices.length, columns)
    const alone = statistics(x, columns, 1)
    expect(largestDifference(alone.mean, expected.mean)).toBeLessThan(1e-14)
    expect(largestDifference(alone.variance, expected.variance)).toBeLessThan(1e-14)
    for (const threads of [2, 3, 4, 8]) {
      expect(statistics(x, columns, threads), `${threads} threads`).toEqual(alone)
    }
  }

  const widths = [1, 2, 3, 4, 5, 7, 8, 9, 63, 64, 65, 150]

  test.each(widths)('bytes, %i columns', columns => {
    expectTwin(
      Uint8Array.from({ length: SAMPLES * columns }, (_, i) => (i * i * 31) % 256),
      columns,
    )
  })

  test.each(widths)('floats, %i columns', columns => {
    expectTwin(uniform(SAMPLES * columns, -1, 1, 9, 0), columns)
  })

  test('a mean of a million beside a deviation of 1: exact but for f64', () => {
    const x = Float32Array.from({ length: SAMPLES }, (_, i) => 1e6 + (i % 2))
    const { mean, variance } = statistics(x, 1, 1)
    // Of the rows, 3, 19, 7, 7 and 1 are odd, 0 and 12 even.
    expect(at(mean, 0)).toBeCloseTo(1e6 + 5 / 7, 8)
    expect(at(variance, 0)).toBeCloseTo((5 * 2) / 49, 8)
  })
})
