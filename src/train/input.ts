// The first layer's input: a batch of a data set's rows, and the two products with it, X·W and Xᵀ·dZ.
//
// Images are mostly zeros (MNIST: 81 %). A batch of bytes with few non-zero ones is kept as a list of those, and only
// they are multiplied; any other batch becomes a dense matrix. Which it is, is decided by each batch's own density.
import type { Storage } from '../data/storage.ts'
import type { NetworkLayer, ParameterBuffers } from '../model/network.ts'
import type { Arena } from '../wasm/arena.ts'
import type { F32Buffer, I32Buffer, U8Buffer } from '../wasm/buffer.ts'
import type { Runtime } from '../wasm/runtime.ts'

/**
 * Share of non-zero bytes above which dense products are faster. Measured for 784-512-10 in batches of 100: both take as
 * long at 0.7 in the `simd` build and at 0.6 in `relaxed` (`npm run bench:density` shows the way there).
 */
const MAX_DENSITY = 0.6

/** Bytes of a list's entry: u32 offset, f32 value. */
const ENTRY_BYTES = 8

/** The most rows or columns of a list: their offsets, 96 bytes each, are 32-bit numbers. */
const MAX_INDEX = 2 ** 24

/** The most entries that a batch is kept as a list with. */
const entryLimit = (rows: number, columns: number) => Math.floor(MAX_DENSITY * rows * columns)

interface EntryList {
  readonly starts: I32Buffer
  readonly entries: U8Buffer
}

/** Room for batches of bytes that are kept as a list: by rows, and, for the gradient, by columns. */
interface SparseBatch {
  readonly byRow: EntryList
  readonly byColumn: EntryList | undefined
  readonly workspace: U8Buffer
}

/** A batch of at most `capacity` rows, as the first layer takes it. */
export class BatchInput {
  readonly #runtime: Runtime
  readonly #storage: Storage
  readonly #first: NetworkLayer
  readonly #isBytes: boolean
  readonly #dense: F32Buffer
  readonly #sparse: SparseBatch | undefined
  readonly #gemmWorkspace: number
  /** Where the batch in hand is kept: in `#sparse`, or in `#dense`. */
  #isSparse = false

  /** `forTraining` plans for the gradient as well. */
  constructor(
    runtime: Runtime,
    arena: Arena,
    storage: Storage,
    first: NetworkLayer,
    capacity: number,
    gemmWorkspace: number,
    forTraining: boolean,
  ) {
    this.#runtime = runtime
    this.#storage = storage
    this.#first = first
    this.#isBytes = storage.inputs.view instanceof Uint8Array
    this.#gemmWorkspace = gemmWorkspace
    this.#dense = arena.f32(capacity * first.inputs)
    if (this.#isBytes && Math.max(capacity, first.inputs) <= MAX_INDEX) {
      this.#sparse = planSparse(runtime, arena, capacity, first.inputs, forTraining)
    }
  }

  /** Takes the rows whose indices (i32) stand at `indices`. */
  load(indices: number, rows: number): void {
    const { kernels } = this.#runtime
    const { inputs: columns } = this.#first
    const source = this.#storage.inputs.pointer
    const x = this.#dense.pointer
    if (!this.#isBytes) {
      kernels.gatherRows(source, indices, x, rows, columns * 4)
      return
    }
    this.#isSparse = false
    if (this.#sparse) {
      const { starts, entries } = this.#sparse.byRow
      const limit = entryLimit(rows, columns)
      const count = kernels.sparsePixels(
        source,
        indices,
        rows,
        columns,
        limit,
        starts.pointer,
        entries.pointer,
      )
      this.#isSparse = count >= 0
    }
    if (!this.#isSparse) kernels.gatherPixels(source, indices, x, rows, columns)
  }

  /** z (rows × units) ← X·W + b. */
  forward(rows: number, z: number): void {
    const { kernels } = this.#runtime
    const { inputs, units, weights, bias } = this.#first
    const w = weights.pointer
    const b = bias.pointer
    if (this.#isSparse && this.#sparse) {
      const { byRow, workspace } = this.#sparse
      const { starts, entries } = byRow
      kernels.sparseForward(rows, units, inputs, starts.pointer, entries.pointer, w, b, z, workspace.pointer)
    } else {
      const x = this.#dense.pointer
      kernels.broadcastRow(b, z, rows, units)
      kernels.sgemm(0, 0, rows, units, inputs, 1, x, inputs, w, units, 1, z, units, this.#gemmWorkspace)
    }
  }

  /** into.weights (inputs × units) ← α·Xᵀ·dZ + β·into.weights; β is 0 or 1. */
  accumulateGradient(rows: number, dz: number, alpha: number, beta: 0 | 1, into: ParameterBuffers): void {
    const { kernels } = this.#runtime
    const { inputs, units } = this.#first
    const dw = into.weights.pointer
    if (this.#isSparse && this.#sparse?.byColumn) {
      const { byRow, byColumn, workspace } = this.#sparse
      const starts = byColumn.starts.pointer
      const entries = byColumn.entries.pointer
      kernels.sparseTranspose(rows, inputs, byRow.starts.pointer, byRow.entries.pointer, starts, entries)
      if (beta === 0) into.weights.view.fill(0)
      kernels.sparseAccumulate(inputs, units, rows, starts, entries, alpha, dz, dw, workspace.pointer)
    } else {
      const x = this.#dense.pointer
      const workspace = this.#gemmWorkspace
      kernels.sgemm(1, 0, inputs, units, rows, alpha, x, inputs, dz, units, beta, dw, units, workspace)
    }
  }
}

function planSparse(
  runtime: Runtime,
  arena: Arena,
  capacity: number,
  columns: number,
  forTraining: boolean,
): SparseBatch {
  const count = entryLimit(capacity, columns)
  const list = (rows: number, entries: number): EntryList => ({
    starts: arena.i32(rows + 1),
    entries: arena.scratch(entries * ENTRY_BYTES),
  })
  return {
    // A row more than the limit: it is looked at after each row.
    byRow: list(capacity, count + columns),
    byColumn: forTraining ? list(columns, count) : undefined,
    workspace: arena.scratch(runtime.kernels.sparseWorkspace(Math.max(capacity, columns))),
  }
}
