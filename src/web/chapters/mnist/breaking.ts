// Breaks a network, measures what it still reads, trains it on, and takes each of these back. No DOM.
import { batch, type ReadonlySignal, signal } from '@preact/signals'
import type { LayerParameters, Sequential, TrainingRun } from 'wasmlp'
import type { Kernels } from 'wasmlp/kernels'
import {
  chosen,
  numbersBelow,
  type Strengths,
  strengthsOf,
  UNITS,
  WEIGHTS,
  type Wiped,
  wipedIn,
  withoutPixels,
  withoutUnits,
  withoutWeights,
} from './damage.ts'
import type { ImageSets } from './image-sets.ts'
import { weightsHash } from './weights-hash.ts'

/** The most states whose weights are kept, 1.6 MB each; the first is always one of them. */
export const MOST_KEPT = 12

const BATCH_SIZE = 100

/** How often accuracy is measured while it trains. */
const MEASUREMENTS = 12

/** What brought the network into a state. */
export type Deed =
  | { readonly is: 'found' }
  | { readonly is: 'units' | 'pixels' | 'weights'; readonly count: number }
  | { readonly is: 'trained'; readonly batches: number }

export interface BrokenState {
  readonly deed: Deed
  /** On the test images. */
  readonly accuracy: number
  readonly loss: number
  /** Of each digit's test images, the share that is read right. */
  readonly byDigit: readonly number[]
  /** SHA-256 of the weights, where the page can compute it. */
  readonly hash: string | undefined
  /** Accuracies on the way from the state before, each with the share of the way. */
  readonly course: readonly (readonly [share: number, accuracy: number])[]
  readonly wiped: Wiped
  readonly strengths: Strengths
}

export interface BreakingOptions {
  readonly network: ReadonlySignal<Sequential | undefined>
  /** Counts the changes of the network's weights. */
  readonly version: ReadonlySignal<number>
  /** Says that they were changed. */
  changed(): void
  sets(): Promise<ImageSets>
  kernels(): Promise<Kernels>
  /** What the choice by chance depends on, with how often there was one before. */
  seed(): number
}

type Work = 'resting' | 'working' | 'training'

export class Breaking {
  /** The first is the network as it was found, the last the present one. None before it was measured. */
  readonly states = signal<readonly BrokenState[]>([])
  readonly work = signal<Work>('resting')
  /** Accuracies of the training that is under way. */
  readonly course = signal<readonly (readonly [share: number, accuracy: number])[]>([])
  /** Why the last attempt failed. */
  readonly error = signal<unknown>(undefined)
  readonly #options: BreakingOptions
  /** The weights of each state; undefined where they are kept no longer. */
  #kept: (LayerParameters[] | undefined)[] = []
  #model: Sequential | undefined
  /** The version of the weights that is the present state's. */
  #version = -1
  #last = Promise.resolve()
  #run: TrainingRun | undefined

  constructor(options: BreakingOptions) {
    this.#options = options
  }

  /** Whether the states are of the network as it is. */
  get isCurrent(): boolean {
    const { network, version } = this.#options
    return this.#model !== undefined && this.#model === network.peek() && this.#version === version.peek()
  }

  /** Measures the network, where it has changed by itself since. */
  look(): Promise<void> {
    return this.#inTurn(async () => {})
  }

  /** Wipes given units. */
  wipeUnits(units: readonly number[]): Promise<void> {
    return this.#break('units', units.length, parameters => withoutUnits(parameters, units))
  }

