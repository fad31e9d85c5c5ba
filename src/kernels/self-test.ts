// The self-test of the build for vectors of 256 bits: what the kernels make of some numbers, family by family, against
// the bits that the build `relaxed` makes of them. The shapes fill panels and microtiles, and end within one.
import type { F32Buffer } from '../wasm/buffer.ts'
import type { Runtime } from '../wasm/runtime.ts'
import { ACTIVATIONS } from './activations.ts'

/** A family of kernels: what its results are. */
type Family = (bench: Bench) => readonly F32Buffer[]

/** For each family, {@link sumOf} its results in the build `relaxed` on a processor that fuses multiply and add. */
export const KNOWN_SUMS: Readonly<Record<string, number>> = {
  sgemm: 0xde344ca4,
  'dense layers': 0x68933131,
  'sparse images': 0x32d08504,
  'sparse layers': 0x3a6a17a5,
  losses: 0xb49c330d,
  adam: 0xb76a2ad7,
}

const { relu, sigmoid, tanh } = ACTIVATIONS

const FAMILIES: Readonly<Record<string, Family>> = {
  sgemm({ kernels, floats, workspace }) {
    const [m, n, k] = [13, 38, 19]
    const [a, b, c, row] = [floats(m * k), floats(k * n), floats(m * n), floats(n)]
    const scratch = workspace(kernels.sgemmWorkspace(m, n, k))
    kernels.sgemm(0, 0, m, n, k, 0.7, a.pointer, k, b.pointer, n, 0, c.pointer, n, scratch)
    kernels.sgemm(0, 1, m, n, k, 0.7, a.pointer, k, b.pointer, k, 0.5, c.pointer, n, scratch)
    kernels.sgemm(1, 0, m, n, k, -0.3, a.pointer, m, b.pointer, n, 1, c.pointer, n, scratch)
    kernels.sgemm(0, 0, 1, n, k, 0.7, a.pointer, k, b.pointer, n, 1, row.pointer, n, scratch)
    return [c, row]
  },

  'dense layers'({ kernels, floats, workspace }) {
    const [rows, inputs, units] = [13, 19, 38]
    const [x, w, b] = [floats(rows * inputs), floats(inputs * units), floats(units)]
    const [y, dz, dx] = [floats(rows * units), floats(rows * units), floats(rows * inputs)]
    const scratch = workspace(kernels.sgemmWorkspace(units, units, units))
    const [px, pw, pb, py, pz, pd] = [x.pointer, w.pointer, b.pointer, y.pointer, dz.pointer, dx.pointer]
    kernels.denseForward(relu.kind, 0, rows, inputs, units, px, pw, pb, py, py, scratch, 0, 1, 0)
    kernels.denseOutputGradient(relu.kind, 0, rows, units, py, py, pz, pz, 0, 1)
    kernels.denseInputGradient(relu.kind, 0, rows, inputs, units, pz, pw, px, px, pd, scratch, 0, 1, 0)
    kernels.denseWeightGradient(rows, inputs, units, -0.1, 1, px, pz, pw, pb, scratch, 0, 1)
    return [y, dz, dx, w, b]
  },

  'sparse images'({ kernels, memory, floats, workspace }) {
    const [rows, pixels, units] = [9, 83, 70]
    const images = memory.u8(rows * pixels)
    images.view.set(images.view.map((_, i) => ((i * 7919) % 11 < 4 ? (i * 31) % 256 : 0)))
    const indices = memory.i32(rows)
    indices.view.set(indices.view.map((_, i) => (i * 7 + 3) % rows))
    const list = (rows: number, columns: number): [number, number] => [
      memory.i32(rows).pointer,
      workspace(rows * kernels.sparseStride(columns)),
    ]
    const [byRow, byColumn] = [list(rows, pixels), list(pixels, rows)]
    kernels.sparsePixels(images.pointer, indices.pointer, rows, pixels, ...byRow, 0, 1)
    kernels.sparseTranspose(rows, pixels, ...byRow, ...byColumn, 0, 1)
    const [w, b, db, dz] = [floats(pixels * units), floats(units), floats(units), floats(rows * units)]
    const [z, zPacked, zRow] = [floats(rows * units), floats(rows * units), floats(units)]
    const [pw, pb] = [w.pointer, b.pointer]
    const scratch = workspace(kernels.sparseWorkspace(pixels))
    const panels = workspace(kernels.panelsBytes(pixels, units))
    kernels.packPanels(pixels, units, pw, panels)
    for (const [count, packed, from, to] of [
      [rows, 0, pw, z.pointer],
      [rows, 1, panels, zPacked.pointer],
      [1, 0, pw, zRow.pointer],
    ] as const)
      kernels.sparseForward(
        relu.kind,
        0,
        count,
        pixels,
        units,
        ...byRow,
        packed,
        from,
        pb,
        to,
        to,
        scratch,
        0,
        1,
        0,
      )
    const [pd, pdb] = [dz.pointer, db.pointer]
    kernels.sparseWeightGradient(pixels, rows, units, ...byColumn, 0, -0.1, 1, pd, pw, pdb, scratch, 0, 1, 0)
    kernels.sparseWeightGradient(
      pixels,
      rows,
      units,
      ...byColumn,
      1,
      -0.1,
      1,
      pd,
      panels,
      pdb,
      scratch,
      0,
      1,
      0,
    )
    const unpacked = floats(pixels * units)
    kernels.unpackPanels(pixels, units, panels, unpacked.pointer)
    return [z, zPacked, zRow, w, unpacked, db]
  },

  'sparse layers'({ kernels, memory, floats, workspace }) {
    const [rows, inputs, units] = [16, 70, 67]
    const [w, b, dz, db] = [floats(inputs * units), floats(units), floats(rows * units), floats(units)]
    const [x, y, dx] = [floats(rows * inputs), floats(rows * units), floats(rows * inputs)]
    // Fewer are not 0 than would be left to sgemm.
    for (const { view } of [x, dz]) view.set(view.map(value => Math.max(value - 0.4, 0)))
    const list = (rows: number, columns: number): [number, number] => [
      memory.i32(rows).pointer,
      workspace(rows * kernels.nonZeroStride(columns)),
    ]
    const [byRow, byColumn, ofGradient] = [list(rows, inputs), list(inputs, rows), list(rows, units)]
    const [px, pw, pb, pz, py] = [x.pointer, w.pointer, b.pointer, dz.pointer, y.pointer]
    const scratch = workspace(kernels.sgemmWorkspace(inputs, inputs, inputs))
    kernels.nonZeroList(rows, inputs, px, ...byRow, 0, 1)
    kernels.nonZeroTranspose(rows, inputs, ...byRow, ...byColumn, 0, 1)
    kernels.nonZeroList(rows, units, pz, ...ofGradient, 0, 1)
    kernels.sparseInputForward(
      relu.kind,
      0,
      rows,
      inputs,
      units,
      ...byRow,
      px,
      pw,
      pb,
      py,
      py,
      scratch,
      0,
      1,
      0,
    )
    kernels.sparseGradientInputGradient(
      ...([
        relu.kind,
        0,
        rows,
        inputs,
        units,
        ...ofGradient,
        pz,
        pw,
        px,
        px,
        dx.pointer,
        scratch,
        0,
        1,
        0,
      ] as const),
    )
    kernels.sparseInputWeightGradient(rows, inputs, units, ...byColumn, -0.1, 1, px, pz, pw, scratch, 0, 1, 0)
    kernels.biasGradient(rows, units, -0.1, 1, pz, db.pointer, 0, 1)
    return [y, dx, w, db]
  },

  losses({ kernels, memory, floats }) {
    const [rows, columns] = [9, 22]
    const [x, y, dx] = [floats(rows * columns), floats(rows * columns), floats(rows * columns)]
    const [labels, indices, hits] = [memory.i32(rows), memory.i32(rows), memory.i32(rows)]
    labels.view.set(labels.view.map((_, i) => i))
    indices.view.set(labels.view)
    const losses = memory.f32(2 * rows)
    const [px, py] = [x.pointer, y.pointer]
    kernels.activation(sigmoid.kind, px, py, rows * columns, 0)
    kernels.activation(tanh.kind, py, py, rows * columns, 0)
    kernels.softmaxCrossEntropy(
      ...([
        py,
        labels.pointer,
        indices.pointer,
        losses.pointer,
        hits.pointer,
        dx.pointer,
        rows,
        columns,
        0,
        1,
      ] as const),
    )
    kernels.softmax(px, px, rows, columns, 0, 1)
    return [x, y, losses, dx]
  },

  adam({ kernels, floats }) {
    const n = 45
    const [p, g, first, second] = [floats(n), floats(n), floats(n), floats(n)]
    second.view.set(second.view.map(Math.abs))
    kernels.adamUpdate(
      ...([n, n, p.pointer, g.pointer, 0, 1, 0, 0, 0, 0, 0] as const),
      ...([0.01, 0.9, 0.999, 1e-8, 0.81, 0.99, first.pointer, second.pointer, 0, 1] as const),
    )
    return [p, first, second]
  },
}

