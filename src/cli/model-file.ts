// Loads the model that evaluate, predict and info work on.
import { type BuildChoice, FormatError, type Sequential, sequentialFromSafetensors } from '../index.ts'
import { Failure } from './failure.ts'
import { readBytes } from './files.ts'

/** Runs what reads a model file; a {@link FormatError} becomes a {@link Failure} that names the file. */
export async function namingFile<Result>(path: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read()
  } catch (cause) {
    if (cause instanceof FormatError) throw new Failure(`${path}: ${cause.message}`, { cause })
    throw cause
  }
}

/** The model in a file of `wasmlp train --out`. Throws {@link Failure}. */
export async function loadModel(
  path: string,
  build: BuildChoice = 'auto',
): Promise<{ model: Sequential; bytes: number }> {
  const file = await readBytes(path)
  const model = await namingFile(path, () => sequentialFromSafetensors(file, { build }))
  return { model, bytes: file.length }
}
