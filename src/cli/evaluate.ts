// `wasmlp evaluate`: measures a model on the rows of a table, or on the test set of its images.
import { type Command, InvalidArgumentError } from 'commander'
import type { Dataset, Evaluation } from '../index.ts'
import { locationName } from '../quote-names.ts'
import { addDataOptions, buildOption, type DataFlags, jsonOption, withPlace } from './common-options.ts'
import { type EvaluateRowsFlags, evaluateTable } from './evaluate-rows.ts'
import { expectPredictions, Failure } from './failure.ts'
import { readBytes } from './files.ts'
import { factsOf, type ImageFacts } from './image-facts.ts'
import { isImageFolder, labelledIn, partsOf, readLabelled } from './image-folder.ts'
import { loadImages } from './mnist-source.ts'
import { checkOptionsFor, isTableModel, loadModel, loadTableModel, MODEL_ARGUMENT } from './model-file.ts'
import { place, wholeNumber } from './option-values.ts'
import { count, loss, percent, printHeading, printJson, printLine } from './output.ts'
import { addTableOptions, TABLE_ARGUMENT, TABLE_FLAGS } from './table-options.ts'
import { isTablePlace } from './table-source.ts'
import { chooseVectors, type VectorFlags, vectorsOption } from './vectors.ts'

interface EvaluateOptions extends DataFlags, EvaluateRowsFlags, VectorFlags {}

export function addEvaluate(program: Command): void {
  const command = program
    .command('evaluate')
    .description('measure a model on the rows of a table, or on the test set of its images')
    .argument('<model>', MODEL_ARGUMENT)
    .argument(
      '[data]',
      `${TABLE_ARGUMENT}; a folder of images by class; or the directory or URL of MNIST's files, as --data`,
      place,
    )
  addTableOptions(command).optionsGroup('Images:')
  addDataOptions(command)
    .optionsGroup('Run:')
    .addOption(buildOption())
    .addOption(vectorsOption())
    .option('--top-k <number>', 'also print how often the class is among the k likeliest', wholeNumber(1))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  wasmlp evaluate flowers.safetensors test.csv\n  wasmlp evaluate model.safetensors --json\n',
    )
    .action(evaluate)
}

async function evaluate(
  path: string,
  data: string | undefined,
  _: EvaluateOptions,
  command: Command,
): Promise<void> {
  const file = await readBytes(path)
  const isTable = isTableModel(path, file)
  const options = withPlace<EvaluateOptions>(data, command)
  checkOptionsFor(path, isTable, command, { ofImages: ['prefix', 'transpose'], ofTables: TABLE_FLAGS })
  await chooseVectors(options)
  if (!isTable) return evaluateImages(path, file, options)
  if (options.data === undefined) {
    throw new InvalidArgumentError(`${locationName(path)} is a model of a table: name one to measure it on`)
  }
  const model = await loadTableModel(path, { build: options.build }, file)
  await evaluateTable(model, options.data, options)
}

async function evaluateImages(path: string, file: Buffer, options: EvaluateOptions): Promise<void> {
  const { model } = await loadModel(path, options.build, file)
  if (options.data !== undefined && isTablePlace(options.data)) {
    throw new Failure(
      `${locationName(options.data)} is a file, and ${locationName(path)} is no model of a table: expected the directory of its images`,
    )
  }
  const facts = factsOf(path, file)
  const test = await testImages(path, facts, options)
  const { topK } = options
  const result = await model.evaluate(test, { ...(topK !== undefined && { topK }) })
  if (options.json) printJson({ event: 'evaluate', ...result })
  else printResult(result, topK, facts?.classes)
  expectPredictions(result.nonFinite, result.samples)
}

/** The images to measure on: those of a folder's `test`, if it has one, or of a data set in MNIST's format. */
async function testImages(
  path: string,
  facts: ImageFacts | undefined,
  options: EvaluateOptions,
): Promise<Dataset> {
  const { data, build } = options
  if (data === undefined || !isImageFolder(data)) return (await loadImages(options, 'test')).images.test
  if (!facts) {
    throw new Failure(
      `${locationName(data)} has folders of images, and ${locationName(path)} does not say what its classes are called: expected a model that "wasmlp train" made of such folders`,
    )
  }
  const { train, test } = partsOf(data)
  return readLabelled(labelledIn(test ?? train, facts.classes), facts, build)
}

function printResult(
  result: Evaluation,
  topK: number | undefined,
  names: readonly string[] | undefined,
): void {
  const { samples, accuracy, topKAccuracy, classes, macro } = result
  printLine(`test accuracy ${percent(accuracy)}, loss ${loss(result.loss)} on ${count(samples)} images`)
  const { logLoss, calibrationError } = result
  if (logLoss !== undefined) {
    printLine(`log loss ${loss(logLoss)}, expected calibration error ${percent(calibrationError)}`)
  }
  if (topKAccuracy !== undefined) printLine(`among the ${topK} likeliest ${percent(topKAccuracy)}`)
  if (!classes || !macro) return
  printLine()
  printHeading(row('class', 'precision', 'recall', 'f1', 'images'))
  for (const [i, { precision, recall, f1, support }] of classes.entries()) {
    printLine(row(names?.[i] ?? String(i), percent(precision), percent(recall), percent(f1), count(support)))
  }
  const { precision, recall, f1 } = macro
  printLine(row('mean', percent(precision), percent(recall), percent(f1), count(samples)))
}

const row = (...cells: string[]) => cells.map((cell, i) => cell.padStart(i === 0 ? 7 : 11)).join('')
