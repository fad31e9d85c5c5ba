// Options of augmentation: how far images may be distorted, with the checks.

import { isUint8Array } from '../brands.ts'
import { checkOptions, type OptionNames } from '../check-options.ts'
import type { DatasetInfo, Samples } from '../data/samples.ts'
import { describeValue } from '../describe-value.ts'
import { ArgumentError, ShapeError } from '../errors.ts'

/**
 * How far images are distorted. Every amount is drawn for each image, uniformly between minus and plus its limit. An
 * image is scaled, sheared and rotated about its centre, then shifted, distorted elastically, and finally given noise.
 * Omitted distortions do not happen.
 *
 * Settings for MNIST: rotation 15 (7.5 for 1 and 7), scale 0.15–0.2, elastic with sigma 5–6 and alpha 36–38. In the
 * source, a digit is either rotated or sheared. Source: Cireşan, Meier, Gambardella & Schmidhuber, "Deep, big, simple
 * neural nets excel on handwritten digit recognition", 2010.
 */
export interface AugmentationOptions {
  /** Degrees, 0–180; a list has a limit for each class. */
  rotation?: number | readonly number[]
  /** Pixels, which may be fractions. Both directions share the limit unless given separately. */
  shift?: number | { x?: number; y?: number }
  /**
   * The share by which images grow or shrink, below 1: 0.15 for factors 0.85–1.15, drawn separately for width and
   * height.
   */
  scale?: number | { x?: number; y?: number }
  /** Degrees, below 90, by which upright lines slant; a list has a limit for each class. */
  shear?: number | readonly number[]
  /**
   * Elastic distortion (Simard, Steinkraus & Platt, 2003). A field of random numbers in ±1 is smoothed by a Gaussian of
   * width `sigma` (pixels, 1 or more) and multiplied by `alpha`. It displaces each pixel along both axes. The field's
   * standard deviation is alpha / (sigma·√(12π)) pixels: 0.98 for alpha 36 and sigma 6. It is drawn on a coarser
   * lattice and interpolated: assembly/elastic.ts says what this changes.
   */
  elastic?: { alpha: number; sigma: number }
  /**
   * Standard deviation of Gaussian noise, where white is 255; results stay within 0–255. With `keepZeros`, pixels of 0
   * stay 0, and mostly black images stay fast to multiply.
   */
  noise?: number | { standardDeviation: number; keepZeros?: boolean }
  /** The byte outside the image; 0 unless given. */
  background?: number
}

/** {@link AugmentationOptions} with defaults filled in. */
export interface Augmentation {
  readonly rotation: number | readonly number[]
  readonly shift: { readonly x: number; readonly y: number }
  readonly scale: { readonly x: number; readonly y: number }
  readonly shear: number | readonly number[]
  readonly elastic: { readonly alpha: number; readonly sigma: number }
  readonly noise: { readonly standardDeviation: number; readonly keepZeros: boolean }
  readonly background: number
}

/** The longest side of an image. Positions in it are single-precision numbers, exact to 0.002 pixels. */
const MAX_SIDE = 2 ** 15

const NAMES: OptionNames<AugmentationOptions> = {
  rotation: 1,
  shift: 1,
  scale: 1,
  shear: 1,
  elastic: 1,
  noise: 1,
  background: 1,
}

const EXAMPLE = '{ rotation: 15, scale: 0.15, elastic: { alpha: 36, sigma: 6 } }'

