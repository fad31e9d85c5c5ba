// `wasmlp evaluate` on a table: how well a model predicts the rows, in the names of its classes and targets.
import type { TableEvaluation, TableModel } from '../tables/index.ts'
import { expectPredictions } from './failure.ts'
import { count, figure, loss, percent, printHeading, printJson, printLine } from './output.ts'
import { readOptionsOf, type TableFlags } from './table-options.ts'
import { readTable, tableName } from './table-source.ts'

/** As commander gives them. */
export interface EvaluateRowsFlags extends TableFlags {
  topK?: number
  json?: true
}

/** Measures a model on the rows of a table, which has the target. */
export async function evaluateTable(
  model: TableModel,
  data: string,
  options: EvaluateRowsFlags,
): Promise<void> {
  const { topK, json } = options
  const table = await readTable(data, { ...readOptionsOf(options), like: model })
  const result = await model.evaluate(table, { ...(topK !== undefined && { topK }) })
  if (json) printJson({ event: 'evaluate', data: tableName(data), ...result })
  else if (model.classes) printClasses(result, model.classes, topK)
  else printNumbers(result)
  expectPredictions(result.nonFinite, result.samples, 'rows')
}

function printClasses(result: TableEvaluation, names: readonly string[], topK: number | undefined): void {
  const { samples, accuracy, topKAccuracy, classes = {}, macro, confusionMatrix } = result
  printLine(
    `accuracy ${percent(accuracy)} on ${count(samples)} rows, balanced ${percent(result.balancedAccuracy)}`,
  )
  printLine(
    `log loss ${loss(result.logLoss)}, Brier score ${loss(result.brierScore)}, ROC AUC ${loss(result.rocAuc)}, ` +
      `expected calibration error ${percent(result.calibrationError)}`,
  )
  if (topKAccuracy !== undefined) printLine(`among the ${topK} likeliest ${percent(topKAccuracy)}`)
  if (!macro) return
  const rows = names.map(name => {
    const {
      precision = 0,
      recall = 0,
      f1 = 0,
      support = 0,
    } = Object.hasOwn(classes, name) ? (classes[name] ?? {}) : {}
    return [name, percent(precision), percent(recall), percent(f1), count(support)]
  })
  const { precision, recall, f1 } = macro
  printTable([
    ['class', 'precision', 'recall', 'f1', 'rows'],
    ...rows,
    ['mean', percent(precision), percent(recall), percent(f1), count(samples)],
  ])
  if (!confusionMatrix) return
  printTable([
    ['is \\ predicted', ...names],
    ...confusionMatrix.map((row, i) => [names[i] ?? '', ...row.map(value => count(value))]),
  ])
}

function printNumbers({ samples, outputs = {} }: TableEvaluation): void {
  printLine(`${count(samples)} rows`)
  const rows = Object.entries(outputs).map(([name, { meanAbsoluteError, rootMeanSquaredError, r2 }]) => [
    name,
    figure(meanAbsoluteError),
    figure(rootMeanSquaredError),
    loss(r2),
  ])
  printTable([['target', 'MAE', 'RMSE', 'R²'], ...rows])
}

/** Characters of the longest name that is shown whole. */
const MOST = 24

/** An empty line and a table, whose first line is its heading. */
function printTable(lines: readonly (readonly string[])[]): void {
  const cells = lines.map(line =>
    line.map(cell => (cell.length > MOST ? `${cell.slice(0, MOST - 1)}…` : cell)),
  )
  const width = (column: number) => cells.reduce((most, line) => Math.max(most, line[column]?.length ?? 0), 0)
  printLine()
  for (const [i, line] of cells.entries()) {
    const text = line
      .map((cell, column) => (column === 0 ? cell.padEnd(width(column)) : cell.padStart(width(column) + 2)))
      .join('')
    if (i === 0) printHeading(text)
    else printLine(text)
  }
}
