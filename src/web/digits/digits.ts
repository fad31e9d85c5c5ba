// MNIST's first 6,000 training images and first 1,000 test images, which come with the page.
import { testPlace, trainPlace } from 'virtual:digits'
import { type Dataset, dataset } from 'wasmlp'
import { isOneFile } from '../delivery.ts'
import { type DigitArrays, unpacking } from './packing.ts'

export interface Digits extends DigitArrays {
  /** For training and evaluation with the build `simd`, whose results are the same to the last bit everywhere. */
  dataset(): Promise<Dataset>
}

/** A part of the images. It is loaded when it is first asked for; after a failure it is loaded again. */
function part(place: string): () => Promise<Digits> {
  let digits: Promise<Digits> | undefined
  return () => {
    digits ??= load(place).catch(error => {
      digits = undefined
      throw error
    })
    return digits
  }
}

async function load(place: string): Promise<Digits> {
  const arrays = await unpacked(isOneFile ? inside(place) : await fetched(place))
  let data: Promise<Dataset> | undefined
  return {
    ...arrays,
    dataset() {
      data ??= dataset({ inputs: arrays.images, imageShape: [28, 28], labels: arrays.labels, build: 'simd' })
      return data
    },
  }
}

async function fetched(url: string): Promise<Uint8Array> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`)
  return new Uint8Array(await response.arrayBuffer())
}

/** From an element of the page, in base64. */
const inside = (id: string): Uint8Array =>
  Uint8Array.from(atob(document.getElementById(id)?.textContent ?? ''), byte => byte.charCodeAt(0))

/** Milliseconds after which the page has its turn. */
const SLICE = 8

async function unpacked(packed: Uint8Array): Promise<DigitArrays> {
  const steps = unpacking(packed)
  let end = performance.now() + SLICE
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
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
