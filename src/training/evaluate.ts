// Evaluation and prediction: forward passes over many rows, in batches.

import { allocate } from '../allocate.ts'
import { createMetrics } from '../losses/create-metrics.ts'
import type { Evaluation, EvaluationSettings } from '../losses/evaluation.ts'
import { takesLogits } from '../losses/loss-options.ts'
import type { Loss } from '../losses/loss-table.ts'
import type { Metrics } from '../losses/metrics.ts'
import { createLoss } from '../losses/plain-loss.ts'
import type { BatchLoss } from '../losses/row-losses.ts'
import type { NetworkContext } from '../network/context.ts'
import { ForwardPass } from '../network/forward.ts'
import type { Network } from '../network/network.ts'
import { planOnce } from '../network/plan-once.ts'
import type { Batch } from '../network/stages/stage.ts'
import type { F32Buffer } from '../wasm/buffer.ts'
import type { Call, Executor } from '../wasm/calls.ts'
import { checkInputSize, type Pause, type Rows } from './dataset-rows.ts'
import { finiteCheck } from './finite-check.ts'
import { clearNaNs } from './not-a-number.ts'

/** Rows in one batch of an evaluation or prediction: enough for full kernel speed, few enough to stay in the cache. */
export const EVALUATION_BATCH = 250

/** Mean loss over given rows, a classifier's accuracy, and metrics. Its buffers are planned once. */
export class Evaluator {
  readonly #executor: Executor
  readonly #batches: Batches
  readonly #loss: BatchLoss
  readonly #metrics: Metrics | undefined
  readonly #calls = new Map<number, readonly Call[]>()
  readonly #gradient: F32Buffer
  readonly #isFinite: (vector: F32Buffer, length?: number) => boolean

  /** Without `settings`, only loss and accuracy. */
  constructor(context: NetworkContext, loss: Loss, rows: Rows, settings?: EvaluationSettings) {
    const { runtime, executor, arena, network } = context
    this.#executor = executor
    this.#batches = new Batches(context, rows, takesLogits(loss))
    const { capacity } = this.#batches
    const outputs = network.outputSize
    this.#loss = createLoss(loss, rows.samples, { ...context, outputs, capacity })
    const { targets } = this.#loss
    this.#metrics = settings && createMetrics(loss, { targets, arena, outputs, capacity }, settings)
    this.#gradient = arena.f32(capacity * outputs)
    this.#isFinite = finiteCheck(runtime, arena)
  }

  /** `skips`: skips batches without a finite loss. The loss is NaN where that is all of them. */
  async run(pause: Pause, skips = false): Promise<Evaluation> {
    const { length: samples } = this.#batches
    this.#metrics?.reset(this.#batches.first)
    let lossSum = 0
    let weightSum = 0
    let correct: number | undefined
    let nonFinite = 0
    let skipped = 0
    for (let begin = 0; begin < samples; begin += this.#batches.capacity) {
      const count = await this.#batches.forward(begin)
      const stalled = this.#executor.run(planOnce(this.#calls, count, () => this.#plan(count)))
      if (stalled) await stalled
      const loss = this.#loss.mean(count)
      if (skips && !Number.isFinite(loss)) skipped += count
      else {
        const weight = this.#loss.weight(count)
        lossSum += loss * weight
        weightSum += weight
        const right = this.#loss.correct(count)
        if (right !== undefined) correct = (correct ?? 0) + right
        nonFinite += this.#addMetrics(count)
      }
      const pausing = pause()
      if (pausing) await pausing
    }
    return {
      loss: skipped === samples ? Number.NaN : weightSum === 0 ? 0 : lossSum / weightSum,
      ...(correct !== undefined && { accuracy: correct / (samples - skipped) }),
      samples,
      nonFinite,
      ...this.#metrics?.result(samples),
    }
  }

  /** Counts a batch. Returns how many of its rows have outputs that are not finite. */
  #addMetrics(rows: number): number {
    const { input, output } = this.#batches.pass
    const size = output.length / this.#batches.capacity
    const length = rows * size
    const { view } = output
    const bad = new Set<number>()
    if (!this.#isFinite(output, length)) {
      for (let i = 0; i < length; ++i) if (!Number.isFinite(view[i])) bad.add(Math.floor(i / size))
    }
    this.#metrics?.add({ rows, indices: input.indices, output, hasPrediction: row => !bad.has(row) })
    return bad.size
  }

  #plan(count: number): Call[] {
    const { input, output } = this.#batches.pass
    const { indices } = input
    return [
      this.#loss.call(count, indices, output, this.#gradient),
      ...(this.#metrics?.calls(count, indices, output) ?? []),
    ]
  }
}

/**
 * The network's outputs, rows × outputs: probabilities where the last layer is a softmax. A NaN has the same bits in every
 * runtime.
 */
export async function predict(
  context: NetworkContext,
  rows: Rows,
  pause: Pause,
): Promise<Float32Array<ArrayBuffer>> {
  const { runtime, executor, arena, network } = context
  const size = network.outputSize
  const samples = rows.indices.length
  const result = allocate(
    () => new Float32Array(samples * size),
    () => `there is no room for the outputs of ${samples} samples, ${size} each: predict slices of the data`,
  )
  const batches = new Batches(context, rows, false)
  const areFinite = finiteCheck(runtime, arena)
  for (let begin = 0; begin < samples; begin += batches.capacity) {
    const count = await batches.forward(begin)
    const stalled = executor.run(batches.pass.softmax(count))
    if (stalled) await stalled
    const { output } = batches.pass
    result.set(output.view.subarray(0, count * size), begin * size)
    if (!areFinite(output, count * size)) clearNaNs(result.subarray(begin * size, (begin + count) * size))
    const pausing = pause()
    if (pausing) await pausing
  }
  return result
}

/** Forward passes over given rows, batch after batch, in order. */
class Batches {
  readonly capacity: number
  readonly length: number
  readonly pass: ForwardPass
  readonly #network: Network
  readonly #executor: Executor
  readonly #indices: Int32Array
  readonly #calls = new Map<Batch, readonly Call[]>()

  /** `logits`: see {@link ForwardPass}. */
  constructor(context: NetworkContext, { samples, indices }: Rows, logits: boolean) {
    const { executor, network } = context
    checkInputSize(network, samples.info.inputSize)
    this.length = indices.length
    this.capacity = Math.min(EVALUATION_BATCH, this.length)
    const { capacity } = this
    this.pass = new ForwardPass(context, samples, {
      capacity,
      logits,
      random: undefined,
      augmentation: undefined,
    })
    this.#network = network
    this.#executor = executor
    this.#indices = indices
  }

  /** The index of the first row in the data set. */
  get first(): number {
    return this.#indices[0] ?? 0
  }

  /** Runs the batch that begins at a position to the network's output. Resolves to its number of rows. */
  forward(begin: number): Promise<number> {
    return this.#network.exclusively(() => this.#forward(begin))
  }

  async #forward(begin: number): Promise<number> {
    const count = Math.min(this.capacity, this.length - begin)
    const indices = this.#indices.subarray(begin, begin + count)
    const batch = await this.pass.input.load(this.#executor, indices)
    this.#network.updateFirstWeights()
    const calls = planOnce(this.#calls, batch, () => this.pass.calls(batch))
    const running = this.#executor.run(calls)
    if (running) await running
    return count
  }
}
