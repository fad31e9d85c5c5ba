// `wasmlp train`: trains a classifier on MNIST or a data set in its format.
import { type Command, Option } from 'commander'
import {
  type ActivationName,
  activationNames,
  type BuildChoice,
  type CheckpointPosition,
  dense,
  directoryCheckpoints,
  type EpochLogs,
  iterationsPerEpoch,
  loadMnist,
  type OptimizerName,
  optimizerNames,
  type Sequential,
  sequential,
  type ThreadChoice,
} from '../index.ts'
import { reasonOf } from './failure.ts'
import { OutFile, readBytes } from './files.ts'
import { Interrupted, interruptible } from './interruption.ts'
import { findMnist } from './mnist-directory.ts'
import { namingFile } from './model-file.ts'
import {
  buildOption,
  dataOption,
  jsonOption,
  layerUnits,
  oneOf,
  positiveNumber,
  prefixOption,
  threadCount,
  wholeNumber,
} from './option-values.ts'
import { JsonReport, TextReport, type TrainReport } from './train-report.ts'
import { version } from './version.ts'

interface TrainOptions {
  data?: string
  prefix?: string
  hidden: number[]
  activation: ActivationName
  epochs: number
  batchSize: number
  learningRate: number
  optimizer: OptimizerName
  seed: number
  build: BuildChoice
  threads: ThreadChoice
  shuffle: boolean
  init?: string
  out?: string
  checkpoint?: string
  checkpointEvery?: number
  resume?: true
  json?: true
}

const examples = `
Examples:
  wasmlp train
  wasmlp train --hidden 256,128 --epochs 10 --out model.safetensors
  wasmlp train --init model.safetensors --learning-rate 0.01 --out better.safetensors
  wasmlp train --epochs 50 --checkpoint ./checkpoints --resume
  wasmlp train --data ./fashion-mnist --seed 7 --build simd --json > log.jsonl
`

export function addTrain(program: Command): void {
  program
    .command('train')
    .description('train a classifier on MNIST or a data set in its format')
    .addOption(dataOption())
    .addOption(prefixOption())
    .addOption(
      new Option('--hidden <units>', 'units of each hidden layer: 512, or 256,128, or "" for none')
        .argParser(layerUnits)
        .default([512], '512'),
    )
    .addOption(
      new Option('--activation <name>', `of the hidden layers: ${activationNames.join(', ')}`)
        .argParser(oneOf(activationNames))
        .default('relu'),
    )
    .option('--epochs <count>', 'how often each image is used', wholeNumber(1), 5)
    .option('--batch-size <count>', 'images in a batch', wholeNumber(1), 100)
    .option('--learning-rate <rate>', 'step length of the optimizer', positiveNumber, 0.1)
    .addOption(
      new Option('--optimizer <name>', optimizerNames.join(', '))
        .argParser(oneOf(optimizerNames))
        .default('sgd'),
    )
    .option(
      '--seed <number>',
      'of the initial weights and the order of images',
      wholeNumber(0, 0xffffffff),
      1,
    )
    .addOption(buildOption())
    .addOption(
      new Option(
        '--threads <count>',
        'that compute together: auto, or 1 to 64; the result does not depend on it',
      )
        .argParser(threadCount)
        .default('auto'),
    )
    .option('--shuffle', 'take the images in another order in each epoch', true)
    .option('--no-shuffle', 'take the images in the order of the file')
    .option('--init <file>', 'start from the weights in a safetensors file, from wasmlp or PyTorch')
    .option('--out <file>', 'write the trained model to a safetensors file')
    .option('--checkpoint <dir>', 'keep checkpoints in a directory: the last two and the best')
    .option(
      '--checkpoint-every <count>',
      'batches between two checkpoints; there is one after each epoch too (default: 50)',
      wholeNumber(1),
    )
    .option('--resume', 'go on from the last checkpoint, if there is one')
    .addOption(jsonOption())
    .addHelpText('after', examples)
    .action((options: TrainOptions, command: Command) => {
      if (options.checkpoint === undefined && (options.resume || options.checkpointEvery !== undefined)) {
        const option = options.resume ? '--resume' : '--checkpoint-every'
        command.error(`error: ${option} needs --checkpoint DIR`)
      }
      return train(options)
    })
}

