// Models that suit a table, made for it or read from a file.

import { sequential, sequentialFromSafetensors } from '../api/sequential.ts'
import { checkOptions, type OptionNames, unknownName } from '../check-options.ts'
import { toBytes } from '../data/bytes.ts'
import { describeValue } from '../describe-value.ts'
import type { EngineOptions } from '../engine/engines.ts'
import { ArgumentError, FormatError } from '../errors.ts'
import { readSafetensors } from '../files/safetensors.ts'
import type { ActivationName } from '../kernels/activations.ts'
import { dropout } from '../layers/elementwise.ts'
import type { Initializer } from '../layers/initializer-options.ts'
import type { Layer } from '../layers/layers.ts'
import { dense, outputOf } from '../layers/layers.ts'
import type { LossOptions } from '../losses/loss-table.ts'
import type { BuildChoice } from '../wasm/builds.ts'
import type { ThreadChoice } from '../wasm/threads.ts'
import { balancedClassWeights } from './class-weights.ts'
import { encodeTable } from './encode.ts'
import { fitRecipe } from './fit-recipe.ts'
import { inputSizeOf, outputSizeOf, type Recipe } from './recipe.ts'
import { decodeRecipe } from './recipe-file.ts'
import { RECIPE_OPTIONS, type RecipeOptions } from './recipe-options.ts'
import type { Table } from './table.ts'
import { TableModel } from './table-model.ts'

/** Options of {@link sequentialFor}. */
export interface SequentialForOptions extends RecipeOptions {
  /** Units of the hidden layers, in order, or whole layers; [64, 64] unless given. */
  hidden?: readonly (number | Layer)[]
  /** The activation of the hidden layers; `'relu'` unless given. */
  activation?: ActivationName
  /** How weights of layers that are given by their units, and of the last, are drawn; by activation unless given. */
  initializer?: Initializer
  /** The share of hidden units that each training step leaves out; 0 unless given. */
  dropout?: number
  /**
   * For classes: `'balanced'` gives the samples of rare ones more weight in the loss, so that each class weighs the same in all, as
   * scikit-learn's option does. `compile` sets other losses.
   */
  classWeights?: 'balanced'
  /** Seeds the random weights and shuffles: a whole number, 0 to 2³² − 1; 0 unless given. */
  seed?: number
  /** The most threads that compute together: 1–64, or `'auto'`, the default. */
  threads?: ThreadChoice
  /** Which build of the kernels computes; `'auto'` unless given. */
  build?: BuildChoice
  /** Whether a worker computes and holds the data: true in browsers and false in Node, unless given. */
  worker?: boolean
}

const OPTIONS: OptionNames<SequentialForOptions> = {
  ...RECIPE_OPTIONS,
  hidden: 1,
  activation: 1,
  initializer: 1,
  dropout: 1,
  classWeights: 1,
  seed: 1,
  threads: 1,
  build: 1,
  worker: true,
}

/**
 * Creates a model for a table: its recipe is fitted on these rows, so give it those to train on and no others. The last layer
 * and the loss suit the target: a softmax with cross-entropy for classes, scaled numbers with the squared error otherwise. It is
 * compiled with Adam at a learning rate of 0.003.
 *
 * Rejects with {@link TableError} and {@link ArgumentError} as {@link fitRecipe} does, and as {@link wasmlp!sequential} does.
 *
 * @example
 * const { train, test } = await table.split({ test: 0.2 })
 * const model = await sequentialFor(train, { hidden: [64, 64], seed: 1 })
 * await model.fit(train)
 * const { accuracy } = await model.evaluate(test)
 */
export async function sequentialFor(train: Table, options: SequentialForOptions = {}): Promise<TableModel> {
  checkOptions('sequentialFor', options, '{ hidden: [64, 64] }', OPTIONS)
  const { hidden = [64, 64], activation = 'relu', dropout: share = 0, scaling, columns, ...others } = options
  const { initializer, classWeights, ...more } = others
  if (!Array.isArray(hidden)) {
    throw new ArgumentError(`hidden is ${describeValue(hidden)}: expected a list of units, such as [64, 64]`)
  }
  const recipe = fitRecipe(train, { ...(scaling && { scaling }), ...(columns && { columns }) })
  const loss = classWeights === undefined ? {} : { loss: balancedLoss(recipe, train, classWeights) }
  const initial = initializer !== undefined && { initializer }
  const layers: Layer[] = hidden.flatMap(layer =>
    typeof layer === 'object'
      ? [layer]
      : [dense(layer, { activation, ...initial }), ...(share === 0 ? [] : [dropout(share)])],
  )
  layers.push(dense(outputSizeOf(recipe), { ...lastActivation(recipe), ...initial }))
  const network = await sequential(layers, { ...more, inputSize: inputSizeOf(recipe) })
  network.compile({ optimizer: 'adam', learningRate: LEARNING_RATE, ...loss })
  return new TableModel(network, recipe, engineOf(more))
}

const LEARNING_RATE = 0.003

function balancedLoss(recipe: Recipe, train: Table, classWeights: unknown): LossOptions {
  if (classWeights !== 'balanced') throw unknownName('classWeights', classWeights, ['balanced'])
  const { labels } = encodeTable(recipe, train)
  if (!labels)
    throw new ArgumentError('classWeights is for classes, and the target is of numbers: leave it out')
  return { name: 'crossEntropy', classWeights: balancedClassWeights(labels, outputSizeOf(recipe)) }
}

const lastActivation = ({ target }: Recipe) =>
  target.kind === 'classes' ? ({ activation: 'softmax' } as const) : {}

/** What data sets take of a model's options. */
const engineOf = ({ build, worker }: EngineOptions): EngineOptions => ({
  ...(build !== undefined && { build }),
  ...(worker !== undefined && { worker }),
})

/**
 * Creates a model from a file of {@link TableModel.toSafetensors}; its predictions are the same to the bit. To train it further,
 * `compile` it.
 *
 * Rejects with {@link FormatError} for a file that breaks the format's rules, or has no recipe.
 *
 * @example
 * const model = await tableModelFromSafetensors(await readFile('flowers.safetensors'))
 */
export async function tableModelFromSafetensors(
  bytes: Uint8Array | ArrayBuffer,
  options: EngineOptions & { threads?: ThreadChoice } = {},
): Promise<TableModel> {
  checkOptions('tableModelFromSafetensors', options, "{ build: 'simd' }", {
    build: 1,
    worker: true,
    threads: 1,
  })
  const file = toBytes(bytes, 'the safetensors file')
  const recipe = decodeRecipe(readSafetensors(file))
  const network = await sequentialFromSafetensors(file, options)
  try {
    checkFit(recipe, network)
    return new TableModel(network, recipe, engineOf(options))
  } catch (error) {
    network.dispose()
    throw error
  }
}

/** Throws {@link FormatError} where recipe and network are of different tables. */
function checkFit(
  recipe: Recipe,
  network: { inputSize: number; outputSize: number; layers: readonly Layer[] },
): void {
  const sizes = [
    ['inputs', inputSizeOf(recipe), network.inputSize],
    ['outputs', outputSizeOf(recipe), network.outputSize],
  ] as const
  for (const [what, expected, found] of sizes) {
    if (expected !== found) {
      throw new FormatError(
        `the network has ${found} ${what}, but the recipe makes ${expected}: save the model again`,
      )
    }
  }
  const { activation } = outputOf(network.layers)
  if ((recipe.target.kind === 'classes') === (activation === 'softmax')) return
  throw new FormatError(
    `the network ends with '${activation}', but the recipe is of ${recipe.target.kind}: save the model again`,
  )
}
