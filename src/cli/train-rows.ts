// `wasmlp train` on the rows of a table: a classifier, or a regression of one or several columns.
import { type Command, InvalidArgumentError } from 'commander'
import type { CompileOptions } from '../index.ts'
import { locationName } from '../quote-names.ts'
import type { Table, TableEvaluation, TableModel } from '../tables/index.ts'
import { expectPredictions } from './failure.ts'
import { settingsOf } from './loop-options.ts'
import { checkLoss } from './loss-options.ts'
import { loadTableModel } from './model-file.ts'
import { describesNetwork, hiddenLayersOf } from './network-options.ts'
import { kindsOf, preparationOf, readOptionsOf } from './table-options.ts'
import { readTable, tableName } from './table-source.ts'
import { compiled, shareOf, type TrainOptions, type TrainOutput } from './train-options.ts'
import { bestOf, keeping, runTraining, startOf } from './training.ts'

/** The rows of a training. */
interface Parts {
  train: Table
  validation: Table | undefined
  test: Table | undefined
}

/** Trains a model of a table. */
export async function trainRows(
  data: string,
  options: TrainOptions,
  command: Command,
  howToLearn: CompileOptions,
  { out, report }: TrainOutput,
): Promise<void> {
  const initial = await initialModel(data, options, command)
  const { train, validation, test } = await readParts(data, options, initial)
  const model = initial ?? (await createTableModel(options, train))
  const settings = settingsOf(options)
  const { network } = model
  const config = compiled(() => network.compile(howToLearn).trainingConfig)
  const leftOut = train.describe().columns.filter(({ role }) => role === 'skip')
  const table = {
    columns: model.recipe.columns.map(({ name, kind }) => ({ name, kind })),
    leftOut: leftOut.map(({ name, why }) => ({ name, why })),
    targets: model.targets,
    classes: model.classes ?? null,
  }
  const rows = {
    data: tableName(data),
    table,
    samples: train.length,
    validationSamples: validation?.length ?? null,
    testSamples: test?.length ?? 0,
  }
  report.start(startOf(network, rows, settings, config, options.init))
  const held = validation ?? test
  const { history, seconds } = await runTraining(
    {
      fit: steering => model.fit(train, { ...settings, ...(held && { validationData: held }), ...steering }),
      keep: keeping(out, model, {
        build: network.capabilities.build,
        learningRate: config.optimizer.learningRate,
      }),
    },
    report,
    options,
  )
  const measured = held && (await model.evaluate(test ?? held))
  const bestEpoch = options.earlyStopping === undefined ? null : bestOf(history).epoch
  report.done({
    bestEpoch,
    measuredOn: test ? 'test' : held ? 'validation' : null,
    testLoss: test && measured?.loss,
    testAccuracy: test && measured?.accuracy,
    ...(measured && { evaluation: withoutTables(measured) }),
    seconds,
    model: out?.path ?? null,
  })
  if (measured) expectPredictions(measured.nonFinite, measured.samples, 'rows')
}

/** The figures for the report: matrices are what `evaluate` is for. */
function withoutTables({ confusionMatrix: _, ...figures }: TableEvaluation): TableEvaluation {
  return figures
}

/** The model of --init, which brings its columns and layers. */
async function initialModel(
  data: string,
  options: TrainOptions,
  command: Command,
): Promise<TableModel | undefined> {
  const { init, target, build, threads } = options
  if (init === undefined) {
    if (target) return undefined
    throw new InvalidArgumentError(
      `${locationName(data)} is a table: name the column to predict by --target <column>`,
    )
  }
  const given = [
    target && '--target',
    options.column && '--column',
    options.scaling && '--scaling',
    describesNetwork(command) && 'an option of the network',
  ].find(Boolean)
  if (given) {
    throw new InvalidArgumentError(
      `${given} and --init exclude each other: columns and layers are those of ${locationName(init)}`,
    )
  }
  return loadTableModel(init, { build, threads })
}

/** The rows to train on, to validate on and to test on. */
async function readParts(
  data: string,
  options: TrainOptions,
  initial: TableModel | undefined,
): Promise<Parts> {
  const { target = [], column, missingTarget, test, validationSplit, stratify, seed } = options
  const format = readOptionsOf(options)
  const all = await readTable(data, {
    ...format,
    ...(initial ? { like: initial } : { target, ...kindsOf(column) }),
    ...(missingTarget && { missingTarget }),
  })
  const share = shareOf(test)
  const shares = {
    ...(validationSplit !== undefined && { validation: validationSplit }),
    ...(share !== undefined && { test: share }),
  }
  const tested =
    test === undefined || share !== undefined ? undefined : await readTable(test, { ...format, like: all })
  if (Object.keys(shares).length === 0) return { train: all, validation: undefined, test: tested }
  const parts = await all.split({ ...shares, seed, ...(stratify !== undefined && { stratify }) })
  return {
    train: parts.train,
    validation: validationSplit === undefined ? undefined : parts.validation,
    test: share === undefined ? tested : parts.test,
  }
}

/** A new model for the rows to train on, and no others. */
export async function createTableModel(options: TrainOptions, train: Table): Promise<TableModel> {
  const { sequentialFor } = await import('../tables/index.ts')
  const { seed, build, threads, initializer, scaling, column } = options
  for (const name of train.targets) checkLoss(options, name, train.kinds[name])
  return sequentialFor(train, {
    hidden: hiddenLayersOf(options),
    ...(initializer && { initializer }),
    ...(scaling && { scaling }),
    ...preparationOf(column),
    seed,
    build,
    threads,
  })
}
