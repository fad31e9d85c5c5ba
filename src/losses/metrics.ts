// Metrics, counted and summed while an evaluation passes over the data: those of a classifier are in classification.ts.
import { describeValue } from '../describe-value.ts'
import { ArgumentError } from '../errors.ts'
import type { Arena } from '../wasm/arena.ts'
import type { F32Buffer, I32Buffer, U8Buffer } from '../wasm/buffer.ts'
import { type Call, call } from '../wasm/calls.ts'
import { ClassificationMetrics, mean } from './classification.ts'
import type { Evaluation, EvaluationSettings, OutputMetrics } from './evaluation.ts'
import { LOSSES, type Loss } from './loss-table.ts'
import type { LossTargets } from './loss-targets.ts'

/** A batch that was taken to the network's output. */
export interface EvaluatedBatch {
  readonly rows: number
  /** Of its rows in the data set. */
  readonly indices: I32Buffer
  /** Rows × outputs. */
  readonly output: F32Buffer
  /** Whether all outputs of a row are finite numbers. */
  hasPrediction(row: number): boolean
}

/** Metrics of one evaluation after another, their buffers planned once. */
export interface Metrics {
  /** Forgets what was counted; the first row of the data, by its index in the data set, is the one named. */
  reset(first: number): void
  /** The calls that compute what counts of a batch; `indices` (i32) are those of its rows in the data set. */
  calls(rows: number, indices: I32Buffer, output: F32Buffer): Call[]
  /** Counts in the batch that the calls have run for. */
  add(batch: EvaluatedBatch): void
  /** What was counted since `reset`, over so many samples. */
  result(samples: number): Partial<Evaluation>
}

/** For batches of at most `capacity` rows. Throws {@link ArgumentError} for a `topK` that cannot be. */
export function createMetrics(
  loss: Loss,
  targets: LossTargets,
  arena: Arena,
  outputs: number,
  capacity: number,
  { topK }: EvaluationSettings,
): Metrics {
  const { takesClasses, takesBits, contains, targets: rule } = LOSSES[loss.name]
  const classifies = takesClasses || takesBits
  const hasClasses = classifies && (outputs === 1 || rule === 'distributions' || targets.labels !== undefined)
  if (topK !== undefined && (!hasClasses || outputs === 1)) {
    throw new ArgumentError('topK is for classifiers with an output for each class: leave it out')
  }
  if (topK !== undefined && !(Number.isInteger(topK) && topK >= 1 && topK <= outputs)) {
    throw new ArgumentError(
      `topK is ${describeValue(topK)}: expected a whole number, 1–${outputs} for ${outputs} classes`,
    )
  }
  if (hasClasses) {
    const hasProbabilities = contains !== undefined
    return new ClassificationMetrics({ targets, arena, outputs, capacity, topK: topK ?? 0, hasProbabilities })
  }
  if (classifies) return { reset() {}, calls: () => [], add() {}, result: () => ({}) }
  return new RegressionMetrics(targets, arena, outputs)
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

  add(): void {}

  result(samples: number): Partial<Evaluation> {
    const sums = this.#view
    const outputs = Array.from({ length: this.#outputs }, (_, j): OutputMetrics => {
      const [t1 = 0, t2 = 0, absolute = 0, squared = 0] = [1, 2, 3, 4].map(
        which => sums[positionOf(j, which)],
      )
      const variation = t2 - (t1 * t1) / samples
      const isConstant = variation <= 0 && Number.isFinite(squared)
      return {
        meanAbsoluteError: absolute / samples,
        r2: isConstant ? Number(squared === 0) : 1 - squared / variation,
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
