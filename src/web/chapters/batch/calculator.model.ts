// Epochs and iterations: how many batches an epoch has, and how many updates there are in all.
import { computed, signal } from '@preact/signals'
import { iterationsPerEpoch } from 'wasmlp'

export const MOST_SAMPLES = 1_000_000
export const MOST_EPOCHS = 1000

export const samples = signal(60_000)
export const batchSize = signal(100)
export const epochs = signal(5)

export interface Counts {
  readonly iterations: number
  /** Of all epochs. */
  readonly updates: number
  /** Samples in an epoch's last batch. */
  readonly last: number
  /** Whether the last batch is shorter than the others. */
  readonly isShort: boolean
}

export function count(samples: number, batchSize: number, epochs: number): Counts {
  const iterations = iterationsPerEpoch(samples, batchSize)
  const last = samples - (iterations - 1) * batchSize
  return { iterations, updates: epochs * iterations, last, isShort: last < batchSize }
}

export const counts = computed(() => count(samples.value, batchSize.value, epochs.value))

/** The lecture's examples, as epochs of batches of 100 out of 60,000. */
export const EXAMPLES = [1, 5] as const

export function example(count: (typeof EXAMPLES)[number]): void {
  samples.value = 60_000
  batchSize.value = 100
  epochs.value = count
}

/** The lecture's exercise. */
export const EXERCISE = { samples: 60_000, batchSize: 200, epochs: 10 } as const

/** What the visitor types: iterations an epoch, and updates in all. */
export const answers = { iterations: signal(''), updates: signal('') }

export type Answer = keyof typeof answers

/** What was right of the answers when they were last checked; undefined before the first try. */
export const checked = signal<{ readonly [Name in Answer]: boolean } | undefined>(undefined)
export const isSolutionShown = signal(false)

/** Whether something stands in both fields. */
export const isTried = computed(() => Object.values(answers).every(({ value }) => value.trim() !== ''))

const solution = () => count(EXERCISE.samples, EXERCISE.batchSize, EXERCISE.epochs)

/** Numbers may be grouped: 3,000. */
const numberOf = (text: string) => Number(text.replaceAll(/[\s,]/g, '') || Number.NaN)

export function check(): void {
  if (!isTried.peek()) return
  const right = solution()
  checked.value = {
    iterations: numberOf(answers.iterations.peek()) === right.iterations,
    updates: numberOf(answers.updates.peek()) === right.updates,
  }
}

/** Only after a try: undefined before. */
export const shownSolution = computed(() => {
  const tried = checked.value
  if (!tried) return undefined
  return isSolutionShown.value || (tried.iterations && tried.updates) ? solution() : undefined
})
