// Travelling through the training of this chapter. No DOM.
import { signal } from '@preact/signals'
import { imageSets } from './image-sets.ts'
import { goOnFrom, startOver } from './kept-training.model.ts'
import { buildName, buildNetwork } from './network.model.ts'
import { MOST_MOMENTS } from './run-record.ts'
import { Traveller } from './time-travel.ts'
import { trainingOptions } from './training.model.ts'
import { images, rates, record } from './training-state.model.ts'

/** Of the checkpoints of all moments that are kept: 407,050 weights of 4 bytes in each. */
export const MEGABYTES = (MOST_MOMENTS * 407_050 * 4) / 1e6

/** Which test image the network is asked for, counted from 1. */
export const image = signal(1)

export const traveller = new Traveller({
  record,
  build: () => buildNetwork(),
  sets: () => imageSets(images.peek(), buildName()),
  optionsOf: trainingOptions,
  rates: () => rates.peek(),
  image: () => image.peek() - 1,
})

/** Makes the training stand where the traveller does. */
export async function goOn(): Promise<void> {
  const step = traveller.at.peek()
  if (step === 0) return startOver()
  const checkpoint = await traveller.checkpoint()
  if (!checkpoint) return
  await goOnFrom(step, checkpoint)
  traveller.go(step)
}
