// Losses over a batch: each row's value and gradient by the network's output, in one kernel call.
import type { Storage } from '../data/storage.ts'
import { ArgumentError, ShapeError } from '../errors.ts'
import type { Network } from '../model/network.ts'
import type { Arena } from '../wasm/arena.ts'
import type { F32Buffer, I32Buffer, U8Buffer } from '../wasm/buffer.ts'
import { type Call, call } from '../wasm/calls.ts'
import type { Runtime } from '../wasm/runtime.ts'

/**
 * `crossEntropy`: mean over the batch of −log p[label], with the softmax of the last layer. `meanSquaredError`: mean
 * over the batch and the outputs of (y − t)², as PyTorch's MSELoss has it.
 */
export type LossName = 'crossEntropy' | 'meanSquaredError'

const F64_BYTES = 8

/** A loss for batches of one data set, its buffers planned once. */
export interface BatchLoss {
  /**
   * The call that computes each row's loss, and its gradient by the output (rows × units) in `gradient`. `indices` (i32)
   * are those of the batch's rows in the data set.
   */
  call(rows: number, indices: I32Buffer, output: F32Buffer, gradient: F32Buffer): Call
  /** The mean loss of the rows that the call has run for. */
  mean(rows: number): number
  /** Of these, the rows whose largest output stands at their label; undefined for a loss without labels. */
  correct(rows: number): number | undefined
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
  readonly #runtime: Runtime
  readonly #labels: I32Buffer
  readonly #losses: U8Buffer
  readonly #hits: I32Buffer
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
    this.#labels = labels
    this.#losses = arena.u8(capacity * F64_BYTES)
    this.#hits = arena.i32(capacity)
    this.#classes = network.outputSize
  }

  call(rows: number, indices: I32Buffer, output: F32Buffer, gradient: F32Buffer): Call {
    const labels = this.#labels.pointer
    const losses = this.#losses.pointer
    const hits = this.#hits.pointer
    const x = output.pointer
    const dx = gradient.pointer
    return call('softmaxCrossEntropy', x, labels, indices.pointer, losses, hits, dx, rows, this.#classes)
  }

  mean(rows: number): number {
    return this.#runtime.kernels.sumF64(this.#losses.pointer, rows) / rows
  }

  correct(rows: number): number {
    return this.#runtime.kernels.sumI32(this.#hits.pointer, rows)
  }
}

class MeanSquaredError implements BatchLoss {
  readonly #runtime: Runtime
  readonly #targets: F32Buffer
  readonly #losses: U8Buffer
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
    this.#targets = targets
    this.#losses = arena.u8(capacity * F64_BYTES)
    this.#size = targetSize
  }

  call(rows: number, indices: I32Buffer, output: F32Buffer, gradient: F32Buffer): Call {
    const size = this.#size
    const targets = this.#targets.pointer
    const losses = this.#losses.pointer
    const y = output.pointer
    const dy = gradient.pointer
    return call('squaredError', y, targets, indices.pointer, losses, dy, rows, size, 2 / (rows * size))
  }

  mean(rows: number): number {
    return this.#runtime.kernels.sumF64(this.#losses.pointer, rows) / (rows * this.#size)
  }

  correct(): undefined {
    return undefined
  }
}
