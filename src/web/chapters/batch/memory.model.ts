// What a batch needs of linear memory, measured by the package, and what it says where that is too much.
import { computed, effect, signal } from '@preact/signals'
import { type Dataset, dense, memoryUsage, type Sequential, sequential, streamingDataset } from 'wasmlp'

/** The lecture's training images: all of them at once is the largest batch. */
export const ALL = 60_000

/** WebAssembly's memory has addresses of 32 bits. */
export const LINEAR_MEMORY = 2 ** 32

export const UNITS = [512, 2048, 8192] as const

const INPUTS = 784
const CLASSES = 10
const BUILD = 'simd'

/** Batch sizes that are measured: from 512 on, memory is a straight line over them. */
export const [FEW, MORE] = [512, 768] as const

/** Above this share of linear memory a batch is close to what is refused. */
const TIGHT = 0.9

/** A measurement during which something else took or freed memory differs from the next. */
const TRIES = 6

/** Milliseconds of rest before the package is asked, so that a slider that moves asks once. */
const REST = 250

/** Bytes: a straight line over batch sizes. */
export interface Need {
  /** The network's parameters, once. */
  readonly model: number
  /** Of a training, whatever its batches. */
  readonly base: number
  /** Of each sample of a batch. */
  readonly sample: number
}

/**
 * The exhibit's state. `images` are the page's, at least as many as are measured; `quiet` resolves when nothing else that is
 * known of trains.
 */
export function memoryModel(images: () => Promise<Dataset>, quiet: () => Promise<void> = async () => {}) {
  const batchSize = signal(100)
  const units = signal<(typeof UNITS)[number]>(8192)
  const needs = signal<{ readonly [units: number]: Need }>({})
  const state = signal<'idle' | 'measuring' | 'failed'>('idle')
  const error = signal<unknown>(undefined)
  const need = computed(() => needs.value[units.value])
  /** Of the network and a batch of the chosen size, in bytes. */
  const bytes = computed(() => need.value && bytesOf(need.value, batchSize.value))
  const fit = computed((): 'unknown' | 'fits' | 'tight' | 'refused' => {
    if (bytes.value === undefined) return 'unknown'
    const share = bytes.value / LINEAR_MEMORY
    return share > 1 ? 'refused' : share > TIGHT ? 'tight' : 'fits'
  })
  /** The package's own words, once it has refused a batch. */
  const refusal = signal<{ readonly name: string; readonly message: string } | undefined>(undefined)

  const measure = async () => {
    const chosen = units.peek()
    if (needs.peek()[chosen] || state.peek() === 'measuring') return
    state.value = 'measuring'
    try {
      const measured = await needOf(chosen, await images(), quiet)
      needs.value = { ...needs.peek(), [chosen]: measured }
      state.value = 'idle'
      // Another network was chosen meanwhile.
      if (units.peek() !== chosen) await measure()
    } catch (reason) {
      error.value = reason
      state.value = 'failed'
    }
  }

  let timer: ReturnType<typeof setTimeout> | undefined
  let question = 0
  /** Asks the package for batches that are too large, and for no others: what they take stays taken. */
  const ask = async (mine: number) => {
    const said = await refusalOf(units.peek(), batchSize.peek()).catch(reason => reason)
    if (mine !== question) return
    refusal.value = { name: String(Object(said).name), message: String(Object(said).message) }
  }
  effect(() => {
    const isRefused = fit.value === 'refused' && batchSize.value > 0 && units.value > 0
    clearTimeout(timer)
    const mine = ++question
    refusal.value = undefined
    if (isRefused) timer = setTimeout(() => ask(mine), REST)
  })

  return {
    batchSize,
    units,
    need,
    bytes,
    fit,
    refusal,
    state,
    error,
    /** Measures the chosen network, unless that is done. */
    measure,
    choose(chosen: (typeof UNITS)[number]) {
      units.value = chosen
      measure()
    },
  }
}

export type MemoryModel = ReturnType<typeof memoryModel>

export const bytesOf = ({ model, base, sample }: Need, batchSize: number): number =>
  model + base + batchSize * sample

async function network(units: number): Promise<Sequential> {
  const layers = [dense(units, { activation: 'relu' }), dense(CLASSES, { activation: 'softmax' })]
  const model = await sequential(layers, { inputSize: INPUTS, seed: 1, build: BUILD })
  return model.compile({ learningRate: 0.1 })
}

async function needOf(units: number, images: Dataset, quiet: () => Promise<void>): Promise<Need> {
  let last: Need | undefined
  for (let i = 0; i < TRIES; ++i) {
    await quiet()
    const next = await measureOnce(units, images)
    if (last && next.model === last.model && next.base === last.base && next.sample === last.sample)
      return next
    last = next
  }
  throw new Error('other trainings took memory meanwhile')
}

async function measureOnce(units: number, images: Dataset): Promise<Need> {
  const inUse = async () => (await memoryUsage({ build: BUILD })).inUse
  const empty = await inUse()
  const model = await network(units)
  try {
    const before = await inUse()
    const training = async (batchSize: number) => {
      const trainer = await model.trainer(images, { batchSize })
      const during = await inUse()
      trainer.dispose()
      return during - before
    }
    const few = await training(FEW)
    const sample = ((await training(MORE)) - few) / (MORE - FEW)
    return { model: before - empty, base: few - FEW * sample, sample }
  } finally {
    model.dispose()
  }
}

/** What `fit` rejects with for a batch that is too large: it does so before its first step. */
async function refusalOf(units: number, batchSize: number): Promise<unknown> {
  // It reads one image, which tells it what samples are.
  const chunks = () => [{ inputs: new Uint8Array(INPUTS), labels: [0] }]
  const data = streamingDataset({ chunks, samples: ALL, inputSize: INPUTS, bytes: 'pixels' })
  const model = await network(units)
  try {
    await model.fit(data, { batchSize })
    return undefined
  } catch (error) {
    return error
  } finally {
    model.dispose()
  }
}
