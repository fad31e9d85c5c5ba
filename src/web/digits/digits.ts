// MNIST's first 6,000 training images and first 1,000 test images, which come with the page.
import { type DigitPlace, testPlace, trainPlace } from 'virtual:digits'
import { type Dataset, dataset } from 'wasmlp'
import { isOneFile } from '../delivery.ts'
import { type DigitArrays, unpacking } from './packing.ts'

export interface Digits extends DigitArrays {
  /** For training and evaluation with the build `simd`, whose results are the same to the last bit everywhere. */
  dataset(): Promise<Dataset>
}

/** A part of the images. It is loaded when it is first asked for; after a failure it is loaded again. */
function part(place: DigitPlace): () => Promise<Digits> {
  let digits: Promise<Digits> | undefined
  return () => {
    digits ??= load(place).catch(error => {
      digits = undefined
      throw error
    })
    return digits
  }
}

async function load(place: DigitPlace): Promise<Digits> {
  const arrays = await (isOneFile ? unpacked(inside(place.at)) : fetched(place))
  let data: Promise<Dataset> | undefined
  return {
    ...arrays,
    dataset() {
      data ??= dataset({ inputs: arrays.images, imageShape: [28, 28], labels: arrays.labels, build: 'simd' })
      return data
    },
  }
}

/** Unpacked while they come: on a slow link both take seconds. */
async function fetched({ at, bytes }: DigitPlace): Promise<DigitArrays> {
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
  }
  return unpacked(packed, () => come, more)
}

/** From an element of the page, in base64. */
const inside = (id: string): Uint8Array =>
  Uint8Array.from(atob(document.getElementById(id)?.textContent ?? ''), byte => byte.charCodeAt(0))

/** Milliseconds after which the page has its turn. */
const SLICE = 8

/**
 * @param come how many of its bytes have come
 * @param more resolves when more have
 */
async function unpacked(
  packed: Uint8Array,
  come = () => packed.length,
  more?: () => Promise<void>,
): Promise<DigitArrays> {
  const steps = unpacking(packed, come)
  let end = performance.now() + SLICE
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
    if (!value) await more?.()
    if (performance.now() < end) continue
    await turn()
    end = performance.now() + SLICE
  }
}

/** Lets the page have its turn. A timer would wait for longer. */
function turn(): Promise<void> {
  const { port1, port2 } = new MessageChannel()
  return new Promise(resolve => {
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(undefined)
  })
}

export const trainDigits = part(trainPlace)
export const testDigits = part(testPlace)
