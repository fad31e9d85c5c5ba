// The learning rate of each iteration, by a schedule.
import { ArgumentError } from '../errors.ts'
import { cosinePi } from './cosine.ts'
import type { LearningRateSchedule, ScheduleState } from './learning-rate.ts'
import { type ScheduleConfig, scheduleRow } from './schedule-table.ts'

/** A reduction by less is left out, as PyTorch does. */
const LEAST_REDUCTION = 1e-8

/** See {@link ScheduleState}. */
export const describeSchedule = (config: ScheduleConfig, learningRate: number): string =>
  JSON.stringify({ learningRate, ...config })

/** A schedule for a training whose length is known. The same bits on every engine. */
export class ScheduledRate implements LearningRateSchedule {
  readonly #config: ScheduleConfig
  readonly #row: ReturnType<typeof scheduleRow>
  readonly #iterationsPerEpoch: number
  /** Iterations of the warm-up, and those after it. */
  readonly #warmUp: number
  readonly #iterations: number
  #state: ScheduleState

  /**
   * Throws {@link ArgumentError} where the schedule needs to know how long an epoch is, and that is Infinity.
   * Throws it as well where the schedule spans the training and the warm-up leaves too little of that.
   */
  constructor(config: ScheduleConfig, learningRate: number, iterationsPerEpoch: number, epochs: number) {
    const row = scheduleRow(config)
    if (iterationsPerEpoch === Infinity && (row.countsIterations || config.warmUp > 0)) {
      throw new ArgumentError(
        `the schedule '${config.name}'${config.warmUp > 0 ? ' with warmUp' : ''} needs the length of an epoch: say with ` +
          'samples how many the stream has',
      )
    }
    this.#config = config
    this.#row = row
    this.#iterationsPerEpoch = iterationsPerEpoch
    this.#warmUp = config.warmUp === 0 ? 0 : Math.round(config.warmUp * iterationsPerEpoch)
    this.#iterations = Math.max(0, epochs * iterationsPerEpoch - this.#warmUp)
    const { leastSpan: least = 0 } = row
    if (this.#iterations < least && epochs > 0) {
      throw new ArgumentError(
        `the schedule '${config.name}' has ${this.#iterations} of ${epochs * iterationsPerEpoch} iterations, those ` +
          `behind a warmUp of ${config.warmUp} epochs: expected ${least} or more, so train longer or warm up shorter`,
      )
    }
    const of = describeSchedule(config, learningRate)
    this.#state = { learningRate, best: null, badEpochs: 0, cooldown: 0, epochs: 0, of }
  }

  /** What `restore` takes. */
  get state(): ScheduleState {
    return this.#state
  }

  /** Goes on from a state, unless that is another schedule's. Throws {@link ArgumentError} for one that cannot be. */
  restore(state: ScheduleState): void {
    const { learningRate, best, badEpochs, cooldown, epochs, of, chosen } = state
    if (of !== this.#state.of) return
    const isCount = (value: number) => Number.isSafeInteger(value) && value >= 0
    const isNumber = (value: unknown) => typeof value === 'number' && Number.isFinite(value)
    if (
      !isNumber(learningRate) ||
      (best !== null && !isNumber(best)) ||
      !isCount(badEpochs) ||
      !isCount(cooldown) ||
      !isCount(epochs) ||
      (chosen && !(isNumber(chosen.learningRate) && chosen.scheduled > 0))
    ) {
      throw new ArgumentError(
        `learningRate ${learningRate}, best ${best}, badEpochs ${badEpochs}, cooldown ${cooldown}, epochs ${epochs}: ` +
          'expected a number, a number or null, and three whole numbers, 0 or more',
      )
    }
    this.#state = { learningRate, best, badEpochs, cooldown, epochs, of, ...(chosen && { chosen }) }
  }

  /** The learning rate of an iteration; the first of the whole training is 0. Behind the last it stays as it is. */
  at(iteration: number): number {
    const scheduled = this.#scheduled(iteration)
    const { chosen } = this.#state
    // What was chosen is that to the bit.
    return scheduled === chosen?.scheduled ? chosen.learningRate : scheduled * this.#proportion
  }

  choose(learningRate: number, iteration: number): void {
    const scheduled = this.#scheduled(iteration)
    // Where a schedule has come to 0, no proportion brings it back.
    if (scheduled > 0) this.#state = { ...this.#state, chosen: { learningRate, scheduled } }
  }

  /** By how much rates differ from the schedule's. */
  get #proportion(): number {
    const { chosen } = this.#state
    return chosen ? chosen.learningRate / chosen.scheduled : 1
  }

