// Medians and spreads of a few rounds.

/** Lowest, median and highest of some numbers. */
export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const median = sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  return { low: sorted[0], median, high: sorted.at(-1) }
}

/** A number with three significant digits. */
export function format(value) {
  if (value === 0) return '0'
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))))
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

/** `median (low … high)`, or the one value where there was one round. */
export function formatSpread(values) {
  const { low, median, high } = spread(values)
  return values.length === 1 ? format(median) : `${format(median)} (${format(low)} … ${format(high)})`
}

/** Mean and standard deviation (of a sample: over n − 1) of some numbers. */
export function meanAndDeviation(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, deviation: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0 }
}
