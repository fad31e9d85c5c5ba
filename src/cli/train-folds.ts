// `wasmlp train --folds`: how well a kind of model predicts rows that it has not seen, and how much that depends on chance.
import { InvalidArgumentError } from 'commander'
import type { CompileOptions } from '../index.ts'
import { locationName } from '../quote-names.ts'
import type { Table, TableEvaluation } from '../tables/index.ts'
import { Interrupted, interruptible } from './interruption.ts'
import { settingsOf } from './loop-options.ts'
import { count, figure, loss, percent, printJson, printLines } from './output.ts'
import { kindsOf, readOptionsOf } from './table-options.ts'
import { readTable, tableName } from './table-source.ts'
import { compiled, type TrainOptions } from './train-options.ts'
import { createTableModel } from './train-rows.ts'

/** The metrics that are told, and how they are written. */
const METRICS = {
  accuracy: { name: 'accuracy', text: percent },
  logLoss: { name: 'log loss', text: loss },
  r2: { name: 'R²', text: loss },
  meanAbsoluteError: { name: 'mean absolute error', text: figure },
  rootMeanSquaredError: { name: 'root mean squared error', text: figure },
} as const

type Metric = keyof typeof METRICS
const METRIC_NAMES = Object.keys(METRICS) as Metric[]

/** Trains a model on all rows but those of a fold, and measures it on these, for each fold. */
export async function trainFolds(
  data: string,
  options: TrainOptions,
  folds: number,
  howToLearn: CompileOptions,
  log: (event: object) => void,
): Promise<void> {
  const { target = [], column, missingTarget, seed, stratify, json } = options
  checkAlone(options)
  const table = await readTable(data, {
    ...readOptionsOf(options),
    ...kindsOf(column),
    target,
    ...(missingTarget && { missingTarget }),
  })
  const parts = await table.kFold(folds, { seed, ...(stratify !== undefined && { stratify }) })
  const tell = (event: object, text: string) => {
    log(event)
    if (json) printJson(event)
    else printLines(text)
  }
  tell(
    { event: 'start', data: tableName(data), samples: table.length, folds },
    `${count(table.length)} rows from ${locationName(tableName(data))} in ${folds} folds`,
  )
  const found: TableEvaluation[] = []
  await interruptible(
    async signal => {
      for (const [i, { train, validation }] of parts.entries()) {
        const { confusionMatrix: _, ...figures } = await measured(
          train,
          validation,
          options,
          howToLearn,
          signal,
        )
        found.push(figures)
        const words = METRIC_NAMES.flatMap(metric => wordsOf(metric, figures[metric]))
        tell({ event: 'fold', fold: i + 1, ...figures }, `fold ${i + 1}  ${words.join(', ')}`)
      }
    },
    async error => {
      if (!(error instanceof Interrupted) || error.message === '') throw error
      throw new Interrupted(error.exitCode, `${error.message} in fold ${found.length + 1} of ${folds}`)
    },
  )
  const spreads = METRIC_NAMES.flatMap(metric => {
    const values = found.flatMap(figures => figures[metric] ?? [])
    return values.length === folds ? [[metric, spreadOf(values)] as const] : []
  })
  const lines = spreads.map(([metric, { mean, standardDeviation }]) => {
    const { name, text } = METRICS[metric]
    return `${name} ${text(mean)} ± ${text(standardDeviation)}`
  })
  tell({ event: 'done', folds, ...Object.fromEntries(spreads) }, `\n${lines.join('\n')}`)
}

const wordsOf = (metric: Metric, value: number | undefined): string[] =>
  value === undefined ? [] : [`${METRICS[metric].name} ${METRICS[metric].text(value)}`]

/** Throws InvalidArgumentError for an option that asks for one model. */
function checkAlone({ out, init, test, checkpoint }: TrainOptions): void {
  const [given] =
    Object.entries({ out, init, test, checkpoint }).find(([, value]) => value !== undefined) ?? []
  if (given === undefined) return
  throw new InvalidArgumentError(
    `--folds and --${given} exclude each other: a model for each fold is measured, and none kept`,
  )
}

/** A new model, trained on some rows and measured on others. */
async function measured(
  rows: Table,
  held: Table,
  options: TrainOptions,
  howToLearn: CompileOptions,
  signal: AbortSignal,
): Promise<TableEvaluation> {
  const { validationSplit, stratify, seed } = options
  const parts =
    validationSplit === undefined
      ? { train: rows }
      : await rows.split({ validation: validationSplit, seed, ...(stratify !== undefined && { stratify }) })
  const model = await createTableModel(options, parts.train)
  try {
    compiled(() => model.compile(howToLearn))
    const validation = 'validation' in parts && { validationData: parts.validation }
    await model.fit(parts.train, { ...settingsOf(options), ...validation, signal })
    return await model.evaluate(held)
  } finally {
    model.dispose()
  }
}

/** The mean, and the standard deviation of the sample: divided by the number of folds − 1. */
function spreadOf(values: readonly number[]): { mean: number; standardDeviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, standardDeviation: Math.sqrt(squares / (values.length - 1)) }
}
