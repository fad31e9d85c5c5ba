// A model of a table as a LayersModel, whose layers stand in a row: the columns may be scaled, and nothing else.
import { type Sequential, sequential } from '../api/sequential.ts'
import { ArgumentError } from '../errors.ts'
import { type LayersModel, type LayersModelOptions, toLayersModel } from '../formats/layers-model.ts'
import { normalization } from '../layers/normalization.ts'
import type { LayerParameters } from '../layers/spec.ts'
import { quoted } from '../quote-names.ts'
import type { InputRecipe, Recipe, ScaledRecipe, TargetRecipe } from './recipe.ts'

/** See {@link TableModel.toLayersModel}. */
export async function tableToLayersModel(
  { recipe, network }: { readonly recipe: Recipe; readonly network: Sequential },
  options: LayersModelOptions,
): Promise<LayersModel> {
  const columns = recipe.columns.map(scaledAlone)
  const first = normalization({
    mean: columns.map(({ center }) => center),
    standardDeviation: columns.map(({ scale }) => scale),
  })
  const inputSize = columns.length
  const raw = await sequential([first, ...network.layers], { inputSize, worker: false, threads: 1 })
  const none = { weights: new Float32Array(), bias: new Float32Array() }
  const parameters = await network.getParameters()
  const last = parameters.length - 1
  try {
    await raw.setParameters([
      none,
      ...parameters.map((layer, i) => (i === last ? inUnits(layer, recipe.target) : layer)),
    ])
    return await toLayersModel(raw, options)
  } finally {
    raw.dispose()
  }
}

/** A column that only a factor and a term prepare. */
function scaledAlone(column: InputRecipe): ScaledRecipe {
  const what =
    column.kind === 'category'
      ? 'is one of names'
      : column.fill !== undefined
        ? 'may have gaps'
        : column.clip || column.quantiles
          ? "is scaled by 'robust' or 'quantile'"
          : column.parts.length > 0
            ? 'has parts of dates'
            : undefined
  if (column.kind !== 'category' && what === undefined) return column
  throw new ArgumentError(
    `the column ${quoted(column.name)} ${what}, which no layer of TensorFlow.js prepares: use toOnnx, or export ` +
      'model.network by toLayersModel of wasmlp/formats and encode rows by encodeTable',
  )
}

/** The parameters of a last layer that gives numbers in their own units. */
function inUnits({ weights, bias }: LayerParameters, target: TargetRecipe): LayerParameters {
  if (target.kind === 'classes') return { weights, bias }
  const { outputs } = target
  const scaleOf = (i: number) => outputs[i % outputs.length]?.scale ?? 1
  return {
    weights: weights.map((weight, i) => weight * scaleOf(i)),
    bias: bias.map((value, i) => value * scaleOf(i) + (outputs[i]?.center ?? 0)),
  }
}
