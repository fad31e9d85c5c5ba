// The learning rate of each iteration, and what is remembered for the next.

/** What a schedule remembers: plain data. All but `reduceOnPlateau` leave it as it is. */
export interface ScheduleState {
  /** What the learning rate has been reduced to. */
  readonly learningRate: number
  /** The lowest loss so far; null before the first epoch's end. */
  readonly best: number | null
  /** Epochs since then that count. */
  readonly badEpochs: number
  /** Epochs to come that do not count. */
  readonly cooldown: number
  /** Epochs of earlier calls of `fit`, which the schedule counts; schedules that span a training do not. */
  readonly epochs: number
  /** The learning rate that was chosen while a training ran, and what the schedule had in its place. */
  readonly chosen?: { readonly learningRate: number; readonly scheduled: number }
  /** Whose state it is: the schedule and the learning rate that it begins with, as text. */
  readonly of: string
}

/** A learning rate that was chosen while a training runs; the first has the number 1. */
export interface ChosenRate {
  readonly learningRate: number
  readonly number: number
}

/** What tells the learning rate. */
export interface LearningRateSchedule {
  /** What `restore` takes. */
  readonly state: ScheduleState
  /** Goes on from a state, unless that is another schedule's. Throws {@link ArgumentError} for one that cannot be. */
  restore(state: ScheduleState): void
  /** The learning rate of an iteration; the first of the whole training is 0. Behind the last it stays as it is. */
  at(iteration: number): number
  /** Gives an iteration, the next one, another learning rate; those behind it are changed in proportion. */
  choose(learningRate: number, iteration: number): void
  /** Tells how an epoch went, by its validation loss or, without validation data, its training loss. */
  endEpoch(loss: number): void
}
