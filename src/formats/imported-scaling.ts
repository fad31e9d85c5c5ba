// Values that are scaled and shifted between layers, x·factor + term, as part of a layer before or after. All is
// computed in double precision and rounded once.
import { FormatError } from '../errors.ts'

/** x·factor + term. Each has one number for all values of a sample, or one for each. */
export interface Affine {
  readonly factor: Float64Array
  readonly term: Float64Array
}

/** Weights (inputs × units, row-major) and bias. */
interface DenseParameters {
  readonly weights: Float32Array
  readonly bias: Float32Array
}

/** Throws {@link FormatError} for numbers that are not finite. */
export function affineOf(factor: ArrayLike<number> | number, term: ArrayLike<number> | number): Affine {
  const numbers = (given: ArrayLike<number> | number) =>
    new Float64Array(typeof given === 'number' ? [given] : given)
  const affine = { factor: numbers(factor), term: numbers(term) }
  for (const [done, list] of [
    ['multiplied by', affine.factor],
    ['shifted by', affine.term],
  ] as const) {
    const bad = list.find(value => !Number.isFinite(value))
    if (bad !== undefined) throw new FormatError(`values are ${done} ${bad}, expected finite numbers`)
  }
  return affine
}

/** The number of values that an affine function is for; 1 where it is for any number of them. */
export const lengthOf = ({ factor, term }: Affine): number => Math.max(factor.length, term.length)

const at = (numbers: Float64Array, i: number) => numbers[numbers.length === 1 ? 0 : i] ?? Number.NaN

/** `first`, then the other. */
export function compose(first: Affine, second: Affine): Affine {
  const length = Math.max(lengthOf(first), lengthOf(second))
  const each = (value: (i: number) => number) => new Float64Array(length).map((_, i) => value(i))
  return {
    factor: each(i => at(first.factor, i) * at(second.factor, i)),
    term: each(i => at(first.term, i) * at(second.factor, i) + at(second.term, i)),
  }
}

/** Whether it only multiplies by numbers above 0, which commutes with a rectifier. */
export const isPositiveFactor = ({ factor, term }: Affine): boolean =>
  factor.every(value => value > 0) && term.every(value => value === 0)

/** Whether it only multiplies. */
export const isFactor = ({ term }: Affine): boolean => term.every(value => value === 0)

/**
 * Parameters of a dense layer, or a normalisation with a weight for each unit, with `affine` applied after it: w·factor
 * and b·factor + term.
 */
export function absorbed({ weights, bias }: DenseParameters, affine: Affine): DenseParameters {
  const units = bias.length
  const { factor, term } = affine
  const isScaled = factor.some(value => value !== 1)
  return {
    weights: isScaled ? weights.map((value, i) => value * at(factor, i % units)) : weights,
    bias: bias.map((value, j) => value * at(factor, j) + at(term, j)),
  }
}

/** Parameters of a dense layer with `affine` applied before it: factor·W and b + term·W. */
export function preceded({ weights, bias }: DenseParameters, affine: Affine): DenseParameters {
  const units = bias.length
  const { factor, term } = affine
  const sums = new Float64Array(bias)
  for (const [i, value] of weights.entries()) {
    const unit = i % units
    sums[unit] = (sums[unit] ?? 0) + value * at(term, Math.floor(i / units))
  }
  return {
    weights: weights.map((value, i) => value * at(factor, Math.floor(i / units))),
    bias: isFactor(affine) ? bias : new Float32Array(sums),
  }
}

/** Parameters of a dense layer that computes `affine`: the factors on a diagonal. */
export function diagonal(affine: Affine, units: number): DenseParameters {
  const weights = new Float32Array(units * units)
  for (let i = 0; i < units; ++i) weights[i * units + i] = at(affine.factor, i)
  return { weights, bias: new Float32Array(units).map((_, i) => at(affine.term, i)) }
}
