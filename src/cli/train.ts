// `wasmlp train`: trains a classifier on MNIST or a data set in its format.
import { type Command, InvalidArgumentError, Option } from 'commander'
import {
  ArgumentError,
  type BuildChoice,
  type CompileOptions,
  type Dataset,
  type EpochLogs,
  type History,
  iterationsPerEpoch,
  type Sequential,
  sequential,
  type ThreadChoice,
  type TrainingConfig,
  TrainingError,
  WasmlpError,
} from '../index.ts'
import { locationName } from '../quote-names.ts'
import { type AugmentationFlags, addAugmentationOptions, augmentationOf } from './augmentation-options.ts'
import {
  addCheckpointOptions,
  type CheckpointFlags,
  checkCheckpointFlags,
  checkpointsOf,
} from './checkpoint-options.ts'
import { CLOSED_PIPE } from './closed-output.ts'
import { addDataOptions, buildOption, type DataFlags, jsonOption } from './common-options.ts'
import { expectPredictions, Failure } from './failure.ts'
import { OutFile } from './files.ts'
import { givenWords } from './given-words.ts'
import { layersFor, loadInitialModel, loadWeights } from './initial-model.ts'
import { Interrupted, interruptible } from './interruption.ts'
import { checkLabels } from './label-check.ts'
import { addLoopOptions, checkValidation, type LoopFlags, lossOf, settingsOf } from './loop-options.ts'
import { loadImages } from './mnist-source.ts'
import {
  addNetworkOptions,
  checkNetworkFlags,
  describesNetwork,
  layersOf,
  type NetworkFlags,
} from './network-options.ts'
import { addOptimizerOptions, type OptimizerFlags, optimizerOf } from './optimizer-options.ts'
import { place, threadCount, wholeNumber } from './option-values.ts'
import { addScheduleOptions, type ScheduleFlags, scheduleOf } from './schedule-options.ts'
import { JsonReport, TextReport, type TrainReport } from './train-report.ts'
import { version } from './version.ts'

interface TrainOptions
  extends DataFlags,
    NetworkFlags,
    LoopFlags,
    OptimizerFlags,
    ScheduleFlags,
    AugmentationFlags,
    CheckpointFlags {
  classes?: number
  build: BuildChoice
  threads: ThreadChoice
  out?: string
  json?: true
}

const examples = `
Examples:
  wasmlp train --hidden 256,128 --epochs 10 --out model.safetensors

  # MNIST to 98 % in two epochs
  wasmlp train --input-scaling --initializer lecun --optimizer nesterov \\
    --learning-rate 0.1 --schedule one-cycle --label-smoothing 0.05 --epochs 2

  # as long as it gets better
  wasmlp train --data ./fashion-mnist --optimizer adamw --dropout 0.3 \\
    --epochs 50 --validation-split 0.1 --early-stopping 5

Where a training is ended early, the weights so far are in the file of --out. A second Ctrl-C writes nothing.
`

export function addTrain(program: Command): void {
  const command = program
    .command('train')
    .description('train a classifier on MNIST or a data set in its format')
    .optionsGroup('Data:')
  addDataOptions(command).option(
    '--classes <count>',
    'how many classes there are, some of which may never occur (default: the largest label + 1)',
    wholeNumber(1, 0x7fffffff),
  )
  addNetworkOptions(command)
  addLoopOptions(command)
  addOptimizerOptions(command)
  addScheduleOptions(command)
  addAugmentationOptions(command)
  addCheckpointOptions(command)
  command
    .optionsGroup('Run:')
    .addOption(buildOption())
    .addOption(
      new Option('--threads <count>', 'auto, or 1 to 64; the result does not depend on it')
        .argParser(threadCount)
        .default('auto'),
    )
    .option('--out <file>', 'write the trained model to a safetensors file', place)
    .addOption(jsonOption())
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', examples)
    .action((options: TrainOptions, command: Command) => {
      checkCheckpointFlags(options, command)
      return train(options, command)
    })
}

