// The lecture's network and its training, which goes on from what is kept. No DOM: training.tsx draws it.
import { computed, effect, signal } from '@preact/signals'
import type {
  BatchLogs,
  CheckpointStore,
  Dataset,
  EpochLogs,
  FitOptions,
  Sequential,
  TrainingControls,
  TrainingRun,
} from 'wasmlp'
import {
  clearCheckpoints,
  type KeptCheckpoints,
  lastPosition,
  newestCheckpoint,
  openCheckpoints,
} from '../../keeping/checkpoints.ts'
import { readNote, writeNote } from '../../keeping/notes.ts'
import { startsWorkers } from '../../keeping/worker-probe.ts'
import { countOf, type ImageChoice, imageSets, imagesName, setsAtHand } from './image-sets.ts'
import { buildName, buildNetwork, network, seed, showNetwork, weightsChanged } from './network.model.ts'
import { checkpointName, RunRecord } from './run-record.ts'
import { weightsHash as hashOf } from './weights-hash.ts'

/** Batches between two checkpoints: what a tab that is closed can lose. */
export const CHECKPOINT_EVERY = 100

const BATCH_SIZE = 100

/** The lecture's learning rate. All trainings are compiled with it, and others chosen as they run: checkpoints keep both. */
const FIRST_RATE = 0.5

/** What the learning rate may be set to. */
export const LEAST_RATE = 0.001
export const MOST_RATE = 3.2

/** Milliseconds over which the images a second are counted. */
const PACE_SPAN = 500

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

let run: TrainingRun | undefined

/** Where the learning rate is set while batches are trained. */
let steered: TrainingControls | undefined
effect(() => {
  const rate = learningRate.value
  steered?.setLearningRate(rate)
})

/** Batches that Step still has to train; 0 while the training pauses, undefined while it runs freely. */
let due: number | undefined
/** Ends the wait between two epochs of a training that pauses. */
let goOn = () => {}

/** A training goes on with the images, the kernels and the seed that it began with. */
export const trainingName = () => `mnist ${imagesName(images.peek())} ${buildName()} ${seed.peek()}`

/** What is done with what is kept, one after the other: who has it open keeps it from all others. */
let lastTurn: Promise<unknown> = Promise.resolve()
function inTurn<Result>(task: () => Promise<Result>): Promise<Result> {
  const result = lastTurn.then(task)
  lastTurn = result.catch(() => {})
  return result
}

const isTraining = () => run !== undefined || isStarting.peek()

/** What was trained before, where a note says that there is something. */
export async function recall(): Promise<void> {
  if (isTraining()) return
  forget()
  record.begin(trainingName(), iterationsPerEpoch.peek())
  if (readNote(trainingName()) === undefined) return
  await inTurn(async () => {
    if (isTraining()) return
    const kept = await openCheckpoints(trainingName())
    try {
      if (isTraining()) return
      await rest(kept)
      // Unless the address or the visitor asks for another.
      if (learningRate.peek() === FIRST_RATE) learningRate.value = rates.peek().at(-1)?.[1] ?? FIRST_RATE
    } finally {
      kept.release()
    }
  }).catch(() => {}) // What cannot be read is as if it were not there.
}

