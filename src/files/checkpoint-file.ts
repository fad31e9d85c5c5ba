// Checkpoints: model files with more in them, from which a training goes on.
//
// The weights are those of a model file (model-file.ts), and whatever reads that reads this too. Vectors of the training
// are tensors named training.…, everything else is JSON in the metadata, and so is a checksum of the whole file.

import { custom, exactOptional, unknown } from 'valibot'
import { finish } from '../data/steps.ts'
import { kindOf } from '../describe-value.ts'
import { CheckpointError, FormatError } from '../errors.ts'
import type { Layer } from '../layers/layers.ts'
import { shapesOf } from '../layers/shapes.ts'
import type { LayerParameters } from '../layers/spec.ts'
import { ParameterLayout } from '../network/parameters.ts'
import { quoted } from '../quote-names.ts'
import { identifyLayers, type TrainingIdentity } from '../training/identity.ts'
import type { TrainingState } from '../training/state.ts'
import { upgradeState } from './checkpoint-upgrade.ts'
import { type Checksum, checksumsOf, noChecksum, writeChecksum } from './file-checksum.ts'
import { encodeModel, layersOf, parametersOf, TRAINING } from './model-file.ts'
import { fromJson, toJson } from './plain-data.ts'
import { readSafetensors, type SafetensorsFile, type WritableTensor } from './safetensors.ts'
import { check, checkVersion, fields, readingFile } from './schema.ts'
import { checkCounts, IDENTITY, stateSchema } from './training-schema.ts'

/** Version of the training's JSON, and of what its vectors mean; raised when an older reader could misread them. */
const SCHEMA = 2

/** The version of checkpoints that are brought up to date: see checkpoint-upgrade.ts. */
const OLD_SCHEMA = 1

const SCHEMA_KEY = 'wasmlp.checkpoint'
const TRAINING_KEY = 'wasmlp.training'
const WHERE = 'what the checkpoint says of its training'

/** Where a model and its training stand. */
export interface ModelCheckpoint {
  readonly parameters: LayerParameters[]
  readonly state: TrainingState
  /** Undefined before the first training. */
  readonly identity: TrainingIdentity | undefined
}

/**
 * A checkpoint as a file. The checksum in it is taken with zeros in its own place. Rejects with {@link CheckpointError}
 * where the state is not one to go on from.
 */
export async function encodeCheckpoint(
  inputSize: number,
  layers: readonly Layer[],
  { parameters, state, identity }: ModelCheckpoint,
  checksum: Checksum,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    checkTraining({ state, identity }, inputSize, layers, false)
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause
    throw new CheckpointError(
      `the checkpoint is not written, since nothing could go on from it: ${cause.message}. Please report this`,
      { cause },
    )
  }
  const tensors: [string, WritableTensor][] = []
  // The layers are in the file already.
  const terms = identity && { ...identity, layers: undefined }
  const training = toJson({ state, identity: terms }, (name, data) => {
    tensors.push([`${TRAINING}${name}`, { dtype: 'F32', shape: [data.length], data }])
  })
  const metadata = { [SCHEMA_KEY]: String(SCHEMA), ...noChecksum, [TRAINING_KEY]: training }
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
  const version = contents.metadata[SCHEMA_KEY] ?? String(OLD_SCHEMA)
  const schema = /^\d+$/.test(version) ? Number(version) : version
  checkVersion('the checkpoint', { schema }, OLD_SCHEMA, SCHEMA)
  const parameters = finish(parametersOf(contents, inputSize, layers))
  const { state, identity: terms, strays } = parseTraining(contents)
  const isOld = schema === OLD_SCHEMA
  readingFile(WHERE, ' (take an older checkpoint)', () =>
    checkTraining({ state, identity: terms }, inputSize, layers, isOld),
  )
  for (const stray of strays) {
    throw new FormatError(`the checkpoint has a tensor ${quoted(stray)}, which ${WHERE} does not name`)
  }
  const identity = terms && { ...terms, layers: identifyLayers(layersOf(contents)) }
  return { parameters, state: isOld ? upgradeState(state, identity) : state, identity }
}

/** What the file says of its training, its state not yet checked, and the vectors that it does not name. */
function parseTraining({ metadata, tensors }: SafetensorsFile): {
  state: TrainingState
  identity: TrainingIdentity | undefined
  strays: ReadonlySet<string>
} {
  const text = metadata[TRAINING_KEY]
  if (text === undefined) throw new FormatError(`${WHERE} is missing: take an older checkpoint`)
  const names = new Set([...tensors.keys()].filter(name => name.startsWith(TRAINING)))
  const floats = (name: string): Float32Array => {
    const tensor = tensors.get(`${TRAINING}${name}`)
    if (!names.delete(`${TRAINING}${name}`)) {
      throw new FormatError(`${WHERE} names ${quoted(name)} ${tensor ? 'twice' : 'and has no such tensor'}`)
    }
    if (tensor?.dtype === 'F32' && tensor.shape.length === 1) return tensor.data
    throw new FormatError(
      `${WHERE} has ${tensor?.dtype} of ${tensor?.shape.length} dimensions as ${quoted(name)}, expected a row of floats`,
    )
  }
  const training = fromJson(text, floats, WHERE)
  return readingFile(WHERE, ' (take an older checkpoint)', () => {
    check(TRAINING_FIELDS, training)
    const { state, identity } = training
    return { state: state as TrainingState, identity, strays: names }
  })
}

const TRAINING_FIELDS = fields({
  state: unknown(),
  identity: exactOptional(custom<TrainingIdentity>(value => kindOf(value) === 'Object', 'an object')),
})

/** Throws {@link FormatError} unless a training's state is one of such a model, and of the optimiser that it names. */
function checkTraining(
  { state, identity }: Pick<ModelCheckpoint, 'state' | 'identity'>,
  inputSize: number,
  layers: readonly Layer[],
  isOld: boolean,
): void {
  const layout = new ParameterLayout(shapesOf(inputSize, layers))
  const { algorithm } = Object(identity?.optimizer) as { algorithm?: unknown }
  if (identity) check(IDENTITY, identity, 'identity')
  check(stateSchema({ layout, algorithm, isOld }), state, 'state')
  checkCounts(state)
}
