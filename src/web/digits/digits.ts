// MNIST's first 6,000 training images and first 1,000 test images, which come with the page.
import { testUrl, trainUrl } from 'virtual:digits'
import { type Dataset, dataset } from 'wasmlp'
import { type DigitArrays, unpackDigits } from './packing.ts'

export interface Digits extends DigitArrays {
  /** For training and evaluation with the build `simd`, whose results are the same to the last bit everywhere. */
  dataset(): Promise<Dataset>
}

/** A part of the images. It is fetched when it is first asked for; after a failure it is fetched again. */
function part(url: string): () => Promise<Digits> {
  let digits: Promise<Digits> | undefined
  return () => {
    digits ??= load(url).catch(error => {
      digits = undefined
      throw error
    })
    return digits
  }
}

async function load(url: string): Promise<Digits> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`)
  const arrays = unpackDigits(await inflated(new Uint8Array(await response.arrayBuffer())))
  let data: Promise<Dataset> | undefined
  return {
    ...arrays,
    dataset() {
      data ??= dataset({ inputs: arrays.images, imageShape: [28, 28], labels: arrays.labels, build: 'simd' })
      return data
    },
  }
}

/** A server may say that the file is compressed: then the browser has inflated it. */
async function inflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

export const trainDigits = part(trainUrl)
export const testDigits = part(testUrl)
