// Breaking the network that this chapter's exhibits look at. No DOM.
import { signal } from '@preact/signals'
import { Breaking, type BrokenState, MOST_KEPT } from './breaking.ts'
import { setsAtHand } from './image-sets.ts'
import { buildName, network, seed, weightsChanged, weightsVersion } from './network.model.ts'
import { images, isBusy } from './training-state.model.ts'

export type Kind = 'units' | 'pixels' | 'weights'

export const kind = signal<Kind>('units')
/** Of the units, or of the weights. */
export const share = signal(0.25)
/** Counted from 1. */
export const unit = signal(1)
export const row = signal(11)
export const column = signal(11)
/** Pixels along a side of the block. */
export const BRUSHES = [1, 4, 8] as const
export const brush = signal<(typeof BRUSHES)[number]>(4)

/** Of the weights of all states that are kept: 407,050 of 4 bytes each. */
export const MEGABYTES = (MOST_KEPT * 407_050 * 4) / 1e6

export const breaking = new Breaking({
  network,
  version: weightsVersion,
  changed: weightsChanged,
  sets: () => setsAtHand(images.peek(), buildName()),
  kernels: async () => (await import('wasmlp/kernels')).createKernels({ build: 'simd' }),
  seed: () => seed.peek(),
})

export const present = (): BrokenState | undefined => breaking.states.value.at(-1)

/** Nothing is broken while the chapter's training runs, or a mend does. */
export const isBlocked = () => isBusy.value || breaking.work.value === 'training'
