// What the network reads on the pad, while one draws and while it learns. No DOM.
import { computed, effect, signal } from '@preact/signals'
import type { Sequential } from 'wasmlp'
import { inNextFrame, notInNextFrame } from '../../parts/frame-loop.ts'
import { presentNetwork } from './kept-training.model.ts'
import { network, weightsVersion } from './network.model.ts'
import { views } from './pad.model.ts'
import { epochs, lossCount, status } from './training-state.model.ts'

/** Which of the two views the network is shown. */
export const view = signal<'centred' | 'scaled'>('centred')

/** Ten probabilities of each view. */
export interface Readings {
  readonly centred: Float32Array
  readonly scaled: Float32Array
}

/** Undefined where nothing is drawn, or nothing has been read yet. */
export const readings = signal<Readings | undefined>(undefined)
/** Why it could not be read. */
export const fault = signal<string | undefined>(undefined)

/** The probabilities of the view that was chosen. */
export const probabilities = computed(() => readings.value?.[view.value])

/** The one that was taught the visitor's digits last. */
export const taught = signal<Sequential | undefined>(undefined)

/** Whether the network has only its first weights. */
export const isUntrained = computed(
  () =>
    (network.value === undefined || network.value !== taught.value) &&
    lossCount.value === 0 &&
    epochs.value.length === 0 &&
    ['ready', 'looking', 'loading', 'starting', 'failed'].includes(status.value.is),
)

/** The class that is most probable. */
export function bestOf(probabilities: Float32Array): number {
  let best = 0
  for (let i = 1; i < probabilities.length; ++i) {
    if ((probabilities[i] ?? 0) > (probabilities[best] ?? 0)) best = i
  }
  return best
}

/** Those who see it: the pad may be in view, or the bars, or both. */
let readers = 0
let stop = () => {}

/**
 * Reads what is drawn as soon as it changes, and in the next frame when the weights have changed, until the function that
 * this returns is called.
 */
export function readAlong(): () => void {
  if (readers === 0) stop = begin()
  readers += 1
  return () => {
    readers -= 1
    if (readers === 0) stop()
  }
}

function begin(): () => void {
  const stopDrawing = effect(() => {
    const isThere = network.value !== undefined
    if (!views.value) readings.value = undefined
    else if (isThere) read()
    else presentNetwork().catch(fail)
  })
  const stopLearning = effect(() => {
    weightsVersion.value
    inNextFrame(read)
  })
  return () => {
    stopDrawing()
    stopLearning()
    notInNextFrame(read)
  }
}

let isReading = false
let isStale = false

/** One prediction at a time: what changes meanwhile is read after it, in one. */
async function read(): Promise<void> {
  isStale = true
  if (isReading) return
  isReading = true
  while (isStale) {
    isStale = false
    await readOnce()
  }
  isReading = false
}

async function readOnce(): Promise<void> {
  const [model, seen] = [network.peek(), views.peek()]
  if (!model || !seen) return
  try {
    const [centred, scaled] = await model.predict([seen.centred, seen.scaled], { bytes: 'pixels' })
    if (centred && scaled && views.peek()) readings.value = { centred, scaled }
    fault.value = undefined
  } catch (error) {
    // One that another has replaced answers no more; the other will.
    if (network.peek() === model) fail(error)
  }
}

function fail(error: unknown): void {
  fault.value = String(Object(error).message || error)
}
