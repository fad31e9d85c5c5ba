// A model of a table as ONNX: nodes prepare the columns in double precision, as `encodeTable` does, and bring numbers back to
// their unit.
import type { Sequential } from '../api/sequential.ts'
import { checkOptions } from '../check-options.ts'
import { addNetwork, encodeGraph, type OnnxOptions } from '../formats/onnx-export.ts'
import { GraphWriter, INPUT, int } from '../formats/onnx-graph.ts'
import { TENSOR_TYPES } from '../formats/onnx-types.ts'
import { checkWeightType } from '../formats/quantization.ts'
import { monthOf, partOfDay } from './onnx-dates.ts'
import type { Quantiles } from './quantiles.ts'
import { type CategoryRecipe, DATE_PARTS, type Recipe, type ScaledRecipe, widthOf } from './recipe.ts'

/** See {@link TableModel.toOnnx}. */
export async function tableToOnnx(
  { recipe, network }: { readonly recipe: Recipe; readonly network: Sequential },
  options: OnnxOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  checkOptions('toOnnx', options, "{ weights: 'int8' }", { weights: 1 })
  const { weights = 'f32' } = options
  checkWeightType(weights)
  const { columns, target } = recipe
  const graph = new GraphWriter(weights)
  graph.begin('table')
  const values = graph.node('Split', [INPUT], [int('axis', 1)], columns.length)
  const parts = columns.flatMap((column, i) => {
    const value = values[i] ?? INPUT
    return column.kind === 'category'
      ? [categoryPart(graph, column, value)]
      : scaledParts(graph, column, value)
  })
  ;[graph.value] = graph.node('Concat', parts, [int('axis', 1)])
  await addNetwork(graph, network)
  graph.begin('target')
  if (target.kind === 'numbers') {
    graph.add('Cast', [], [int('to', TENSOR_TYPES.double)])
    graph.add('Mul', [graph.doubles(target.outputs.map(({ scale }) => scale))])
    graph.add('Add', [graph.doubles(target.outputs.map(({ center }) => center))])
  }
  const sizes = {
    input: { type: TENSOR_TYPES.double, size: columns.length },
    output: {
      type: target.kind === 'numbers' ? TENSOR_TYPES.double : TENSOR_TYPES.float,
      size: network.outputSize,
    },
  }
  return encodeGraph(graph, network.layers, sizes, metadataOf(recipe))
}

/** What the inputs and outputs are, in JSON. */
function metadataOf({ columns, target }: Recipe): Record<string, string> {
  const inputs = columns.map(column => {
    const { name, kind } = column
    return column.kind === 'category'
      ? { name, kind, names: [...column.names, ...column.rare] }
      : { name, kind }
  })
  return {
    'wasmlp.columns': JSON.stringify(inputs),
    ...(target.kind === 'classes'
      ? { 'wasmlp.classes': JSON.stringify(target.classes) }
      : { 'wasmlp.targets': JSON.stringify(target.outputs.map(({ name }) => name)) }),
  }
}

/** Whether a value is NaN. */
const isMissing = (graph: GraphWriter, value: string): string =>
  graph.node('Not', graph.node('Equal', [value, value]))[0]

const toFloats = (graph: GraphWriter, value: string): string =>
  graph.node('Cast', [value], [int('to', TENSOR_TYPES.float)])[0]

/** A 1 among zeros, at the place that a value names; zeros alone where it names none. */
const oneHot = (graph: GraphWriter, place: string, width: number): string =>
  toFloats(graph, graph.node('Equal', [place, graph.doubles(Array.from({ length: width }, (_, i) => i))])[0])

function scaledParts(
  graph: GraphWriter,
  { quantiles, center, scale, clip, fill, indicator, parts }: ScaledRecipe,
  given: string,
): string[] {
  const missing = isMissing(graph, given)
  const [value] = fill === undefined ? [given] : graph.node('Where', [missing, graph.doubles(fill), given])
  const number = quantiles ? share(graph, quantiles, value) : value
  const [shifted] = graph.node('Sub', [number, graph.doubles(center)])
  const [z] = graph.node('Div', [shifted, graph.doubles(scale)])
  const inputs = [toFloats(graph, clip ? clipped(graph, z) : z)]
  if (indicator) inputs.push(toFloats(graph, missing))
  for (const part of parts) {
    const place = part === 'month' ? monthOf(graph, value) : partOfDay(graph, value, part)
    const [present] = graph.node('Where', [missing, graph.doubles(-1), place])
    inputs.push(oneHot(graph, present, DATE_PARTS[part]))
  }
  return inputs
}

/** The share of a value: the first one, and what each piece between two knots adds. */
function share(graph: GraphWriter, { values, shares }: Quantiles, value: string): string {
  const ends = values.slice(1)
  const lengths = ends.map((end, i) => end - (values[i] ?? 0))
  const slopes = lengths.map((length, i) => ((shares[i + 1] ?? 0) - (shares[i] ?? 0)) / length)
  // A lone knot is a piece without a length.
  const pieces = ends.length > 0 ? values.slice(0, -1) : values
  const [behind] = graph.node('Sub', [value, graph.doubles(pieces)])
  const [inside] = graph.node('Max', [behind, graph.doubles(0)])
  const [within] = graph.node('Min', [inside, graph.doubles(lengths.length > 0 ? lengths : [0])])
  const [rises] = graph.node('MatMul', [
    within,
    graph.doubles(slopes.length > 0 ? slopes : [0], [pieces.length, 1]),
  ])
  return graph.node('Add', [rises, graph.doubles(shares[0] ?? 0)])[0]
}

/** z / √(1 + (z/3)²). */
function clipped(graph: GraphWriter, z: string): string {
  const [third] = graph.node('Div', [z, graph.doubles(3)])
  const [square] = graph.node('Mul', [third, third])
  const [sum] = graph.node('Add', [square, graph.doubles(1)])
  return graph.node('Div', [z, ...graph.node('Sqrt', [sum])])[0]
}

/** Places of no input: of another name, and of a gap where the recipe refuses one. */
const [UNKNOWN, REFUSED] = [-1, -2]

/** The value is the place of a name among `names` and then `rare`; −1 for another name, NaN where it is missing. */
function categoryPart(graph: GraphWriter, recipe: CategoryRecipe, given: string): string {
  const { names, rare, missing, unknown } = recipe
  const width = widthOf(recipe)
  const stand =
    typeof missing === 'object'
      ? [...names, ...rare].indexOf(missing.constant)
      : missing === 'category'
        ? names.length + rare.length
        : REFUSED
  const absent = isMissing(graph, given)
  const [place] = graph.node('Where', [absent, graph.doubles(stand), given])
  if (rare.length === 0) return oneHot(graph, place, width)
  // Rare names share the input behind the others, and unknown ones where they are like them.
  const [capped] = graph.node('Min', [place, graph.doubles(names.length)])
  const [isOwn] = graph.node('Equal', [place, graph.doubles(names.length + rare.length)])
  const [shared] = graph.node('Where', [isOwn, graph.doubles(names.length + 1), capped])
  if (unknown === 'error') return oneHot(graph, shared, width)
  const [isUnknown] = graph.node('Equal', [shared, graph.doubles(UNKNOWN)])
  return oneHot(graph, graph.node('Where', [isUnknown, graph.doubles(names.length), shared])[0], width)
}
