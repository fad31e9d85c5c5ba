// `wasmlp train`: trains a model of a table, or a classifier of images.
import { type Command, InvalidArgumentError, Option } from 'commander'
import { AUGMENTATION_FLAGS, addAugmentationOptions } from './augmentation-options.ts'
import { addCheckpointOptions, checkCheckpointFlags } from './checkpoint-options.ts'
import { addDataOptions, buildOption, jsonOption, withPlace } from './common-options.ts'
import { applyConfig, configPath, configText } from './config.ts'
import { checkNotRead, OutFile } from './files.ts'
import { givenOf, givenWords, isGiven } from './given-words.ts'
import { MOST_SIDE } from './image-facts.ts'
import { isImageFolder } from './image-folder.ts'
import { bothReports, EventLog } from './log-report.ts'
import { addLoopOptions, checkValidation } from './loop-options.ts'
import { lossOf } from './loss-options.ts'
import { addNetworkOptions, checkNetworkFlags, unusedNetworkFlags } from './network-options.ts'
import { addOptimizerOptions, optimizerOf } from './optimizer-options.ts'
import { parserFor } from './option-json.ts'
import { listed, oneOf, place, threadCount, wholeNumber } from './option-values.ts'
import { addScheduleOptions, scheduleOf } from './schedule-options.ts'
import {
  addTableOptions,
  columnOption,
  SCALINGS,
  TABLE_ARGUMENT,
  TABLE_FLAGS,
  targetOption,
} from './table-options.ts'
import { isTablePlace } from './table-source.ts'
import { trainFolds } from './train-folds.ts'
import { trainImages } from './train-images.ts'
import type { TrainOptions, TrainOutput } from './train-options.ts'
import { JsonReport, TextReport } from './train-report.ts'
import { trainRows } from './train-rows.ts'
import { chooseVectors, vectorsOption, whateverVectors } from './vectors.ts'

const examples = `
Examples:
  wasmlp train flowers.csv --target species --out flowers.safetensors

  # a number, measured on rows that are set aside, as long as it gets better
  wasmlp train flats.csv --target price --validation 0.2 --test 0.2 --epochs 500 \\
    --early-stopping 20 --out flats.safetensors

  # how much the accuracy depends on chance
  wasmlp train flowers.csv --target species --folds 5

  # images
  wasmlp train --hidden 256,128 --epochs 10 --out model.safetensors

  # images of one's own, in photos/cat, photos/dog, …
  wasmlp train photos --size 32 --test 0.2 --out photos.safetensors

  # MNIST to 98 % in two epochs
  wasmlp train --input-scaling --initializer lecun --optimizer nesterov \\
    --learning-rate 0.1 --schedule one-cycle --label-smoothing 0.05 --epochs 2

  # as long as it gets better
  wasmlp train ./fashion-mnist --optimizer adamw --dropout 0.3 \\
    --epochs 50 --validation 0.1 --early-stopping 5

  # the same training again, to the bit
  wasmlp train --config flowers.train.json

Where a training is ended early, the weights so far are in the file of --out. A second Ctrl-C writes nothing.
`

/** Options that are for tables alone, and those for images alone. */
const OF_TABLES = ['target', 'column', 'scaling', 'missingTarget', 'folds', ...TABLE_FLAGS]
const OF_FOLDERS = ['size', 'grey']
const OF_MNIST = ['prefix', 'transpose', 'classes']
const OF_IMAGES = [...OF_MNIST, ...OF_FOLDERS, 'inputScaling', ...AUGMENTATION_FLAGS]

/** Defaults of tables that are others than those of images. */
const TABLE_DEFAULTS = { hidden: [64, 64], epochs: 100, batchSize: 32, optimizer: 'adam' } as const

/** A share is told by its value, when the rows are divided. */
const fileOrShare = parserFor(
  {
    anyOf: [
      { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 },
      { type: 'string', minLength: 1 },
    ],
  },
  (text: string) => place(text),
)

