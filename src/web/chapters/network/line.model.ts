// One perceptron on the points of y = 2x − 1: its line, its errors, and the descent that finds it. Lecture, section 1.
import { batch, computed, effect, type ReadonlySignal, type Signal, signal, untracked } from '@preact/signals'
import type { Kernels } from 'wasmlp/kernels'
import { type Fit, Perceptron, type Place } from './perceptron.ts'

/** The inputs of the points. */
export const INPUTS: readonly number[] = [-1, 0, 1, 2]
/** The line on which the points lie. */
const TRUTH = { w: 2, b: -1 } as const
/** What w and b may be set to. */
export const RANGE = { least: -5, most: 5 } as const
export const LEARNING_RATES: readonly number[] = [0.01, 0.1, 0.5, 0.6]

/** A descent has arrived where no component of the gradient is larger: w and b are right to three decimals. */
const ARRIVED = 1e-4
/** A descent has diverged where w or b is beyond. */
const LOST = 1e4
/** Kept of the way down; what is later is too close to see. */
const LONGEST_TRAIL = 2000

export type DescentState = 'resting' | 'descending' | 'found' | 'diverged'

/** The perceptron and its descent. All of its numbers come from the kernels. */
export class Line {
  readonly w: Signal<number>
  readonly b: Signal<number>
  readonly learningRate = signal(0.1)
  readonly state = signal<DescentState>('resting')
  /** Updates of the current descent. */
  readonly steps = signal(0)
  /** Where the current descent has been, from its beginning. */
  readonly trail = signal<readonly Place[]>([])
  readonly fit: ReadonlySignal<Fit>
  readonly targets: Float32Array
  readonly #perceptron: Perceptron
  /** Steps that are due, as a fraction. */
  #due = 0
  /** Where the descent put w and b. */
  #own: Place

  constructor(kernels: Kernels, start: Place = { w: 0, b: 0 }) {
    this.#perceptron = new Perceptron(kernels, INPUTS, TRUTH)
    this.targets = this.#perceptron.targets
    this.w = signal(start.w)
    this.b = signal(start.b)
    this.#own = start
    this.fit = computed(() => this.#perceptron.fit({ w: this.w.value, b: this.b.value }))
    // A hand that moves w or b ends a descent.
    effect(() => {
      const [w, b] = [this.w.value, this.b.value]
      if (w !== this.#own.w || b !== this.#own.b) untracked(() => this.#rest())
      this.#own = { w, b }
    })
  }

  /** Sets w, b or both. */
  set(place: Partial<Place>): void {
    batch(() => {
      if (place.w !== undefined) this.w.value = within(place.w)
      if (place.b !== undefined) this.b.value = within(place.b)
    })
  }

  /** Begins a descent from where w and b are, goes on with one that was paused, or pauses it. */
  toggle(): void {
    batch(() => {
      if (this.state.value === 'descending') this.state.value = 'resting'
      else this.#begin()
    })
  }

  /** One update: w ← w − η·∂L/∂w, b ← b − η·∂L/∂b. */
  step(): void {
    batch(() => {
      if (this.state.value !== 'descending') {
        this.#begin()
        this.state.value = 'resting'
      }
      this.#descend()
    })
  }

  /**
   * Takes the steps that are due after so many seconds more: few at first, so that each is seen, then ever more. Gives
   * whether the descent goes on.
   */
  advance(seconds: number): boolean {
    if (this.state.value !== 'descending') return false
    batch(() => {
      this.#due += seconds * Math.min(8 * 1.06 ** this.steps.value, 1500)
      while (this.#due >= 1 && this.state.value === 'descending') {
        this.#due -= 1
        this.#descend()
      }
    })
    return this.state.value === 'descending'
  }

  /** Descends to the end at once, for those who want no motion. */
  finish(): void {
    batch(() => {
      this.#begin()
      while (this.state.value === 'descending') this.#descend()
    })
  }

  /** Back to w = 0 and b = 0. */
  reset(): void {
    batch(() => {
      this.set({ w: 0, b: 0 })
      this.#rest()
    })
  }

  /** The loss over a square grid of w (columns) and b (rows), for the map of the descent. */
  lossMap(size: number): Float32Array {
    const { least, most } = RANGE
    const at = (i: number) => least + ((most - least) * i) / (size - 1)
    const places = Array.from({ length: size * size }, (_, i) => ({
      w: at(i % size),
      b: at(Math.floor(i / size)),
    }))
    return this.#perceptron.losses(places)
  }

  #begin(): void {
    if (this.trail.value.length === 0) this.trail.value = [{ w: this.w.value, b: this.b.value }]
    this.#due = 1 // the first step is seen at once
    this.state.value = 'descending'
    this.#judge()
  }

  #descend(): void {
    const { dw, db } = this.fit.value
    const next = this.#perceptron.descend(
      { w: this.w.value, b: this.b.value },
      dw,
      db,
      this.learningRate.value,
    )
    this.#own = next
    this.w.value = next.w
    this.b.value = next.b
    this.steps.value += 1
    if (this.trail.value.length < LONGEST_TRAIL) this.trail.value = [...this.trail.value, next]
    this.#judge()
  }

  /** Ends the descent where it has arrived, or is lost. */
  #judge(): void {
    const { dw, db } = this.fit.value
    if (Math.max(Math.abs(dw), Math.abs(db)) < ARRIVED) this.state.value = 'found'
    else if (!(Math.max(Math.abs(this.w.value), Math.abs(this.b.value)) < LOST)) this.state.value = 'diverged'
  }

  #rest(): void {
    this.state.value = 'resting'
    this.steps.value = 0
    this.trail.value = []
  }
}

const within = (value: number) => Math.min(Math.max(value, RANGE.least), RANGE.most)
