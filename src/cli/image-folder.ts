// Images in folders, a folder for each class: photos/cats/1.jpg, photos/dogs/7.png.
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type BuildChoice, type Dataset, dataset } from '../index.ts'
import { locationName, quotedList } from '../quote-names.ts'
import { Failure, reasonOf } from './failure.ts'
import { readBytes } from './files.ts'
import { type ImageFacts, inputsOf } from './image-facts.ts'
import { PICTURE_NAME, pixelsOf } from './picture.ts'

/** Files of images with their classes, in the order of their names. */
export interface LabelledFiles {
  readonly files: readonly string[]
  readonly labels: readonly number[]
  readonly classes: readonly string[]
}

/** Systems put such files and folders beside others. */
const isHidden = (name: string): boolean => name.split(/[\\/]/).some(part => part.startsWith('.'))

/** Folders with these names, where both are there, are parts and no classes. */
const [TRAIN, TEST] = ['train', 'test']

/** PNG and JPEG files in a folder and the folders in it, by their names. Throws {@link Failure}. */
export function picturesIn(folder: string): string[] {
  return listing(folder, () => readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    .filter(name => PICTURE_NAME.test(name) && !isHidden(name))
    .sort()
    .map(name => join(folder, name))
}

/** The folder of each part: `train` and `test` in it, or the folder itself for training. */
export function partsOf(folder: string): { train: string; test: string | undefined } {
  const names = foldersIn(folder)
  if (!names.includes(TRAIN) || !names.includes(TEST)) return { train: folder, test: undefined }
  const [train, test] = [join(folder, TRAIN), join(folder, TEST)]
  return foldersIn(train).length > 0 ? { train, test } : { train: folder, test: undefined }
}

/** Whether a place is a folder in which there are folders of images. */
export function isImageFolder(place: string): boolean {
  try {
    const { train } = partsOf(place)
    return foldersIn(train).some(name =>
      readdirSync(join(train, name)).some(file => PICTURE_NAME.test(file) && !isHidden(file)),
    )
  } catch {
    return false
  }
}

/**
 * The images in the folders of a folder. `classes` are those of a model, where there is one: others are an error. Throws
 * {@link Failure}.
 */
export function labelledIn(folder: string, classes?: readonly string[]): LabelledFiles {
  const found = foldersIn(folder)
  const unknown = classes ? found.filter(name => !classes.includes(name)) : []
  if (unknown.length > 0) {
    throw new Failure(
      `${locationName(folder)} has folders that are no classes: ${quotedList(unknown)}, expected some of ${quotedList(classes ?? [])}`,
    )
  }
  const all = found.map(name => ({ name, files: picturesIn(join(folder, name)) }))
  const empty = all.filter(({ files }) => files.length === 0).map(({ name }) => name)
  if (empty.length > 0) {
    throw new Failure(
      `${locationName(folder)} has folders without a PNG or JPEG file: ${quotedList(empty)} (remove them, or convert what is in them)`,
    )
  }
  const names = classes ?? found
  if (found.length === 0 || names.length < 2) {
    throw new Failure(
      `${locationName(folder)} has ${found.length} folders of images: expected one for each class, two or more`,
    )
  }
  return {
    files: all.flatMap(({ files }) => files),
    labels: all.flatMap(({ name, files }) => files.map(() => names.indexOf(name))),
    classes: names,
  }
}

/** A data set of images, all decoded. Throws {@link Failure} that names each file that cannot be. */
export async function readLabelled(
  { files, labels }: LabelledFiles,
  facts: ImageFacts,
  build: BuildChoice,
): Promise<Dataset> {
  const size = inputsOf(facts)
  const inputs = new Uint8Array(files.length * size)
  const problems: string[] = []
  for (const [i, file] of files.entries()) {
    try {
      inputs.set(await pixelsOf(await readBytes(file), locationName(file), facts, 0), i * size)
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      problems.push(error.message)
    }
  }
  if (problems.length > 0) throw new Failure(inOne(problems))
  const shape = facts.colours === 'grey' ? { imageShape: [facts.side, facts.side] as const } : {}
  return dataset({ inputs, inputSize: size, labels, bytes: 'pixels', ...shape, build })
}

/** Problems of one report. */
const MOST = 10

function inOne(problems: readonly string[]): string {
  const more = problems.length - MOST
  return [...problems.slice(0, MOST), ...(more > 0 ? [`and ${more} more`] : [])].join('; ')
}

function foldersIn(folder: string): string[] {
  return listing(folder, () => readdirSync(folder))
    .filter(name => !isHidden(name) && isFolder(join(folder, name)))
    .sort()
}

/** Behind symbolic links too. */
const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true

function listing<Entry>(folder: string, list: () => Entry[]): Entry[] {
  try {
    return list()
  } catch (cause) {
    throw new Failure(`${locationName(folder)} cannot be read: ${reasonOf(cause)}`, { cause })
  }
}
