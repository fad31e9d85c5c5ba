// A network of one hidden layer with batch normalisation before its ReLU, in double precision, batch by batch.
import { affine, sampleOf, softmax, toDoubles } from './reference.js'
import { createUpdate } from './reference-updates.js'

const sumOf = (rows, term) => rows.reduce((sum, row, r) => sum + term(row, r), 0)

/** For a column of weighted sums z: (z − mean) / √(variance + epsilon), with the variance of a population. */
function normalize(rows, unit, epsilon) {
  const mean = sumOf(rows, z => z[unit]) / rows.length
  const variance = sumOf(rows, z => (z[unit] - mean) ** 2) / rows.length
  const scale = 1 / Math.sqrt(variance + epsilon)
  return { scale, values: rows.map(z => (z[unit] - mean) * scale) }
}

/** As `trainReference`, by gradient descent; scales begin with 1, shifts with 0. */
export function trainNormalizedReference(problem, { inputs, labels, parameters }) {
  const { sizes, batchSize, checkIterations, epsilon } = problem
  const [size, hidden, classes] = sizes
  const [first, last] = toDoubles(parameters)
  const scales = new Float64Array(hidden).fill(1)
  const shifts = new Float64Array(hidden)
  const update = createUpdate(problem)
  let total = 0
  for (let iteration = 0; iteration < checkIterations; ++iteration) {
    const begin = iteration * batchSize
    const x = Array.from({ length: batchSize }, (_, r) => sampleOf(inputs, size, begin + r))
    const z = x.map(row => affine(row, first))
    const units = Array.from({ length: hidden }, (_, unit) => normalize(z, unit, epsilon))
    const y = x.map((_, r) =>
      Float64Array.from(units, ({ values }, unit) => Math.max(0, values[r] * scales[unit] + shifts[unit])),
    )
    const dOutputs = y.map((row, r) => {
      const probabilities = softmax(affine(row, last))
      const label = labels[begin + r]
      total -= Math.log(probabilities[label])
      return probabilities.map((value, k) => (value - (k === label ? 1 : 0)) / batchSize)
    })

    const dLast = { weights: new Float64Array(hidden * classes), bias: new Float64Array(classes) }
    const dy = y.map((row, r) => {
      const dz = dOutputs[r]
      dz.forEach((value, k) => {
        dLast.bias[k] += value
      })
      return row.map((value, unit) => {
        let sum = 0
        for (let k = 0; k < classes; ++k) {
          dLast.weights[unit * classes + k] += value * dz[k]
          sum += last.weights[unit * classes + k] * dz[k]
        }
        return value > 0 ? sum : 0
      })
    })
    const dScales = scales.map((_, unit) => sumOf(dy, (row, r) => row[unit] * units[unit].values[r]))
    const dShifts = shifts.map((_, unit) => sumOf(dy, row => row[unit]))
    const dFirst = { weights: new Float64Array(size * hidden), bias: new Float64Array(hidden) }
    dy.forEach((row, r) => {
      const dz = row.map((value, unit) => {
        const { scale, values } = units[unit]
        const mean = dShifts[unit] / batchSize
        return scales[unit] * scale * (value - mean - (values[r] * dScales[unit]) / batchSize)
      })
      x[r].forEach((value, i) => {
        if (value !== 0)
          for (let unit = 0; unit < hidden; ++unit) dFirst.weights[i * hidden + unit] += value * dz[unit]
      })
      dz.forEach((value, unit) => {
        dFirst.bias[unit] += value
      })
    })
    update(last.weights, dLast.weights)
    update(last.bias, dLast.bias)
    update(scales, dScales)
    update(shifts, dShifts)
    update(first.weights, dFirst.weights)
    update(first.bias, dFirst.bias)
  }
  return total / (checkIterations * batchSize)
}
