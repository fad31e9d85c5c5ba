// How far a classifier's probabilities can be believed: its log loss, and its expected calibration error.
import { ACTIVATIONS } from '../kernels/activations.ts'
import { BINARY_CROSS_ENTROPY } from '../kernels/loss-kinds.ts'
import type { Arena } from '../wasm/arena.ts'
import type { F32Buffer, I32Buffer, U8Buffer } from '../wasm/buffer.ts'
import { type Call, call } from '../wasm/calls.ts'
import { F64_BYTES } from './row-losses.ts'

/** Bins of the calibration error, of equal width. */
const BINS = 15

/** Sums over the samples of one evaluation after another, their buffers planned once. */
export class Calibration {
  readonly #labels: I32Buffer
  readonly #outputs: number
  /** Each row's log loss (f64). */
  readonly #losses: U8Buffer
  /** Each row's probabilities: that of class 1 alone, where there is one output. */
  readonly #probabilities: F32Buffer
  /** What the kernels of losses write beside. */
  readonly #total: U8Buffer
  readonly #hits: I32Buffer
  #lossSum = 0
  /** By bin: the right answers less the confidences. */
  readonly #gaps = new Float64Array(BINS)

  /** `labels` are those of all samples; `capacity` is the most rows of a batch. */
  constructor(labels: I32Buffer, arena: Arena, outputs: number, capacity: number) {
    this.#labels = labels
    this.#outputs = outputs
    this.#losses = arena.u8(capacity * F64_BYTES)
    this.#probabilities = arena.f32(capacity * outputs)
    this.#total = arena.u8(F64_BYTES)
    this.#hits = arena.i32(capacity)
  }

  reset(): void {
    this.#lossSum = 0
    this.#gaps.fill(0)
  }

  /** The calls that compute a batch's losses and probabilities from its logits. */
  calls(rows: number, indices: I32Buffer, output: F32Buffer): Call[] {
    const [x, labels, samples] = [output.pointer, this.#labels.pointer, indices.pointer]
    const [losses, hits, p] = [this.#losses.pointer, this.#hits.pointer, this.#probabilities.pointer]
    const columns = this.#outputs
    if (columns > 1) {
      return [
        call('softmaxCrossEntropy', x, labels, samples, losses, hits, p, rows, columns),
        call('softmax', x, p, rows, columns),
      ]
    }
    const total = this.#total.pointer
    return [
      call(
        'elementwiseLoss',
        BINARY_CROSS_ENTROPY,
        0,
        x,
        labels,
        0,
        samples,
        0,
        0,
        losses,
        total,
        hits,
        p,
        rows,
        1,
      ),
      call('activate', ACTIVATIONS.sigmoid.kind, 0, rows, 1, x, p),
    ]
  }

  /** Adds the losses of the batch that the calls have run for. */
  addLosses(rows: number): void {
    const { view } = this.#losses
    let sum = 0
    for (const loss of new Float64Array(view.buffer, view.byteOffset, rows)) sum += loss
    this.#lossSum += sum
  }

  /** Adds one of its rows, by the class that it was taken for. */
  add(row: number, predicted: number, isRight: boolean): void {
    const { view } = this.#probabilities
    const first = view[row * this.#outputs] ?? 0
    const isBinary = this.#outputs === 1
    const ofClass = isBinary ? (predicted === 1 ? first : 1 - first) : view[row * this.#outputs + predicted]
    this.#bin(ofClass ?? 0, isRight)
  }

  /** Adds a row without a prediction: as wrong as can be. */
  addNonFinite(): void {
    this.#bin(1, false)
  }

  #bin(confidence: number, isRight: boolean): void {
    const bin = Math.max(0, Math.ceil(confidence * BINS) - 1)
    this.#gaps[bin] = (this.#gaps[bin] ?? 0) + Number(isRight) - confidence
  }

  result(samples: number): { logLoss: number; calibrationError: number } {
    const gap = this.#gaps.reduce((sum, value) => sum + Math.abs(value), 0)
    return { logLoss: this.#lossSum / samples, calibrationError: gap / samples }
  }
}
