// `wasmlp train` on images: MNIST, a data set in its format, or folders of images by class.

import type { Command } from 'commander'
import { type CompileOptions, type Dataset, type Sequential, sequential } from '../index.ts'
import { augmentationOf } from './augmentation-options.ts'
import { expectPredictions } from './failure.ts'
import { type ImageFacts, withFacts } from './image-facts.ts'
import { isImageFolder, labelledIn, partsOf, readLabelled } from './image-folder.ts'
import { layersFor, loadInitialModel, loadWeights } from './initial-model.ts'
import { checkLabels } from './label-check.ts'
import { type LoopFlags, settingsOf } from './loop-options.ts'
import { loadImages } from './mnist-source.ts'
import { describesNetwork, layersOf } from './network-options.ts'
import { compiled, shareOf, type TrainOptions, type TrainOutput } from './train-options.ts'
import { bestOf, keeping, runTraining, startOf } from './training.ts'

/** The side of images in folders, unless --size says it: MNIST's. */
const SIDE = 28

/** Trains a classifier of images. */
export async function trainImages(
  options: TrainOptions,
  command: Command,
  howToLearn: CompileOptions,
  { out, report }: TrainOutput,
): Promise<void> {
  const settings = { ...settingsOf(options), ...augmentationOf(options) }
  const { source, facts, ...parts } = await readImages(options)
  const { train, validation } = await divide(parts.train, options)
  const { test } = parts
  const model = await createModel(options, command, train)
  const config = compiled(() => model.compile(howToLearn).trainingConfig)
  const rows = {
    data: source,
    samples: train.length,
    validationSamples: validation?.length ?? null,
    testSamples: test?.length ?? 0,
  }
  report.start(startOf(model, rows, settings, config, options.init))
  const held = validation ?? test
  const { history, seconds } = await runTraining(
    {
      fit: steering => model.fit(train, { ...settings, ...(held && { validationData: held }), ...steering }),
      keep: keeping(facts ? remembering(out, facts) : out, model, {
        build: model.capabilities.build,
        learningRate: config.optimizer.learningRate,
      }),
    },
    report,
    options,
  )
  const last = history.epochs.at(-1)
  const measured = validation && test && (await model.evaluate(test))
  const testLoss = measured ? measured.loss : test && last?.valLoss
  const testAccuracy = measured ? measured.accuracy : test && last?.valAccuracy
  const bestEpoch = options.earlyStopping === undefined ? null : bestOf(history).epoch
  report.done({ bestEpoch, testLoss, testAccuracy, seconds, model: out?.path ?? null })
  if (measured) expectPredictions(measured.nonFinite, measured.samples)
}

/** The images of a training. `facts` are what the model is to remember of them. */
interface Images {
  source: string
  train: Dataset
  test: Dataset | undefined
  facts?: ImageFacts
}

async function readImages(options: TrainOptions): Promise<Images> {
  const { data } = options
  if (data !== undefined && isImageFolder(data)) return readFolders(data, options)
  const { source, images } = await loadImages(options)
  if (options.classes === undefined) await checkLabels(images)
  return { source, ...images }
}

/** Images in folders by class. */
async function readFolders(data: string, { size = SIDE, grey, test, ...options }: TrainOptions) {
  const parts = partsOf(data)
  const share = shareOf(test)
  const held = share === undefined ? (test ?? parts.test) : undefined
  const files = labelledIn(parts.train)
  const facts: ImageFacts = { side: size, colours: grey ? 'grey' : 'rgb', classes: [...files.classes] }
  const tested = held === undefined ? undefined : labelledIn(held, facts.classes)
  const all = await readLabelled(files, facts, options.build)
  if (share !== undefined) {
    const [aside, rest] = await all.split(share, { seed: options.seed, stratify: true })
    return { source: data, train: rest, test: aside, facts }
  }
  return {
    source: data,
    train: all,
    test: tested && (await readLabelled(tested, facts, options.build)),
    facts,
  }
}

/** Where a model goes with what it remembers of its images. */
const remembering = (out: TrainOutput['out'], facts: ImageFacts): TrainOutput['out'] =>
  out && { path: out.path, write: (model, resolved) => out.write(withFacts(model, facts), resolved) }

/** The images to train on, and those set aside, if any: some of each class. */
async function divide(
  train: Dataset,
  { validationSplit, stratify = true, seed }: LoopFlags,
): Promise<{ train: Dataset; validation?: Dataset }> {
  if (validationSplit === undefined) return { train }
  const [validation, rest] = await train.split(validationSplit, { seed, stratify })
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
