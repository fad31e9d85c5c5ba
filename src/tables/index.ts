/**
 * Tables: read, understood and split; models of them, and what makes samples of their rows.
 *
 * @module wasmlp/tables
 */
export * from '../errors.ts'
export type { LayersModel, LayersModelOptions } from '../formats/layers-model.ts'
export type { OnnxOptions } from '../formats/onnx-export.ts'
export { type CalibrationResult, calibrate } from './calibrate.ts'
export { balancedClassWeights } from './class-weights.ts'
export {
  type ClassificationMetricsOptions,
  type ClassificationScores,
  type ClassScores,
  classificationMetrics,
  type ProbabilityScores,
} from './classification-metrics.ts'
export type { ColumnDescription, TableDescription } from './describe.ts'
export { type EncodedTable, encodeTable } from './encode.ts'
export { fitRecipe } from './fit-recipe.ts'
export {
  type ColumnImportance,
  type ImportanceMetric,
  type PermutationImportanceOptions,
  permutationImportance,
} from './importance.ts'
export type { ColumnKind } from './kinds.ts'
export { type LabelScores, labelMetrics, type MultiLabelScores } from './label-metrics.ts'
export { type LoadTableOptions, loadTable, parseTable } from './load-table.ts'
export { type PredictedRow, type PredictRowsOptions, predictRows } from './predict-rows.ts'
export type { Quantiles } from './quantiles.ts'
export type { Ranking } from './ranking.ts'
export type { ReadOptions } from './read-options.ts'
export type { TableRow, TableSource } from './read-rows.ts'
export type { CategoryRecipe, DatePart, InputRecipe, Recipe, ScaledRecipe, TargetRecipe } from './recipe.ts'
export type { ColumnOptions, MissingRule, RecipeOptions, Scaling } from './recipe-options.ts'
export {
  type RegressionMetricsOptions,
  type RegressionOutputScores,
  type RegressionScores,
  regressionMetrics,
} from './regression-metrics.ts'
export type { ScoreRows } from './score-rows.ts'
export { type SequentialForOptions, sequentialFor, tableModelFromSafetensors } from './sequential-for.ts'
export type { FoldOptions, SplitOptions } from './split-options.ts'
export type { Table, TableSplit } from './table.ts'
export { TableError, type TableProblem } from './table-error.ts'
export type { TableEvaluation } from './table-evaluation.ts'
export type { TableFitOptions, TableModel, TablePrediction, TablePredictOptions } from './table-model.ts'
export type { TableSchema } from './table-schema.ts'
export type { TableFormat } from './text-format.ts'
export { type WindowOptions, windows } from './windows.ts'