  /** Wipes a share of all units, by chance, of those that are left. */
  wipeShareOfUnits(share: number): Promise<void> {
    const count = Math.round(share * UNITS)
    return this.#break('units', count, async (parameters, stream) => {
      const { units } = wipedIn(parameters)
      const left = numbersBelow(UNITS).filter(unit => !units[unit])
      return withoutUnits(parameters, await this.#choose(left, count, stream))
    })
  }

  /** Wipes the weights that read given pixels. */
  blindPixels(pixels: readonly number[]): Promise<void> {
    return this.#break('pixels', pixels.length, parameters => withoutPixels(parameters, pixels))
  }

  /** Wipes a share of all weights, by chance. */
  wipeShareOfWeights(share: number): Promise<void> {
    const count = Math.round(share * WEIGHTS)
    return this.#break('weights', count, async (parameters, stream) =>
      withoutWeights(parameters, await this.#choose(numbersBelow(WEIGHTS), count, stream)),
    )
  }

  /** Trains on with so many batches, or with an epoch's. */
  train(batches: number | undefined): Promise<void> {
    return this.#inTurn(async model => {
      const { train, test } = await this.#options.sets()
      const all = Math.ceil(train.length / BATCH_SIZE)
      const wanted = Math.min(batches ?? all, all)
      const every = Math.max(1, Math.floor(wanted / MEASUREMENTS))
      this.work.value = 'training'
      this.course.value = []
      let done = 0
      this.#run = model.fit(train, {
        batchSize: BATCH_SIZE,
        onBatchEnd: async ({ iteration }, run) => {
          done = iteration
          this.#options.changed()
          if (model !== this.#options.network.peek() || iteration >= wanted) return run.stop()
          if (iteration % every !== 0) return
          const { accuracy = 0 } = await model.evaluate(test)
          this.course.value = [...this.course.peek(), [iteration / wanted, accuracy]]
        },
      })
      try {
        await this.#run
      } finally {
        this.#run = undefined
      }
      await this.#show(model, { is: 'trained', batches: done }, this.course.peek())
    })
  }

  /** Ends the training after its present batch. */
  stop(): void {
    this.#run?.stop()
  }

  /** Whether there is a state to go back to. */
  get canUndo(): boolean {
    return this.states.value.length > 1
  }

  /** Gives the network the weights of the state before. */
  undo(): Promise<void> {
    return this.#inTurn(model => this.#back(model, this.states.peek().length - 2))
  }

  /** Gives it the weights with which it was found. */
  restore(): Promise<void> {
    return this.#inTurn(model => this.#back(model, 0))
  }

  async #back(model: Sequential, to: number): Promise<void> {
    const at = this.#kept.findLastIndex((kept, i) => i <= to && kept !== undefined)
    const [parameters, state] = [this.#kept[at], this.states.peek()[at]]
    if (!parameters || !state) return
    await model.setParameters(parameters)
    this.#options.changed()
    await this.#show(model, state.deed, state.course, at)
  }

  #break(
    is: 'units' | 'pixels' | 'weights',
    count: number,
    damage: (
      parameters: readonly LayerParameters[],
      stream: number,
    ) => LayerParameters[] | Promise<LayerParameters[]>,
  ): Promise<void> {
    return this.#inTurn(async model => {
      const parameters = await damage(await model.getParameters(), this.states.peek().length)
      await model.setParameters(parameters)
      this.#options.changed()
      await this.#show(model, { is, count })
    })
  }

  async #choose(candidates: Int32Array, count: number, stream: number): Promise<Int32Array> {
    const { kernels, seed } = this.#options
    return chosen(await kernels(), candidates, count, seed(), stream)
  }

  /** Does one thing after the other, each with the network whose present state is known. */
  #inTurn(task: (model: Sequential) => Promise<void>): Promise<void> {
    const doIt = async () => {
      const model = this.#options.network.peek()
      if (!model) return this.#forget(undefined)
      batch(() => {
        this.work.value = 'working'
        this.error.value = undefined
      })
      try {
        if (!this.isCurrent) {
          this.#forget(model)
          await this.#show(model, { is: 'found' })
        }
        await task(model)
      } catch (error) {
        // Of a network that another has replaced.
        if (model === this.#options.network.peek()) this.error.value = error
        else this.#forget(undefined)
      }
      this.work.value = 'resting'
    }
    this.#last = this.#last.then(doIt)
    return this.#last
  }

  #forget(model: Sequential | undefined): void {
    this.#model = model
    this.#kept = []
    this.states.value = []
  }

  /** Adds the present state, in the place of those from a place on. */
  async #show(
    model: Sequential,
    deed: Deed,
    course: BrokenState['course'] = [],
    at = this.states.peek().length,
  ): Promise<void> {
    const version = this.#options.version.peek()
    const { test } = await this.#options.sets()
    const { accuracy = 0, loss, classes = [] } = await model.evaluate(test)
    const parameters = await model.getParameters()
    const hash = await weightsHash(parameters)
    this.#version = version
    this.#kept.splice(at, Number.POSITIVE_INFINITY, parameters)
    const kept = this.#kept.flatMap((weights, i) => (weights ? [i] : []))
    const [, oldest] = kept
    if (kept.length > MOST_KEPT && oldest !== undefined) this.#kept[oldest] = undefined
    const byDigit = classes.map(({ recall }) => recall)
    const state = { deed, accuracy, loss, byDigit, hash, course }
    this.states.value = [
      ...this.states.peek().slice(0, at),
      { ...state, wiped: wipedIn(parameters), strengths: strengthsOf(parameters) },
    ]
    this.course.value = []
  }
}
