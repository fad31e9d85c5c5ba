// Checkpoints: model files with more in them, from which a training goes on.
//
// The weights are those of a model file (model-file.ts), and whatever reads that reads this too. Vectors of the training
// are tensors named training.…, everything else is JSON in the metadata, and so is a checksum of the whole file.
import { FormatError } from '../errors.ts'
import type { Layer } from '../layers/layers.ts'
import { shapesOf } from '../layers/shapes.ts'
import type { LayerParameters } from '../layers/spec.ts'
import { ParameterLayout } from '../network/parameters.ts'
import { identifyLayers, type TrainingIdentity } from '../training/identity.ts'
import type { TrainingState } from '../training/state.ts'
import { upgradeState } from './checkpoint-upgrade.ts'
import { type Checksum, checksumsOf, noChecksum, writeChecksum } from './file-checksum.ts'
import { encodeModel, layersOf, parametersOf, TRAINING } from './model-file.ts'
import { fromJson, toJson } from './plain-data.ts'
import { readSafetensors, type SafetensorsFile, type WritableTensor } from './safetensors.ts'

/** Version of the training's JSON, and of what its vectors mean; raised when an older reader could misread them. */
const SCHEMA = '2'

/** The version of checkpoints that are brought up to date: see checkpoint-upgrade.ts. */
const OLD_SCHEMA = '1'

const SCHEMA_KEY = 'wasmlp.checkpoint'
const OPTIMIZER_VECTORS = 'state.optimizer.vectors.'
const TRAINING_KEY = 'wasmlp.training'

/** Where a model and its training stand. */
export interface ModelCheckpoint {
  readonly parameters: LayerParameters[]
  readonly state: TrainingState
  /** Undefined before the first training. */
  readonly identity: TrainingIdentity | undefined
}

/** A checkpoint as a file. The checksum in it is taken with zeros in its own place. */
export async function encodeCheckpoint(
  inputSize: number,
  layers: readonly Layer[],
  { parameters, state, identity }: ModelCheckpoint,
  checksum: Checksum,
): Promise<Uint8Array<ArrayBuffer>> {
  const tensors: [string, WritableTensor][] = []
  // The layers are in the file already.
  const terms = identity && { ...identity, layers: undefined }
  const training = toJson({ state, identity: terms }, (name, data) => {
    tensors.push([`${TRAINING}${name}`, { dtype: 'F32', shape: [data.length], data }])
  })
  const metadata = { [SCHEMA_KEY]: SCHEMA, ...noChecksum, [TRAINING_KEY]: training }
  const file = encodeModel(inputSize, layers, parameters, { tensors, metadata })
  await writeChecksum(file, checksum)
  return file
}

/** A file whose checksum is right. Throws {@link FormatError}. */
export async function openCheckpoint(file: Uint8Array, checksum: Checksum): Promise<SafetensorsFile> {
  const contents = readSafetensors(file)
  const checksums = await checksumsOf(file, contents, checksum)
  if (!checksums) {
    throw new FormatError(
      'the file has no checksum: it is a damaged checkpoint, or a model file, which loadSafetensors takes',
    )
  }
  const { found, actual } = checksums
  if (found !== actual) {
    throw new FormatError(
      `the checkpoint is damaged: its checksum says ${found}, that of its bytes is ${actual}. Take an older one`,
    )
  }
  return contents
}

/** The checkpoint in a file of {@link openCheckpoint}, for such a model. Throws {@link FormatError}. */
export function decodeCheckpoint(
  contents: SafetensorsFile,
  inputSize: number,
  layers: readonly Layer[],
): ModelCheckpoint {
  // A file without a version counts as one of version 1.
  const schema = contents.metadata[SCHEMA_KEY] ?? OLD_SCHEMA
  if (schema !== SCHEMA && schema !== OLD_SCHEMA) {
    throw new FormatError(
      `the checkpoint's schema is version ${schema}, and this wasmlp reads versions ${OLD_SCHEMA} and ${SCHEMA}: use a ` +
        'newer wasmlp',
    )
  }
  const parameters = parametersOf(contents, inputSize, layers)
  const layout = new ParameterLayout(shapesOf(inputSize, layers))
  const { state, identity: terms } = parseTraining(contents, layout)
  const counts = [state?.epoch, state?.iteration, state?.epochsBefore, state?.steps]
  if (!state || !counts.every(count => Number.isSafeInteger(count)) || !Array.isArray(state.history)) {
    throw new FormatError('the checkpoint does not say where its training stands')
  }
  const identity = terms && { ...terms, layers: identifyLayers(layersOf(contents)) }
  return { parameters, state: schema === OLD_SCHEMA ? upgradeState(state, identity) : state, identity }
}

function parseTraining(
  { metadata, tensors }: SafetensorsFile,
  layout: ParameterLayout,
): Partial<ModelCheckpoint> {
  const floats = (name: string): Float32Array => {
    const tensor = tensors.get(`${TRAINING}${name}`)
    const length = name.startsWith(OPTIMIZER_VECTORS) ? layout.trainableLength : layout.length
    if (tensor?.dtype === 'F32' && tensor.data.length === length) return tensor.data
    throw new FormatError(
      `the checkpoint has ${tensor ? `${tensor.dtype} [${tensor.shape}]` : 'nothing'} as ${TRAINING}${name}, expected ` +
        `${length} floats`,
    )
  }
  try {
    return { ...(fromJson(metadata[TRAINING_KEY] ?? '', floats) as Partial<ModelCheckpoint>) }
  } catch (cause) {
    if (cause instanceof FormatError) throw cause
    throw new FormatError('what the checkpoint says of its training is no JSON', { cause })
  }
}
