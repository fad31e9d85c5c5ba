// The options of `wasmlp train` that describe the network.
import { type Command, InvalidArgumentError, Option } from 'commander'
import {
  type ActivationName,
  activation,
  activationNames,
  batchNormalization,
  type Dataset,
  dense,
  dropout,
  type InitializerName,
  initializerNames,
  type Layer,
  layerNormalization,
  type NormalizationLayer,
  normalization,
} from '../index.ts'
import { isGiven } from './given-words.ts'
import { layerUnits, listed, numberIn, oneOf, place } from './option-values.ts'

/** As commander gives them. */
export interface NetworkFlags {
  hidden: number[]
  activation: ActivationName
  initializer?: InitializerName
  batchNormalization?: true
  layerNormalization?: true
  dropout?: number
  inputScaling?: true
  init?: string
}

export function addNetworkOptions(command: Command): void {
  command
    .optionsGroup('Network:')
    .addOption(
      new Option('--hidden <units>', 'units of each hidden layer, such as 256,128, or ""')
        .argParser(layerUnits)
        .default([512], '512, and 64,64 for a table'),
    )
    .addOption(
      new Option('--activation <name>', `activation of the hidden layers: ${listed(activationNames)}`)
        .argParser(oneOf(activationNames))
        .default('relu'),
    )
    .addOption(
      new Option('--initializer <name>', `${listed(initializerNames)} (default: by activation)`).argParser(
        oneOf(initializerNames),
      ),
    )
    .option('--batch-normalization', "batch normalization before each hidden layer's activation")
    .option('--layer-normalization', 'layer normalization in the same place')
    .option(
      '--dropout <rate>',
      'share of hidden outputs to drop in training',
      numberIn({ least: 0, below: 1 }),
    )
    .option('--input-scaling', 'scale pixels to mean 0, standard deviation 1')
    .option(
      '--init <file>',
      'start from a model file, with its layers unless the options above describe others; or from the weights in a ' +
        'PyTorch safetensors file, for the layers of the options',
      place,
    )
}

/** Throws InvalidArgumentError where the options contradict each other. */
export function checkNetworkFlags(flags: NetworkFlags): void {
  if (flags.batchNormalization && flags.layerNormalization) {
    throw new InvalidArgumentError('--batch-normalization and --layer-normalization exclude each other')
  }
  if (flags.initializer && flags.init !== undefined) {
    throw new InvalidArgumentError(
      '--initializer and --init exclude each other: the weights are those of the file',
    )
  }
  if (flags.hidden.length > 0) return
  for (const [name, value] of [
    ['--batch-normalization', flags.batchNormalization],
    ['--layer-normalization', flags.layerNormalization],
    ['--dropout', flags.dropout],
  ]) {
    if (value !== undefined)
      throw new InvalidArgumentError(`${name} needs a hidden layer, and --hidden is ""`)
  }
}

const DESCRIBING: readonly (keyof NetworkFlags)[] = [
  'hidden',
  'activation',
  'batchNormalization',
  'layerNormalization',
  'dropout',
  'inputScaling',
]

/** Whether the command line describes layers. */
export const describesNetwork = (command: Command): boolean => DESCRIBING.some(name => isGiven(command, name))

/** The options that describe layers which are those of a file. */
export const unusedNetworkFlags = (command: Command): readonly string[] =>
  command.opts<NetworkFlags>().init === undefined || describesNetwork(command) ? [] : DESCRIBING

/** The layers, ending in a softmax over the classes. */
export async function layersOf(flags: NetworkFlags, train: Dataset): Promise<Layer[]> {
  const initial = flags.initializer && { initializer: flags.initializer }
  return [
    ...(flags.inputScaling ? [await inputScaling(train)] : []),
    ...hiddenLayersOf(flags),
    dense(train.classes ?? 1, { activation: 'softmax', ...initial }),
  ]
}

/** The layers before the last. */
export const hiddenLayersOf = (flags: NetworkFlags): Layer[] =>
  flags.hidden.flatMap(units => [
    ...hiddenLayer(units, flags),
    ...(flags.dropout === undefined ? [] : [dropout(flags.dropout)]),
  ])

function hiddenLayer(units: number, flags: NetworkFlags): Layer[] {
  const initial = flags.initializer && { initializer: flags.initializer }
  if (!flags.batchNormalization && !flags.layerNormalization) {
    return [dense(units, { activation: flags.activation, ...initial })]
  }
  const normalize = flags.batchNormalization ? batchNormalization() : layerNormalization()
  return [dense(units, { ...initial }), normalize, activation(flags.activation)]
}

/**
 * One mean and one standard deviation for all pixels. With separate ones, a border pixel that is lit in a handful of
 * images would count hundreds of times as much as one in the middle.
 */
async function inputScaling(train: Dataset): Promise<NormalizationLayer> {
  const { mean, standardDeviation } = await train.standardization()
  const size = train.inputSize
  const average = mean.reduce((sum, value) => sum + value, 0) / size
  const squares = mean.reduce((sum, value, i) => {
    const deviation = standardDeviation[i] ?? 0
    // Pixels are 0–1 and deviate by at most 0.5, so 1 marks a pixel that never changes.
    return sum + value * value + (deviation === 1 ? 0 : deviation * deviation)
  }, 0)
  return normalization({ mean: average, standardDeviation: Math.sqrt(squares / size - average * average) })
}
