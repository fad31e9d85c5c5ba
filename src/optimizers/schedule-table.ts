// The learning-rate schedules: a row for each, with all that the package needs to know except its rates, which are in
// schedule.ts. Checks, types, the command line and the tests come from here.
import { belowOne, type NeededOf, notNegative, numberRule, type OptionRule } from './named-options.ts'

/** What a schedule is. */
interface ScheduleRow {
  readonly options: Readonly<Partial<Record<keyof ScheduleSettings, OptionRule>>>
  /** Given where it must know the iterations of an epoch. */
  readonly countsIterations?: true
  /**
   * Given where it spans the iterations of a call of `fit`, whose number its rates depend on: the least number. Others
   * continue from call to call.
   */
  readonly leastSpan?: number
}

const warmUp = notNegative(0)

const factor = <Standard extends number | undefined>(standard: Standard) =>
  numberRule(standard, 'a number above 0, 1 at most', value => value > 0 && value <= 1)

const divisor = (standard: number) =>
  numberRule(standard, 'a finite number, 1 or more', value => value >= 1 && value < Infinity)

const count = <Standard extends number | undefined>(standard: Standard, least: 0 | 1) =>
  numberRule(
    standard,
    `a whole number of epochs, ${least} or more`,
    value => Number.isSafeInteger(value) && value >= least,
  )

/** Definitions and defaults are those of lr_scheduler of PyTorch 1.13. */
export const SCHEDULES = {
  constant: { options: { warmUp } },
  step: { options: { every: count(undefined, 1), factor: factor(0.1), warmUp }, countsIterations: true },
  exponential: { options: { factor: factor(undefined), warmUp }, countsIterations: true },
  cosine: { options: { minimum: notNegative(0), warmUp }, countsIterations: true, leastSpan: 1 },
  cosineRestarts: {
    options: {
      period: count(undefined, 1),
      periodFactor: numberRule(
        1,
        'a whole number, 1 or more',
        value => Number.isSafeInteger(value) && value >= 1,
      ),
      minimum: notNegative(0),
      warmUp,
    },
    countsIterations: true,
  },
  oneCycle: {
    options: {
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
    countsIterations: true,
    // One iteration would be its last: a rate of nearly 0.
    leastSpan: 2,
  },
  reduceOnPlateau: {
    options: {
      factor: belowOne(0.1),
      patience: count(10, 0),
      threshold: belowOne(1e-4),
      cooldown: count(0, 0),
      minimum: notNegative(0),
      warmUp,
    },
  },
} satisfies Record<string, ScheduleRow>

/**
 * The options of schedules, described only here. The text before the colon is also in the command line's help (`npm run
 * generate`).
 */
interface ScheduleSettings {
  /**
   * Epochs, or a fraction of one, in which the learning rate first rises from 0: 0 or more, 0 unless given. It rises in
   * equal steps to the schedule's first rate.
   */
  warmUp?: number
  /** Epochs from one step to the next: 1 or more. */
  every?: number
  /** Factor of a reduction: above 0, 1 at most, 0.1 unless given; in [0, 1) for `reduceOnPlateau`. */
  factor?: number
  /** Epochs of the first period: 1 or more. */
  period?: number
  /** Length of each period divided by that of the one before: 1 or more, 1 unless given. */
  periodFactor?: number
  /** The lowest learning rate: 0 or more, 0 unless given. */
  minimum?: number
  /** Epochs without improvement before a reduction: 0 or more, 10 unless given. */
  patience?: number
  /** A loss below (1 − threshold)·best is an improvement: in [0, 1), 1e-4 unless given. */
  threshold?: number
  /** Epochs after a reduction that do not count: 0 or more, 0 unless given. */
  cooldown?: number
  /** Share of the iterations in which the learning rate rises: in [0, 1), 0.3 unless given. */
  pctStart?: number
  /** The highest learning rate divided by the first: 1 or more, 25 unless given. */
  divFactor?: number
  /** The first learning rate divided by the last: 1 or more, 10,000 unless given. */
  finalDivFactor?: number
  /** Curve of the rise and of the fall: `'cosine'` or `'linear'`, `'cosine'` unless given. PyTorch's anneal_strategy. */
  anneal?: 'cosine' | 'linear'
}

type Options<Name extends keyof typeof SCHEDULES> = (typeof SCHEDULES)[Name]['options']

type OptionsOf<Name extends keyof typeof SCHEDULES> = Pick<
  ScheduleSettings,
  Exclude<keyof Options<Name>, NeededOf<Options<Name>>> & keyof ScheduleSettings
> &
  Required<Pick<ScheduleSettings, NeededOf<Options<Name>> & keyof ScheduleSettings>>

/** The learning rate stays constant. */
export interface ConstantSchedule extends OptionsOf<'constant'> {
  name: 'constant'
}

/** Multiplies by `factor` after every `every` epochs. PyTorch's StepLR. */
export interface StepSchedule extends OptionsOf<'step'> {
  name: 'step'
}

/** Multiplies by `factor` after each epoch. PyTorch's ExponentialLR. */
export interface ExponentialSchedule extends OptionsOf<'exponential'> {
  name: 'exponential'
}

/**
 * Falls from the learning rate to `minimum` along half a cosine wave, iteration by iteration. PyTorch's
 * CosineAnnealingLR over all iterations. Loshchilov & Hutter, "SGDR", 2016, without restarts.
 */
export interface CosineSchedule extends OptionsOf<'cosine'> {
  name: 'cosine'
}

/**
 * Falls from the learning rate to `minimum` along half a cosine wave, iteration by iteration, and restarts in each
 * period. PyTorch's CosineAnnealingWarmRestarts, stepped after each batch, with T_0, T_mult and eta_min. Loshchilov &
 * Hutter, "SGDR", 2017.
 */
export interface CosineRestartsSchedule extends OptionsOf<'cosineRestarts'> {
  name: 'cosineRestarts'
}

/**
 * Rises to the learning rate, the largest, and falls far below the first, iteration by iteration: from learningRate /
 * divFactor to learningRate / divFactor / finalDivFactor. PyTorch's OneCycleLR with two phases; momentum stays
 * constant. Smith & Topin, "Super-convergence", 2017.
 */
export interface OneCycleSchedule extends OptionsOf<'oneCycle'> {
  name: 'oneCycle'
}

/**
 * Multiplies by `factor` when the validation loss (without validation data, the training loss) has not improved for
 * more than `patience` epochs. PyTorch's ReduceLROnPlateau with mode 'min', threshold_mode 'rel' and eps 1e-8.
 */
export interface PlateauSchedule extends OptionsOf<'reduceOnPlateau'> {
  name: 'reduceOnPlateau'
}

/** A schedule and its options. Definitions and defaults: lr_scheduler of PyTorch 1.13. */
export type ScheduleOptions =
  | ConstantSchedule
  | StepSchedule
  | ExponentialSchedule
  | CosineSchedule
  | CosineRestartsSchedule
  | OneCycleSchedule
  | PlateauSchedule

/** The schedules that need no options. */
export type ScheduleName = Exclude<ScheduleOptions['name'], 'step' | 'exponential' | 'cosineRestarts'>

/** {@link ScheduleOptions} with defaults filled in. */
export type ScheduleConfig = Required<ScheduleOptions>

/** A schedule's row. */
export const scheduleRow = ({ name }: { readonly name: ScheduleOptions['name'] }): ScheduleRow =>
  SCHEDULES[name]
