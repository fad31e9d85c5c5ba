// A second network that goes to any step of a training. What has been kept of the training is a step from which it computes
// the batches up to another: the same images in the same order give the same weights, to the last bit. No DOM.
import { batch, signal } from '@preact/signals'
import type { Dataset, FitOptions, Sequential } from 'wasmlp'
import type { ImageSets } from './image-sets.ts'
import type { RunRecord } from './run-record.ts'
import { weightsHash } from './weights-hash.ts'

export interface TravelOptions {
  /** Of the training. */
  readonly record: RunRecord
  /** A new network as the training began with it. */
  build(): Promise<Sequential>
  sets(): Promise<ImageSets>
  /** Those of the training that its result depends on. */
  optionsOf(test: Dataset): FitOptions
  /** The learning rates that the training has had, each with the first batch, from 1, that had it. */
  rates(): readonly (readonly [batch: number, rate: number])[]
  /** Which test image is asked for. */
  image(): number
}

/** What the network makes of one image. */
export interface Answer {
  /** Which of the test images it is. */
  readonly image: number
  /** 28 × 28 bytes. */
  readonly pixels: Uint8Array
  readonly label: number
  /** Of each digit. */
  readonly probabilities: readonly number[]
  readonly loss: number
}

/** The network at a step. */
export interface View {
  readonly step: number
  /** On the test images. */
  readonly accuracy: number
  readonly loss: number
  readonly answer: Answer
  /** SHA-256 of the weights, where the page can compute it. */
  readonly hash: string | undefined
}

type State = 'resting' | 'travelling' | 'failed'

export class Traveller {
  /** Where it is to go. */
  readonly target = signal(0)
  /** Where it was seen last: at {@link target} when it has arrived, and on the way there at a step that was kept. */
  readonly view = signal<View | undefined>(undefined)
  readonly state = signal<State>('resting')
  /** How far it has come on the way. */
  readonly at = signal(0)
  /** Why it failed. */
  readonly error = signal<unknown>(undefined)
  readonly #options: TravelOptions
  #model: Sequential | undefined
  /** Of the record that the network is of. */
  #generation = -1

  constructor(options: TravelOptions) {
    this.#options = options
    const { record } = options
    // What was seen is of a training that is no more.
    record.generation.subscribe(() => {
      batch(() => {
        this.view.value = undefined
        this.target.value = Math.min(this.target.peek(), record.steps.peek())
      })
    })
  }

  /** Goes to a step of the training. One that is on its way goes there instead. */
  go(step: number): void {
    this.target.value = step
    if (this.state.peek() !== 'travelling') this.#travel()
  }

  /** Asks the network where it stands for the image, where that is another now. */
  async askAgain(): Promise<void> {
    const seen = this.view.peek()
    if (!seen || !this.#model || this.state.peek() === 'travelling') return
    if (seen.answer.image === this.#options.image()) return
    try {
      const answer = await this.#ask(this.#model, (await this.#options.sets()).test)
      if (this.view.peek() === seen) this.view.value = { ...seen, answer }
    } catch (error) {
      this.#fail(error)
    }
  }

  /** Its state, with which a training goes on from where it stands; undefined on the way. */
  async checkpoint(): Promise<Uint8Array | undefined> {
    return this.state.peek() === 'resting' && this.at.peek() > 0 ? this.#model?.toCheckpoint() : undefined
  }

  async #travel(): Promise<void> {
    batch(() => {
      this.state.value = 'travelling'
      this.error.value = undefined
    })
    try {
      const sets = await this.#options.sets()
      for (let isFirst = true; isFirst || !this.#hasArrived; isFirst = false) {
        const model = await this.#jump()
        if (this.view.peek()?.step !== this.at.peek() || isFirst) await this.#look(model, sets)
        if (this.at.peek() < this.target.peek()) {
          await this.#compute(model, sets)
          await this.#look(model, sets)
        }
      }
      this.state.value = 'resting'
    } catch (error) {
      this.#fail(error)
    }
  }

  get #hasArrived(): boolean {
    const isOfNow = this.#generation === this.#options.record.generation.peek()
    return isOfNow && this.at.peek() === this.target.peek() && this.view.peek()?.step === this.at.peek()
  }

