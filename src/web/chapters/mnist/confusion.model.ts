// The confusion matrix over the test images, and the images that the network gets most wrong. No DOM.
import { effect, signal, untracked } from '@preact/signals'
import { type Dataset, mostConfused, type Sequential } from 'wasmlp'
import { setsAtHand } from './image-sets.ts'
import { presentNetwork } from './kept-training.model.ts'
import { buildName, network, weightsVersion } from './network.model.ts'
import { action, epochTasks, images } from './training-state.model.ts'

/** Images that are shown. */
const SHOWN = 12

/** Images that are looked through at once: the page's thread sorts them, and has other things to do between. */
const SLICE = 1000

/** Milliseconds without a change before it is computed. */
const CALM = 250

interface ConfusedImage {
  /** Which of the test images it is, from 1. */
  readonly number: number
  /** 784 bytes. */
  readonly pixels: Uint8Array
  readonly label: number
  /** What it is read as, and with which probability. */
  readonly predicted: number
  readonly probability: number
}

/** Images of one class that are read as another. */
interface ConfusedPair {
  readonly label: number
  readonly predicted: number
  readonly count: number
}

export interface Confusion {
  readonly samples: number
  readonly right: number
  /** Images by class (row) and what they are read as (column). */
  readonly matrix: readonly (readonly number[])[]
  /** The most frequent first. */
  readonly pairs: readonly ConfusedPair[]
  /** The worst first. */
  readonly images: readonly ConfusedImage[]
}

export const confusion = signal<Confusion | undefined>(undefined)

/** What {@link confusion} was computed from. */
let of: { model: Sequential; version: number } | undefined

/** One at a time. */
let last: Promise<void> = Promise.resolve()

/**
 * Keeps {@link confusion} up to date, until what it returns is called: after each epoch while the network learns, which
 * waits for it, and otherwise after each change. Where no network is shown yet, one is.
 */
export function followConfusion(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  presentNetwork().catch(() => {}) // Training tells why there can be none.
  const begin = () => {
    timer = undefined
    compute()
  }
  const stop = effect(() => {
    const model = network.value
    const version = weightsVersion.value
    const learns = action.value === 'pause'
    untracked(() => {
      // While it learns, only what is not known at all: the rest comes with the next epoch.
      if (!model || isOf(model, version) || (learns && model === of?.model)) return
      if (!learns) clearTimeout(timer)
      if (!learns || timer === undefined) timer = setTimeout(begin, CALM)
    })
  })
  epochTasks.add(compute)
  return () => {
    clearTimeout(timer)
    stop()
    epochTasks.delete(compute)
  }
}

const isOf = (model: Sequential, version: number) => of?.model === model && of.version === version

function compute(): Promise<void> {
  last = last.then(async () => {
    const model = network.peek()
    const version = weightsVersion.peek()
    if (!model || isOf(model, version)) return
    try {
      const { test } = await setsAtHand(images.peek(), buildName())
      const result = await confusionOf(model, test)
      if (network.peek() !== model) return
      of = { model, version }
      confusion.value = result
    } catch {
      // Another network or other images are there by now, and are computed next.
    }
  })
  return last
}

/** Looks through all images; the network may be learning meanwhile. */
async function confusionOf(model: Sequential, test: Dataset): Promise<Confusion> {
  const { confusionMatrix: matrix = [], samples } = await model.evaluate(test)
  const worst: Awaited<ReturnType<typeof mostConfused>> = []
  for (let begin = 0; begin < test.length; begin += SLICE) {
    for (const sample of await mostConfused(model, test.slice(begin, begin + SLICE), SHOWN)) {
      if (sample.predicted !== sample.label) worst.push({ ...sample, index: begin + sample.index })
    }
  }
  worst.sort((a, b) => a.labelProbability - b.labelProbability || a.index - b.index)
  const images = worst.slice(0, SHOWN).map(async ({ index, label, predicted = -1, probability }) => {
    const { inputs } = await test.slice(index, index + 1).read()
    const pixels = inputs instanceof Uint8Array ? inputs : new Uint8Array()
    return { number: index + 1, pixels, label, predicted, probability }
  })
  const pairs = matrix.flatMap((row, label) =>
    row.flatMap((count, predicted) =>
      count > 0 && predicted !== label ? [{ label, predicted, count }] : [],
    ),
  )
  return {
    samples,
    right: matrix.reduce((sum, row, i) => sum + (row[i] ?? 0), 0),
    matrix,
    pairs: pairs.sort((a, b) => b.count - a.count),
    images: await Promise.all(images),
  }
}
