// The first layer's input: a batch of a data set's rows, and the two products with it, X·W and Xᵀ·dZ.
//
// Images are mostly zeros (MNIST: 81 %). A batch of bytes with few non-zero ones is kept as a list of those, and only
// they are multiplied; any other batch becomes a dense matrix. Which it is, is decided by each batch's own density.
import type { Storage } from '../data/storage.ts'
import type { F32Buffer, I32Buffer, U8Buffer } from '../kernels/types.ts'
import type { NetworkLayer, ParameterBuffers } from '../model/network.ts'
import type { Arena } from '../wasm/arena.ts'
import type { Runtime } from '../wasm/runtime.ts'

/** Share of non-zero bytes above which dense products are faster. */
const MAX_DENSITY = 0.5

/** Bytes of a list's entry: u32 offset, f32 value. */
const ENTRY_BYTES = 8

interface EntryList {
  readonly starts: I32Buffer
  readonly entries: U8Buffer
}

/** The most entries that a batch is kept as a list with. */
const entryLimit = (rows: number, columns: number) => Math.floor(MAX_DENSITY * rows * columns)

/** A batch of at most `capacity` rows, as the first layer takes it. */
export class BatchInput {
  readonly #runtime: Runtime
  readonly #storage: Storage
  readonly #first: NetworkLayer
  readonly #dense: F32Buffer
  /** The batch by rows, and by columns for the gradient; only for bytes. */
  readonly #byRow: EntryList | undefined
  readonly #byColumn: EntryList | undefined
  readonly #gemmWorkspace: number
  readonly #sparseWorkspace: U8Buffer
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
    const { inputs: columns } = first
    this.#runtime = runtime
    this.#storage = storage
    this.#first = first
    this.#gemmWorkspace = gemmWorkspace
    this.#dense = arena.f32(capacity * columns)
    if (storage.inputs.view instanceof Uint8Array) {
      const entries = entryLimit(capacity, columns)
      this.#byRow = {
        starts: arena.i32(capacity + 1),
        entries: arena.u8((entries + columns) * ENTRY_BYTES),
      }
      if (forTraining) {
        this.#byColumn = { starts: arena.i32(columns + 1), entries: arena.u8(entries * ENTRY_BYTES) }
      }
    }
    this.#sparseWorkspace = arena.u8(runtime.kernels.sparseWorkspace(Math.max(capacity, columns)))
  }

  /** Takes the rows whose indices (i32) stand at `indices`. */
  load(indices: number, rows: number): void {
    const { kernels } = this.#runtime
    const { inputs: columns } = this.#first
    const source = this.#storage.inputs.pointer
    if (!this.#byRow) {
      kernels.gatherRows(source, indices, this.#dense.pointer, rows, columns * 4)
      return
    }
    const { starts, entries } = this.#byRow
    const limit = entryLimit(rows, columns)
    const count = kernels.sparsePixels(source, indices, rows, columns, limit, starts.pointer, entries.pointer)
    this.#isSparse = count >= 0
    if (!this.#isSparse) kernels.gatherPixels(source, indices, this.#dense.pointer, rows, columns)
  }

  /** z (rows × units) ← X·W + b. */
  forward(rows: number, z: number): void {
    const { kernels } = this.#runtime
    const { inputs, units, weights, bias } = this.#first
    const w = weights.pointer
    if (this.#isSparse && this.#byRow) {
      const { starts, entries } = this.#byRow
      const workspace = this.#sparseWorkspace.pointer
      kernels.sparseForward(
        rows,
        units,
        inputs,
        starts.pointer,
        entries.pointer,
        w,
        bias.pointer,
        z,
        workspace,
      )
    } else {
      const x = this.#dense.pointer
      kernels.broadcastRow(bias.pointer, z, rows, units)
      kernels.sgemm(0, 0, rows, units, inputs, 1, x, inputs, w, units, 1, z, units, this.#gemmWorkspace)
    }
  }

  /** into.weights (inputs × units) ← α·Xᵀ·dZ + β·into.weights; β is 0 or 1. */
  accumulateGradient(rows: number, dz: number, alpha: number, beta: 0 | 1, into: ParameterBuffers): void {
    const { kernels } = this.#runtime
    const { inputs, units } = this.#first
    const dw = into.weights.pointer
    if (this.#isSparse && this.#byRow && this.#byColumn) {
      const { starts, entries } = this.#byRow
      const columns = this.#byColumn
      const startsT = columns.starts.pointer
      const entriesT = columns.entries.pointer
      if (beta === 0) into.weights.view.fill(0)
      kernels.sparseTranspose(rows, inputs, starts.pointer, entries.pointer, startsT, entriesT)
      const workspace = this.#sparseWorkspace.pointer
      kernels.sparseAccumulate(inputs, units, rows, startsT, entriesT, alpha, dz, dw, workspace)
    } else {
      const x = this.#dense.pointer
      kernels.sgemm(
        1,
        0,
        inputs,
        units,
        rows,
        alpha,
        x,
        inputs,
        dz,
        units,
        beta,
        dw,
        units,
        this.#gemmWorkspace,
      )
    }
  }
}
