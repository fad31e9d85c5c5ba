// Packs digits of MNIST into the page: the first 6,000 for training, the first 1,000 for testing.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'
import { type DigitArrays, PIXELS, packDigits } from '../digits/packing.ts'

const NAME = 'virtual:digits'

/** As MNIST's files begin: a magic number and the sizes, 4 bytes each. */
const [IMAGES_HEADER, LABELS_HEADER] = [16, 8]

/** The first images of a part of MNIST, with their labels. */
export function readDigits(folder: string, part: 'train' | 't10k', count: number): DigitArrays {
  const read = (kind: string, header: number, length: number) =>
    readFileSync(join(folder, `${part}-${kind}-ubyte`)).subarray(header, header + length)
  return {
    images: read('images-idx3', IMAGES_HEADER, count * PIXELS),
    labels: read('labels-idx1', LABELS_HEADER, count),
  }
}

/** What is packed, by the names of its files. */
const PARTS = { 'digits-train': ['train', 6_000], 'digits-test': ['t10k', 1_000] } as const

/**
 * Emits the packed digits.
 *
 * @param folder that of MNIST's four files
 * @param isOneFile whether whoever gets them puts them into the page, as elements with these names as their ids
 */
export function digits(folder: string, { isOneFile = false } = {}): Plugin {
  return {
    name: 'digits',
    resolveId: id => (id === NAME ? `\0${NAME}` : null),
    load(id) {
      if (id !== `\0${NAME}`) return null
      const places = Object.entries(PARTS).map(([name, [part, count]]) => {
        const source = packDigits(readDigits(folder, part, count))
        const bytes = source.length
        if (isOneFile) {
          this.emitFile({ type: 'asset', fileName: `${name}.bin`, source })
          return JSON.stringify({ at: name, bytes })
        }
        const reference = this.emitFile({ type: 'asset', name: `${name}.bin`, source })
        return `{ at: import.meta.ROLLUP_FILE_URL_${reference}, bytes: ${bytes} }`
      })
      return `export const [trainPlace, testPlace] = [${places}]`
    },
  }
}
