// The images that the network learns from and is tested with, in linear memory.
import { type BuildName, type Dataset, dataset, loadMnist } from 'wasmlp'
import { testDigits, trainDigits } from '../../digits/digits.ts'
import type { DigitArrays } from '../../digits/packing.ts'

/** How many images it learns from: those inside the page, or all of MNIST. */
export const IMAGE_COUNTS = [6000, 60_000] as const
export type ImageCount = (typeof IMAGE_COUNTS)[number]

export interface ImageSets {
  train: Dataset
  test: Dataset
}

let last: { count: ImageCount; build: BuildName; sets: Promise<ImageSets> } | undefined

/**
 * Training and test images, which stay in memory until others are asked for: nobody else disposes them.
 *
 * @param count images to learn from; with all of MNIST, the test images are its 10,000, else 1,000
 * @param onBytes gets the bytes that were fetched so far, where any are
 * @throws what the download throws
 */
export function imageSets(
  count: ImageCount,
  build: BuildName,
  onBytes?: (bytes: number) => void,
): Promise<ImageSets> {
  if (last?.count === count && last.build === build) return last.sets
  const before = last?.sets
  const sets = count === 6000 ? digitSets(build) : allOfMnist(build, onBytes)
  const mine = { count, build, sets }
  last = mine
  sets.catch(() => {
    if (last === mine) last = undefined
  })
  before?.then(
    ({ train, test }) => {
      train.dispose()
      test.dispose()
    },
    () => {},
  )
  return sets
}

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
