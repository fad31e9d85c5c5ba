// Which columns a model needs: how much worse it answers when a column's values are dealt to other rows.
import { dataset } from '../api/dataset.ts'
import { checkOptions, unknownName } from '../check-options.ts'
import { describeValue } from '../describe-value.ts'
import { engineFor } from '../engine/engines.ts'
import { ArgumentError } from '../errors.ts'
import type { Evaluation } from '../losses/evaluation.ts'
import { encodeTable } from './encode.ts'
import { widthOf } from './recipe.ts'
import { Table } from './table.ts'
import { TableModel } from './table-model.ts'

/** By what a model is judged. */
export type ImportanceMetric = 'accuracy' | 'logLoss' | 'r2' | 'loss'

/** Options of {@link permutationImportance}. */
export interface PermutationImportanceOptions {
  /** How often each column is dealt anew; 5 unless given. */
  repeats?: number
  /** Sets how: a whole number, 0 to 2³² − 1; 0 unless given. */
  seed?: number
  /** `'accuracy'` for classes and `'r2'` for numbers, unless given. */
  metric?: ImportanceMetric
  /** Stops it: it rejects with the signal's reason. */
  signal?: AbortSignal
}

/** How much a model needs a column. */
export interface ColumnImportance {
  column: string
  /** Mean of `drops`. */
  mean: number
  /** Their standard deviation (of the population, as in scikit-learn). */
  deviation: number
  /** By how much the metric became worse, each time. */
  drops: number[]
}

/** Whether less is better. */
const METRICS: Readonly<Record<ImportanceMetric, boolean>> = {
  accuracy: false,
  r2: false,
  logLoss: true,
  loss: true,
}

/**
 * The permutation importance of each column of a table, the largest first: all inputs of a column, such as those of its names, are
 * dealt to other rows together. Of columns that tell the same, neither may seem needed. Give rows that the model was not trained on.
 *
 * Rejects with {@link ArgumentError} for wrong options, and with {@link TableError} where rows do not fit.
 *
 * @example
 * for (const { column, mean, deviation } of await permutationImportance(model, test)) console.log(column, mean, deviation)
 *
 * Source: Breiman, "Random forests", 2001, section 10; as scikit-learn's permutation_importance.
 */
export async function permutationImportance(
  model: TableModel,
  table: Table,
  options: PermutationImportanceOptions = {},
): Promise<ColumnImportance[]> {
  const names = { repeats: 1, seed: 1, metric: 1, signal: 1 } as const
  checkOptions('permutationImportance', options, '{ repeats: 5 }', names)
  if (!(model instanceof TableModel) || !(table instanceof Table)) {
    const found = [model, table].map(describeValue).join(' and ')
    throw new ArgumentError(
      `permutationImportance got ${found}: expected a model, which sequentialFor gives, and a table`,
    )
  }
  const { recipe, network, engine } = model
  const { repeats = 5, seed = 0, signal, metric = model.classes ? 'accuracy' : 'r2' } = options
  if (!Number.isInteger(repeats) || repeats < 1) {
    throw new ArgumentError(`repeats is ${describeValue(repeats)}: expected a whole number, 1 or more`)
  }
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    throw new ArgumentError(`seed is ${describeValue(seed)}: expected a whole number, 0–4294967295`)
  }
  if (!Object.hasOwn(METRICS, metric)) throw unknownName('unknown metric', metric, Object.keys(METRICS))
  const { inputs, inputSize, ...targets } = encodeTable(recipe, table)
  const score = async (shuffled: Float32Array<ArrayBuffer>): Promise<number> => {
    const samples = await dataset({ inputs: shuffled, inputSize, ...targets, ...engine })
    try {
      return scoreOf(await network.evaluate(samples, { ...(signal && { signal }) }), metric)
    } finally {
      samples.dispose()
    }
  }
  const whole = await score(inputs)
  const sign = METRICS[metric] ? -1 : 1
  const permutation = await dealer(table.length)
  const found: ColumnImportance[] = []
  let offset = 0
  for (const [place, column] of recipe.columns.entries()) {
    const width = widthOf(column)
    const drops: number[] = []
    for (let i = 0; i < repeats; ++i) {
      const order = await permutation((seed + place * repeats + i) >>> 0)
      const shuffled = inputs.slice()
      for (const [to, from] of order.entries()) {
        const begin = from * inputSize + offset
        shuffled.set(inputs.subarray(begin, begin + width), to * inputSize + offset)
      }
      drops.push(sign * (whole - (await score(shuffled))))
    }
    offset += width
    const mean = drops.reduce((sum, drop) => sum + drop, 0) / repeats
    const variance = drops.reduce((sum, drop) => sum + (drop - mean) ** 2, 0) / repeats
    found.push({ column: column.name, mean, deviation: Math.sqrt(variance), drops })
  }
  return found.sort((a, b) => b.mean - a.mean)
}

/** Orders of so many rows, by their seeds. */
async function dealer(rows: number): Promise<(seed: number) => Promise<Int32Array>> {
  const engine = await engineFor({})
  return seed => engine.permutation(rows, seed)
}

function scoreOf(evaluation: Evaluation, metric: ImportanceMetric): number {
  const value = evaluation[metric]
  if (value !== undefined) return value
  throw new ArgumentError(
    `metric is '${metric}', which this model has not: expected accuracy or logLoss of classes, or r2 of numbers`,
  )
}
