// Temperature scaling: one number that makes a classifier's probabilities as sure as its answers are right.
import { dataset } from '../api/dataset.ts'
import { sequential } from '../api/sequential.ts'
import { checkOptions } from '../check-options.ts'
import { describeValue } from '../describe-value.ts'
import { ArgumentError } from '../errors.ts'
import { dense } from '../layers/layers.ts'
import type { LayerParameters } from '../layers/spec.ts'
import { encodeTable } from './encode.ts'
import { Table } from './table.ts'
import { TableModel } from './table-model.ts'

/** What a calibration did, on the rows that it was given. */
export interface CalibrationResult {
  /** What the weighted sums before the softmax are divided by; above 1 where the model was too sure. */
  temperature: number
  logLoss: { before: number; after: number }
  calibrationError: { before: number; after: number }
}

/** The largest factor, and the reciprocal of the least. */
const MOST = 20

/** The golden section. */
const SECTION = (Math.sqrt(5) - 1) / 2

/** How exact the factor is, relative to itself. */
const TOLERANCE = 1e-4

/**
 * Calibrates a classifier by temperature scaling: finds the number by which to divide the weighted sums before the softmax, so that
 * the log loss of these rows is least, and divides the last layer's weights and biases by it. So every format keeps it. The
 * predicted classes stay the same. Give rows that the model was not trained on.
 *
 * Rejects with {@link ArgumentError} for a model of numbers, and for one without finite predictions, and with {@link TableError} where
 * rows do not fit.
 *
 * @example
 * const { temperature, calibrationError } = await calibrate(model, validation)
 *
 * Source: Guo, Pleiss, Sun & Weinberger, "On calibration of modern neural networks", 2017, section 4.2.
 */
export async function calibrate(
  model: TableModel,
  validation: Table,
  options: { signal?: AbortSignal } = {},
): Promise<CalibrationResult> {
  checkOptions('calibrate', options, '{ signal }', { signal: 1 })
  if (!(model instanceof TableModel)) {
    throw new ArgumentError(
      `calibrate got ${describeValue(model)}: expected a model, which sequentialFor gives`,
    )
  }
  if (!(validation instanceof Table)) {
    throw new ArgumentError(`calibrate got ${describeValue(validation)}: expected a table to calibrate on`)
  }
  const classes = model.classes?.length
  if (classes === undefined)
    throw new ArgumentError('calibrate is for classes, and this model predicts numbers')
  const { network, recipe, engine } = model
  const encoded = encodeTable(recipe, validation)
  const { labels = new Int32Array() } = encoded
  const parameters = await network.getParameters()
  const body = network.layers.slice(0, -1)
  const ofSums = await sequential([...body, dense(classes)], { ...engine, inputSize: network.inputSize })
  const scaled = await sequential([dense(classes, { activation: 'softmax' })], {
    ...engine,
    inputSize: classes,
  })
  try {
    await ofSums.setParameters(parameters)
    const rows = await ofSums.predict(encoded.inputs, options)
    const sums = new Float32Array(rows.length * classes)
    for (const [i, row] of rows.entries()) sums.set(row, i * classes)
    if (!sums.every(Number.isFinite)) {
      throw new ArgumentError('the model has outputs that are not finite: train it again')
    }
    const data = await dataset({ inputs: sums, inputSize: classes, labels, ...engine })
    const at = async (factor: number) => {
      const weights = new Float32Array(classes * classes)
      for (let i = 0; i < classes; ++i) weights[i * classes + i] = factor
      await scaled.setParameters([{ weights, bias: new Float32Array(classes) }])
      const { logLoss = Number.NaN, calibrationError = Number.NaN } = await scaled.evaluate(data, options)
      return { factor, logLoss, calibrationError }
    }
    try {
      const before = await at(1)
      const found = await least(at)
      const after = found.logLoss < before.logLoss ? found : before
      await network.setParameters(
        parameters.map((layer, i) => (i === parameters.length - 1 ? times(after.factor, layer) : layer)),
      )
      return {
        temperature: 1 / after.factor,
        logLoss: { before: before.logLoss, after: after.logLoss },
        calibrationError: { before: before.calibrationError, after: after.calibrationError },
      }
    } finally {
      data.dispose()
    }
  } finally {
    ofSums.dispose()
    scaled.dispose()
  }
}

/** A layer whose sums are so many times as large. */
const times = (factor: number, layer: LayerParameters): LayerParameters => ({
  ...layer,
  weights: layer.weights.map(weight => weight * factor),
  bias: layer.bias.map(value => value * factor),
})

/** The factor of the least log loss, which is a convex function of it: by golden sections. */
async function least<Found extends { factor: number; logLoss: number }>(
  at: (factor: number) => Promise<Found>,
): Promise<Found> {
  let [low, high] = [1 / MOST, MOST]
  let [left, right] = [await at(high - SECTION * (high - low)), await at(low + SECTION * (high - low))]
  while (high - low > TOLERANCE * low) {
    if (left.logLoss <= right.logLoss) {
      ;[high, right] = [right.factor, left]
      left = await at(high - SECTION * (high - low))
    } else {
      ;[low, left] = [left.factor, right]
      right = await at(low + SECTION * (high - low))
    }
  }
  return left.logLoss <= right.logLoss ? left : right
}
