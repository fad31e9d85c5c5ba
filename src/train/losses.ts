// Losses over a batch: the value and the gradient by the network's output, in one kernel call.
import type { Storage } from '../data/storage.ts'
import { ArgumentError, ShapeError } from '../errors.ts'
import type { Network } from '../model/network.ts'
import type { Arena } from '../wasm/arena.ts'
import type { F32Buffer, I32Buffer } from '../wasm/buffer.ts'
import type { Runtime } from '../wasm/runtime.ts'

/**
 * `crossEntropy`: mean over the batch of −log p[label], with the softmax of the last layer. `meanSquaredError`: mean
 * over the batch and the outputs of (y − t)², as PyTorch's MSELoss has it.
 */
export type LossName = 'crossEntropy' | 'meanSquaredError'

/** A loss for batches of one data set, its buffers planned once. */
export interface BatchLoss {
  /** Takes the labels or targets of the rows whose indices (i32) stand at `indices`. */
  load(indices: number, rows: number): void
  /** Sets `value`; writes its gradient by the output (rows × units) to `gradient`. */
  run(rows: number, output: F32Buffer, gradient: F32Buffer): void
  /** The mean loss of the last batch. A field, not a result: a number that a function returns is often allocated. */
  readonly value: number
  /** Rows whose largest output stands at their label; undefined for a loss without labels. */
  countCorrect(rows: number, output: F32Buffer): number | undefined
}

/** Throws {@link ArgumentError} or {@link ShapeError} where the loss, the network and the data do not go together. */
export function createLoss(
  name: LossName,
  runtime: Runtime,
  arena: Arena,
  network: Network,
  storage: Storage,
  capacity: number,
): BatchLoss {
  return name === 'crossEntropy'
    ? new CrossEntropy(runtime, arena, network, storage, capacity)
    : new MeanSquaredError(runtime, arena, network, storage, capacity)
}

class CrossEntropy implements BatchLoss {
  value = 0
  readonly #runtime: Runtime
  readonly #source: I32Buffer
  readonly #labels: I32Buffer
  readonly #classes: number

  constructor(runtime: Runtime, arena: Arena, network: Network, storage: Storage, capacity: number) {
    const { labels } = storage
    const { classes = 0 } = storage.info
    if (!labels)
      throw new ArgumentError('crossEntropy needs labels, and this data set has none: use meanSquaredError')
    if (classes > network.outputSize) {
      throw new ShapeError(
        `the data set has labels up to ${classes - 1}, but the last layer only ${network.outputSize} units: ` +
          `use dense(${classes}, { activation: 'softmax' })`,
      )
    }
    this.#runtime = runtime
    this.#source = labels
    this.#labels = arena.i32(capacity)
    this.#classes = network.outputSize
  }

  load(indices: number, rows: number): void {
    this.#runtime.kernels.gatherRows(this.#source.pointer, indices, this.#labels.pointer, rows, 4)
  }

  run(rows: number, output: F32Buffer, gradient: F32Buffer): void {
    const labels = this.#labels.pointer
    const { kernels } = this.#runtime
    this.value =
      kernels.softmaxCrossEntropy(output.pointer, labels, gradient.pointer, rows, this.#classes) / rows
  }

  countCorrect(rows: number, output: F32Buffer): number {
    return this.#runtime.kernels.countCorrect(output.pointer, this.#labels.pointer, rows, this.#classes)
  }
}

class MeanSquaredError implements BatchLoss {
  value = 0
  readonly #runtime: Runtime
  readonly #source: F32Buffer
  readonly #targets: F32Buffer
  readonly #size: number

  constructor(runtime: Runtime, arena: Arena, network: Network, storage: Storage, capacity: number) {
    const { targets } = storage
    const { targetSize = 0 } = storage.info
    if (!targets) {
      throw new ArgumentError('meanSquaredError needs targets, and this data set has none: use crossEntropy')
    }
    if (targetSize !== network.outputSize) {
      throw new ShapeError(
        `the data set has targets of ${targetSize} values, but the last layer ${network.outputSize} units`,
      )
    }
    this.#runtime = runtime
    this.#source = targets
    this.#targets = arena.f32(capacity * targetSize)
    this.#size = targetSize
  }

  load(indices: number, rows: number): void {
    const { kernels } = this.#runtime
    kernels.gatherRows(this.#source.pointer, indices, this.#targets.pointer, rows, this.#size * 4)
  }

  run(rows: number, output: F32Buffer, gradient: F32Buffer): void {
    const n = rows * this.#size
    const { kernels } = this.#runtime
    this.value = kernels.squaredError(output.pointer, this.#targets.pointer, gradient.pointer, n, 2 / n) / n
  }

  countCorrect(): undefined {
    return undefined
  }
}
