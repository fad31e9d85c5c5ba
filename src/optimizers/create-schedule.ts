// Which learning rates a training has: one for all iterations or, loaded for it, by a schedule (schedule.ts).
import type { LearningRateSchedule, ScheduleState } from './learning-rate.ts'
import type { ScheduleConfig } from './schedule-table.ts'

/** Whether every iteration has the same learning rate. */
const isEven = ({ name, warmUp }: ScheduleConfig): boolean => name === 'constant' && warmUp === 0

/** Rejects with {@link ArgumentError} where the schedule needs to know how long an epoch is, and that is Infinity. */
export async function createSchedule(
  config: ScheduleConfig,
  learningRate: number,
  iterationsPerEpoch: number,
  epochs: number,
): Promise<LearningRateSchedule> {
  if (isEven(config)) return new EvenRate(learningRate)
  const { ScheduledRate } = await import('./schedule.ts')
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