/** What is shown of another training. */
function forget(): void {
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

/** Learns from other images; what is kept of that is shown. */
export async function chooseImages(choice: ImageChoice): Promise<void> {
  images.value = choice
  // For the exhibits that show them.
  setsAtHand(choice, buildName()).catch(() => {})
  await recall()
  await showAnother()
}

/** Between trainings: what is kept. */
async function rest(kept: KeptCheckpoints): Promise<void> {
  keeping.value = kept.place
  const position = await lastPosition(kept)
  const { epoch: done, iteration } = position ?? { epoch: 0, iteration: 0 }
  canStartOver.value = position !== undefined
  action.value = position ? 'go-on' : 'train'
  if (position && targetEpoch.peek() <= done) targetEpoch.value = done + 1
  progress.value = iteration / iterationsPerEpoch.peek()
  status.value = position ? { is: 'stored', ...position } : { is: 'ready' }
  takeNotes()
  epochs.value = epochs.peek().filter(({ epoch }) => epoch <= done)
  const batches = done * iterationsPerEpoch.peek() + iteration
  record.reach(batches)
  rates.value = rates.peek().filter(([batch]) => batch <= batches)
}

/** What is noted of the training beside its checkpoints, unless it is shown already. */
function takeNotes(): void {
  const note = readNote(trainingName())
  // Before the rate could be moved, the epochs were all that was noted.
  const noted = Array.isArray(note) ? { epochs: note, rates: [[1, FIRST_RATE]] } : Object(note)
  if (epochs.peek().length === 0 && Array.isArray(noted.epochs)) epochs.value = noted.epochs
  if (rates.peek().length === 0 && Array.isArray(noted.rates)) rates.value = noted.rates
}

const writeNotes = () => writeNote(trainingName(), { epochs: epochs.peek(), rates: rates.peek() })

let presenting: Promise<void> | undefined

/**
 * The network that all exhibits look at. Where there is none yet, the one that is kept is shown first, or else an
 * untrained one. Nothing is stored by that.
 */
export async function presentNetwork(): Promise<Sequential> {
  for (;;) {
    const shown = network.peek()
    if (shown) return shown
    presenting ??= presentKept().finally(() => {
      presenting = undefined
    })
    await presenting
  }
}

async function presentKept(): Promise<void> {
  const model = await keptNetwork()
  if (network.peek()) model.dispose()
  else showNetwork(model)
}

/** In the place of the one that is shown, if any: that of the training that is now chosen. */
async function showAnother(): Promise<void> {
  if (!network.peek()) return
  const model = await keptNetwork()
  if (isTraining()) model.dispose()
  else showNetwork(model)
}

/** A network as it is kept, or an untrained one. */
async function keptNetwork(): Promise<Sequential> {
  const model = await buildNetwork()
  if (readNote(trainingName()) === undefined) return model
  await inTurn(async () => {
    if (isTraining()) return
    const kept = await openCheckpoints(trainingName())
    try {
      const bytes = await newestCheckpoint(kept)
      if (bytes) await model.loadCheckpoint(bytes)
    } finally {
      kept.release()
    }
  }).catch(() => {}) // Training tells what is wrong with it.
  return model
}

/** The button: starts, pauses and resumes. */
export function press(): void {
  if (isStarting.peek()) return
  if (!run) {
    due = undefined
    start()
  } else if (action.peek() === 'resume') {
    due = undefined
    proceed(run)
    action.value = 'pause'
  } else {
    due = 0
    run.pause()
    action.value = 'resume'
  }
}

/** Trains one batch, from where the training pauses or from its beginning. Does nothing while it runs freely. */
export function step(): void {
  if (isTraining() && due === undefined) return
  due = isTraining() ? (due ?? 0) + 1 : 1
  if (run) proceed(run)
  else if (!isStarting.peek()) start()
}

function proceed(paused: TrainingRun): void {
  countedSince = undefined
  paused.resume()
  goOn()
}

/** Forgets the training that is kept. */
export async function startOver(): Promise<void> {
  if (isTraining()) return
  try {
    await inTurn(async () => {
      const kept = await openCheckpoints(trainingName())
      try {
        await clearCheckpoints(kept)
        writeNote(trainingName(), undefined)
        record.clear()
        forget()
        await rest(kept)
      } finally {
        kept.release()
      }
    })
    await showAnother()
  } catch (error) {
    fail(error)
  }
}

/** Puts the training that is kept to a step of its, whose checkpoint is given: it goes on from there. */
export async function goOnFrom(step: number, checkpoint: Uint8Array): Promise<void> {
  if (isTraining()) return
  isStarting.value = true
  try {
    const model = await buildNetwork()
    await model.loadCheckpoint(checkpoint)
    await inTurn(async () => {
      const kept = await openCheckpoints(trainingName())
      try {
        await clearCheckpoints(kept)
        await kept.write(checkpointName(step, iterationsPerEpoch.peek()), checkpoint)
        forgetFrom(step)
        showNetwork(model)
        await rest(kept)
        learningRate.value = rates.peek().at(-1)?.[1] ?? FIRST_RATE
        writeNotes()
      } finally {
        kept.release()
      }
    })
  } catch (error) {
    fail(error)
  } finally {
    isStarting.value = false
  }
}

/** What is shown of the batches behind a step. */
function forgetFrom(step: number): void {
  for (const shown of [losses, accuracies]) {
    while ((shown.at(-1)?.[0] ?? 0) > step) shown.pop()
  }
  lossCount.value = losses.length
  weightsHash.value = undefined
  hasNoHash.value = false
  record.cut(step)
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
    await lastTurn
    kept = await openCheckpoints(trainingName())
    keeping.value = kept.place
    takeNotes()
    // From now on there is something to recall.
    writeNotes()
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
    steered = undefined
    isStarting.value = false
    kept?.release()
  }
}