  /** The learning rate of an iteration where none was chosen. */
  #scheduled(ofTraining: number): number {
    const { epochs } = this.#state
    const goesOn = epochs > 0 && !this.#row.leastSpan
    const iteration = ofTraining + (goesOn ? epochs * this.#iterationsPerEpoch : 0)
    const steps = this.#warmUp
    if (iteration < steps) return (this.#after(0) * (iteration + 1)) / (steps + 1)
    return this.#after(iteration - steps)
  }

  /** Tells how an epoch went, by its validation loss or, without validation data, its training loss. */
  endEpoch(loss: number): void {
    const config = this.#config
    if (config.name !== 'reduceOnPlateau') return
    let { learningRate, best, badEpochs, cooldown, ...rest } = this.#state
    if (loss < (best ?? Infinity) * (1 - config.threshold)) {
      best = loss
      badEpochs = 0
    } else {
      badEpochs += 1
    }
    if (cooldown > 0) {
      cooldown -= 1
      badEpochs = 0
    }
    if (badEpochs > config.patience) {
      const reduced = Math.max(learningRate * config.factor, config.minimum / this.#proportion)
      if (learningRate - reduced > LEAST_REDUCTION) learningRate = reduced
      cooldown = config.cooldown
      badEpochs = 0
    }
    this.#state = { learningRate, best, badEpochs, cooldown, ...rest }
  }

  /** The learning rate of an iteration that is counted from the end of the warm-up. */
  #after(iteration: number): number {
    const { learningRate } = this.#state
    const epoch = Math.floor(iteration / this.#iterationsPerEpoch)
    const rateOf = RATES[this.#config.name] as RateOf // that of this very schedule
    return rateOf(this.#config, {
      learningRate,
      epoch,
      iteration,
      iterations: this.#iterations,
      iterationsPerEpoch: this.#iterationsPerEpoch,
    })
  }
}

/** Where a training stands after the warm-up. */
interface Place {
  /** What the schedule begins with, or what the learning rate has been reduced to. */
  readonly learningRate: number
  readonly epoch: number
  readonly iteration: number
  /** All that there are. */
  readonly iterations: number
  readonly iterationsPerEpoch: number
}

type RateOf<Config = ScheduleConfig> = (config: Config, place: Place) => number

/** The learning rate of each schedule. */
const RATES: { readonly [Name in ScheduleConfig['name']]: RateOf<ScheduleConfig & { name: Name }> } = {
  constant: (_, { learningRate }) => learningRate,
  step: ({ factor, every }, { learningRate, epoch }) =>
    multiply(learningRate, factor, Math.floor(epoch / every)),
  exponential: ({ factor }, { learningRate, epoch }) => multiply(learningRate, factor, epoch),
  cosine: ({ minimum }, { learningRate, iteration, iterations }) =>
    alongCosine(learningRate, minimum, iteration / iterations),
  cosineRestarts({ minimum, period, periodFactor }, { learningRate, iteration, iterationsPerEpoch }) {
    let length = period * iterationsPerEpoch
    // Periods that do not grow are left out at once: an earlier training can have had any number of them.
    let place = periodFactor === 1 ? iteration % length : iteration
    while (place >= length) {
      place -= length
      length *= periodFactor
    }
    return alongCosine(learningRate, minimum, place / length)
  },
  oneCycle({ anneal, divFactor, finalDivFactor, pctStart }, { learningRate, iteration, iterations }) {
    const along = anneal === 'linear' ? alongLine : alongCosine
    const start = learningRate / divFactor
    const top = pctStart * iterations - 1
    const end = iterations - 1
    if (iteration <= top) return along(start, learningRate, iteration / top)
    return along(learningRate, start / finalDivFactor, (iteration - top) / (end - top))
  },
  /** Reduced by `endEpoch`. */
  reduceOnPlateau: (_, { learningRate }) => learningRate,
}

/** x·factorⁿ by repeated multiplication: engines differ in the last bits of powers. */
function multiply(x: number, factor: number, n: number): number {
  for (let i = 0; i < n && x > 0; ++i) x *= factor
  return x
}

/** From `start` at 0 to `end` at 1, and on, along half a wave of the cosine. */
function alongCosine(start: number, end: number, share: number): number {
  return end + ((start - end) / 2) * (cosinePi(upToOne(share)) + 1)
}

/** Likewise along a line. */
function alongLine(start: number, end: number, share: number): number {
  return start + (end - start) * upToOne(share)
}

/** 1 also where there is no way to go, 0 / 0, of which Math.min would give NaN. */
function upToOne(share: number): number {
  if (share < 1) return share
  return 1
}
