// The lecture's network and its training, which goes on from what is kept. No DOM: training.tsx draws it.
import { computed, signal } from '@preact/signals'
import type { EpochLogs, LayerParameters, TrainingRun } from 'wasmlp'
import {
  clearCheckpoints,
  type KeptCheckpoints,
  lastPosition,
  openCheckpoints,
} from '../../keeping/checkpoints.ts'
import { readNote, writeNote } from '../../keeping/notes.ts'
import { startsWorkers } from '../../keeping/worker-probe.ts'
import { countOf, type ImageChoice, imageSets, imagesName } from './image-sets.ts'
import { buildName, buildNetwork, seed, showNetwork, weightsChanged } from './network.model.ts'

/** Batches between two checkpoints: what a tab that is closed can lose. */
export const CHECKPOINT_EVERY = 100

const BATCH_SIZE = 100

/** How things stand. */
export type Status =
  | { is: 'ready' }
  | { is: 'stored'; epoch: number; iteration: number }
  | { is: 'starting' }
  | { is: 'loading'; bytes?: number }
  | { is: 'resumed'; epoch: number; iteration: number }
  | { is: 'batch'; epoch: number; iteration: number; iterations: number; loss: number }
  | { is: 'trained'; epoch: number; accuracy: number | undefined }
  | { is: 'failed'; reason: string }

/** What the button does. */
export type Action = 'train' | 'go-on' | 'pause' | 'resume' | 'try-again'

export const targetEpoch = signal(5)
export const images = signal<ImageChoice>(6000)
export const iterationsPerEpoch = computed(() => Math.ceil(countOf(images.value) / BATCH_SIZE))

export const status = signal<Status>({ is: 'ready' })
export const action = signal<Action>('train')
/** Whether the button waits for what it has started. */
export const isStarting = signal(false)
export const progress = signal(0)
export const epochs = signal<readonly EpochLogs[]>([])
/** SHA-256 of the weights, or undefined before the end or where the page cannot compute it. */
export const weightsHash = signal<string | undefined>(undefined)
/** Whether the page could not compute it. */
export const hasNoHash = signal(false)
/** Where checkpoints are kept, once that is known. */
export const keeping = signal<KeptCheckpoints['place'] | undefined>(undefined)
/** Whether a worker computes, once that is known. */
export const isInWorker = signal<boolean | undefined>(undefined)
/** The batches' losses, each with its place in the training, and how many there are, which tells that one has come. */
export const losses: [batch: number, loss: number][] = []
export const lossCount = signal(0)
export const canStartOver = signal(false)
/** Whether the network learns, or is about to, or pauses. */
export const isBusy = computed(() => isStarting.value || ['pause', 'resume'].includes(action.value))

let run: TrainingRun | undefined

/** A training goes on with the images, the kernels and the seed that it began with. */
export const trainingName = () => `mnist ${imagesName(images.peek())} ${buildName()} ${seed.peek()}`

/** What was trained before, where a note says that there is something. */
export async function recall(): Promise<void> {
  if (run || isStarting.peek()) return
  forget()
  if (readNote(trainingName()) === undefined) return
  try {
    const kept = await openCheckpoints(trainingName())
    try {
      if (run || isStarting.peek()) return
      await rest(kept)
    } finally {
      kept.release()
    }
  } catch {
    // What cannot be read is as if it were not there.
  }
}

/** What is shown of another training. */
function forget(): void {
  action.value = 'train'
  status.value = { is: 'ready' }
  progress.value = 0
  epochs.value = []
  weightsHash.value = undefined
  hasNoHash.value = false
  canStartOver.value = false
  losses.length = 0
  lossCount.value = 0
}

/** Learns from other images; what is kept of that is shown. */
export function chooseImages(choice: ImageChoice): void {
  images.value = choice
  recall()
}

