// MNIST's first 6,000 training images and first 1,000 test images, which come with the page.
import { type DigitPlace, testPlace, trainPlace } from 'virtual:digits'
import { type Dataset, dataset } from 'wasmlp'
import { isOneFile } from '../delivery.ts'
import { awaited } from '../keeping/awaited.ts'
import type { DigitArrays } from './packing.ts'
import { unpackInTurns } from './turns.ts'
import { WorkerUnpacker } from './worker-unpacker.ts'

export interface Digits extends DigitArrays {
  /** For training and evaluation with the build `simd`, whose results are the same to the last bit everywhere. */
  dataset(): Promise<Dataset>
}

/** A part of the images. It is loaded when it is first asked for; after a failure it is loaded again. */
function part(place: DigitPlace): () => Promise<Digits> {
  let digits: Promise<Digits> | undefined
  return () => {
    digits ??= awaited(load(place)).catch(error => {
      digits = undefined
      throw error
    })
    return digits
  }
}

async function load(place: DigitPlace): Promise<Digits> {
  const arrays = await (isOneFile ? unpackInTurns(inside(place.at)) : fetched(place))
  let data: Promise<Dataset> | undefined
  return {
    ...arrays,
    dataset() {
      data ??= dataset({ inputs: arrays.images, imageShape: [28, 28], labels: arrays.labels, build: 'simd' })
      return data
    },
  }
}

/** Unpacked while they come, in a worker where one starts: on a slow link both take seconds. */
async function fetched({ at, bytes }: DigitPlace): Promise<DigitArrays> {
  const worker = new WorkerUnpacker(bytes)
  try {
    const response = await fetch(at)
    const reader = response.body?.getReader()
    if (!response.ok || !reader) throw new Error(`${at}: ${response.status} ${response.statusText}`)
    const packed = new Uint8Array(bytes)
    let come = 0
    const more = async () => {
      const { value } = await reader.read()
      if (!value || come + value.length > bytes)
        throw new Error(`${at}: ${come + (value?.length ?? 0)} bytes came, and there are ${bytes}`)
      packed.set(value, come)
      come += value.length
      worker.add(value)
    }
    while (come < bytes && !worker.hasFailed) await more()
    return (await worker.result) ?? (await unpackInTurns(packed, () => come, more))
  } finally {
    worker.end()
  }
}

/** From an element of the page, in base64. */
const inside = (id: string): Uint8Array =>
  Uint8Array.from(atob(document.getElementById(id)?.textContent ?? ''), byte => byte.charCodeAt(0))

export const trainDigits = part(trainPlace)
export const testDigits = part(testPlace)