/** What the result of a training depends on, besides its network, its images, its epochs and {@link rates}. */
export const trainingOptions = (validationData: Dataset): FitOptions => ({
  batchSize: BATCH_SIZE,
  validationData,
})

async function train(kept: CheckpointStore): Promise<void> {
  record.begin(trainingName(), iterationsPerEpoch.peek())
  status.value = { is: 'loading' }
  const sets = await imageSets(images.peek(), buildName(), bytes => {
    status.value = { is: 'loading', bytes }
  })
  const model = await buildNetwork()
  countedSince = undefined
  run = model.fit(sets.train, {
    ...trainingOptions(sets.test),
    epochs: targetEpoch.peek(),
    checkpoints: {
      store: record.keeping(kept),
      every: CHECKPOINT_EVERY,
      onResume: ({ epoch, iteration }) => {
        status.value = { is: 'resumed', epoch, iteration }
      },
    },
    resume: true,
    // By now it has the weights that it goes on with.
    onTrainBegin: controls => {
      steered = controls
      controls.setLearningRate(learningRate.peek())
      showNetwork(model)
    },
    onEpochBegin: () => (due === 0 ? untilGoingOn() : undefined),
    onBatchEnd: (logs, controls) => {
      showBatch(logs)
      weightsChanged()
      if (due === undefined) return
      due = Math.max(0, due - 1)
      // The last batch of an epoch is followed by its test; onEpochBegin pauses after that.
      if (due === 0 && logs.iteration < logs.iterations) controls.pause()
    },
    onEpochEnd: async logs => {
      showEpochs([...epochs.peek().filter(({ epoch }) => epoch < logs.epoch), logs])
      await Promise.allSettled([...epochTasks].map(task => task()))
    },
  })
  action.value = due === undefined ? 'pause' : 'resume'
  isStarting.value = false
  const history = await run
  steered = undefined
  showEpochs(history.epochs)
  weightsHash.value = await hashOf(await model.getParameters())
  hasNoHash.value = weightsHash.peek() === undefined
}

const untilGoingOn = () =>
  new Promise<void>(resolve => {
    goOn = resolve
  })

function showBatch({ epoch, iteration, iterations, samples, loss, accuracy, learningRate }: BatchLogs): void {
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
  countImages(samples)
}

function noteRate(batch: number, rate: number): void {
  const before = rates.peek().filter(([first]) => first < batch)
  const last = before.at(-1)?.[1]
  if (last === rate && before.length === rates.peek().length) return
  rates.value = last === rate ? before : [...before, [batch, rate]]
  writeNotes()
}

/** When the images a second were last told, and how many came since. */
let countedSince: { time: number; images: number } | undefined

function countImages(count: number): void {
  const now = performance.now()
  if (due !== undefined) countedSince = undefined
  else if (!countedSince) countedSince = { time: now, images: 0 }
  else {
    countedSince.images += count
    const passed = now - countedSince.time
    if (passed < PACE_SPAN) return
    pace.value = (countedSince.images / passed) * 1000
    countedSince = { time: now, images: 0 }
  }
}

function showEpochs(logs: readonly EpochLogs[]): void {
  epochs.value = logs
  writeNotes()
}