/** Between trainings: what is kept. */
async function rest(kept: KeptCheckpoints): Promise<void> {
  keeping.value = kept.place
  const position = await lastPosition(kept)
  const done = position?.epoch ?? 0
  canStartOver.value = position !== undefined
  action.value = position ? 'go-on' : 'train'
  if (position && targetEpoch.peek() <= done) targetEpoch.value = done + 1
  progress.value = (position?.iteration ?? 0) / iterationsPerEpoch.peek()
  status.value = position ? { is: 'stored', ...position } : { is: 'ready' }
  const noted = epochs.peek().length > 0 ? epochs.peek() : readNote(trainingName())
  epochs.value = Array.isArray(noted) ? noted.filter(({ epoch }) => epoch <= done) : []
}

/** The button: starts, pauses and resumes. */
export function press(): void {
  if (isStarting.peek()) return
  if (!run) start()
  else if (run.isPaused) {
    run.resume()
    action.value = 'pause'
  } else {
    run.pause()
    action.value = 'resume'
  }
}

/** Forgets the training that is kept. */
export async function startOver(): Promise<void> {
  if (run || isStarting.peek()) return
  const kept = await openCheckpoints(trainingName())
  try {
    await clearCheckpoints(kept)
    writeNote(trainingName(), undefined)
    forget()
    await rest(kept)
  } catch (error) {
    fail(error)
  } finally {
    kept.release()
  }
}

function fail(error: unknown): void {
  status.value = { is: 'failed', reason: String(Object(error).message || error) }
  action.value = 'try-again'
}

async function start(): Promise<void> {
  isStarting.value = true
  weightsHash.value = undefined
  hasNoHash.value = false
  canStartOver.value = false
  status.value = { is: 'starting' }
  startsWorkers().then(answer => {
    isInWorker.value = answer
  })
  let kept: KeptCheckpoints | undefined
  try {
    kept = await openCheckpoints(trainingName())
    keeping.value = kept.place
    // From now on there is something to recall.
    writeNote(trainingName(), epochs.peek())
    await train(kept)
    const trained = status.peek()
    await rest(kept)
    // Its result is worth more than that it is kept.
    const last = epochs.peek().at(-1)
    if (last) status.value = { is: 'trained', epoch: last.epoch, accuracy: last.valAccuracy }
    else status.value = trained
  } catch (error) {
    fail(error)
  } finally {
    run = undefined
    isStarting.value = false
    kept?.release()
  }
}

async function train(kept: KeptCheckpoints): Promise<void> {
  status.value = { is: 'loading' }
  const { train, test } = await imageSets(images.peek(), buildName(), bytes => {
    status.value = { is: 'loading', bytes }
  })
  const model = await buildNetwork()
  showNetwork(model)
  run = model.fit(train, {
    epochs: targetEpoch.peek(),
    batchSize: BATCH_SIZE,
    validationData: test,
    checkpoints: {
      store: kept,
      every: CHECKPOINT_EVERY,
      onResume: ({ epoch, iteration }) => {
        status.value = { is: 'resumed', epoch, iteration }
      },
    },
    resume: true,
    onBatchEnd: ({ epoch, iteration, iterations, loss }) => {
      progress.value = iteration / iterations
      status.value = { is: 'batch', epoch, iteration, iterations, loss }
      losses.push([(epoch - 1) * iterations + iteration, loss])
      lossCount.value = losses.length
      weightsChanged()
    },
    onEpochEnd: logs => {
      showEpochs([...epochs.peek().filter(({ epoch }) => epoch !== logs.epoch), logs])
    },
  })
  action.value = 'pause'
  isStarting.value = false
  showEpochs((await run).epochs)
  weightsHash.value = await hashOf(await model.getParameters())
  hasNoHash.value = weightsHash.peek() === undefined
}

function showEpochs(logs: readonly EpochLogs[]): void {
  epochs.value = logs
  writeNote(trainingName(), logs)
}

/** SHA-256 of all parameters' bytes, or undefined where the page has no `crypto.subtle`, as over plain http. */
async function hashOf(parameters: readonly LayerParameters[]): Promise<string | undefined> {
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle
  if (!subtle) return undefined
  const blob = new Blob(parameters.flatMap(({ weights, bias }) => [weights.slice(), bias.slice()]))
  const digest = await subtle.digest('SHA-256', await blob.arrayBuffer())
  return [...new Uint8Array(digest)].map(byte => byte.toString(16).padStart(2, '0')).join('')
}
