// Metrics, counted and summed by kernels while an evaluation passes over the data.
import { ArgumentError } from '../errors.ts'
import type { Arena } from '../wasm/arena.ts'
import type { F32Buffer, I32Buffer, U8Buffer } from '../wasm/buffer.ts'
import { type Call, call } from '../wasm/calls.ts'
import type { ClassMetrics, Evaluation, EvaluationSettings, OutputMetrics } from './evaluation.ts'
import type { Loss } from './loss-options.ts'
import type { LossTargets } from './loss-targets.ts'

/** The most classes of a confusion matrix, which takes 64 MiB then. */
const MAX_CLASSES = 4096

/** Metrics of one evaluation after another, their buffers planned once. */
export interface Metrics {
  /** Forgets what was counted; the first row of the data, by its index in the data set, is the one named. */
  reset(first: number): void
  /** The calls that count a batch in; `indices` (i32) are those of its rows in the data set. */
  calls(rows: number, indices: I32Buffer, output: F32Buffer): Call[]
  /** What was counted since `reset`, over so many samples. */
  result(samples: number): Partial<Evaluation>
}

/** Throws {@link ArgumentError} for a `topK` that cannot be. */
export function createMetrics(
  loss: Loss,
  targets: LossTargets,
  arena: Arena,
  outputs: number,
  { topK }: EvaluationSettings,
): Metrics {
  const classifies =
    loss.name === 'crossEntropy' || loss.name === 'binaryCrossEntropy' || loss.name === 'hinge'
  const hasClasses =
    classifies && (outputs === 1 || loss.name === 'crossEntropy' || targets.labels !== undefined)
  if (topK !== undefined && (!hasClasses || outputs === 1)) {
    throw new ArgumentError('topK is for classifiers with an output for each class: leave it out')
  }
  if (topK !== undefined && !(Number.isInteger(topK) && topK >= 1 && topK <= outputs)) {
    throw new ArgumentError(`topK is ${topK}: expected a whole number, 1 … ${outputs} for ${outputs} classes`)
  }
  if (hasClasses) return new ClassificationMetrics(targets, arena, outputs, topK ?? 0)
  if (classifies) return { reset: () => {}, calls: () => [], result: () => ({}) }
  return new RegressionMetrics(targets, arena, outputs)
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

class ClassificationMetrics implements Metrics {
  readonly #targets: LossTargets
  readonly #outputs: number
  readonly #classes: number
  readonly #topK: number
  /** classes × classes, and one more: the samples in the top k. */
  readonly #counts: I32Buffer

  constructor(targets: LossTargets, arena: Arena, outputs: number, topK: number) {
    this.#targets = targets
    this.#outputs = outputs
    const classes = Math.max(outputs, 2)
    this.#classes = classes <= MAX_CLASSES ? classes : 0
    this.#topK = topK
    this.#counts = arena.i32(this.#classes ** 2 + 1)
  }

  reset(): void {
    this.#counts.view.fill(0)
  }

  calls(rows: number, indices: I32Buffer, output: F32Buffer): Call[] {
    const labels = this.#targets.labels?.pointer ?? 0
    const targets = this.#targets.targets?.pointer ?? 0
    const matrix = this.#classes > 0 ? this.#counts.pointer : 0
    const found = this.#counts.pointer + 4 * this.#classes ** 2
    const k = this.#topK
    const x = output.pointer
    return [call('confusion', x, labels, targets, indices.pointer, matrix, found, k, rows, this.#outputs)]
  }

  result(samples: number): Partial<Evaluation> {
    const { view } = this.#counts
    const size = this.#classes
    const topK = this.#topK > 0 ? { topKAccuracy: (view[size ** 2] ?? 0) / samples } : {}
    if (size === 0) return topK
    const confusionMatrix = Array.from({ length: size }, (_, i) => [
      ...view.subarray(i * size, (i + 1) * size),
    ])
    const predicted = new Array<number>(size).fill(0)
    for (const row of confusionMatrix) {
      for (const [j, count] of row.entries()) predicted[j] = (predicted[j] ?? 0) + count
    }
    const classes = confusionMatrix.map((row, i) => classMetrics(row, i, predicted[i] ?? 0))
    const present = classes.filter(({ support }, i) => support > 0 || (predicted[i] ?? 0) > 0)
    const macro = {
      precision: mean(present.map(({ precision }) => precision)),
      recall: mean(present.map(({ recall }) => recall)),
      f1: mean(present.map(({ f1 }) => f1)),
    }
    return { ...topK, confusionMatrix, classes, macro }
  }
}

function classMetrics(row: readonly number[], index: number, predicted: number): ClassMetrics {
  const right = row[index] ?? 0
  const support = row.reduce((sum, count) => sum + count, 0)
  const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole)
  return {
    precision: share(right, predicted),
    recall: share(right, support),
    f1: share(2 * right, support + predicted),
    support,
  }
}

/** f64 sums for each two outputs: see assembly/metrics.ts. */
const PAIR_BYTES = 80

class RegressionMetrics implements Metrics {
  readonly #targets: F32Buffer
  readonly #outputs: number
  readonly #sums: U8Buffer

  constructor({ targets }: LossTargets, arena: Arena, outputs: number) {
    if (!targets) throw new Error('a regression has targets')
    this.#targets = targets
    this.#outputs = outputs
    this.#sums = arena.u8(Math.ceil(outputs / 2) * PAIR_BYTES)
  }

  reset(first: number): void {
    const sums = this.#view
    sums.fill(0)
    const row = this.#targets.view.subarray(first * this.#outputs, (first + 1) * this.#outputs)
    for (const [j, target] of row.entries()) sums[positionOf(j, 0)] = target
  }

  calls(rows: number, indices: I32Buffer, output: F32Buffer): Call[] {
    const targets = this.#targets.pointer
    const sums = this.#sums.pointer
    return [call('regressionSums', output.pointer, targets, indices.pointer, sums, rows, this.#outputs)]
  }

  result(samples: number): Partial<Evaluation> {
    const sums = this.#view
    const outputs = Array.from({ length: this.#outputs }, (_, j): OutputMetrics => {
      const [t1 = 0, t2 = 0, absolute = 0, squared = 0] = [1, 2, 3, 4].map(
        which => sums[positionOf(j, which)],
      )
      const variation = t2 - (t1 * t1) / samples
      const isConstant = variation <= 0
      return {
        meanAbsoluteError: absolute / samples,
        r2: isConstant ? (squared === 0 ? 1 : 0) : 1 - squared / variation,
      }
    })
    return {
      meanAbsoluteError: mean(outputs.map(({ meanAbsoluteError }) => meanAbsoluteError)),
      r2: mean(outputs.map(({ r2 }) => r2)),
      outputs,
    }
  }

  get #view(): Float64Array {
    const { view } = this.#sums
    return new Float64Array(view.buffer, view.byteOffset, view.length / 8)
  }
}

/** Where one of the five sums of an output stands: they lie in pairs of two outputs. */
function positionOf(output: number, which: number): number {
  return 10 * (output >> 1) + 2 * which + (output & 1)
}
