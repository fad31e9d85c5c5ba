// Softmax of three scores, with the constant C as the formula has it, and with C = −max as the kernel chooses it.
import { computed, type Signal, signal } from '@preact/signals'
import type { Kernels } from 'wasmlp/kernels'

/** The lecture's scores. */
const LECTURE_SCORES = [0.3, 2.9, 4.0] as const

export type Triple = readonly [number, number, number]

/** What the formula gives when it is computed as it is written. */
export interface AsWritten {
  /** exp(aₖ + C) in single precision. */
  readonly exponentials: Triple
  readonly sum: number
  readonly probabilities: Triple
  /** `overflow`: some exponential is ∞. `underflow`: all are 0. `inexact`: so small that digits are lost. */
  readonly state: 'fine' | 'inexact' | 'overflow' | 'underflow'
}

/** Below it, single precision loses digits. */
const LEAST_NORMAL = 2 ** -126

/** Probabilities that differ by less look the same. */
const SAME = 5e-4

/** The exhibit's state. */
export function softmaxModel(kernels: Kernels) {
  const scores = LECTURE_SCORES.map(score => signal(score)) as [
    Signal<number>,
    Signal<number>,
    Signal<number>,
  ]
  const constant = signal(0)
  const [x, y, ones] = [kernels.f32(3), kernels.f32(3), kernels.f32(3)]
  ones.view.fill(1)

  const shift = (added: number): void => {
    // Rounded to single precision, as a kernel's sums are.
    x.view.set(scores.map(score => Math.fround(score.value) + Math.fround(added)))
  }

  /** exp of each score with a constant, and their sum. */
  const exponentialsOf = (added: number) => {
    shift(added)
    kernels.exp(x, y)
    return { exponentials: tripleOf(y.view), sum: kernels.sdot(3, y, 1, ones, 1) }
  }

  /** The kernel's: it is given the scores with C, and adds −max of them, so that the largest exponent is 0. */
  const stable = computed(() => {
    shift(constant.value)
    kernels.softmax(x, y, 1, 3)
    const probabilities = tripleOf(y.view)
    const total = kernels.sdot(3, y, 1, ones, 1)
    const kernelConstant = -Math.max(...scores.map(score => score.value))
    return { probabilities, total, constant: kernelConstant, ...exponentialsOf(kernelConstant) }
  })

  const asWritten = computed((): AsWritten => {
    const { exponentials, sum } = exponentialsOf(constant.value)
    const probabilities = tripleOf(exponentials.map(value => Math.fround(value / sum)))
    return { exponentials, sum, probabilities, state: stateOf(exponentials, probabilities) }
  })

  function stateOf(exponentials: Triple, probabilities: Triple): AsWritten['state'] {
    if (exponentials.includes(Number.POSITIVE_INFINITY)) return 'overflow'
    if (exponentials.every(value => value === 0)) return 'underflow'
    const off = probabilities.some(
      (value, k) => Math.abs(value - (stable.value.probabilities[k] ?? 0)) >= SAME,
    )
    return off || exponentials.every(value => value < LEAST_NORMAL) ? 'inexact' : 'fine'
  }

  return {
    scores,
    constant,
    stable,
    asWritten,
    /** The lecture's scores, with C = 0. */
    lecture() {
      for (const [k, score] of scores.entries()) score.value = LECTURE_SCORES[k] ?? 0
      constant.value = 0
    },
  }
}

function tripleOf(values: ArrayLike<number>): Triple {
  return [values[0] ?? 0, values[1] ?? 0, values[2] ?? 0]
}

export type SoftmaxModel = ReturnType<typeof softmaxModel>
