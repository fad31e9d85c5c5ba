// Products with lists of non-zero pixels: each sum is taken over ascending indices in one accumulator, so its bits
// depend neither on the width of a panel nor on who computes it.
import { describe, expect, test } from 'vitest'
import { ACTIVATIONS } from '../../src/kernels/activations.ts'
import type { Runtime } from '../../src/wasm/runtime.ts'
import { kernelBuilds } from '../support/builds.ts'
import { createFullRuntime } from '../support/full-runtime.ts'

/** Of a data set whose images are longer than a cache line and end within one. */
const IMAGES = 23
const PIXELS = 83
/** Around the width of a panel, 32 or 64; and around the images whose lines are asked for together, 16. */
const WIDTHS = [31, 32, 33, 64, 70]
const ROWS = [1, 16, 17, 40]

const images = Uint8Array.from({ length: IMAGES * PIXELS }, (_, i) =>
  (i * 7919) % 11 < 3 ? (i * 31) % 256 : 0,
)
const float = (i: number) => Math.fround(Math.sin(i * 12.9898) * 0.7)

/** Adds a product: in two roundings, as the build `simd` does. */
const add = (sum: number, a: number, b: number) => Math.fround(sum + Math.fround(a * b))

/** A batch of `rows` images, its lists by row and by column, and room for the products with `units` columns. */
function createBatch({ kernels, memory }: Runtime, rows: number, units: number) {
  const indices = Array.from({ length: rows }, (_, r) => (r * 7 + 3) % IMAGES)
  const all = memory.u8(images.length)
  all.view.set(images)
  const picked = memory.i32(rows)
  picked.view.set(indices)
  const list = (rows: number, columns: number) => ({
    counts: memory.i32(rows).pointer,
    entries: memory.scratch(rows * kernels.sparseStride(columns)).pointer,
  })
  const byRow = list(rows, PIXELS)
  const byColumn = list(PIXELS, rows)
  const pixels = indices.map(i =>
    Array.from(images.subarray(i * PIXELS, (i + 1) * PIXELS), pixel => Math.fround(pixel / 255)),
  )
  const floats = (length: number, start = 0) => {
    const buffer = memory.f32(length)
    buffer.view.set(Float32Array.from({ length }, (_, i) => float(start + i)))
    return buffer
  }
  return {
    pixels,
    weights: floats(PIXELS * units),
    bias: floats(units, 7),
    dz: floats(rows * units, 11),
    z: memory.f32(rows * units),
    panels: memory.scratch(kernels.panelsBytes(PIXELS, units)).pointer,
    workspace: (threads: number) =>
      memory.scratch(threads * kernels.sparseWorkspace(Math.max(PIXELS, rows))).pointer,
    byRow,
    byColumn,
    list(threads: number) {
      for (let t = 0; t < threads; ++t) {
        kernels.sparsePixels(
          all.pointer,
          picked.pointer,
          rows,
          PIXELS,
          byRow.counts,
          byRow.entries,
          t,
          threads,
        )
      }
      const { counts, entries } = byColumn
      for (let t = 0; t < threads; ++t) {
        kernels.sparseTranspose(rows, PIXELS, byRow.counts, byRow.entries, counts, entries, t, threads)
      }
    },
  }
}

const cases = ROWS.flatMap(rows => WIDTHS.map(units => [rows, units] as const))

describe.each(kernelBuilds)('%s', build => {
  test.each(cases)('%i images by %i columns', async (rows, units) => {
    const runtime = await createFullRuntime(build)
    const { kernels } = runtime
    const batch = createBatch(runtime, rows, units)
    const { pixels, weights, bias, dz, z, panels, byRow, byColumn } = batch
    const w = weights.view.slice()
    const product = Float32Array.from({ length: rows * units }, (_, at) => {
      const [r, column] = [Math.floor(at / units), at % units]
      const row = pixels[r] ?? []
      return row.reduce(
        (sum, x, i) => (x === 0 ? sum : add(sum, x, w[i * units + column] ?? 0)),
        float(7 + column),
      )
    })
    const alpha = Math.fround(-0.3)
    const gradient = w.map((start, at) => {
      const [i, column] = [Math.floor(at / units), at % units]
      const sum = pixels.reduce((sum, row, r) => {
        const x = row[i] ?? 0
        return x === 0 ? sum : add(sum, x, dz.view[r * units + column] ?? 0)
      }, 0)
      return add(start, alpha, sum)
    })
    const bound = build === 'simd' ? 0 : 1e-5
    for (const threads of [1, 3]) {
      batch.list(threads)
      const workspace = batch.workspace(threads)
      kernels.packPanels(PIXELS, units, weights.pointer, panels)
      for (const packed of [0, 1] as const) {
        z.view.fill(Number.NaN)
        const from = packed ? panels : weights.pointer
        for (let t = 0; t < threads; ++t) {
          kernels.sparseForward(
            ACTIVATIONS.identity.kind,
            0,
            rows,
            PIXELS,
            units,
            byRow.counts,
            byRow.entries,
            packed,
            from,
            bias.pointer,
            z.pointer,
            z.pointer,
            workspace,
            t,
            threads,
            0,
          )
        }
        expectClose(z.view, product, bound)
      }
      const updated = runtime.memory.f32(w.length)
      updated.view.set(w)
      const db = runtime.memory.f32(units)
      for (const packed of [0, 1] as const) {
        const into = packed ? panels : updated.pointer
        for (let t = 0; t < threads; ++t) {
          kernels.sparseWeightGradient(
            PIXELS,
            rows,
            units,
            byColumn.counts,
            byColumn.entries,
            packed,
            alpha,
            1,
            dz.pointer,
            into,
            db.pointer,
            workspace,
            t,
            threads,
            0,
          )
        }
        if (packed) kernels.unpackPanels(PIXELS, units, panels, updated.pointer)
        expectClose(updated.view, gradient, bound)
      }
    }
  })
})

/** The largest difference is below a bound; 0: each bit is equal, but for the sign of a zero. */
function expectClose(found: Float32Array, expected: Float32Array, bound: number): void {
  expect(found.length).toBe(expected.length)
  const largest = found.reduce((most, x, i) => Math.max(most, Math.abs(x - (expected[i] ?? 0))), 0)
  expect(largest).toBeLessThanOrEqual(bound)
}