/** What families make their inputs from. */
class Bench {
  readonly kernels: Runtime['kernels']
  readonly memory: Runtime['memory']
  #state = 1

  constructor({ kernels, memory }: Runtime) {
    this.kernels = kernels
    this.memory = memory
  }

  /** Numbers in [−1, 1), the same in every run. */
  readonly floats = (length: number): F32Buffer => {
    const buffer = this.memory.f32(length)
    const { view } = buffer
    for (let i = 0; i < length; ++i) {
      this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0
      view[i] = this.#state / 2 ** 31 - 1
    }
    return buffer
  }

  readonly workspace = (bytes: number): number => this.memory.scratch(bytes).pointer
}

/** A sum of all bits, FNV-1a word by word: one other bit makes another sum. */
function sumOf(results: readonly F32Buffer[]): number {
  let sum = 0x811c9dc5
  for (const { view } of results) {
    for (const word of new Uint32Array(view.buffer, view.byteOffset, view.length)) {
      sum = Math.imul(sum ^ word, 0x01000193)
    }
  }
  return sum >>> 0
}

/** The sums of a runtime that has loaded all three modules. */
export function sumsOf(runtime: Runtime): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const [name, family] of Object.entries(FAMILIES)) sums[name] = sumOf(family(new Bench(runtime)))
  return sums
}

/**
 * Where all code is to be optimised after its first calls, two runs do not suffice: a call ends in the code in which it
 * has begun, and a kernel that only calls others is optimised after its second.
 */
const RUNS = 3

/** The first family whose sum is another in any run; undefined where none is. */
export function differingKernels(
  runtime: Runtime,
  known: Readonly<Record<string, number>>,
): string | undefined {
  for (let run = 0; run < RUNS; ++run) {
    const sums = sumsOf(runtime)
    const differing = Object.keys(known).find(name => sums[name] !== known[name])
    if (differing !== undefined) return differing
  }
  return undefined
}
