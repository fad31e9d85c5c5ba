// What is known and shown of the chapter's training. No DOM: training.tsx draws it, training.model.ts trains.
import { computed, signal } from '@preact/signals'
import type { BatchLogs, EpochLogs, TrainingRun } from 'wasmlp'
import type { KeptCheckpoints } from '../../keeping/checkpoints.ts'
import { readNote, writeNote } from '../../keeping/notes.ts'
import { countOf, type ImageChoice, imagesName } from './image-sets.ts'
import { buildName, seed } from './network.model.ts'
import { RunRecord } from './run-record.ts'

export const BATCH_SIZE = 100

/** The lecture's learning rate. All trainings are compiled with it, and others chosen as they run: checkpoints keep both. */
export const FIRST_RATE = 0.5

/** What the learning rate may be set to. */
export const LEAST_RATE = 0.001
export const MOST_RATE = 3.2

/** How things stand. */
export type Status =
  | { is: 'ready' }
  | { is: 'stored'; epoch: number; iteration: number }
  | { is: 'looking' }
  | { is: 'loading'; bytes?: number }
  | { is: 'starting' }
  | { is: 'resumed'; epoch: number; iteration: number }
  | { is: 'batch'; epoch: number; iteration: number; iterations: number; loss: number }
  | { is: 'trained'; epoch: number; accuracy: number | undefined }
  | { is: 'failed'; reason: string }

/** What the button does. */
export type Action = 'train' | 'go-on' | 'pause' | 'resume' | 'try-again'

export const targetEpoch = signal(5)
/** Of the next batch; it may be moved while the network learns. */
export const learningRate = signal(FIRST_RATE)
/** The learning rates so far, each with the first batch that had it, counted from 1 over all epochs. */
export const rates = signal<readonly Rate[]>([])
export type Rate = readonly [batch: number, learningRate: number]
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
/** The share that was read right of each of these batches. */
export const accuracies: [batch: number, accuracy: number][] = []
export const lossCount = signal(0)
/** Images a second, over the last half second or more; undefined before that is known. */
export const pace = signal<number | undefined>(undefined)
/** Called after each epoch, before the next one: the training waits, so that they see the epoch's weights. */
export const epochTasks = new Set<() => Promise<void>>()
export const canStartOver = signal(false)
/** Whether the network learns, or is about to, or pauses. */
export const isBusy = computed(() => isStarting.value || ['pause', 'resume'].includes(action.value))

/** What the training has been so far. */
export const record = new RunRecord()

/** The training while it goes on or pauses. */
export const run = signal<TrainingRun | undefined>(undefined)

export const isTraining = () => run.peek() !== undefined || isStarting.peek()

/** A training goes on with the images, the kernels and the seed that it began with. */
export const trainingName = () => `mnist ${imagesName(images.peek())} ${buildName()} ${seed.peek()}`

/** What is shown of another training. */
export function forget(): void {
  action.value = 'train'
  status.value = { is: 'ready' }
  progress.value = 0
  epochs.value = []
  rates.value = []
  pace.value = undefined
  weightsHash.value = undefined
  hasNoHash.value = false
  canStartOver.value = false
  losses.length = 0
  accuracies.length = 0
  lossCount.value = 0
}

/** What is shown of the batches behind a step. */
export function forgetFrom(step: number): void {
  for (const shown of [losses, accuracies]) {
    while ((shown.at(-1)?.[0] ?? 0) > step) shown.pop()
  }
  lossCount.value = losses.length
  weightsHash.value = undefined
  hasNoHash.value = false
  record.cut(step)
}

export function fail(error: unknown): void {
  status.value = { is: 'failed', reason: String(Object(error).message || error) }
  action.value = 'try-again'
}

/** What is noted of the training beside its checkpoints, unless it is shown already. */
export function takeNotes(): void {
  const note = readNote(trainingName())
  // Before the rate could be moved, the epochs were all that was noted.
  const noted = Array.isArray(note) ? { epochs: note, rates: [[1, FIRST_RATE]] } : Object(note)
  if (epochs.peek().length === 0 && Array.isArray(noted.epochs)) epochs.value = noted.epochs
  if (rates.peek().length === 0 && Array.isArray(noted.rates)) rates.value = noted.rates
}

export const writeNotes = () => writeNote(trainingName(), { epochs: epochs.peek(), rates: rates.peek() })

export function showBatch({ epoch, iteration, iterations, loss, accuracy, learningRate }: BatchLogs): void {
  const batch = (epoch - 1) * iterations + iteration
  progress.value = iteration / iterations
  status.value = { is: 'batch', epoch, iteration, iterations, loss }
  // A training that went on from its last checkpoint repeats what came after that.
  while ((losses.at(-1)?.[0] ?? 0) >= batch) {
    losses.pop()
    accuracies.pop()
  }
  losses.push([batch, loss])
  record.batch(batch, loss)
  accuracies.push([batch, accuracy ?? Number.NaN])
  lossCount.value = losses.length
  noteRate(batch, learningRate)
}

function noteRate(batch: number, rate: number): void {
  const before = rates.peek().filter(([first]) => first < batch)
  const last = before.at(-1)?.[1]
  if (last === rate && before.length === rates.peek().length) return
  rates.value = last === rate ? before : [...before, [batch, rate]]
  writeNotes()
}

export function showEpochs(logs: readonly EpochLogs[]): void {
  epochs.value = logs
  writeNotes()
}
