// What the plane's points and its network's first weights follow from: with the number of epochs, all that is seen.
import { type Signal, signal } from '@preact/signals'
import type { ActivationName } from 'wasmlp'
import { SHAPES, type Shape } from './plane-data.ts'

/** `own`: the visitor sets the points. */
export const SOURCES = [...SHAPES, 'own'] as const
type Source = Shape | 'own'
export const ACTIVATIONS = [
  'identity',
  'relu',
  'leakyRelu',
  'sigmoid',
  'tanh',
] as const satisfies ActivationName[]
export type PlaneActivation = (typeof ACTIVATIONS)[number]
export const OPTIMIZERS = ['sgd', 'adam'] as const
export const LEARNING_RATES: readonly number[] = [0.003, 0.01, 0.03, 0.1, 0.3, 1]
export const BATCH_SIZES: readonly number[] = [1, 5, 10, 20, 50]
/** Epochs for each frame. */
export const SPEEDS: readonly number[] = [1, 5, 20]
export const MOST_LAYERS = 4
export const MOST_UNITS = 8
export const MOST_SEED = 9999

export interface HiddenLayer {
  readonly units: number
  readonly activation: PlaneActivation
}

export interface PlaneSettings {
  readonly source: Source
  readonly count: number
  readonly noise: number
  readonly seed: number
  readonly hidden: readonly HiddenLayer[]
  readonly optimizer: (typeof OPTIMIZERS)[number]
  readonly learningRate: number
  readonly batchSize: number
}

export const INITIAL: PlaneSettings = {
  source: 'moons',
  count: 200,
  noise: 0.15,
  seed: 1,
  hidden: [
    { units: 6, activation: 'identity' },
    { units: 4, activation: 'identity' },
  ],
  optimizer: 'sgd',
  learningRate: 0.1,
  batchSize: 10,
}

/** A signal for each setting. */
export type PlaneSignals = { readonly [Name in keyof PlaneSettings]: Signal<PlaneSettings[Name]> }

export function planeSignals(settings: PlaneSettings = INITIAL): PlaneSignals {
  const { source, count, noise, seed, hidden, optimizer, learningRate, batchSize } = settings
  return {
    source: signal(source),
    count: signal(count),
    noise: signal(noise),
    seed: signal(seed),
    hidden: signal(hidden),
    optimizer: signal(optimizer),
    learningRate: signal(learningRate),
    batchSize: signal(batchSize),
  }
}

/** The present settings. A signal that reads this depends on all of them. */
export function settingsOf(signals: PlaneSignals): PlaneSettings {
  const { source, count, noise, seed, hidden, optimizer, learningRate, batchSize } = signals
  return {
    source: source.value,
    count: count.value,
    noise: noise.value,
    seed: seed.value,
    hidden: hidden.value,
    optimizer: optimizer.value,
    learningRate: learningRate.value,
    batchSize: batchSize.value,
  }
}
