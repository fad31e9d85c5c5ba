// A batch of a data set's rows, as the first layer takes it.
//
// Images are mostly zeros (MNIST: 81 %). A batch of bytes with few non-zero ones is kept as a list of those, and only
// they are multiplied. Any other batch becomes a dense matrix. Each batch's density decides.
import { isUint8Array } from '../brands.ts'
import type { Samples } from '../data/samples.ts'
import type { F32Buffer, I32Buffer, U8Buffer } from '../wasm/buffer.ts'
import { type Call, call, type Executor } from '../wasm/calls.ts'
import type { BatchAugmenter, PassPlan } from './context.ts'
import { planOnce } from './plan-once.ts'
import type { Batch, InputFormat } from './stages/stage.ts'

/**
 * Share of non-zero bytes above which dense products are faster. Measured for 784-512-10 in batches of 100: both take
 * equally long at 0.7 in the `simd` build and at 0.6 in `relaxed`. `npm run bench:density` repeats it.
 */
const MAX_DENSITY = 0.6

/**
 * The most rows of a sparse batch that are multiplied at once. For each input, the gradient's products read 32 columns
 * of these rows again (64 KB), which should stay in the cache.
 *
 * Measured for 784-512-10 on one thread, seconds of CPU time an epoch, in batches of 10,000 and 1,000: 1.7–1.9 and
 * 1.1–1.3 undivided, 1.24–1.34 and 1.1–1.2 by 1,024 rows, 1.05 and 1.0 by 512. Batches of 100 take 1.05.
 */
export const BLOCK_ROWS = 512

/** Rows and columns of a list are fewer: their offsets, up to 256 bytes each, are 32-bit numbers. */
const MAX_INDEX = 2 ** 24

/** The non-zero elements of a matrix, row by row: see assembly/sparse.ts. */
interface EntryList {
  readonly counts: I32Buffer
  readonly entries: U8Buffer
}

/** Rows of a sparse batch that are multiplied at once, and where their list is. */
interface SparseBlock {
  /** The first of them in the batch. */
  readonly first: number
  readonly rows: number
  readonly counts: number
  readonly entries: number
}

/** Room for batches of bytes that are kept as a list: by rows and, for the gradient, a block's by columns. */
export interface SparseBatch {
  readonly byRow: EntryList
  readonly byColumn: EntryList | undefined
  readonly workspace: U8Buffer
  /** The blocks of a batch, all of about the same length. */
  blocks(rows: number): SparseBlock[]
}

/** A batch of at most `capacity` rows. */
export class BatchInput {
  /** Values of a sample. */
  readonly size: number
  /** The indices of the batch's rows in the data set. */
  readonly indices: I32Buffer
  /** A dense batch, rows × size. */
  readonly dense: F32Buffer
  /** Undefined where no batch is sparse. */
  readonly sparse: SparseBatch | undefined
  readonly #plan: PassPlan
  readonly #samples: Samples
  readonly #isBytes: boolean
  /** Where images are distorted: the augmenter, and the indices 0, 1, 2, … of its images. */
  readonly #augmented: { augmenter: BatchAugmenter; order: I32Buffer } | undefined
  readonly #preparations = new Map<number, readonly Call[]>()
  readonly #lists = new Map<number, readonly Call[]>()
  readonly #batches = { sparse: new Map<number, Batch>(), dense: new Map<number, Batch>() }

  /** `takesLists`: whether the first stage can use sparse batches. */
  constructor(plan: PassPlan, samples: Samples, takesLists: boolean) {
    const { arena, capacity, random, augmentation, isWhole } = plan
    const { inputSize } = samples.info
    this.#plan = plan
    this.#samples = samples
    this.size = inputSize
    this.indices = arena.i32(capacity)
    this.#isBytes = isUint8Array(samples.inputs.view)
    const isDense = isWhole && !this.#isBytes
    this.dense = isDense ? (samples.inputs as F32Buffer) : arena.f32(capacity * inputSize)
    if (isWhole) this.indices.view.set(this.indices.view.map((_, i) => i))
    if (random && augmentation) {
      const order = arena.i32(capacity)
      order.view.set(order.view.map((_, i) => i))
      const augmenter = plan.extras.planAugmenter(samples, augmentation, { ...plan, random })
      this.#augmented = { augmenter, order }
    }
    if (takesLists && this.#isBytes && Math.max(capacity, inputSize) < MAX_INDEX) {
      this.sparse = planSparse(plan, inputSize)
    }
  }

