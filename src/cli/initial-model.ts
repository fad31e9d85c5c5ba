// What `wasmlp train --init` starts from: the weights of a model file of any format, and its network where it has one.
import type { Dataset, Layer, Sequential } from '../index.ts'
import { locationName } from '../quote-names.ts'
import { Failure } from './failure.ts'
import { readBytes } from './files.ts'
import { classifying, formatOf, loadModel, metadataOf, namingFile } from './model-file.ts'

/** What a training can start from. */
export interface InitialModel {
  path: string
  /** The network, where the file describes it; a PyTorch file has only weights. */
  network: { inputSize: number; outputSize: number; layers: readonly Layer[] } | undefined
  /** The weights as a safetensors file. */
  weights: Uint8Array
}

/** Loads a file to start from. Throws {@link Failure}. */
export async function loadInitialModel(path: string): Promise<InitialModel> {
  const file = await readBytes(path)
  const isSafetensors = formatOf(path, file) === 'safetensors'
  if (isSafetensors && !hasNetwork(file)) return { path, network: undefined, weights: file }
  const { model } = await loadModel(path)
  const { inputSize, outputSize, layers } = model
  const weights = isSafetensors ? file : await model.toSafetensors()
  model.dispose()
  return { path, network: { inputSize, outputSize, layers }, weights }
}

/** Whether a safetensors file's metadata have the architecture. Its reader checks it. */
const hasNetwork = (file: Buffer): boolean => metadataOf(file)?.wasmlp !== undefined

/** The layers of a file's network. Throws {@link Failure} where it does not suit these images. */
export function layersFor(
  { inputSize, classes }: Dataset,
  path: string,
  network: NonNullable<InitialModel['network']>,
): readonly Layer[] {
  if (network.inputSize !== inputSize || network.outputSize !== classes) {
    throw new Failure(
      `${locationName(path)}: the model takes ${network.inputSize} inputs and tells ${network.outputSize} classes apart, but the images ` +
        `have ${inputSize} pixels and ${classes} classes`,
    )
  }
  const { isClassifier, lastLayer } = classifying(network)
  if (isClassifier) return network.layers
  throw new Failure(
    `${locationName(path)}: the model's last layer is ${lastLayer}, expected softmax or log-softmax: describe the network with --hidden ` +
      'and the options beside it',
  )
}

/** Loads the weights into a model. Throws {@link Failure} where the file has other layers. */
export const loadWeights = (model: Sequential, { path, weights }: InitialModel): Promise<unknown> =>
  namingFile(path, () => model.loadSafetensors(weights))
