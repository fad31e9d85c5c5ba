// Learning-rate schedules as a user describes them: plain data.

import type { NamedOptions } from '../check-options.ts'
import { describeValue } from '../describe-value.ts'
import { ArgumentError } from '../errors.ts'
import { belowOne, notNegative, numberRule, type OptionRule, resolveNamed } from './named-options.ts'

/** An option of all schedules. */
interface WarmUp {
  /**
   * Epochs, also parts of one, in which the learning rate rises in equal steps from 0 to what the schedule begins with;
   * the schedule itself comes after them. 0 unless given.
   */
  warmUp?: number
}

/** The learning rate stays as it is. */
export interface ConstantSchedule extends WarmUp {
  name: 'constant'
}

/** Times `factor` after every so many epochs. PyTorch's StepLR. */
export interface StepSchedule extends WarmUp {
  name: 'step'
  /** Epochs from one step to the next. */
  every: number
  /** In (0, 1]; 0.1 unless given. */
  factor?: number
}

/** Times `factor` after each epoch. PyTorch's ExponentialLR. */
export interface ExponentialSchedule extends WarmUp {
  name: 'exponential'
  /** In (0, 1]. */
  factor: number
}

/**
 * From the learning rate down to `minimum` along half a wave of the cosine, iteration by iteration. PyTorch's
 * CosineAnnealingLR over all iterations. Loshchilov & Hutter, "SGDR", 2016, without restarts.
 */
export interface CosineSchedule extends WarmUp {
  name: 'cosine'
  /** 0 unless given. */
  minimum?: number
}

/**
 * Up to the learning rate, which is the largest, and far down again, iteration by iteration. PyTorch's OneCycleLR with
 * two phases; a momentum stays as it is. Smith & Topin, "Super-convergence", 2017.
 */
export interface OneCycleSchedule extends WarmUp {
  name: 'oneCycle'
  /** Share of the iterations in which it rises, in [0, 1); 0.3 unless given. */
  pctStart?: number
  /** It begins with learningRate / divFactor; 25 unless given. */
  divFactor?: number
  /** It ends with learningRate / divFactor / finalDivFactor; 10,000 unless given. */
  finalDivFactor?: number
  /** Along half waves of the cosine, which it is unless given, or along lines. PyTorch's anneal_strategy. */
  anneal?: 'cosine' | 'linear'
}

/**
 * Times `factor` when the validation loss (without validation data, the training loss) has not improved for more than
 * `patience` epochs. PyTorch's ReduceLROnPlateau with mode 'min', threshold_mode 'rel' and eps 1e-8.
 */
export interface PlateauSchedule extends WarmUp {
  name: 'reduceOnPlateau'
  /** In [0, 1); 0.1 unless given. */
  factor?: number
  /** Epochs without improvement that change nothing; 10 unless given. */
  patience?: number
  /** A loss below (1 − threshold)·best is an improvement; 1e-4 unless given. */
  threshold?: number
  /** Epochs after a reduction that do not count; 0 unless given. */
  cooldown?: number
  /** What the learning rate is not reduced below; 0 unless given. */
  minimum?: number
}

/** A schedule and what belongs to it alone. Definitions and defaults: lr_scheduler of PyTorch 1.13. */
export type ScheduleOptions =
  | ConstantSchedule
  | StepSchedule
  | ExponentialSchedule
  | CosineSchedule
  | OneCycleSchedule
  | PlateauSchedule

/** The schedules of which the name alone says all. */
export type ScheduleName = 'constant' | 'cosine' | 'oneCycle' | 'reduceOnPlateau'

/** {@link ScheduleOptions} with nothing left open. */
export type ScheduleConfig =
  | Required<ConstantSchedule>
  | Required<StepSchedule>
  | Required<ExponentialSchedule>
  | Required<CosineSchedule>
  | Required<OneCycleSchedule>
  | Required<PlateauSchedule>

const warmUp = notNegative(0)

const factor = (standard: number | undefined) =>
  numberRule(standard, 'a number above 0, 1 at most', value => value > 0 && value <= 1)

const divisor = (standard: number) =>
  numberRule(standard, 'a finite number, 1 or more', value => value >= 1 && value < Infinity)

const count = (standard: number | undefined, least: 0 | 1) =>
  numberRule(
    standard,
    `a whole number of epochs, ${least} or more`,
    value => Number.isSafeInteger(value) && value >= least,
  )

const table = {
  constant: { warmUp },
  step: { every: count(undefined, 1), factor: factor(0.1), warmUp },
  exponential: { factor: factor(undefined), warmUp },
  cosine: { minimum: notNegative(0), warmUp },
  oneCycle: {
    pctStart: belowOne(0.3),
    divFactor: divisor(25),
    finalDivFactor: divisor(10_000),
    anneal: {
      standard: 'cosine',
      expected: "'cosine' or 'linear'",
      accepts: (value: unknown) => value === 'cosine' || value === 'linear',
    },
    warmUp,
  },
  reduceOnPlateau: {
    factor: belowOne(0.1),
    patience: count(10, 0),
    threshold: belowOne(1e-4),
    cooldown: count(0, 0),
    minimum: notNegative(0),
    warmUp,
  },
} satisfies NamedOptions<ScheduleOptions, OptionRule>

/** The names of all schedules. */
export const scheduleNames: readonly ScheduleOptions['name'][] = Object.freeze(
  Object.keys(table) as ScheduleOptions['name'][],
)

/** Schedules whose learning rates depend on the number of epochs of a call of `fit`. */
export const SPANNING: readonly string[] = ['cosine', 'oneCycle']

/** Throws {@link ArgumentError} for an unknown schedule or option, and for a number that cannot be. */
export function resolveSchedule(
  schedule: ScheduleName | ScheduleOptions | undefined,
  learningRate: number,
): ScheduleConfig {
  // The table has the options of `ScheduleConfig`, name by name.
  const config = resolveNamed('schedule', schedule ?? 'constant', table) as unknown as ScheduleConfig
  if ('minimum' in config && config.minimum > learningRate) {
    throw new ArgumentError(
      `minimum of the schedule '${config.name}' is ${describeValue(config.minimum)}: expected ${learningRate}, the learning rate, at most`,
    )
  }
  return config
}
