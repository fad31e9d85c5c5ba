// What an evaluation of a network says of a table, in the table's words.
import type { ClassMetrics, Evaluation } from '../losses/evaluation.ts'
import { balancedAccuracyOf, matthewsOf } from './class-counts.ts'
import {
  type ClassScores,
  NO_RANKING,
  type ProbabilityScores,
  probabilityScores,
} from './classification-metrics.ts'
import type { EncodedTable } from './encode.ts'
import type { Recipe, TargetRecipe } from './recipe.ts'
import { type RegressionOutputScores, type RegressionScores, regressionScores } from './regression-metrics.ts'
import type { Table } from './table.ts'

/**
 * What {@link TableModel.evaluate} resolves to: {@link wasmlp!Evaluation} and further metrics, in the words of the table. Where a
 * sample has no prediction, further metrics are NaN.
 */
export interface TableEvaluation
  extends Omit<Evaluation, 'classes' | 'outputs'>,
    Partial<ProbabilityScores>,
    Partial<Omit<RegressionScores, 'samples' | 'outputs'>> {
  /** For classes: the mean recall of the classes that rows have. */
  balancedAccuracy?: number
  /** For classes: the Matthews correlation. 1 is perfect, 0 no better than chance. */
  matthews?: number
  /** For classes, by their names; rows and columns of `confusionMatrix` are in their order. */
  classes?: Record<string, ClassScores>
  /** For numbers, by the target's name, in its own unit. */
  outputs?: Record<string, RegressionOutputScores>
}

/** The metrics of a table's rows, of which a network gives the outputs. */
export function tableEvaluation(
  { target }: Recipe,
  { classes, outputs: _, ...evaluation }: Evaluation,
  outputs: readonly Float32Array[],
  table: Table,
  labels: EncodedTable['labels'],
): TableEvaluation {
  if (target.kind === 'numbers') return { ...evaluation, ...ofNumbers(target, outputs, table) }
  return { ...evaluation, ...ofClasses(target.classes, classes ?? [], evaluation, outputs, labels) }
}

function ofClasses(
  names: readonly string[],
  metrics: readonly ClassMetrics[],
  { nonFinite, confusionMatrix = [] }: Omit<Evaluation, 'classes'>,
  outputs: readonly Float32Array[],
  labels: EncodedTable['labels'],
): Partial<TableEvaluation> {
  const columns = names.map((_, j) => columnOf(outputs.length, i => outputs[i]?.[j] ?? 0))
  const samples = outputs.length
  const { classes, ...scores } =
    nonFinite > 0 ? UNKNOWN : probabilityScores({ columns, samples }, i => labels?.[i] ?? 0)
  const byName = metrics.map((it, j) => [names[j] ?? '', { ...it, ...(classes[j] ?? NO_RANKING) }] as const)
  return {
    ...scores,
    ...(metrics.length > 0 && {
      balancedAccuracy: balancedAccuracyOf(metrics),
      matthews: nonFinite > 0 ? Number.NaN : matthewsOf(confusionMatrix),
      classes: Object.fromEntries(byName),
    }),
  }
}

const UNKNOWN: ReturnType<typeof probabilityScores> = { ...NO_RANKING, brierScore: Number.NaN, classes: [] }

function ofNumbers(
  target: Extract<TargetRecipe, { kind: 'numbers' }>,
  outputs: readonly Float32Array[],
  table: Table,
): Partial<TableEvaluation> {
  const predictions = target.outputs.map(({ center, scale }, j) =>
    columnOf(outputs.length, i => (outputs[i]?.[j] ?? 0) * scale + center),
  )
  const targets = target.outputs.map(({ name }) => {
    const column = table.column(name)
    const values = column?.kind === 'number' ? column.values : undefined
    return columnOf(table.length, i => values?.[table.rows[i] ?? -1] ?? Number.NaN)
  })
  const { outputs: scores, samples: _, ...means } = regressionScores(predictions, targets)
  const byName = target.outputs.map(({ name }, j) => [name, scores[j]] as const)
  return {
    ...means,
    outputs: Object.fromEntries(
      byName.filter((entry): entry is [string, RegressionOutputScores] => !!entry[1]),
    ),
  }
}

function columnOf(length: number, valueAt: (row: number) => number): Float64Array {
  const column = new Float64Array(length)
  for (let i = 0; i < length; ++i) column[i] = valueAt(i)
  return column
}