/** Throws {@link ArgumentError} for invalid options. */
export function resolveAugmentation(options: AugmentationOptions): Augmentation {
  checkOptions('augmentation', options, EXAMPLE, NAMES)
  const { rotation = 0, shear = 0, background = 0, elastic = { alpha: 0, sigma: 1 }, noise = 0 } = options
  const isDegrees = (value: number) => value <= 180
  const shift = pairOf('shift', options.shift ?? 0)
  const scale = pairOf('scale', options.scale ?? 0)
  for (const [axis, value] of Object.entries(shift)) {
    check(`shift along ${axis}`, value, 'a number of pixels, 0 or more')
  }
  for (const [axis, value] of Object.entries(scale)) {
    check(`scale along ${axis}`, value, 'a number, 0 or more and below 1', value => value < 1)
  }
  for (const angle of anglesOf(rotation)) check('rotation', angle, 'degrees, 0–180', isDegrees)
  for (const angle of anglesOf(shear))
    check('shear', angle, 'degrees, 0 or more and below 90', value => value < 90)
  checkOptions('elastic', elastic, '{ alpha: 36, sigma: 6 }', { alpha: 1, sigma: 1 })
  const { alpha, sigma } = elastic
  check('alpha of elastic', alpha, 'a number, 0 or more')
  check('sigma of elastic', sigma, 'a number of pixels, 1 or more', value => value >= 1)
  if (typeof noise !== 'number') {
    const example = '{ standardDeviation: 10, keepZeros: true }'
    checkOptions('noise', noise, example, { standardDeviation: 1, keepZeros: true })
  }
  const { standardDeviation, keepZeros = false } =
    typeof noise === 'number' ? { standardDeviation: noise } : noise
  check('standardDeviation of noise', standardDeviation, 'a number, 0 or more, where white is 255')
  check('background', background, 'a byte, 0–255', value => Number.isInteger(value) && value <= 255)
  return {
    rotation,
    shift,
    scale,
    shear,
    elastic: { alpha, sigma },
    noise: { standardDeviation, keepZeros: Boolean(keepZeros) },
    background,
  }
}

const anglesOf = (angles: number | readonly number[]) => (Array.isArray(angles) ? angles : [angles])

/** The limit for a class; there may be one for all. */
export const limitOf = (limits: number | readonly number[], label: number) =>
  typeof limits === 'number' ? limits : (limits[label] ?? 0)

function pairOf(what: string, limit: number | { x?: number; y?: number }): { x: number; y: number } {
  if (typeof limit === 'number') return { x: limit, y: limit }
  checkOptions(what, limit, what === 'scale' ? '{ x: 0.1, y: 0.2 }' : '{ x: 1, y: 2 }', { x: 1, y: 1 })
  const { x = 0, y = 0 } = limit
  return { x, y }
}

function check(what: string, value: number, expected: string, isRight = (_: number) => true): void {
  if (typeof value === 'number' && value >= 0 && Number.isFinite(Math.fround(value)) && isRight(value)) return
  throw new ArgumentError(`${what} is ${describeValue(value)}: expected ${expected}`)
}

/**
 * The shape of the images to distort, [height, width].
 *
 * Throws {@link ArgumentError} where samples are not images of bytes, or lack the labels that choose limits. Throws
 * {@link ShapeError} for more classes than limits, and for too large images.
 */
export function checkAugmentable(
  { info, inputs }: Samples,
  { rotation, shear }: Augmentation,
): readonly [number, number] {
  const { imageShape } = info
  if (!isUint8Array(inputs.view)) {
    throw new ArgumentError(
      "augmentation distorts images of bytes, but this data set's inputs are floats: make it from a Uint8Array, whose " +
        '0–255 count as 0–1',
    )
  }
  if (!imageShape) {
    throw new ArgumentError(
      `augmentation distorts images, but this data set only says that a sample has ${info.inputSize} values: give ` +
        'dataset() the option imageShape: [height, width]',
    )
  }
  if (Math.max(...imageShape) > MAX_SIDE) {
    throw new ShapeError(
      `augmentation takes images of at most ${MAX_SIDE} pixels a side, got ${imageShape.join(' × ')}`,
    )
  }
  checkClasses('rotation', rotation, info)
  checkClasses('shear', shear, info)
  return imageShape
}

function checkClasses(what: string, limits: number | readonly number[], { classes }: DatasetInfo): void {
  if (typeof limits === 'number') return
  if (classes === undefined) {
    throw new ArgumentError(
      `${what} has a limit for each class, but this data set has no labels: give one number`,
    )
  }
  if (limits.length < classes) {
    throw new ShapeError(`${what} has limits for ${limits.length} classes, but this data set has ${classes}`)
  }
}
