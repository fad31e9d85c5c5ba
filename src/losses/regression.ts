// What an evaluation sums of a regression: how far its outputs are from the targets.
import type { F32Buffer, I32Buffer, U8Buffer } from '../wasm/buffer.ts'
import { type Call, call } from '../wasm/calls.ts'
import type { Evaluation, OutputMetrics } from './evaluation.ts'
import { type Metrics, type MetricsPlan, mean } from './metrics.ts'

/** f64 sums for each two outputs: see assembly/metrics.ts. */
const PAIR_BYTES = 80

export class RegressionMetrics implements Metrics {
  readonly #targets: F32Buffer
  readonly #outputs: number
  readonly #sums: U8Buffer

  constructor({ targets: { targets }, arena, outputs }: MetricsPlan) {
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
