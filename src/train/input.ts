// The first layer's input: a batch of a data set's rows, and the two products with it, X·W and Xᵀ·dZ.
//
// Images are mostly zeros (MNIST: 81 %). A batch of bytes with few non-zero ones is kept as a list of those, and only
// they are multiplied; any other batch becomes a dense matrix. Which it is, is decided by each batch's own density.
import type { Storage } from '../data/storage.ts'
import type { NetworkLayer, ParameterBuffers } from '../model/network.ts'
import type { Arena } from '../wasm/arena.ts'
import type { F32Buffer, I32Buffer, U8Buffer } from '../wasm/buffer.ts'
import { type Call, call } from '../wasm/calls.ts'
import type { Runtime } from '../wasm/runtime.ts'

/**
 * Share of non-zero bytes above which dense products are faster. Measured for 784-512-10 in batches of 100: both take as
 * long at 0.7 in the `simd` build and at 0.6 in `relaxed` (`npm run bench:density` shows the way there).
 */
const MAX_DENSITY = 0.6

/** The most rows or columns of a list: their offsets, 96 bytes each, are 32-bit numbers. */
const MAX_INDEX = 2 ** 24

/** The non-zero elements of a matrix, row by row: see assembly/sparse.ts. */
interface EntryList {
  readonly counts: I32Buffer
  readonly entries: U8Buffer
}

/** Room for batches of bytes that are kept as a list: by rows, and, for the gradient, by columns. */
interface SparseBatch {
  readonly byRow: EntryList
  readonly byColumn: EntryList | undefined
  readonly workspace: U8Buffer
}

/** What the first layer does with its weighted sums: the activation's number and slope, z and y = h(z). */
export interface LayerTarget {
  readonly kind: number
  readonly slope: number
  readonly z: number
  readonly y: number
}

/** How a batch is kept. */
export type InputFormat = 'sparse' | 'dense'

/** A batch of at most `capacity` rows, as the first layer takes it. */
export class BatchInput {
  /** The indices of the batch's rows in the data set: to be filled before each batch. */
  readonly indices: I32Buffer
  readonly #runtime: Runtime
  readonly #storage: Storage
  readonly #first: NetworkLayer
  readonly #isBytes: boolean
  readonly #dense: F32Buffer
  readonly #sparse: SparseBatch | undefined
  readonly #gemmWorkspace: number
  #panels: U8Buffer | undefined

  /** `threads` may compute together; `forTraining` plans for the gradient as well. */
  constructor(
    runtime: Runtime,
    arena: Arena,
    storage: Storage,
    first: NetworkLayer,
    capacity: number,
    threads: number,
    gemmWorkspace: number,
    forTraining: boolean,
  ) {
    this.indices = arena.i32(capacity)
    this.#runtime = runtime
    this.#storage = storage
    this.#first = first
    this.#isBytes = storage.inputs.view instanceof Uint8Array
    this.#gemmWorkspace = gemmWorkspace
    this.#dense = arena.f32(capacity * first.inputs)
    if (this.#isBytes && Math.max(capacity, first.inputs) <= MAX_INDEX) {
      this.#sparse = planSparse(runtime, arena, capacity, first.inputs, threads, forTraining)
    }
  }

