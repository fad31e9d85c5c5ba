// The lecture's first warning, as something to try: a network of linear layers is one linear layer.
import { checkNoOptions } from '../check-options.ts'
import type { DatasetContents } from '../data/samples.ts'
import type { EngineRows } from '../engine/engine.ts'
import { withRoom } from '../engine/with-room.ts'
import { type Dataset, rowsOf } from './dataset.ts'
import { keeping } from './lifetime.ts'
import { checkData, checkModel } from './right-kinds.ts'
import { Sequential } from './sequential.ts'

/** What {@link collapse} gives. */
export interface Collapsed {
  /** A new model with fewer layers; not compiled. */
  model: Sequential
  /** Dense layers that were folded into the one after them. */
  folded: number
  /** How far its outputs differ from the original model's: only rounding is left. */
  difference: OutputDifference
}

/** How far two models' outputs are apart. */
export interface OutputDifference {
  samples: number
  /** max |Δ| over all samples and outputs, and that divided by the largest output. */
  largest: number
  relative: number
}

/**
 * Folds each dense layer without an activation into the dense layer after it: weights W₁·W₂ and bias b₁·W₂ + b₂.
 * Compares both models' outputs to show that nothing is lost, for the given samples or for 100 random ones from −1 to
 * 1. Layers with an activation stay. `dropout` and `flatten` between folded layers have no effect on predictions and
 * are removed.
 *
 * Rejects with {@link ShapeError} where the samples do not fit the model, and {@link AllocationError} where memory
 * does not suffice.
 *
 * @example
 * const deep = await sequential([dense(64), dense(64), dense(10)], { inputSize: 784 })
 * const { model, difference } = await collapse(deep) // one layer: 784 → 10
 */
export function collapse(model: Sequential, data?: Dataset): Promise<Collapsed>
export async function collapse(model: Sequential, data?: Dataset, ...more: unknown[]): Promise<Collapsed> {
  checkNoOptions('collapse', more)
  checkModel('collapse', model)
  if (data !== undefined) checkData('collapse', data)
  return keeping(() => collapseKept(model, data), model, data)
}

async function collapseKept(model: Sequential, data: Dataset | undefined): Promise<Collapsed> {
  const { engine, network, seed } = model.internals
  const { layers, parameters, probe } = await network.collapse()
  const { inputSize } = model
  const collapsed = await withRoom(() => engine.createNetwork({ inputSize, layers, seed }))
  try {
    await collapsed.setParameters(parameters)
    const inputs: EngineRows | DatasetContents = data ? rowsOf(data) : { inputs: probe, inputSize }
    const options = { signal: undefined }
    const [before, after] = [await network.predict(inputs, options), await collapsed.predict(inputs, options)]
    return {
      model: new Sequential(engine, collapsed, inputSize, layers, seed),
      folded:
        model.layers.filter(({ kind }) => kind === 'dense').length -
        layers.filter(({ kind }) => kind === 'dense').length,
      difference: { samples: before.length / model.outputSize, ...differenceOf(before, after) },
    }
  } catch (error) {
    collapsed.dispose()
    throw error
  }
}

function differenceOf(before: Float32Array, after: Float32Array) {
  let largest = 0
  let size = 0
  for (const [i, value] of before.entries()) {
    const distance = Math.abs(value - (after[i] ?? Number.NaN))
    if (!(distance <= largest)) largest = distance
    size = Math.max(size, Math.abs(value))
  }
  return { largest, relative: largest === 0 ? 0 : largest / size }
}
