// The chapter's training as it is kept: recalled, shown, begun anew, or put back to one of its steps. No DOM.
import type { Sequential } from 'wasmlp'
import {
  clearCheckpoints,
  type KeptCheckpoints,
  lastPosition,
  newestCheckpoint,
  openCheckpoints,
} from '../../keeping/checkpoints.ts'
import { readNote, writeNote } from '../../keeping/notes.ts'
import { type ImageChoice, setsAtHand } from './image-sets.ts'
import { buildName, buildNetwork, network, showNetwork } from './network.model.ts'
import { checkpointName } from './run-record.ts'
import {
  action,
  canStartOver,
  epochs,
  FIRST_RATE,
  fail,
  forget,
  forgetFrom,
  images,
  isStarting,
  isTraining,
  iterationsPerEpoch,
  keeping,
  learningRate,
  progress,
  rates,
  record,
  status,
  takeNotes,
  targetEpoch,
  trainingName,
  writeNotes,
} from './training-state.model.ts'

/** What is done with what is kept, one after the other: who has it open keeps it from all others. */
let lastTurn: Promise<unknown> = Promise.resolve()
function inTurn<Result>(task: () => Promise<Result>): Promise<Result> {
  const result = lastTurn.then(task)
  lastTurn = result.catch(() => {})
  return result
}

/** Settles when nobody has what is kept open. */
export const othersAreDone = () => lastTurn

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

/** Learns from other images; what is kept of that is shown. */
export async function chooseImages(choice: ImageChoice): Promise<void> {
  images.value = choice
  // For the exhibits that show them.
  setsAtHand(choice, buildName()).catch(() => {})
  await recall()
  await showAnother()
}

/** Between trainings: what is kept. */
export async function rest(kept: KeptCheckpoints): Promise<void> {
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
