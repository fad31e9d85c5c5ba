// What makes a training the one that it is: all that its result depends on, besides the samples and where it stands.
import { ArgumentError } from '../errors.ts'
import type { Layer } from '../layers/layers.ts'
import { scheduleRow } from '../optimizers/schedule-table.ts'
import { resolveEarlyStopping } from './early-stopping-options.ts'
import type { FitSettings, TrainingConfig } from './options.ts'

/** Plain data, by names that a user knows. */
export type TrainingIdentity = Readonly<Record<string, unknown>>

/** What is known of a training when it begins. */
export interface TrainingTerms {
  readonly layers: readonly Layer[]
  readonly config: TrainingConfig
  readonly settings: FitSettings
  /** What is known of the samples to train on. */
  readonly data: Readonly<Record<string, number | undefined>>
  readonly validationSamples: number
}

/**
 * The identity of a training. Not in it is what a training can be taken up with otherwise: `epochs`, unless the schedule
 * depends on it, early stopping's patience, how often there is a checkpoint, callbacks, what weights begin with, and the
 * number of threads. Nor is the build, which changes the last bits.
 */
export function identify(terms: TrainingTerms): TrainingIdentity {
  const { layers, config, settings, data, validationSamples } = terms
  const { begin, epochs, checkpointEvery, earlyStopping, ...rest } = settings
  const { patience, ...stopping } = resolveEarlyStopping(earlyStopping ?? {}, validationSamples > 0)
  return {
    ...config,
    ...rest,
    ...data,
    validationSamples,
    layers: identifyLayers(layers),
    ...(scheduleRow(config.schedule).leastSpan && { epochs }),
    ...(earlyStopping && { earlyStopping: stopping }),
  }
}

/** What of layers a training depends on once their weights are there. */
export const identifyLayers = (layers: readonly Layer[]): object[] =>
  layers.map(layer => {
    const { initializer, biasInitializer, ...rest } = { initializer: 0, biasInitializer: 0, ...layer }
    return layer.kind === 'prelu' ? { ...rest, slope: undefined } : rest
  })

/** Throws {@link ArgumentError}, which names the first difference, unless both are the same training. */
export function checkSameTraining(before: TrainingIdentity, now: TrainingIdentity): void {
  const difference = findDifference('', before, now)
  if (!difference) return
  const { path, was, is } = difference
  throw new ArgumentError(
    `the training to be resumed has ${path} ${describe(was)}, and this one ${describe(is)}: take the same, or fit ` +
      'without resume to begin another training',
  )
}

interface Difference {
  readonly path: string
  readonly was: unknown
  readonly is: unknown
}

function findDifference(path: string, was: unknown, is: unknown): Difference | undefined {
  if (!isObject(was) || !isObject(is)) return Object.is(was, is) ? undefined : { path, was, is }
  for (const key of new Set([...Object.keys(was), ...Object.keys(is)])) {
    const difference = findDifference(path === '' ? key : `${path}.${key}`, was[key], is[key])
    if (difference) return difference
  }
  return undefined
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

const describe = (value: unknown): string =>
  value === undefined ? 'not given' : JSON.stringify(value).slice(0, 100)
