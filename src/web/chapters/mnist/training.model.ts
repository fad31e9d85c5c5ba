// The chapter's training: begins, pauses, goes on from what is kept. No DOM: training.tsx draws it.
import { effect } from '@preact/signals'
import type { CheckpointStore, Dataset, FitOptions, Sequential, TrainingControls, TrainingRun } from 'wasmlp'
import { awaited } from '../../keeping/awaited.ts'
import { type KeptCheckpoints, openCheckpoints } from '../../keeping/checkpoints.ts'
import { startsWorkers } from '../../keeping/worker-probe.ts'
import { imageSets } from './image-sets.ts'
import { othersAreDone, rest } from './kept-training.model.ts'
import { buildName, buildNetwork, network, showNetwork, weightsChanged } from './network.model.ts'
import {
  action,
  BATCH_SIZE,
  canStartOver,
  epochs,
  epochTasks,
  fail,
  hasNoHash,
  images,
  isInWorker,
  isStarting,
  isTraining,
  iterationsPerEpoch,
  keeping,
  learningRate,
  pace,
  rates,
  record,
  run,
  showBatch,
  showEpochs,
  status,
  takeNotes,
  targetEpoch,
  trainingName,
  weightsHash,
  writeNotes,
} from './training-state.model.ts'
import { weightsHash as hashOf } from './weights-hash.ts'

/** Batches between two checkpoints: what a tab that is closed can lose. */
export const CHECKPOINT_EVERY = 100

/** Milliseconds over which the images a second are counted. */
const PACE_SPAN = 500

/** Where the learning rate is set while batches are trained. */
let steered: TrainingControls | undefined
effect(() => {
  const rate = learningRate.value
  steered?.setLearningRate(rate)
})

/** Batches that Step still has to train; 0 while the training pauses, undefined while it runs freely. */
let due: number | undefined
/** Says that the visitor waits no longer for the first batch. */
let begin = () => {}
/** Ends the wait between two epochs of a training that pauses. */
let goOn = () => {}

/** The button: starts, pauses and resumes. */
export function press(): void {
  if (isStarting.peek()) return
  const running = run.peek()
  if (!running) {
    due = undefined
    start()
  } else if (action.peek() === 'resume') {
    due = undefined
    proceed(running)
    action.value = 'pause'
  } else {
    due = 0
    running.pause()
    action.value = 'resume'
  }
}

/** Trains one batch, from where the training pauses or from its beginning. Does nothing while it runs freely. */
export function step(): void {
  if (isTraining() && due === undefined) return
  due = isTraining() ? (due ?? 0) + 1 : 1
  const running = run.peek()
  if (running) proceed(running)
  else if (!isStarting.peek()) start()
}

function proceed(paused: TrainingRun): void {
  countedSince = undefined
  paused.resume()
  goOn()
}

async function start(): Promise<void> {
  isStarting.value = true
  weightsHash.value = undefined
  hasNoHash.value = false
  canStartOver.value = false
  status.value = { is: 'looking' }
  awaited(
    new Promise<void>(resolve => {
      begin = resolve
    }),
  )
  startsWorkers().then(answer => {
    isInWorker.value = answer
  })
  // The engine starts while what is kept is opened and the images come.
  const building = buildNetwork()
  building.catch(() => {}) // Who awaits it is told.
  let kept: KeptCheckpoints | undefined
  try {
    await othersAreDone()
    kept = await openCheckpoints(trainingName())
    keeping.value = kept.place
    takeNotes()
    // From now on there is something to recall.
    writeNotes()
    await train(kept, building)
    const trained = status.peek()
    await rest(kept)
    // Its result is worth more than that it is kept.
    const last = epochs.peek().at(-1)
    if (last) status.value = { is: 'trained', epoch: last.epoch, accuracy: last.valAccuracy }
    else status.value = trained
  } catch (error) {
    fail(error)
    building.then(
      model => {
        if (network.peek() !== model) model.dispose()
      },
      () => {},
    )
  } finally {
    run.value = undefined
    steered = undefined
    isStarting.value = false
    begin()
    kept?.release()
  }
}

/** What the result of a training depends on, besides its network, its images, its epochs and {@link rates}. */
export const trainingOptions = (validationData: Dataset): FitOptions => ({
  batchSize: BATCH_SIZE,
  validationData,
})

async function train(kept: CheckpointStore, building: Promise<Sequential>): Promise<void> {
  record.begin(trainingName(), iterationsPerEpoch.peek())
  status.value = { is: 'loading' }
  const sets = await imageSets(images.peek(), buildName(), bytes => {
    status.value = { is: 'loading', bytes }
  })
  status.value = { is: 'starting' }
  const model = await building
  countedSince = undefined
  const running = model.fit(sets.train, {
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
      begin()
      showBatch(logs)
      countImages(logs.samples)
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
  run.value = running
  action.value = due === undefined ? 'pause' : 'resume'
  isStarting.value = false
  const history = await running
  steered = undefined
  showEpochs(history.epochs)
  weightsHash.value = await hashOf(await model.getParameters())
  hasNoHash.value = weightsHash.peek() === undefined
}

const untilGoingOn = () =>
  new Promise<void>(resolve => {
    goOn = resolve
  })

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
