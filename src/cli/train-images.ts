// `wasmlp train` on images: MNIST, or a data set in its format.

import type { Command } from 'commander'
import { type CompileOptions, type Dataset, type Sequential, sequential } from '../index.ts'
import { augmentationOf } from './augmentation-options.ts'
import { expectPredictions } from './failure.ts'
import { layersFor, loadInitialModel, loadWeights } from './initial-model.ts'
import { checkLabels } from './label-check.ts'
import { type LoopFlags, settingsOf } from './loop-options.ts'
import { loadImages } from './mnist-source.ts'
import { describesNetwork, layersOf } from './network-options.ts'
import { compiled, type TrainOptions, type TrainOutput } from './train-options.ts'
import { bestOf, keeping, runTraining, startOf } from './training.ts'

/** Trains a classifier of images. */
export async function trainImages(
  options: TrainOptions,
  command: Command,
  howToLearn: CompileOptions,
  { out, report }: TrainOutput,
): Promise<void> {
  const settings = { ...settingsOf(options), ...augmentationOf(options) }
  const { source, images } = await loadImages(options)
  if (options.classes === undefined) await checkLabels(images)
  const { train, validation } = await divide(images.train, options)
  const { test } = images
  const model = await createModel(options, command, train)
  const config = compiled(() => model.compile(howToLearn).trainingConfig)
  const rows = {
    data: source,
    samples: train.length,
    validationSamples: validation?.length ?? null,
    testSamples: test.length,
  }
  report.start(startOf(model, rows, settings, config, options.init))
  const { history, seconds } = await runTraining(
    {
      fit: steering => model.fit(train, { ...settings, validationData: validation ?? test, ...steering }),
      keep: keeping(out, model, {
        build: model.capabilities.build,
        learningRate: config.optimizer.learningRate,
      }),
    },
    report,
    options,
  )
  const last = history.epochs.at(-1)
  const measured = validation && (await model.evaluate(test))
  const testLoss = measured ? measured.loss : last?.valLoss
  const testAccuracy = measured ? measured.accuracy : last?.valAccuracy
  const bestEpoch = options.earlyStopping === undefined ? null : bestOf(history).epoch
  report.done({ bestEpoch, testLoss, testAccuracy, seconds, model: out?.path ?? null })
  if (measured) expectPredictions(measured.nonFinite, measured.samples)
}

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
