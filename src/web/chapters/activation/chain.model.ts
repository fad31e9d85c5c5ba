// The lecture's chain of two sigmoids: forward from a number, and the gradient on its way back.
import { computed, signal } from '@preact/signals'
import type { Kernels } from 'wasmlp/kernels'
import { spread } from './functions.model.ts'

/** Significant digits that the lecture keeps at each step. */
const LECTURE_DIGITS = 2

/** The input of the lecture's chain. */
const LECTURE_INPUT = 1

/** The gradient that arrives from behind the chain. */
const ARRIVING = 1

/** The slope of the lecture's two flat layers. */
const FLAT = 0.01

/** One sigmoid on the way back. */
export interface ChainStep {
  /** Its output on the way forward. */
  readonly output: number
  /** (1 − output) · output. */
  readonly slope: number
  /** The gradient that arrives, and the one that leaves. */
  readonly before: number
  readonly after: number
}

/** The exhibit's state. */
export function chainModel(kernels: Kernels) {
  const [a, h, gradient] = [kernels.f32(1), kernels.f32(1), kernels.f32(1)]

  const sigmoid = (value: number): number => {
    a.view[0] = value
    kernels.activation('sigmoid', a, h)
    return h.view[0] ?? 0
  }
  /** The gradient behind a sigmoid with the given output, times its slope. */
  const backward = (output: number, arriving: number): number => {
    h.view[0] = output
    gradient.view[0] = arriving
    kernels.activationGradient('sigmoid', a, h, gradient, gradient)
    return gradient.view[0] ?? 0
  }

  /** Whether each step is rounded as the lecture rounds. */
  const rounded = signal(true)
  const round = (value: number) => (rounded.value ? Number(value.toPrecision(LECTURE_DIGITS)) : value)

  /** What goes in; undefined once an output was set by hand. */
  const input = signal<number | undefined>(LECTURE_INPUT)
  const forward = (value: number): [first: number, second: number] => {
    const first = round(sigmoid(value))
    return [first, round(sigmoid(first))]
  }
  /** The last number that went in, where a slider stays. */
  const last = signal(LECTURE_INPUT)
  const chosen = signal<readonly [first: number, second: number]>([0, 0])
  /** The outputs of the first and of the second sigmoid. */
  const outputs = computed(() => (input.value === undefined ? chosen.value : forward(input.value)))

  /** The way back, through the second sigmoid first. */
  const steps = computed((): readonly [second: ChainStep, first: ChainStep] => {
    const step = (output: number, before: number): ChainStep => ({
      output,
      slope: backward(output, 1),
      before,
      after: round(backward(output, before)),
    })
    const second = step(outputs.value[1], ARRIVING)
    return [second, step(outputs.value[0], second.after)]
  })

  const output = (which: 0 | 1) => ({
    get value() {
      return outputs.value[which]
    },
    set value(value: number) {
      const [first, second] = outputs.value
      chosen.value = which === 0 ? [value, second] : [first, value]
      input.value = undefined
    },
  })

  return {
    rounded,
    input,
    /** What goes in, to be set. */
    sent: {
      get value() {
        return input.value ?? last.value
      },
      set value(value: number) {
        last.value = value
        input.value = value
      },
    },
    outputs,
    steps,
    /** The outputs, to be set by hand: the other one stays. */
    first: output(0),
    second: output(1),
    /** The lecture's numbers. */
    lecture() {
      rounded.value = true
      last.value = LECTURE_INPUT
      input.value = LECTURE_INPUT
    },
    /** Two sigmoids that are flat: each has the slope 0.01. */
    flat() {
      // (1 − h)·h = 0.01, on the right.
      const output = (1 + Math.sqrt(1 - 4 * FLAT)) / 2
      chosen.value = [output, output]
      input.value = undefined
    },
    /** The sigmoid, from −6 to 6. */
    curve: spread(-6, 6, 48).map(place => [place, sigmoid(place)] as const),
    /** Two sigmoids where they are steepest. */
    steepest() {
      chosen.value = [sigmoid(0), sigmoid(0)]
      input.value = undefined
    },
  }
}

export type ChainModel = ReturnType<typeof chainModel>
