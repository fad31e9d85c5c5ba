// The images that the network learns from and is tested with, in linear memory.
import { signal } from '@preact/signals'
import { type BuildName, type Dataset, dataset, loadMnist, type MnistBuffers } from 'wasmlp'
import { isOneFile } from '../../delivery.ts'
import { testDigits, trainDigits } from '../../digits/digits.ts'
import type { DigitArrays } from '../../digits/packing.ts'

type ImageCount = 6000 | 60_000
/** How many images it learns from: those inside the page, or all of MNIST, which is beside it on its server. */
export const IMAGE_COUNTS: readonly ImageCount[] = isOneFile ? [6000] : [6000, 60_000]
/** One of these, or the files that the visitor has chosen. */
export type ImageChoice = ImageCount | 'own'

/** The network has no more outputs. */
const CLASSES = 10

/** Four files in MNIST's format, which the visitor has chosen. */
export interface OwnFiles {
  /** Changes with what is in them. */
  readonly id: string
  /** Images to learn from. */
  readonly count: number
  /** Whether its images lie on their side, as EMNIST's. */
  readonly isOnSide: boolean
  read(): Promise<MnistBuffers>
}

export const ownFiles = signal<OwnFiles | undefined>(undefined)

/** What tells one choice of images from another. */
export const imagesName = (choice: ImageChoice): string =>
  choice === 'own' ? `own-${ownFiles.peek()?.id}` : String(choice)

export const countOf = (choice: ImageChoice): number =>
  choice === 'own' ? (ownFiles.value?.count ?? 0) : choice

export interface ImageSets {
  train: Dataset
  test: Dataset
}

/** Those that are in memory, as long as they are of the images that were chosen. */
export const loadedSets = signal<ImageSets | undefined>(undefined)

interface NamedSets {
  readonly name: string
  readonly build: BuildName
  readonly sets: Promise<ImageSets>
}

let last: NamedSets | undefined

/**
 * Training and test images, which stay in memory until others are asked for: nobody else disposes them.
 *
 * @param choice images to learn from; with all of MNIST, the test images are its 10,000, with those in the page 1,000
 * @param onBytes gets the bytes that were fetched so far, where any are
 * @throws what the download throws, or the reading of the files
 */
export function imageSets(
  choice: ImageChoice,
  build: BuildName,
  onBytes?: (bytes: number) => void,
): Promise<ImageSets> {
  const name = imagesName(choice)
  if (last?.name === name && last.build === build) {
    showLoaded(last)
    return last.sets
  }
  const before = last?.sets
  const sets =
    choice === 'own' ? ownSets(build) : choice === 6000 ? digitSets(build) : allOfMnist(build, onBytes)
  last = { name, build, sets }
  loadedSets.value = undefined
  showLoaded(last)
  before?.then(
    ({ train, test }) => {
      train.dispose()
      test.dispose()
    },
    () => {},
  )
  return sets
}

function showLoaded(mine: NamedSets): void {
  mine.sets.then(
    sets => {
      if (last === mine) loadedSets.value = sets
    },
    () => {
      if (last === mine) last = undefined
    },
  )
}

/** The same without a download: in place of all of MNIST, unless that is loaded, the images inside the page. */
export const setsAtHand = (choice: ImageChoice, build: BuildName): Promise<ImageSets> =>
  imageSets(choice === 60_000 && last?.name !== imagesName(choice) ? 6000 : choice, build)

/** The images inside the page. */
async function digitSets(build: BuildName): Promise<ImageSets> {
  const [train, test] = await Promise.all([trainDigits(), testDigits()])
  const setOf = ({ images, labels }: DigitArrays) =>
    dataset({ inputs: images, labels, imageShape: [28, 28], build })
  return { train: await setOf(train), test: await setOf(test) }
}

/** The files beside the page the first time, those that the browser keeps from then on. */
const allOfMnist = (build: BuildName, onBytes?: (bytes: number) => void): Promise<ImageSets> =>
  loadMnist({
    build,
    mirrors: [new URL('mnist/', document.baseURI)],
    onProgress: ({ bytes }) => onBytes?.(bytes),
  })

/** The visitor's files. */
async function ownSets(build: BuildName): Promise<ImageSets> {
  const files = ownFiles.peek()
  if (!files) throw new Error('no files were chosen')
  return loadMnist(await files.read(), { build, classes: CLASSES, transpose: files.isOnSide })
}