export function addTrain(program: Command): void {
  const command = program
    .command('train')
    .description('train a model of a table, or a classifier of images')
    .argument(
      '[data]',
      `${TABLE_ARGUMENT}; a folder with a folder of PNG and JPEG files for each class; or the directory or URL of MNIST files, as --data`,
      place,
    )
    .optionsGroup('Table:')
    .addOption(targetOption())
    .addOption(columnOption('preparation'))
    .addOption(
      new Option(
        '--scaling <name>',
        `how numbers are scaled: ${listed(SCALINGS)} (default: standard)`,
      ).argParser(oneOf(SCALINGS)),
    )
    .option('--test <file|share>', 'table or folder to test on, or share of the rows or images', fileOrShare)
    .addOption(
      new Option(
        '--missing-target <what>',
        'what a row without a target is: an error, or one to skip',
      ).argParser(oneOf(['error', 'skip'])),
    )
  addTableOptions(command).optionsGroup('Images:')
  addDataOptions(command)
    .option(
      '--classes <count>',
      'how many classes there are, some of which may never occur (default: the largest label + 1)',
      wholeNumber(1, 0x7fffffff),
    )
    .option(
      '--size <pixels>',
      'side of the square that images in folders are fitted into (default: 28)',
      wholeNumber(1, MOST_SIDE),
    )
    .option('--grey', 'images in folders are read in grey (default: red, green and blue)')
  addNetworkOptions(command)
  addLoopOptions(command)
  addOptimizerOptions(command)
  addScheduleOptions(command)
  addAugmentationOptions(command)
  addCheckpointOptions(command)
  command
    .optionsGroup('Run:')
    .addOption(buildOption())
    .addOption(vectorsOption())
    .addOption(
      new Option('--threads <count>', 'auto, or 1 to 64; the result does not depend on it')
        .argParser(threadCount)
        .default('auto'),
    )
    .option(
      '--out <file>',
      'write the trained model to a safetensors file, and the configuration that repeats it beside it',
      place,
    )
    .option(
      '--config <file>',
      'JSON file with what flags say; flags win, and paths in it are relative to it',
      place,
    )
    .option('--log <file>', 'append the events of --json, with their times, to a file', place)
    .addOption(jsonOption())
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', examples)
    .action((data: string | undefined, _: TrainOptions, command: Command) => train(data, command))
}

async function train(given: string | undefined, command: Command): Promise<void> {
  const { config } = withPlace<TrainOptions>(given, command)
  if (config !== undefined) await applyConfig(config, command)
  const { data, target } = command.opts<TrainOptions>()
  const isTable = data !== undefined && (target !== undefined || isTablePlace(data))
  if (isTable) takeDefaults(command)
  const options = command.opts<TrainOptions>()
  checkKind(isTable, command)
  checkCheckpointFlags(options, command)
  checkNetworkFlags(options)
  checkValidation(options)
  checkNotRead('--out', options.out, [data, options.test, config])
  checkNotRead('--log', options.log, [data, options.test, config, options.init, options.out])
  const howToLearn = {
    ...optimizerOf(options, isTable ? 'table' : 'images'),
    schedule: scheduleOf(options),
    ...lossOf(options),
  }
  const log = options.log === undefined ? undefined : new EventLog(options.log)
  const report = options.json ? new JsonReport() : new TextReport(givenWords(command))
  const output: TrainOutput = {
    out: options.out === undefined ? undefined : outputOf(options.out, command, isTable),
    report: log ? bothReports(report, log.report) : report,
  }
  try {
    await chooseVectors(options)
    if (!isTable) await trainImages(options, command, howToLearn, output)
    else if (options.folds === undefined) await trainRows(data, options, command, howToLearn, output)
    else await trainFolds(data, options, options.folds, howToLearn, event => log?.write(event))
  } catch (error) {
    log?.write({ event: 'error', message: (error as Error).message })
    throw error
  }
}

/** The model's file, and beside it the configuration that repeats the training. */
function outputOf(out: string, command: Command, isTable: boolean): TrainOutput['out'] {
  const [file, config] = [new OutFile(out), new OutFile(configPath(out))]
  const unused = isTable ? OF_IMAGES : OF_TABLES
  return {
    path: file.path,
    write(model, { build, learningRate }) {
      const resolved = { build: whateverVectors(build), learningRate }
      const others = [...unused, ...unusedNetworkFlags(command)]
      config.write(Buffer.from(configText(config.path, command, others, resolved)))
      file.write(model)
    },
  }
}

/** Gives what is not given the values that suit tables. */
function takeDefaults(command: Command): void {
  for (const [name, value] of Object.entries(TABLE_DEFAULTS)) {
    if (!isGiven(command, name)) command.setOptionValueWithSource(name, value, 'default')
  }
}

/** Throws InvalidArgumentError for options that are for other data than those that are given. */
function checkKind(isTable: boolean, command: Command): void {
  const { data } = command.opts<TrainOptions>()
  if (isTable) {
    const found = givenOf(command, OF_IMAGES)
    if (found) throw new InvalidArgumentError(`${found} is for images, and ${data} is a table`)
    return
  }
  const isFolder = data !== undefined && isImageFolder(data)
  const ofTables = givenOf(command, isFolder ? OF_TABLES : [...OF_TABLES, 'test'])
  if (ofTables) {
    const what =
      data === undefined ? 'no table is named: wasmlp train <data> --target <column>' : `${data} is none`
    throw new InvalidArgumentError(`${ofTables} is for tables, and ${what}`)
  }
  const other = givenOf(command, isFolder ? OF_MNIST : OF_FOLDERS)
  if (!other) return
  throw new InvalidArgumentError(
    isFolder
      ? `${other} is for MNIST's files, and ${data} has folders of images`
      : `${other} is for folders of images by class, and ${data ?? 'MNIST'} has none`,
  )
}
