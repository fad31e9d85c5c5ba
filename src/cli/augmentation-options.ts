// The options of `wasmlp train` that say how images are distorted.
import { type Command, InvalidArgumentError } from 'commander'
import type { AugmentationOptions } from '../index.ts'
import { parserFor } from './option-json.ts'
import { notNegative, numberIn } from './option-values.ts'

/** As commander gives them. */
export interface AugmentationFlags {
  augment?: true
  rotation?: number
  shift?: number
  scale?: number
  shear?: number
  elastic?: { alpha: number; sigma: number }
  noise?: number
}

/** The names of all of them. */
const flagNames: Record<keyof AugmentationFlags, true> = {
  augment: true,
  rotation: true,
  shift: true,
  scale: true,
  shear: true,
  elastic: true,
  noise: true,
}
export const AUGMENTATION_FLAGS = Object.keys(flagNames)

/** After Cireşan et al., 2010: see {@link AugmentationOptions}. */
const preset: AugmentationOptions = { rotation: 15, scale: 0.15, elastic: { alpha: 36, sigma: 6 } }

export function addAugmentationOptions(command: Command): void {
  command
    .optionsGroup('Augmentation, drawn for each image in each epoch:')
    .option('--augment', '--rotation 15 --scale 0.15 --elastic 36,6, unless given')
    .option('--rotation <degrees>', 'largest rotation, either way', numberIn({ least: 0, most: 180 }))
    .option('--shift <pixels>', 'largest shift in each direction', notNegative)
    .option('--scale <share>', 'largest change of size', numberIn({ least: 0, below: 1 }))
    .option('--shear <degrees>', 'largest slant, either way', numberIn({ least: 0, below: 90 }))
    .option('--elastic <alpha,sigma>', 'elastic distortion: strength, smoothness in pixels', elasticPair)
    .option('--noise <deviation>', 'standard deviation of noise, where white is 255', notNegative)
}

/** What `fit` is told. */
export function augmentationOf(flags: AugmentationFlags): { augmentation?: AugmentationOptions } {
  const { augment, rotation, shift, scale, shear, elastic, noise } = flags
  const augmentation: AugmentationOptions = {
    ...(augment && preset),
    ...(rotation !== undefined && { rotation }),
    ...(shift !== undefined && { shift }),
    ...(scale !== undefined && { scale }),
    ...(shear !== undefined && { shear }),
    ...(elastic !== undefined && { elastic }),
    ...(noise !== undefined && { noise }),
  }
  return Object.keys(augmentation).length > 0 ? { augmentation } : {}
}

/** `36,6`. */
const elasticPair = parserFor({ type: 'array', items: { type: 'number' } }, (text: string) => {
  const [alpha = Number.NaN, sigma = Number.NaN, ...more] = text.split(',').map(part => Number(part || 'x'))
  if (alpha >= 0 && sigma >= 1 && Number.isFinite(Math.fround(alpha * sigma)) && more.length === 0) {
    return { alpha, sigma }
  }
  throw new InvalidArgumentError('expected two numbers, 0 or more and 1 or more, such as 36,6')
})