async function train(options: TrainOptions): Promise<void> {
  const { epochs, batchSize, learningRate, optimizer, seed, build, shuffle } = options
  const out = options.out === undefined ? undefined : new OutFile(options.out)
  const report: TrainReport = options.json ? new JsonReport() : new TextReport()
  const data = findMnist(options.data)
  const { train, test } = await loadMnist(data, {
    build,
    ...(options.prefix !== undefined && { prefix: options.prefix }),
  })
  const model = await createModel(options, train.inputSize, train.classes ?? 1)
  model.compile({ optimizer, learningRate })
  report.start({
    version,
    build: model.capabilities.build,
    reason: model.capabilities.reason,
    threads: model.capabilities.threads,
    threadsReason: model.capabilities.threadsReason,
    data,
    samples: train.length,
    testSamples: test.length,
    inputSize: train.inputSize,
    layers: model.layers,
    parameters: model.parameterCount,
    epochs,
    batchSize,
    iterations: iterationsPerEpoch(train.length, batchSize),
    learningRate,
    optimizer,
    seed,
    shuffle,
    init: options.init ?? null,
  })
  const begin = performance.now()
  let last: EpochLogs | undefined
  let resumed: CheckpointPosition | undefined
  const checkpoints = options.checkpoint !== undefined && {
    store: directoryCheckpoints(options.checkpoint),
    every: options.checkpointEvery ?? 50,
    onDamaged: ({ name, error }: { name: string; error: unknown }) =>
      console.error(`wasmlp: ${name} is passed over: ${reasonOf(error)}`),
    onResume(position: CheckpointPosition & { name: string }) {
      resumed = position
      report.resume(position)
    },
  }
  try {
    const { epochs: all } = await interruptible(signal =>
      model.fit(train, {
        epochs,
        batchSize,
        shuffle,
        seed,
        validationData: test,
        signal,
        resume: options.resume ?? false,
        ...(checkpoints && { checkpoints }),
        onBatchEnd: logs => report.batch?.(logs),
        onEpochEnd: logs => {
          last = logs
          report.epoch(logs)
        },
      }),
    )
    last = all.at(-1)
  } catch (error) {
    if (error instanceof Interrupted) {
      out?.write(await model.toSafetensors())
      const epoch = (last?.epoch ?? resumed?.epoch ?? 0) + 1
      throw new Interrupted(
        error.exitCode,
        `interrupted in epoch ${epoch} of ${epochs}: ${whatIsKept(out, options.checkpoint)}`,
      )
    }
    throw error
  } finally {
    report.stop()
  }
  const seconds = (performance.now() - begin) / 1000
  out?.write(await model.toSafetensors())
  report.done({ testLoss: last?.valLoss, testAccuracy: last?.valAccuracy, seconds, model: out?.path ?? null })
}

/** What an interrupted training leaves behind, in words. */
function whatIsKept(out: OutFile | undefined, directory: string | undefined): string {
  const kept = [
    ...(out ? [`the weights trained so far are in ${out.path}`] : []),
    ...(directory === undefined ? [] : [`--resume goes on from the checkpoint in ${directory}`]),
  ]
  return kept.length > 0 ? kept.join('; ') : 'without --out, nothing is kept'
}

/** The network that the options describe, ending in a softmax over the classes. */
async function createModel(options: TrainOptions, inputSize: number, classes: number): Promise<Sequential> {
  const { hidden, activation, seed, build, threads, init } = options
  const layers = [
    ...hidden.map(units => dense(units, { activation })),
    dense(classes, { activation: 'softmax' }),
  ]
  const model = await sequential(layers, { inputSize, seed, build, threads })
  if (init !== undefined) {
    const file = await readBytes(init)
    await namingFile(init, () => model.loadSafetensors(file))
  }
  return model
}