  #fail(error: unknown): void {
    this.#model?.dispose()
    this.#model = undefined
    batch(() => {
      this.error.value = error
      this.state.value = 'failed'
    })
  }

  /** Puts the network to the last step before the target that is kept, unless it stands between both. */
  async #jump(): Promise<Sequential> {
    const { record } = this.#options
    const generation = record.generation.peek()
    if (!this.#model || this.#generation !== generation) await this.#restart(generation)
    const target = this.target.peek()
    const kept = record.before(target)
    const at = this.at.peek()
    if (at > target && !kept) await this.#restart(generation)
    else if (kept && (at > target || at < kept.step)) {
      await this.#model?.loadCheckpoint(kept.checkpoint)
      this.at.value = kept.step
    }
    if (!this.#model) throw new Error('the network is gone')
    return this.#model
  }

  /** Puts the network to the beginning. */
  async #restart(generation: number): Promise<void> {
    this.#model?.dispose()
    this.#model = undefined
    this.#model = await this.#options.build()
    this.#generation = generation
    this.at.value = 0
  }

  /** Trains up to the target, or until there is another that is not on the way. */
  async #compute(model: Sequential, { train, test }: ImageSets): Promise<void> {
    const { record, optionsOf, rates } = this.#options
    const { iterations } = record
    const generation = this.#generation
    const rateOf = (step: number) => rates().findLast(([first]) => first <= step)?.[1]
    const isOver = () =>
      record.generation.peek() !== generation ||
      this.at.peek() >= this.target.peek() ||
      (record.before(this.target.peek())?.step ?? 0) > this.at.peek()
    // Another target can be in a later epoch.
    while (!isOver()) {
      const from = this.at.peek()
      await model.fit(train, {
        ...optionsOf(test),
        epochs: Math.max(
          Math.ceil(this.target.peek() / iterations),
          Math.floor(this.at.peek() / iterations) + 1,
        ),
        resume: true,
        checkpoints: { store: record.store(), every: KEPT_EVERY, best: false },
        onTrainBegin: run => {
          const rate = rateOf(this.at.peek() + 1)
          if (rate !== undefined) run.setLearningRate(rate)
        },
        onBatchEnd: ({ epoch, iteration, loss, learningRate }, run) => {
          const step = (epoch - 1) * iterations + iteration
          if (record.generation.peek() !== generation) return run.stop()
          this.at.value = step
          record.batch(step, loss)
          const rate = rateOf(step + 1)
          if (rate !== undefined && rate !== learningRate) run.setLearningRate(rate)
          if (isOver()) run.stop()
        },
      })
      if (this.at.peek() === from && !isOver()) throw new Error('the training has no such batch')
    }
  }

  async #look(model: Sequential, { test }: ImageSets): Promise<void> {
    const step = this.at.peek()
    const { accuracy = 0, loss } = await model.evaluate(test)
    const answer = await this.#ask(model, test)
    const hash = await weightsHash(await model.getParameters())
    this.view.value = { step, accuracy, loss, answer, hash }
  }

  async #ask(model: Sequential, test: Dataset): Promise<Answer> {
    const image = this.#options.image()
    const at = Math.min(image, test.length - 1)
    const one = test.slice(at, at + 1)
    const [outputs] = await model.predict(one)
    const { loss } = await model.evaluate(one)
    const { inputs, labels } = await one.read()
    const pixels = inputs instanceof Uint8Array ? inputs : Uint8Array.from(inputs, value => value * 255)
    return { image, pixels, label: labels?.[0] ?? 0, probabilities: [...(outputs ?? [])], loss }
  }
}

/** Batches between two steps that are kept on the way. */
const KEPT_EVERY = 100
