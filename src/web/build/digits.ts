// Packs digits of MNIST into the page: the first 6,000 for training, the first 1,000 for testing, 630 kB in all.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
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

/** @param folder that of MNIST's four files */
export const digits = (folder: string): Plugin => {
  const packed = (part: 'train' | 't10k', count: number) =>
    gzipSync(packDigits(readDigits(folder, part, count)), { level: 9 })
  return {
    name: 'digits',
    resolveId: id => (id === NAME ? `\0${NAME}` : null),
    load(id) {
      if (id !== `\0${NAME}`) return null
      const emit = (name: string, source: Uint8Array) => {
        const reference = this.emitFile({ type: 'asset', name, source })
        return `import.meta.ROLLUP_FILE_URL_${reference}`
      }
      return [
        `export const trainUrl = ${emit('digits-train.bin', packed('train', 6_000))}`,
        `export const testUrl = ${emit('digits-test.bin', packed('t10k', 1_000))}`,
      ].join('\n')
    },
  }
}
