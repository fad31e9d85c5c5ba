// Products that leave zeros out give the bits of the dense ones, by one thread and by several.
import { beforeAll, describe, expect, test } from 'vitest'
import { ACTIVATIONS } from '../../src/kernels/activations.ts'
import type { F32Buffer } from '../../src/wasm/buffer.ts'
import { type Call, call, computeShare } from '../../src/wasm/calls.ts'
import { createRuntime, type Runtime } from '../../src/wasm/runtime.ts'
import { kernelBuilds } from '../support/builds.ts'
import { loadAnyModule } from '../support/full-runtime.ts'

const { relu, identity } = ACTIVATIONS

/** Rows, inputs and units: more than the columns of a panel or a block of 256, and what fills neither. */
const shapes: [rows: number, inputs: number, units: number][] = [
  [16, 40, 64],
  [9, 261, 37],
  [5, 35, 263],
  [70, 34, 65],
]

/** Shares of elements that are not 0; and one of them among which a number stands that 0 may not leave out. */
const cases = [
  ...[0, 0.3, 1].map(density => [density, undefined] as const),
  ...[Number.NaN, Number.POSITIVE_INFINITY, 3e38, 1e-42, -0].map(odd => [0.3, odd] as const),
]

/** Numbers in [−1, 1), always the same. */
function numbers() {
  let state = 1
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 31 - 1
  }
}

/** The bits of floats; all NaN are one, since which of their bits come out is the engine's choice. */
const bitsOf = (floats: Float32Array) =>
  String(new Uint32Array(floats.map(value => (Number.isNaN(value) ? Number.NaN : value)).buffer))

/** Floats behind each buffer that nothing may change. */
const MARGIN = 32

