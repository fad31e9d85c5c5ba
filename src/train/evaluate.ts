// Evaluation and prediction: forward passes over many rows, in batches.
import type { Storage } from '../data/storage.ts'
import { ShapeError } from '../errors.ts'
import type { Network } from '../model/network.ts'
import { Arena } from '../wasm/arena.ts'
import type { Runtime } from '../wasm/runtime.ts'
import { ForwardPass } from './forward.ts'
import { createLoss, type LossName } from './losses.ts'
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

/** Mean loss, and the share of right answers where the loss has labels. */
export async function evaluate(
  runtime: Runtime,
  network: Network,
  lossName: LossName,
  rows: Rows,
  pause: Pause,
): Promise<Evaluation> {
  checkInputSize(network, rows.storage.info.inputSize)
  const samples = rows.indices.length
  const capacity = Math.min(BATCH, samples)
  const arena = new Arena(runtime.memory)
  try {
    const loss = createLoss(lossName, runtime, arena, network, rows.storage, capacity)
    const forward = new ForwardPass(runtime, arena, network, rows.storage, capacity, false)
    const gradient = arena.f32(capacity * network.outputSize)
    const indices = arena.i32(samples)
    indices.view.set(rows.indices)
    let lossSum = 0
    let correct: number | undefined
    for (let begin = 0; begin < samples; begin += capacity) {
      const count = Math.min(capacity, samples - begin)
      const pointer = indices.pointer + begin * 4
      forward.input.load(pointer, count)
      forward.run(count)
      loss.load(pointer, count)
      const right = loss.countCorrect(count, forward.output)
      if (right !== undefined) correct = (correct ?? 0) + right
      lossSum += loss.run(count, forward.output, gradient) * count
      await pause()
    }
    return { loss: lossSum / samples, ...(correct !== undefined && { accuracy: correct / samples }), samples }
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
      await pause()
    }
    return result
  } finally {
    arena.free()
  }
}
