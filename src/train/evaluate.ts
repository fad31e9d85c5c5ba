// Evaluation and prediction: forward passes over many rows, in batches.
import type { Storage } from '../data/storage.ts'
import { ShapeError } from '../errors.ts'
import type { Network } from '../model/network.ts'
import { Arena } from '../wasm/arena.ts'
import type { F32Buffer, I32Buffer } from '../wasm/buffer.ts'
import type { Runtime } from '../wasm/runtime.ts'
import { ForwardPass } from './forward.ts'
import { type BatchLoss, createLoss, type LossName } from './losses.ts'
import type { Evaluation } from './options.ts'

/** Rows of a data set: where its samples are, and which of them, in which order. */
export interface Rows {
  readonly storage: Storage
  readonly indices: Int32Array
}

/** Awaited between batches: lets the host do other things and stops when it is told to. */
export type Pause = () => Promise<void> | undefined

/** Rows in one batch: enough for the kernels to run at full speed, few enough to stay in the cache. */
const BATCH = 250

/** Throws {@link ShapeError} where rows do not have as many values as the network takes. */
export function checkInputSize(network: Network, inputSize: number): void {
  if (inputSize === network.inputSize) return
  const units = network.layers[0]?.units
  throw new ShapeError(
    `dense(${units}) expects inputs of ${network.inputSize} features, got samples of ${inputSize}`,
  )
}

/** Mean loss over given rows, and the share of right answers where the loss has labels; its buffers planned once. */
export class Evaluator {
  readonly #capacity: number
  readonly #samples: number
  readonly #loss: BatchLoss
  readonly #forward: ForwardPass
  readonly #gradient: F32Buffer
  readonly #indices: I32Buffer

  constructor(runtime: Runtime, arena: Arena, network: Network, lossName: LossName, rows: Rows) {
    checkInputSize(network, rows.storage.info.inputSize)
    this.#samples = rows.indices.length
    this.#capacity = Math.min(BATCH, this.#samples)
    this.#loss = createLoss(lossName, runtime, arena, network, rows.storage, this.#capacity)
    this.#forward = new ForwardPass(runtime, arena, network, rows.storage, this.#capacity, false)
    this.#gradient = arena.f32(this.#capacity * network.outputSize)
    this.#indices = arena.i32(this.#samples)
    this.#indices.view.set(rows.indices)
  }

  async run(pause: Pause): Promise<Evaluation> {
    const samples = this.#samples
    let lossSum = 0
    let correct: number | undefined
    for (let begin = 0; begin < samples; begin += this.#capacity) {
      const count = Math.min(this.#capacity, samples - begin)
      const pointer = this.#indices.pointer + begin * 4
      const { input, output } = this.#forward
      input.load(pointer, count)
      this.#forward.run(count)
      this.#loss.load(pointer, count)
      const right = this.#loss.countCorrect(count, output)
      if (right !== undefined) correct = (correct ?? 0) + right
      this.#loss.run(count, output, this.#gradient)
      lossSum += this.#loss.value * count
      const pausing = pause()
      if (pausing) await pausing
    }
    return { loss: lossSum / samples, ...(correct !== undefined && { accuracy: correct / samples }), samples }
  }
}

/** One evaluation; see {@link Evaluator}. */
export async function evaluate(
  runtime: Runtime,
  network: Network,
  lossName: LossName,
  rows: Rows,
  pause: Pause,
): Promise<Evaluation> {
  const arena = new Arena(runtime.memory)
  try {
    return await new Evaluator(runtime, arena, network, lossName, rows).run(pause)
  } finally {
    arena.free()
  }
}

/** The network's outputs, rows × outputs: probabilities where the last layer is a softmax. */
export async function predict(
  runtime: Runtime,
  network: Network,
  rows: Rows,
  pause: Pause,
): Promise<Float32Array<ArrayBuffer>> {
  checkInputSize(network, rows.storage.info.inputSize)
  const samples = rows.indices.length
  const size = network.outputSize
  const capacity = Math.min(BATCH, samples)
  const result = new Float32Array(samples * size)
  const arena = new Arena(runtime.memory)
  try {
    const forward = new ForwardPass(runtime, arena, network, rows.storage, capacity, false)
    const indices = arena.i32(samples)
    indices.view.set(rows.indices)
    for (let begin = 0; begin < samples; begin += capacity) {
      const count = Math.min(capacity, samples - begin)
      forward.input.load(indices.pointer + begin * 4, count)
      forward.run(count)
      forward.applySoftmax(count)
      result.set(forward.output.view.subarray(0, count * size), begin * size)
      const pausing = pause()
      if (pausing) await pausing
    }
    return result
  } finally {
    arena.free()
  }
}
