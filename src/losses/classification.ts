// What an evaluation counts of a classifier: which class was taken for which.
import type { Arena } from '../wasm/arena.ts'
import type { F32Buffer, I32Buffer } from '../wasm/buffer.ts'
import type { Call } from '../wasm/calls.ts'
import { Calibration } from './calibration.ts'
import type { ClassMetrics, Evaluation } from './evaluation.ts'
import { type EvaluatedBatch, type Metrics, type MetricsPlan, mean } from './metrics.ts'
import type { LossTargets } from './row-losses.ts'

/** The most classes of a confusion matrix, which takes 64 MiB then. */
const MAX_CLASSES = 4096

/** What metrics of classes are planned for. */
export interface ClassificationPlan extends MetricsPlan {
  /** 0 where it is not asked for. */
  readonly topK: number
  /** Whether the outputs are the logits of probabilities. */
  readonly hasProbabilities: boolean
}

/** With one output there are the classes 0 and 1: 1 where it is above 0. */
export class ClassificationMetrics implements Metrics {
  readonly #outputs: number
  readonly #topK: number
  /** Each sample's class. */
  readonly #labels: I32Buffer
  readonly #calibration: Calibration | undefined
  /** Classes of the matrix; 0 where there are too many. */
  readonly #size: number
  /** Samples by true class and predicted class, and of each class those without a prediction. */
  readonly #matrix: Int32Array
  readonly #missed: Int32Array
  #inTopK = 0

  constructor({ targets, arena, outputs, capacity, topK, hasProbabilities }: ClassificationPlan) {
    this.#outputs = outputs
    this.#topK = topK
    this.#labels = labelsOf(targets, arena, outputs)
    if (hasProbabilities) this.#calibration = new Calibration(this.#labels, arena, outputs, capacity)
    const classes = Math.max(outputs, 2)
    this.#size = classes <= MAX_CLASSES ? classes : 0
    this.#matrix = new Int32Array(this.#size ** 2)
    this.#missed = new Int32Array(this.#size)
  }

  reset(): void {
    this.#matrix.fill(0)
    this.#missed.fill(0)
    this.#inTopK = 0
    this.#calibration?.reset()
  }

  calls(rows: number, indices: I32Buffer, output: F32Buffer): Call[] {
    return this.#calibration?.calls(rows, indices, output) ?? []
  }

  add({ rows, indices, output, hasPrediction }: EvaluatedBatch): void {
    const [samples, labels, outputs] = [indices.view, this.#labels.view, output.view]
    const columns = this.#outputs
    this.#calibration?.addLosses(rows)
    for (let i = 0; i < rows; ++i) {
      const truth = labels[samples[i] ?? 0] ?? 0
      if (!hasPrediction(i)) {
        this.#calibration?.addNonFinite()
        count(this.#missed, truth)
        continue
      }
      const first = i * columns
      const predicted = columns === 1 ? Number((outputs[first] ?? 0) > 0) : argmax(outputs, first, columns)
      this.#calibration?.add(i, predicted, predicted === truth)
      if (this.#topK > 0) this.#inTopK += Number(rankOf(outputs, first, columns, truth) < this.#topK)
      if (this.#size > 0) count(this.#matrix, truth * this.#size + predicted)
    }
  }

  result(samples: number): Partial<Evaluation> {
    const size = this.#size
    const always = {
      ...this.#calibration?.result(samples),
      ...(this.#topK > 0 && { topKAccuracy: this.#inTopK / samples }),
    }
    if (size === 0) return always
    const confusionMatrix = Array.from({ length: size }, (_, i) => [
      ...this.#matrix.subarray(i * size, (i + 1) * size),
    ])
    const predicted = new Array<number>(size).fill(0)
    for (const row of confusionMatrix) {
      for (const [j, count] of row.entries()) predicted[j] = (predicted[j] ?? 0) + count
    }
    const classes = confusionMatrix.map((row, i) =>
      classMetrics(row, i, predicted[i] ?? 0, this.#missed[i] ?? 0),
    )
    const present = classes.filter(({ support }, i) => support > 0 || (predicted[i] ?? 0) > 0)
    const macro = {
      precision: mean(present.map(({ precision }) => precision)),
      recall: mean(present.map(({ recall }) => recall)),
      f1: mean(present.map(({ f1 }) => f1)),
    }
    return { ...always, confusionMatrix, classes, macro }
  }
}

/** The labels, or the class of each row of targets: the largest, the first of equals. */
function labelsOf({ labels, targets }: LossTargets, arena: Arena, outputs: number): I32Buffer {
  if (labels) return labels
  if (!targets) throw new Error('a classifier has labels or targets')
  const result = arena.i32(targets.length / outputs)
  const [from, to] = [targets.view, result.view]
  for (let i = 0; i < to.length; ++i) {
    to[i] = outputs === 1 ? Number((from[i] ?? 0) > 0.5) : argmax(from, i * outputs, outputs)
  }
  return result
}

function count(counts: Int32Array, at: number): void {
  counts[at] = (counts[at] ?? 0) + 1
}

/** The place of the largest of so many finite numbers, the first of equals. */
function argmax(values: Float32Array, first: number, length: number): number {
  let at = 0
  for (let j = 1; j < length; ++j) {
    if ((values[first + j] ?? 0) > (values[first + at] ?? 0)) at = j
  }
  return at
}

/** How many stand before the one at a place, when the largest comes first, and the first of equals. */
function rankOf(values: Float32Array, first: number, length: number, at: number): number {
  const value = values[first + at] ?? 0
  let rank = 0
  for (let j = 0; j < length; ++j) {
    const other = values[first + j] ?? 0
    if (j < at ? other >= value : other > value) rank += 1
  }
  return rank
}

/** `missed`: samples of the class without a prediction. */
function classMetrics(
  row: readonly number[],
  index: number,
  predicted: number,
  missed: number,
): ClassMetrics {
  const right = row[index] ?? 0
  const support = row.reduce((sum, count) => sum + count, missed)
  const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole)
  return {
    precision: share(right, predicted),
    recall: share(right, support),
    f1: share(2 * right, support + predicted),
    support,
  }
}
