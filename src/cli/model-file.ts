// Loads the model that a command works on, from a file of any format that this package reads.
import { basename, dirname, isAbsolute, join, normalize } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { kindOfFile, type ModelFormat, modelFormat } from '../file-kind.ts'
import {
  type BuildChoice,
  FormatError,
  type Sequential,
  sequentialFromSafetensors,
  type ThreadChoice,
} from '../index.ts'
import { locationName, quoted } from '../quote-names.ts'
import type { TableModel } from '../tables/index.ts'
import { Failure } from './failure.ts'
import { readBytes } from './files.ts'
import { givenOf } from './given-words.ts'

/** All of {@link ModelFormat}, and their names for people. */
export const FORMAT_NAMES: { readonly [Format in ModelFormat]: string } = {
  safetensors: 'safetensors',
  onnx: 'ONNX',
  layersModel: 'TensorFlow.js LayersModel',
}

/** For the commands' help. */
export const MODEL_ARGUMENT = 'model file: from "wasmlp train --out", ONNX, or TensorFlow.js (model.json)'

/** A model, the size of its files, and their format. */
export interface LoadedModel {
  model: Sequential
  bytes: number
  format: ModelFormat
}

/** Runs what reads a model file. A {@link FormatError} becomes a {@link Failure} that names the file. */
export async function namingFile<Result>(path: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read()
  } catch (cause) {
    if (cause instanceof FormatError) throw new Failure(`${locationName(path)}: ${cause.message}`, { cause })
    throw cause
  }
}

/** Whether a file is a model of a table: its metadata have the recipe, which its reader checks. */
export const isTableModel = (path: string, file: Buffer): boolean =>
  formatOf(path, file) === 'safetensors' && metadataOf(file)?.['wasmlp.table'] !== undefined

/** Throws InvalidArgumentError for an option of images with a model of a table, and the other way round. */
export function checkOptionsFor(
  path: string,
  isTable: boolean,
  command: Command,
  options: { ofImages: readonly string[]; ofTables: readonly string[] },
): void {
  const given = givenOf(command, isTable ? options.ofImages : options.ofTables)
  if (given === undefined) return
  const [what, is] = isTable ? ['images', 'a model of a table'] : ['tables', 'no model of a table']
  throw new InvalidArgumentError(`${given} is for ${what}, and ${locationName(path)} is ${is}`)
}

/** The metadata of a safetensors file, unchecked; undefined for what is none. */
export function metadataOf(file: Buffer): Record<string, unknown> | undefined {
  try {
    const end = 8 + Number(file.readBigUInt64LE(0))
    const header: { __metadata__?: Record<string, unknown> } = JSON.parse(file.toString('utf8', 8, end))
    return header.__metadata__
  } catch {
    return undefined
  }
}

/** The model of a table in a file. Throws {@link Failure}. */
export async function loadTableModel(
  path: string,
  options: { build?: BuildChoice; threads?: ThreadChoice } = {},
  file?: Buffer,
): Promise<TableModel> {
  const bytes = file ?? (await readBytes(path))
  if (!isTableModel(path, bytes)) {
    throw new Failure(
      `${locationName(path)} is no model of a table: expected one that "wasmlp train <data> --target <column> --out" wrote`,
    )
  }
  const { tableModelFromSafetensors } = await import('../tables/index.ts')
  return namingFile(path, () => tableModelFromSafetensors(bytes, options))
}

/** The model in a file. Throws {@link Failure}. */
export async function loadModel(
  path: string,
  build: BuildChoice = 'auto',
  bytes?: Buffer,
): Promise<LoadedModel> {
  const file = bytes ?? (await readBytes(path))
  const format = formatOf(path, file)
  return namingFile(path, async () => {
    switch (format) {
      case 'safetensors':
        return { model: await sequentialFromSafetensors(file, { build }), bytes: file.length, format }
      case 'onnx': {
        const { sequentialFromOnnx } = await import('../formats/index.ts')
        return { model: await sequentialFromOnnx(file, { build }), bytes: file.length, format }
      }
      case 'layersModel':
        return { ...(await loadLayersModel(path, file, build)), format }
    }
  })
}

/** Throws {@link Failure} for a file that is known not to be a model. */
export function formatOf(path: string, file: Uint8Array): ModelFormat {
  const format = modelFormat(file, path)
  if (format) return format
  const kind = kindOfFile(file, path)
  if (kind) throw new Failure(`${locationName(path)} is ${kind.what}, expected a ${MODEL_ARGUMENT}`)
  return 'safetensors'
}

/** Whether the model gives a probability for each class, and its last layer. */
export function classifying({ layers }: Pick<Sequential, 'layers'>): {
  isClassifier: boolean
  lastLayer: string | undefined
} {
  const last = layers.at(-1)
  const lastLayer = last && 'activation' in last ? last.activation : last?.kind
  return { isClassifier: lastLayer === 'softmax' || lastLayer === 'logSoftmax', lastLayer }
}

async function loadLayersModel(path: string, file: Buffer, build: BuildChoice) {
  const { sequentialFromLayersModel, weightFilesOf } = await import('../formats/index.ts')
  const modelJson = file.toString()
  const weightData: Buffer[] = []
  for (const name of weightFilesOf(modelJson)) {
    if (isAbsolute(name) || normalize(name).startsWith('..')) {
      throw new FormatError(
        `the weights are in ${quoted(name)}, expected a file beside ${locationName(basename(path))}`,
      )
    }
    weightData.push(await readBytes(join(dirname(path), name)))
  }
  const bytes = weightData.reduce((sum, { length }) => sum + length, file.length)
  return { model: await sequentialFromLayersModel({ modelJson, weightData }, { build }), bytes }
}
