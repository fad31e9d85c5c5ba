// The parameters of the network that is shown, now and then, for those who draw them. No DOM.
import { effect, signal, untracked } from '@preact/signals'
import type { LayerParameters, Sequential } from 'wasmlp'
import { presentNetwork } from './kept-training.model.ts'
import { buildNetwork, network, seedOf, weightsVersion } from './network.model.ts'

export interface Snapshot {
  readonly parameters: readonly LayerParameters[]
  /** What its seed gave it, before any training. */
  readonly first: readonly LayerParameters[]
}

/** The newest one, while somebody follows it. */
export const snapshot = signal<Snapshot | undefined>(undefined)

/** Milliseconds between two of them. */
const PAUSE = 200

let followers = 0
let end = () => {}

/**
 * Keeps {@link snapshot} up to date, until what it returns is called. Where no network is shown yet, one is.
 *
 * @example
 * useSignalEffect(() => { if (isInView.value) return followParameters() })
 */
export function followParameters(): () => void {
  followers += 1
  if (followers === 1) end = follow()
  let isFollowing = true
  return () => {
    if (isFollowing) followers -= 1
    if (isFollowing && followers === 0) end()
    isFollowing = false
  }
}

function follow(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let last = Number.NEGATIVE_INFINITY
  let [isReading, isStale, isOver] = [false, false, false]
  const look = () => {
    isStale = isReading
    if (isReading || isOver) return
    timer ??= setTimeout(read, Math.max(0, last + PAUSE - performance.now()))
  }
  const read = async () => {
    timer = undefined
    isReading = true
    last = performance.now()
    const model = network.peek()
    try {
      const taken = model && (await take(model))
      if (taken && model === network.peek()) snapshot.value = taken
    } catch {
      // Another network is shown by now.
    }
    isReading = false
    if (isStale) look()
  }
  presentNetwork().catch(() => {}) // Training tells why there can be none.
  const stop = effect(() => {
    network.value
    weightsVersion.value
    untracked(look)
  })
  return () => {
    isOver = true
    clearTimeout(timer)
    stop()
  }
}

async function take(model: Sequential): Promise<Snapshot> {
  const [parameters, first] = await Promise.all([model.getParameters(), firstParameters(seedOf(model))])
  return { parameters, first }
}

let known: { seed: number; parameters: Promise<LayerParameters[]> } | undefined

/** Those of a network that has not learned anything. */
function firstParameters(seed: number): Promise<LayerParameters[]> {
  if (known?.seed !== seed) known = { seed, parameters: untrained(seed) }
  return known.parameters
}

async function untrained(seed: number): Promise<LayerParameters[]> {
  const model = await buildNetwork(seed)
  try {
    return await model.getParameters()
  } finally {
    model.dispose()
  }
}
