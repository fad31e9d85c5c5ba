// `wasmlp predict`: says what a model makes of the rows of a table, or which digit an image shows.

import { type Command, InvalidArgumentError } from 'commander'
import type { Sequential } from '../index.ts'
import { locationName } from '../quote-names.ts'
import { jsonOption } from './common-options.ts'
import { expectPredictions, Failure } from './failure.ts'
import { checkNotRead, readBytes } from './files.ts'
import { toInputs } from './image.ts'
import {
  checkOptionsFor,
  classifying,
  isTableModel,
  loadModel,
  loadTableModel,
  MODEL_ARGUMENT,
} from './model-file.ts'
import { numberIn, place } from './option-values.ts'
import { printHeading, printJson, printLine } from './output.ts'
import { predictTable, type RowFlags } from './predict-rows.ts'
import { addTableOptions, TABLE_ARGUMENT, TABLE_FLAGS } from './table-options.ts'

interface PredictOptions extends RowFlags {
  invert?: true
}

const examples = `
Examples:
  wasmlp predict flowers.safetensors new.csv --out predictions.csv
  wasmlp predict flowers.safetensors - --keep id < new.csv

  wasmlp predict model.safetensors seven.png
  wasmlp predict model.safetensors --invert scans/*.png --json
`

export function addPredict(program: Command): void {
  const command = program
    .command('predict')
    .description('predict each row of a table, or say which digit each image shows')
    .argument('<model>', MODEL_ARGUMENT)
    .argument(
      '<data...>',
      `${TABLE_ARGUMENT}; or PNG files of any size, or files of raw bytes (784 for MNIST)`,
    )
    .optionsGroup('Rows:')
    .option('--out <file>', 'write the predictions to a CSV file', place)
    .option(
      '--keep <columns>',
      'columns of the table to write before the predictions, with commas between, or all',
      text => text.split(','),
    )
    .option(
      '--unknown-below <probability>',
      "write 'unknown' for a row whose most probable class is less probable",
      numberIn({ least: 0, most: 1 }),
    )
    .option('--strict', 'end at the first row that does not fit the model')
  addTableOptions(command)
    .optionsGroup('Images:')
    .option('--invert', 'the images are dark on white instead of light on black')
    .optionsGroup('Run:')
    .addOption(jsonOption())
    .addHelpText('after', examples)
    .action(predict)
}

/** Options that are for tables alone. */
const OF_TABLES = ['out', 'keep', 'unknownBelow', 'strict', ...TABLE_FLAGS]

async function predict(
  path: string,
  data: string[],
  options: PredictOptions,
  command: Command,
): Promise<void> {
  const file = await readBytes(path)
  const isTable = isTableModel(path, file)
  checkOptionsFor(path, isTable, command, { ofImages: ['invert'], ofTables: OF_TABLES })
  if (!isTable) return predictImages(path, file, data, options)
  const [first = '', ...more] = data
  if (more.length > 0) {
    throw new InvalidArgumentError(`expected one table, got ${data.length}: predict them one by one`)
  }
  checkNotRead('--out', options.out, [path, first])
  await predictTable(await loadTableModel(path, {}, file), first, options)
}

async function predictImages(
  path: string,
  file: Buffer,
  images: readonly string[],
  options: PredictOptions,
): Promise<void> {
  const { model } = await loadModel(path, 'auto', file)
  const { isClassifier, lastLayer } = classifying(model)
  if (!isClassifier) {
    throw new Failure(
      `${locationName(path)} is no classifier: its last layer is ${lastLayer}, expected softmax or logSoftmax`,
    )
  }
  if (!canTakePixels(model)) {
    throw new Failure(
      `${locationName(path)} is no model of images: its normalization layer is for values outside 0–1, which pixels count as. Use ` +
        'it in a program, by predict()',
    )
  }
  const table = new PredictionTable(images, model.outputSize)
  let nonFinite = 0
  for (const image of images) {
    const inputs = toInputs(
      await readBytes(image),
      locationName(image),
      model.inputSize,
      options.invert === true,
    )
    const [outputs = new Float32Array()] = await model.predict(inputs, { bytes: 'pixels' })
    const probabilities: number[] = []
    for (const output of outputs) probabilities.push(lastLayer === 'softmax' ? output : Math.exp(output))
    const isPrediction = probabilities.every(Number.isFinite)
    const digit = isPrediction
      ? probabilities.indexOf(probabilities.reduce((a, b) => Math.max(a, b), 0))
      : null
    if (!isPrediction) nonFinite += 1
    if (options.json) printJson({ event: 'predict', image, digit, probabilities })
    else table.print(image, digit, probabilities)
  }
  expectPredictions(nonFinite, images.length)
}

/**
 * Whether the statistics of the normalization layer, if there is one, can be those of pixels, which count as 0–1: these
 * deviate by 0.5 at most, and 1 stands for a value that never changes.
 */
function canTakePixels({ layers }: Sequential): boolean {
  const [first] = layers
  if (first?.kind !== 'normalization') return true
  const { mean, standardDeviation } = first
  return (
    [mean].flat().every(value => value >= 0 && value <= 1) &&
    [standardDeviation].flat().every(value => value <= 0.5 || value === 1)
  )
}

/** A line for each image, below a heading. */
class PredictionTable {
  readonly #nameWidth: number
  #heading: string | undefined

  constructor(images: readonly string[], classes: number) {
    this.#nameWidth = images.reduce(
      (width, image) => Math.max(width, locationName(image).length),
      'image'.length,
    )
    const digits = Array.from({ length: classes }, (_, digit) => String(digit))
    this.#heading = this.#row('image', 'digit', digits)
  }

  /** `digit` is null where the probabilities are not finite. */
  print(image: string, digit: number | null, probabilities: readonly number[]): void {
    if (this.#heading !== undefined) printHeading(this.#heading)
    this.#heading = undefined
    const cells = probabilities.map(probability => probability.toFixed(3))
    printLine(this.#row(locationName(image), String(digit ?? '–'), cells))
  }

  #row(image: string, digit: string, cells: readonly string[]): string {
    return [image.padEnd(this.#nameWidth), digit.padStart(7), ...cells.map(cell => cell.padStart(6))].join('')
  }
}
