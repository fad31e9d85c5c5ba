// Statistics of a column's values in the rows that a model is trained on.

/** The values that are there. They are not in order of size. */
export function presentValues(values: Float64Array, rows: Int32Array): Float64Array {
  const present = new Float64Array(rows.length)
  let count = 0
  for (const row of rows) {
    const value = values[row] ?? Number.NaN
    if (!Number.isNaN(value)) present[count++] = value
  }
  return present.subarray(0, count)
}

/** The mean; 0 of no values. */
export function meanOf(values: Float64Array): number {
  if (values.length === 0) return 0
  // About the first one, so that dates in milliseconds lose no digits.
  const first = values[0] ?? 0
  let sum = 0
  for (const value of values) sum += value - first
  const mean = first + sum / values.length
  // The difference of numbers near the largest double is none.
  return Number.isFinite(mean) ? mean : values.reduce((sum, value) => sum + value / values.length, 0)
}

/** The population's standard deviation about a mean; 1 where no value differs from it, or squares are beyond doubles. */
export function deviationOf(values: Float64Array, mean: number): number {
  let sum = 0
  for (const value of values) sum += (value - mean) ** 2
  const deviation = Math.sqrt(sum / values.length)
  return usable(deviation)
}

/** The quantile of sorted values, linear between two, as NumPy's; 0 of no values. */
export function quantileOf(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1)
  const [below = 0, above = below] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]]
  return below + (above - below) * (place - Math.floor(place))
}

/** A divisor that is one: 1 for 0, infinities and NaN. */
export const usable = (scale: number): number => (Number.isFinite(scale) && scale > 0 ? scale : 1)