async function train(options: TrainOptions, command: Command): Promise<void> {
  checkNetworkFlags(options)
  checkValidation(options)
  const howToLearn = { ...optimizerOf(options), schedule: scheduleOf(options), ...lossOf(options) }
  const settings = { ...settingsOf(options), ...augmentationOf(options) }
  const out = options.out === undefined ? undefined : new OutFile(options.out)
  const report: TrainReport = options.json ? new JsonReport() : new TextReport(givenWords(command))
  const { source, images } = await loadImages(options)
  if (options.classes === undefined) await checkLabels(images)
  const { train, validation } = await divide(images.train, options)
  const { test } = images
  const model = await createModel(options, command, train)
  const config = compile(model, howToLearn)
  report.start({
    version,
    build: model.capabilities.build,
    reason: model.capabilities.reason,
    threads: model.capabilities.threads,
    threadsReason: model.capabilities.threadsReason,
    data: source,
    samples: train.length,
    validationSamples: validation?.length ?? null,
    testSamples: test.length,
    inputSize: train.inputSize,
    layers: model.layers,
    parameters: model.parameterCount,
    ...settings,
    iterations: iterationsPerEpoch(train.length, settings.batchSize),
    ...config,
    init: options.init ?? null,
  })
  const begin = performance.now()
  const progress: Progress = { epoch: 1, isTrained: false }
  const checkpoints = checkpointsOf(options, position => {
    progress.epoch = position.epoch + 1
    progress.isTrained = true
    report.resume(position)
  })
  const salvage = async (error: unknown): Promise<never> => {
    report.stop()
    // Weights of a training that has diverged are no work to be kept.
    progress.isTrained &&= !(error instanceof Failure || error instanceof TrainingError)
    if (progress.isTrained) out?.write(await model.toSafetensors())
    throw ending(error, progress, options)
  }
  const { history, seconds } = await interruptible(async signal => {
    const history = await model.fit(train, {
      ...settings,
      validationData: validation ?? test,
      signal,
      ...checkpoints,
      onBatchEnd: logs => {
        progress.isTrained = true
        report.batch?.(logs)
      },
      onEpochEnd: logs => {
        progress.epoch = Math.min(logs.epoch + 1, options.epochs)
        report.epoch(logs)
      },
    })
    report.stop()
    const seconds = (performance.now() - begin) / 1000
    out?.write(await model.toSafetensors())
    return { history, seconds }
  }, salvage)
  const last = history.epochs.at(-1)
  const measured = validation && (await model.evaluate(test))
  const testLoss = measured ? measured.loss : last?.valLoss
  const testAccuracy = measured ? measured.accuracy : last?.valAccuracy
  const bestEpoch = options.earlyStopping === undefined ? null : bestOf(history).epoch
  report.done({ bestEpoch, testLoss, testAccuracy, seconds, model: out?.path ?? null })
  if (measured) expectPredictions(measured.nonFinite, measured.samples)
}

/** How far a training has come. */
interface Progress {
  /** The one under way. */
  epoch: number
  /** Whether the weights are others than those that it began with. */
  isTrained: boolean
}

/** What ended a training, saying what is left of it. */
function ending(error: unknown, { epoch, isTrained }: Progress, options: TrainOptions): unknown {
  const { epochs, out, checkpoint } = options
  const written = isTrained && out !== undefined && `the weights trained so far are in ${locationName(out)}`
  if (error instanceof Interrupted) {
    const { exitCode, message } = error
    const resumed =
      isTrained &&
      checkpoint !== undefined &&
      `--resume goes on from the checkpoint in ${locationName(checkpoint)}`
    const kept = [written, resumed].filter(Boolean).join('; ')
    // Whoever has read enough, as `head` has, wants to hear no more.
    if (exitCode === CLOSED_PIPE && kept === '') return new Interrupted(exitCode, '')
    const lost = isTrained ? 'without --out, nothing is kept' : 'nothing was trained yet'
    return new Interrupted(exitCode, `${message} in epoch ${epoch} of ${epochs}: ${kept || lost}`)
  }
  if (!(error instanceof WasmlpError && written)) return error
  return new Failure(`${error.message}; ${written}`, { cause: error })
}

/** The epoch whose weights early stopping gives back. */
function bestOf({ epochs }: History): EpochLogs {
  return epochs.reduce((best, logs) => (Number(logs.valLoss) < Number(best.valLoss) ? logs : best))
}

/** The images to train on, and those set aside, if any: some of each class. */
async function divide(
  train: Dataset,
  { validationSplit, seed }: LoopFlags,
): Promise<{ train: Dataset; validation?: Dataset }> {
  if (validationSplit === undefined) return { train }
  const [validation, rest] = await train.split(validationSplit, { seed, stratify: true })
  return { train: rest, validation }
}

/** The network that the options describe, or, where they say nothing of it, that of the file to start from. */
async function createModel(options: TrainOptions, command: Command, train: Dataset): Promise<Sequential> {
  const { seed, build, threads } = options
  const { inputSize } = train
  const initial = options.init === undefined ? undefined : await loadInitialModel(options.init)
  const layers =
    initial?.network && !describesNetwork(command)
      ? layersFor(train, initial.path, initial.network)
      : await layersOf(options, train)
  const model = await sequential(layers, { inputSize, seed, build, threads })
  if (initial) await loadWeights(model, initial)
  return model
}

/** Throws InvalidArgumentError for what does not go together: all that is given comes from the command line. */
function compile(model: Sequential, options: CompileOptions): TrainingConfig {
  try {
    return model.compile(options).trainingConfig
  } catch (error) {
    throw error instanceof ArgumentError ? new InvalidArgumentError(error.message) : error
  }
}
