// `wasmlp evaluate`: measures a model on the test set.
import type { Command } from 'commander'
import type { BuildChoice, Evaluation } from '../index.ts'
import { addDataOptions, buildOption, type DataFlags, jsonOption } from './common-options.ts'
import { expectPredictions } from './failure.ts'
import { loadImages } from './mnist-source.ts'
import { loadModel, MODEL_ARGUMENT } from './model-file.ts'
import { wholeNumber } from './option-values.ts'
import { count, loss, percent, printHeading, printJson, printLine } from './output.ts'

interface EvaluateOptions extends DataFlags {
  build: BuildChoice
  topK?: number
  json?: true
}

export function addEvaluate(program: Command): void {
  addDataOptions(
    program
      .command('evaluate')
      .description('measure a model on the test set')
      .argument('<model>', MODEL_ARGUMENT),
  )
    .addOption(buildOption())
    .option('--top-k <number>', 'also print how often the class is among the k likeliest', wholeNumber(1))
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  wasmlp evaluate model.safetensors --json\n')
    .action(evaluate)
}

async function evaluate(path: string, options: EvaluateOptions): Promise<void> {
  const { model } = await loadModel(path, options.build)
  const { test } = (await loadImages(options, 'test')).images
  const { topK } = options
  const result = await model.evaluate(test, { ...(topK !== undefined && { topK }) })
  if (options.json) printJson({ event: 'evaluate', ...result })
  else printResult(result, topK)
  expectPredictions(result.nonFinite, result.samples)
}

function printResult(result: Evaluation, topK: number | undefined): void {
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
  for (const [name, { precision, recall, f1, support }] of classes.entries()) {
    printLine(row(String(name), percent(precision), percent(recall), percent(f1), count(support)))
  }
  const { precision, recall, f1 } = macro
  printLine(row('mean', percent(precision), percent(recall), percent(f1), count(samples)))
}

const row = (...cells: string[]) => cells.map((cell, i) => cell.padStart(i === 0 ? 7 : 11)).join('')
