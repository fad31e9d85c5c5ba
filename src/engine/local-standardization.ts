// Column statistics of samples in linear memory.
import * as platform from '#platform'
import type { Samples } from '../data/samples.ts'
import { ArgumentError } from '../errors.ts'
import { Arena } from '../wasm/arena.ts'
import { call, computeShare } from '../wasm/calls.ts'
import type { Runtime } from '../wasm/runtime.ts'
import type { Standardization } from './engine.ts'

/** Columns of one call: a few milliseconds for 60,000 rows, before yielding to the event loop. */
const COLUMNS = 64

/**
 * Mean and standard deviation of each column over the given rows, in double precision: the square root of Σ (x − mean)²
 * / rows, or 1 where that is 0. Throws {@link ArgumentError} for no rows, and for values that are not finite.
 */
export async function standardization(
  runtime: Runtime,
  samples: Samples,
  indices: Int32Array,
): Promise<Standardization> {
  const { memory, kernels } = runtime
  const rows = indices.length
  const columns = samples.info.inputSize
  if (rows === 0) throw new ArgumentError('this data set has no samples: expected at least one')
  await runtime.loadExtras()
  const arena = new Arena(memory)
  try {
    const chosen = arena.i32(rows)
    chosen.view.set(indices)
    const means = arena.scratch(columns * 8)
    const variances = arena.scratch(columns * 8)
    const bytes = samples.inputs.view.BYTES_PER_ELEMENT === 1 ? 1 : 0
    const shares = Math.ceil(columns / COLUMNS)
    for (let share = 0; share < shares; ++share) {
      const { pointer } = chosen
      const statistics = call(
        'columnStatistics',
        samples.inputs.pointer,
        bytes,
        pointer,
        rows,
        columns,
        means.pointer,
        variances.pointer,
      )
      computeShare(kernels, statistics, share, shares)
      await platform.yieldToEventLoop()
    }
    const doubles = ({ pointer }: { pointer: number }) => new Float64Array(memory.buffer, pointer, columns)
    const mean = new Float32Array(doubles(means))
    const bad = mean.findIndex(value => !Number.isFinite(value))
    if (bad >= 0) {
      throw new ArgumentError(
        `value ${bad} of the samples has the mean ${mean[bad]}: expected finite numbers in all samples`,
      )
    }
    const standardDeviation = new Float32Array(doubles(variances).map(Math.sqrt))
    return { mean, standardDeviation: standardDeviation.map(value => value || 1) }
  } finally {
    arena.free()
  }
}
