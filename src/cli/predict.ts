// `wasmlp predict`: says what a model makes of the rows of a table, or which class images show.

import { type Command, InvalidArgumentError } from 'commander'
import { jsonOption } from './common-options.ts'
import { checkNotRead, readBytes } from './files.ts'
import { checkOptionsFor, isTableModel, loadTableModel, MODEL_ARGUMENT } from './model-file.ts'
import { numberIn, place } from './option-values.ts'
import { type ImageFlags, predictImages } from './predict-images.ts'
import { predictTable, type RowFlags } from './predict-rows.ts'
import { addTableOptions, TABLE_ARGUMENT, TABLE_FLAGS } from './table-options.ts'

interface PredictOptions extends RowFlags, ImageFlags {}

const examples = `
Examples:
  wasmlp predict flowers.safetensors new.csv --out predictions.csv
  wasmlp predict flowers.safetensors - --keep id < new.csv

  wasmlp predict model.safetensors seven.png
  wasmlp predict model.safetensors --invert scans/*.png --json
  wasmlp predict model.safetensors scans 'scans/**/*.png' --out digits.csv
`

export function addPredict(program: Command): void {
  const command = program
    .command('predict')
    .description('predict each row of a table, or say which class each image shows')
    .argument('<model>', MODEL_ARGUMENT)
    .argument(
      '[data...]',
      `${TABLE_ARGUMENT}; or PNG and JPEG files of any size, folders and patterns of them, or files of raw bytes (784 for MNIST)`,
    )
    .optionsGroup('Rows and images:')
    .option('--out <file>', 'write the predictions to a CSV file', place)
    .option('--strict', 'end at the first row or image that does not fit the model')
    .optionsGroup('Rows:')
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
  addTableOptions(command)
    .optionsGroup('Images:')
    .option('--list <file>', 'file with a name of an image a line; - for standard input', place)
    .option('--invert', 'the images are dark on white instead of light on black')
    .optionsGroup('Run:')
    .addOption(jsonOption())
    .addHelpText('after', examples)
    .action(predict)
}

/** Options that are for tables alone. */
const OF_TABLES = ['keep', 'unknownBelow', ...TABLE_FLAGS]

async function predict(
  path: string,
  data: string[],
  options: PredictOptions,
  command: Command,
): Promise<void> {
  if (data.length === 0 && options.list === undefined) {
    throw new InvalidArgumentError("missing required argument 'data'")
  }
  const file = await readBytes(path)
  const isTable = isTableModel(path, file)
  checkOptionsFor(path, isTable, command, { ofImages: ['invert', 'list'], ofTables: OF_TABLES })
  if (!isTable) {
    checkNotRead('--out', options.out, [path, options.list, ...data])
    return predictImages(path, file, data, options)
  }
  const [first = '', ...more] = data
  if (more.length > 0) {
    throw new InvalidArgumentError(`expected one table, got ${data.length}: predict them one by one`)
  }
  checkNotRead('--out', options.out, [path, first])
  await predictTable(await loadTableModel(path, {}, file), first, options)
}