  /**
   * Plans for sparse batches whose first weights stay in panels from step to step, instead of being copied there in each;
   * returns where, or undefined where no batch is sparse.
   */
  keepPanels(arena: Arena): U8Buffer | undefined {
    if (!this.#sparse) return undefined
    const { inputs, units } = this.#first
    this.#panels = arena.scratch(this.#runtime.kernels.panelsBytes(inputs, units))
    return this.#panels
  }

  /** Names the rows of the next batch. Throws {@link DisposedError} once the data set was disposed. */
  select(indices: Int32Array): void {
    void this.#storage.inputs // a getter, which throws
    this.indices.view.set(indices)
  }

  /** To be run first: lists the batch's non-zero bytes where a list may be worth its while. */
  listing(rows: number): Call[] {
    if (!this.#sparse) return []
    const { counts, entries } = this.#sparse.byRow
    const { indices } = this
    const source = this.#storage.inputs.pointer
    const columns = this.#first.inputs
    return [call('sparsePixels', source, indices.pointer, rows, columns, counts.pointer, entries.pointer)]
  }

  /** How the batch that was listed is best kept. */
  formatOf(rows: number): InputFormat {
    if (!this.#sparse) return 'dense'
    const count = this.#runtime.kernels.sumI32(this.#sparse.byRow.counts.pointer, rows)
    return count <= MAX_DENSITY * rows * this.#first.inputs ? 'sparse' : 'dense'
  }

  /** z (rows × units) ← X·W + b, y ← h(z). */
  forward(rows: number, format: InputFormat, { kind, slope, z, y }: LayerTarget): Call[] {
    const { inputs, units, weights, bias } = this.#first
    const b = bias.pointer
    if (format === 'sparse' && this.#sparse) {
      const { byRow, workspace } = this.#sparse
      const counts = byRow.counts.pointer
      const entries = byRow.entries.pointer
      const packed = this.#panels ? 1 : 0
      const w = (this.#panels ?? weights).pointer
      const scratch = workspace.pointer
      return [
        call('sparseForward', kind, slope, rows, inputs, units, counts, entries, packed, w, b, z, y, scratch),
      ]
    }
    const source = this.#storage.inputs.pointer
    const w = weights.pointer
    const x = this.#dense.pointer
    const indices = this.indices.pointer
    return [
      this.#isBytes
        ? call('gatherPixels', source, indices, x, rows, inputs)
        : call('gatherRows', source, indices, x, rows, inputs * 4),
      call('denseForward', kind, slope, rows, inputs, units, x, w, b, z, y, this.#gemmWorkspace),
    ]
  }

  /** into.weights (inputs × units) ← α·Xᵀ·dZ + β·into.weights, and into.bias likewise; β is 0 or 1. */
  weightGradient(
    rows: number,
    format: InputFormat,
    dz: number,
    alpha: number,
    beta: 0 | 1,
    into: ParameterBuffers,
  ): Call[] {
    const { inputs, units } = this.#first
    const dw = into.weights.pointer
    const db = into.bias.pointer
    if (format === 'sparse' && this.#sparse?.byColumn) {
      const { byRow, byColumn, workspace } = this.#sparse
      const counts = byColumn.counts.pointer
      const entries = byColumn.entries.pointer
      const panels = into === this.#first ? this.#panels : undefined
      const packed = panels ? 1 : 0
      const w = panels?.pointer ?? dw
      const scratch = workspace.pointer
      return [
        call('sparseTranspose', rows, inputs, byRow.counts.pointer, byRow.entries.pointer, counts, entries),
        call(
          'sparseWeightGradient',
          inputs,
          rows,
          units,
          counts,
          entries,
          packed,
          alpha,
          beta,
          dz,
          w,
          db,
          scratch,
        ),
      ]
    }
    const x = this.#dense.pointer
    return [call('denseWeightGradient', rows, inputs, units, alpha, beta, x, dz, dw, db, this.#gemmWorkspace)]
  }
}

function planSparse(
  runtime: Runtime,
  arena: Arena,
  capacity: number,
  columns: number,
  threads: number,
  forTraining: boolean,
): SparseBatch {
  const { sparseStride, sparseWorkspace } = runtime.kernels
  const list = (rows: number, columns: number): EntryList => ({
    counts: arena.i32(rows),
    entries: arena.scratch(rows * sparseStride(columns)),
  })
  return {
    byRow: list(capacity, columns),
    byColumn: forTraining ? list(columns, capacity) : undefined,
    workspace: arena.scratch(threads * sparseWorkspace(Math.max(capacity, columns))),
  }
}
