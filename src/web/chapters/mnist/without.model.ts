// Leaving an image out of a training: which one, and what to ask about. No DOM.
import { computed, signal } from '@preact/signals'
import { testDigits, trainDigits } from '../../digits/digits.ts'
import { hardest, LeavingOut, mostMoved } from './leaving-out.ts'
import { buildName, buildNetwork, seed } from './network.model.ts'

export const IMAGE_COUNTS = [600, 6000] as const
export const EPOCHS = [1, 2, 5] as const

/** Images that are offered to choose from. */
const OFFERED = 8

export const images = signal<(typeof IMAGE_COUNTS)[number]>(600)
export const epochs = signal<(typeof EPOCHS)[number]>(5)
/** Counted from 1. */
export const left = signal(1)
export const asked = signal(1)

export const leavingOut = new LeavingOut({
  training: trainDigits,
  test: testDigits,
  buildNetwork: () => buildNetwork(),
  build: buildName,
  seed: () => seed.peek(),
})

/** The last comparison, as long as its terms are the chosen ones. */
const ofTerms = computed(() => {
  const made = leavingOut.comparison.value
  const isOfTerms = made?.terms.images === images.value && made.terms.epochs === epochs.value
  return isOfTerms ? made : undefined
})

/** The comparison of what is chosen; undefined where that was not trained. */
export const comparison = computed(() => (ofTerms.value?.left === left.value - 1 ? ofTerms.value : undefined))

/** Whether only the network without the image is still to be trained. */
export const isHalfDone = computed(() => ofTerms.value !== undefined)

export const labels = signal<{ training: Uint8Array; test: Uint8Array } | undefined>(undefined)
export const pixels = signal<{ training: Uint8Array; test: Uint8Array } | undefined>(undefined)

/** Gets the images that are shown. */
export async function loadImages(): Promise<void> {
  const [training, test] = await Promise.all([trainDigits(), testDigits()])
  labels.value = { training: training.labels, test: test.labels }
  pixels.value = { training: training.images, test: test.images }
}

const first = Array.from({ length: OFFERED }, (_, i) => i)

/** Training images that are offered: the hardest ones, once that is known. */
export const offeredTraining = computed(() => {
  const made = ofTerms.value
  const known = labels.value
  return made && known ? hardest(made.with.training, known.training, OFFERED) : first
})

/** Test images that are offered: those with the largest change, once that is known. */
export const offeredTest = computed(() => {
  const made = comparison.value
  return made ? mostMoved(made.with.test, made.without.test, OFFERED) : first
})

/** Trains; the test image with the largest change is shown then. */
export async function compare(): Promise<void> {
  left.value = Math.min(left.peek(), images.peek())
  await leavingOut.compare({ images: images.peek(), epochs: epochs.peek() }, left.peek() - 1)
  const [most] = offeredTest.value
  if (comparison.value && most !== undefined) asked.value = most + 1
}