describe.each(kernelBuilds)('%s', build => {
  let runtime: Runtime

  beforeAll(async () => {
    runtime = await createRuntime(build, loadAnyModule)
    await runtime.loadSparsity()
  })

  const list = (rows: number, columns: number) => ({
    counts: runtime.memory.i32(rows * Math.ceil(columns / 256)).pointer,
    entries: runtime.memory.u8(rows * runtime.kernels.nonZeroStride(columns)).pointer,
  })
  const workspace = (m: number, n: number, k: number) =>
    runtime.memory.u8(3 * runtime.kernels.sgemmWorkspace(m, n, k)).pointer

  function bufferOf(values: Float32Array): F32Buffer {
    const buffer = runtime.memory.f32(values.length + MARGIN)
    buffer.view.fill(7)
    buffer.view.set(values)
    return buffer
  }

  function problem(
    [rows, inputs, units]: [number, number, number],
    density: number,
    odd: number | undefined,
  ) {
    const next = numbers()
    const some = (length: number) => Float32Array.from({ length }, next)
    const sparse = (length: number) =>
      Float32Array.from({ length }, () => ((next() + 1) / 2 < density ? next() || 1 : 0))
    const data = {
      x: sparse(rows * inputs),
      dz: sparse(rows * units),
      w: some(inputs * units),
      b: some(units),
    }
    if (odd !== undefined) for (const matrix of [data.w, data.dz, data.x]) matrix[matrix.length >> 1] = odd
    const y = bufferOf(some(rows * inputs))
    return { x: bufferOf(data.x), dz: bufferOf(data.dz), w: bufferOf(data.w), b: bufferOf(data.b), y, data }
  }

  /** Runs calls by so many threads, the last one's share first; the bits of what they write, which is NaN before. */
  function run(threads: number, written: F32Buffer, calls: readonly Call[], before?: Float32Array): string {
    written.view.fill(Number.NaN, 0, written.length - MARGIN)
    if (before) written.view.set(before)
    for (const call of calls) {
      for (let thread = threads - 1; thread >= 0; --thread)
        computeShare(runtime.kernels, call, thread, threads)
    }
    return bitsOf(written.view)
  }

  describe.each(shapes)('%i × %i × %i', (...shape) => {
    const [rows, inputs, units] = shape

    test.each(cases)('density %d, with %s: forward', (density, odd) => {
      const { x, w, b } = problem(shape, density, odd)
      const { counts, entries } = list(rows, inputs)
      const y = bufferOf(new Float32Array(rows * units))
      const [kind, px, pw, pb, py] = [relu.kind, x.pointer, w.pointer, b.pointer, y.pointer]
      const scratch = workspace(rows, units, inputs)
      const dense = call('denseForward', kind, 0, rows, inputs, units, px, pw, pb, py, py, scratch)
      const sparse = [
        call('nonZeroList', rows, inputs, px, counts, entries),
        call(
          'sparseInputForward',
          kind,
          0,
          rows,
          inputs,
          units,
          counts,
          entries,
          px,
          pw,
          pb,
          py,
          py,
          scratch,
        ),
      ]
      const expected = run(1, y, [dense])
      for (const threads of [1, 3]) expect(run(threads, y, sparse)).toBe(expected)
    })

    test.each(cases)('density %d, with %s: gradient with respect to the inputs', (density, odd) => {
      const { dz, w, y } = problem(shape, density, odd)
      const { counts, entries } = list(rows, units)
      const dx = bufferOf(new Float32Array(rows * inputs))
      const [pdz, pw, py, pdx] = [dz.pointer, w.pointer, y.pointer, dx.pointer]
      const scratch = workspace(rows, inputs, units)
      for (const { kind } of [relu, identity]) {
        const dense = call('denseInputGradient', kind, 0, rows, inputs, units, pdz, pw, py, py, pdx, scratch)
        const sparse = [
          call('nonZeroList', rows, units, pdz, counts, entries),
          call(
            'sparseGradientInputGradient',
            ...([kind, 0, rows, inputs, units, counts, entries, pdz, pw, py, py, pdx, scratch] as const),
          ),
        ]
        const expected = run(1, dx, [dense])
        for (const threads of [1, 3]) expect(run(threads, dx, sparse)).toBe(expected)
      }
    })

    test.each(cases)('density %d, with %s: gradient with respect to weights and bias', (density, odd) => {
      const { x, dz, w, b, data } = problem(shape, density, odd)
      const [byRow, byColumn] = [list(rows, inputs), list(inputs, rows)]
      const [px, pdz, pdw, pdb] = [x.pointer, dz.pointer, w.pointer, b.pointer]
      const scratch = workspace(inputs, units, rows)
      const [alpha, beta] = density === 0 || odd === 3e38 ? [1, 0] : [-0.1, 1]
      const dense = call('denseWeightGradient', rows, inputs, units, alpha, beta, px, pdz, pdw, pdb, scratch)
      const { counts, entries } = byColumn
      const sparse = [
        call('nonZeroList', rows, inputs, px, byRow.counts, byRow.entries),
        call('nonZeroTranspose', rows, inputs, byRow.counts, byRow.entries, counts, entries),
        call(
          'sparseInputWeightGradient',
          ...([rows, inputs, units, counts, entries, alpha, beta, px, pdz, pdw, scratch] as const),
        ),
        call('biasGradient', rows, units, alpha, beta, pdz, pdb),
      ]
      for (const [written, before] of [
        [w, data.w],
        [b, data.b],
      ] as const) {
        const expected = run(1, written, [dense], before)
        for (const threads of [1, 3]) expect(run(threads, written, sparse, before)).toBe(expected)
      }
    })
  })

  test('only the entries of a list are walked, and none where few elements are 0', () => {
    const [rows, inputs, units] = [16, 64, 64]
    const { counts, entries } = list(rows, inputs)
    const y = bufferOf(new Float32Array(rows * units))
    const results = [0.3, 1].map(density => {
      const { x, w, b } = problem([rows, inputs, units], density, undefined)
      const [kind, px, pw, pb, py] = [relu.kind, x.pointer, w.pointer, b.pointer, y.pointer]
      const scratch = workspace(rows, units, inputs)
      const forward = call(
        'sparseInputForward',
        ...([kind, 0, rows, inputs, units, counts, entries, px, pw, pb, py, py, scratch] as const),
      )
      const whole = run(1, y, [call('nonZeroList', rows, inputs, px, counts, entries), forward])
      const bytes = rows * runtime.kernels.nonZeroStride(inputs)
      new Uint8Array(runtime.memory.buffer, entries, bytes).fill(0)
      return run(1, y, [forward]) === whole
    })
    expect(results).toEqual([false, true])
  })
})
