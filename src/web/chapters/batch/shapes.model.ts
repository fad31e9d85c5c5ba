// The arrays of the lecture's network for a batch of any size: their shapes, bytes and multiplications.
import { computed, signal } from '@preact/signals'

const INPUTS = 784
const UNITS = 512
const CLASSES = 10

/** The most samples of a batch that the picture has room for. */
export const MOST_ROWS = 1000

/** Bytes of a number in single precision, which the package computes in. */
const FLOAT = 4

export interface Matrix {
  readonly name: 'X' | 'W₁' | 'W₂' | 'Y'
  readonly rows: number
  readonly columns: number
  /** Whether it has a row for each sample of the batch. */
  readonly isBatch: boolean
  readonly bytes: number
}

export const batchSize = signal(100)

function matrix(name: Matrix['name'], rows: number, columns: number, isBatch: boolean): Matrix {
  return { name, rows, columns, isBatch, bytes: FLOAT * rows * columns }
}

/** X · W₁ → (ReLU) · W₂ → Y. */
export const matrices = computed((): readonly Matrix[] => [
  matrix('X', batchSize.value, INPUTS, true),
  matrix('W₁', INPUTS, UNITS, false),
  matrix('W₂', UNITS, CLASSES, false),
  matrix('Y', batchSize.value, CLASSES, true),
])

/** Of numbers, forward: a row of X by each column of W₁, and each row of the hidden layer by each column of W₂. */
export const multiplications = computed(() => {
  const first = batchSize.value * INPUTS * UNITS
  const second = batchSize.value * UNITS * CLASSES
  return { first, second, all: first + second }
})

/** Of the arrays that grow with the batch, and of the weights, which do not. */
export const bytes = computed(() => {
  const sum = (isBatch: boolean) =>
    matrices.value.filter(each => each.isBatch === isBatch).reduce((total, each) => total + each.bytes, 0)
  return { batch: sum(true), weights: sum(false) }
})
