// The learning rate from iteration to iteration.
import type { TrainingConfig } from './options.ts'

export class LearningRate {
  readonly #config: TrainingConfig

  constructor(
    config: TrainingConfig,
    _epochs: number,
    _iterations: number,
    _state: Readonly<Record<string, number>> | undefined,
  ) {
    this.#config = config
  }

  /** That of the last iteration. */
  get current(): number {
    return this.#config.learningRate
  }

  /** That of an iteration, both counted from 0. */
  at(_epoch: number, _iteration: number): number {
    return this.#config.learningRate
  }

  /** Is told of the validation loss, or of the training loss where there is no validation. */
  endEpoch(_loss: number): void {}

  /** What must be kept to go on; undefined where position tells all. */
  state(): Readonly<Record<string, number>> | undefined {
    return undefined
  }
}
