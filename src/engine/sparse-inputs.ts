// Predictions for floats that are mostly zeros, as those of images are, walk the others alone.
import { isFloat32Array } from '../brands.ts'
import type { Samples } from '../data/samples.ts'
import type { PlanSparseDense } from '../network/context.ts'
import type { Network } from '../network/network.ts'
import type { Runtime } from '../wasm/runtime.ts'

/** Rows that are looked at, evenly spaced. */
const ROWS = 16

/** The share of elements that are not 0, at most: below it, any build walks them faster (assembly/non-zeros.ts). */
const MAX_DENSITY = 0.4

/**
 * Loads the third module and what plans its calls, where the samples and the first layer are worth it. An earlier team of
 * threads lacks these kernels: request the executor afterwards.
 */
export async function loadSparseInputs(
  runtime: Runtime,
  { layers }: Network,
  samples: Samples,
): Promise<PlanSparseDense | undefined> {
  const first = layers.find(({ isMatrix }) => isMatrix)
  const isLarge = first && Math.min(first.inputs, first.units) >= 64
  const isScaled = layers.some(({ layer }) => layer.kind === 'normalization')
  if (!isLarge || isScaled || !areMostlyZeros(samples)) return undefined
  const [{ planSparseDense }] = await Promise.all([
    import('../network/stages/sparse-dense.ts'),
    runtime.loadSparsity(),
  ])
  return planSparseDense
}

export function areMostlyZeros({ info: { samples, inputSize }, inputs: { view } }: Samples): boolean {
  if (!isFloat32Array(view)) return false
  let count = 0
  for (let row = 0; row < ROWS; ++row) {
    const first = Math.floor((row * samples) / ROWS) * inputSize
    for (let i = 0; i < inputSize; ++i) count += view[first + i] === 0 ? 0 : 1
  }
  return count <= MAX_DENSITY * ROWS * inputSize
}
