// What identifies a training: all that its result depends on, apart from the samples and its progress.
import { ArgumentError } from '../errors.ts'
import type { Layer } from '../layers/layers.ts'
import { scheduleRow } from '../optimizers/schedule-table.ts'
import { resolveEarlyStopping } from './early-stopping-options.ts'
import type { FitSettings, TrainingConfig } from './options.ts'

/** Plain data, by names that a user knows. */
export type TrainingIdentity = Readonly<Record<string, unknown>>

/** What is known about a training when it begins. */
export interface TrainingTerms {
  readonly layers: readonly Layer[]
  readonly config: TrainingConfig
  readonly settings: FitSettings
  /** What is known about the training samples. */
  readonly data: Readonly<Record<string, number | undefined>>
  readonly validationSamples: number
}

/**
 * The identity of a training. It omits what may differ on resuming: `epochs` (unless the schedule depends on it), early
 * stopping's patience, the checkpoint interval, callbacks, initial weights, and the number of threads. It also omits
 * the build, which changes the last bits.
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

/** The identity of a training that is done step by step: what the caller's loop does with samples is not known. */
export const identifyStepwise = ({
  layers,
  config,
}: Pick<TrainingTerms, 'layers' | 'config'>): TrainingIdentity => ({
  ...config,
  layers: identifyLayers(layers),
})

/** What a training depends on in its layers, once their weights exist. */
export const identifyLayers = (layers: readonly Layer[]): object[] =>
  layers.map(layer => {
    const { initializer, biasInitializer, ...rest } = { initializer: 0, biasInitializer: 0, ...layer }
    return layer.kind === 'prelu' ? { ...rest, slope: undefined } : rest
  })

/** Throws {@link ArgumentError}, which names the first difference, unless both are the same training. */
export function checkSameTraining(before: TrainingIdentity, now: TrainingIdentity): void {
  const isStepwise = before.batchSize === undefined
  const known = Object.entries(now).filter(([name]) => !isStepwise || name in before)
  const difference = findDifference('', before, Object.fromEntries(known))
  if (!difference) return
  const { path, was, is } = difference
  throw new ArgumentError(
    `the training to resume has ${path.slice(0, 100)} ${describe(was)}, and this one ${describe(is)}: use the same, or fit ` +
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
    const difference = findDifference(path === '' ? key : `${path}.${key}`, own(was, key), own(is, key))
    if (difference) return difference
  }
  return undefined
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

/** Not what all objects have, such as `toString`. */
const own = (value: Record<string, unknown>, key: string): unknown =>
  Object.hasOwn(value, key) ? value[key] : undefined

const describe = (value: unknown): string =>
  value === undefined ? 'not given' : JSON.stringify(value).slice(0, 100)