  /**
   * Loads the given rows as the next batch, and decides how it is kept. For equal numbers of rows and equal formats it
   * is the same object, which keys plans. Throws {@link DisposedError} once the data set was disposed.
   */
  load(executor: Executor, indices: Int32Array): Batch | Promise<Batch> {
    void this.#samples.inputs // A getter, which throws.
    const rows = indices.length
    this.indices.view.set(indices)
    const augmenter = this.#augmented?.augmenter
    if (augmenter) return this.#loadDistorted(executor, augmenter, indices)
    const preparing = executor.run(this.preparation(rows))
    return preparing ? preparing.then(() => this.batchOf(rows)) : this.batchOf(rows)
  }

  async #loadDistorted(executor: Executor, augmenter: BatchAugmenter, indices: Int32Array): Promise<Batch> {
    const rows = indices.length
    const isDistorted = await augmenter.finish(executor, indices)
    const preparing = executor.run(
      isDistorted ? planOnce(this.#lists, rows, () => this.#list(rows)) : this.preparation(rows),
    )
    if (preparing) await preparing
    return this.batchOf(rows)
  }

  /** The calls that go before {@link batchOf}. */
  preparation(rows: number): readonly Call[] {
    return planOnce(this.#preparations, rows, () => this.#prepare(rows))
  }

  /** The batch of the first so many indices, prepared: see {@link load}. */
  batchOf(rows: number): Batch {
    const format = this.#formatOf(rows)
    return planOnce(this.#batches[format], rows, () => ({ rows, format }))
  }

  /** Lets waiting threads distort the images of the next step, which will likely take these rows. */
  prepare(executor: Executor, indices: Int32Array): void {
    this.#augmented?.augmenter.prepare(executor, indices)
  }

  /** Ends that: afterwards no thread works on these buffers. */
  async end(executor: Executor): Promise<void> {
    await this.#augmented?.augmenter.end(executor)
  }

  /** Where the batch's rows are, and the indices of them. */
  get #source(): { rows: number; indices: number } {
    if (!this.#augmented) return { rows: this.#samples.inputs.pointer, indices: this.indices.pointer }
    const { augmenter, order } = this.#augmented
    return { rows: augmenter.images.pointer, indices: order.pointer }
  }

  /** Distorts the images, if requested, and lists their non-zero bytes. */
  #prepare(rows: number): Call[] {
    return [...(this.#augmented?.augmenter.calls(rows, this.indices) ?? []), ...this.#list(rows)]
  }

  /** Lists the batch's non-zero bytes where a list may pay off. */
  #list(rows: number): Call[] {
    if (!this.sparse) return []
    const { counts, entries } = this.sparse.byRow
    const source = this.#source
    const list = counts.pointer
    return [call('sparsePixels', source.rows, source.indices, rows, this.size, list, entries.pointer)]
  }

  /** The best format for the listed batch. */
  #formatOf(rows: number): InputFormat {
    if (!this.sparse) return 'dense'
    const count = this.#plan.runtime.kernels.sumI32(this.sparse.byRow.counts.pointer, rows)
    return count <= MAX_DENSITY * rows * this.size ? 'sparse' : 'dense'
  }

  /** The calls that fill `dense`. */
  gather(rows: number): Call[] {
    if (this.dense === this.#samples.inputs) return []
    const source = this.#source
    const x = this.dense.pointer
    return [
      this.#isBytes
        ? call('gatherPixels', source.rows, source.indices, x, rows, this.size)
        : call('gatherRows', source.rows, source.indices, x, rows, this.size * 4),
    ]
  }
}

function planSparse({ runtime, executor, arena, capacity, random }: PassPlan, columns: number): SparseBatch {
  const { sparseStride, sparseWorkspace } = runtime.kernels
  const list = (rows: number, columns: number): EntryList => ({
    counts: arena.i32(rows),
    entries: arena.scratch(rows * sparseStride(columns)),
  })
  const byRow = list(capacity, columns)
  const stride = sparseStride(columns)
  const most = Math.min(capacity, BLOCK_ROWS)
  return {
    byRow,
    byColumn: random ? list(columns, most) : undefined,
    workspace: arena.scratch(executor.threads * sparseWorkspace(Math.max(most, columns))),
    blocks(rows) {
      const size = Math.ceil(rows / Math.ceil(rows / BLOCK_ROWS))
      return Array.from({ length: Math.ceil(rows / size) }, (_, i) => ({
        first: i * size,
        rows: Math.min(size, rows - i * size),
        counts: byRow.counts.pointer + i * size * 4,
        entries: byRow.entries.pointer + i * size * stride,
      }))
    },
  }
}
