// The learning rate of each iteration: one for all, or by a schedule (schedule.ts).

import { supplement } from '../training/supplement.ts'
import type { ScheduleConfig } from './schedule-table.ts'

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

/** Whether every iteration has the same learning rate. */
export const isEven = ({ name, warmUp }: ScheduleConfig): boolean => name === 'constant' && warmUp === 0

/** Throws {@link ArgumentError} where the schedule needs to know how long an epoch is, and that is Infinity. */
export function createSchedule(
  config: ScheduleConfig,
  learningRate: number,
  iterationsPerEpoch: number,
  epochs: number,
): LearningRateSchedule {
  if (isEven(config)) return new EvenRate(learningRate)
  const { ScheduledRate } = supplement()
  return new ScheduledRate(config, learningRate, iterationsPerEpoch, epochs)
}

class EvenRate implements LearningRateSchedule {
  state: ScheduleState

  constructor(learningRate: number) {
    this.state = { learningRate, best: null, badEpochs: 0, cooldown: 0, epochs: 0, of: `${learningRate}` }
  }

  restore(state: ScheduleState): void {
    if (state.of === this.state.of) this.choose(state.learningRate)
  }

  choose(learningRate: number): void {
    this.state = { ...this.state, learningRate }
  }

  at(): number {
    return this.state.learningRate
  }

  endEpoch(): void {}
}
