// The lecture's pipeline, one stage at a time: data, model, prediction, loss; gradient, direction, weights. A trainer of
// the package computes each stage.
import { batch, signal } from '@preact/signals'
import type { Kernels } from 'wasmlp/kernels'
import {
  type NetworkName,
  PROBLEMS,
  STAGES,
  type Stage,
  StagedTraining,
  type Tensor,
} from './pipeline-training.ts'

/** An update and the loss before it. */
export interface Round {
  readonly round: number
  readonly loss: number
}

export class Pipeline {
  readonly network = signal<NetworkName>('perceptron')
  /** Stages of this round that are done: 0–7. */
  readonly done = signal(0)
  /** The stage whose tensors are shown; undefined before the first. */
  readonly shown = signal<Stage | undefined>(undefined)
  /** From 1. */
  readonly round = signal(1)
  /** The tensors of this round's stages. */
  readonly tensors = signal<ReadonlyMap<Stage, readonly Tensor[]>>(new Map())
  /** Of this round, from the stage on that computes it. */
  readonly loss = signal<number | undefined>(undefined)
  /** Of all rounds. */
  readonly losses = signal<readonly Round[]>([])
  readonly isBusy = signal(false)
  readonly failure = signal<unknown>(undefined)
  readonly #kernels: Kernels
  #open: StagedTraining | undefined
  /** Of the training at hand: what an earlier one still gives is left alone. */
  #generation = 0

  constructor(kernels: Kernels) {
    this.#kernels = kernels
  }

  get learningRate(): number {
    return PROBLEMS[this.network.value].learningRate
  }

  /** Takes another network, from the beginning. */
  choose(network: NetworkName): void {
    this.network.value = network
    this.reset()
  }

  /** Back to the first round, with the weights as they were. */
  reset(): void {
    this.#generation += 1
    this.#open?.close()
    this.#open = undefined
    batch(() => {
      this.done.value = 0
      this.shown.value = undefined
      this.round.value = 1
      this.tensors.value = new Map()
      this.loss.value = undefined
      this.losses.value = []
      this.isBusy.value = false
      this.failure.value = undefined
    })
  }

  /** Shows a stage that is done, or goes on to it. */
  async press(stage: Stage): Promise<void> {
    const index = STAGES.indexOf(stage)
    if (index < this.done.value) this.shown.value = stage
    else while (!this.isBusy.value && this.done.value <= index) if (!(await this.next())) return
  }

  /** Goes on to the end of this round, or of the next where this one is over. */
  async finishRound(): Promise<void> {
    if (this.isBusy.value) return
    do if (!(await this.next())) return
    while (this.done.value < STAGES.length)
  }

  /** Does the next stage; after the last, the first of the next round. Gives whether it did. */
  async next(): Promise<boolean> {
    if (this.isBusy.value) return false
    const generation = this.#generation
    this.isBusy.value = true
    try {
      const isNewRound = this.done.value === STAGES.length
      const stage = STAGES[isNewRound ? 0 : this.done.value] ?? 'data'
      const training = this.#open ?? (await StagedTraining.begin(this.#kernels, PROBLEMS[this.network.value]))
      if (generation !== this.#generation) {
        training.close()
        return false
      }
      this.#open = training
      const { tensors, loss } = await training.compute(stage)
      if (generation !== this.#generation) return false
      batch(() => {
        if (isNewRound) this.round.value += 1
        this.done.value = isNewRound ? 1 : this.done.value + 1
        this.shown.value = stage
        this.tensors.value = new Map(isNewRound ? [] : this.tensors.value).set(stage, tensors)
        if (stage === 'data') this.loss.value = undefined
        if (stage === 'loss' && loss !== undefined) {
          this.loss.value = loss
          this.losses.value = [...this.losses.value, { round: this.round.value, loss }]
        }
      })
      return true
    } catch (error) {
      if (generation === this.#generation) this.failure.value = error
      return false
    } finally {
      if (generation === this.#generation) this.isBusy.value = false
    }
  }
}
