// What a model of a table says of itself: calibrated probabilities, the columns that it needs, classes that weigh the same.
import { beforeAll, describe, expect, test } from 'vitest'
import { ArgumentError } from '../../src/index.ts'
import {
  balancedClassWeights,
  calibrate,
  encodeTable,
  parseTable,
  permutationImportance,
  sequentialFor,
  type Table,
  type TableModel,
  tableModelFromSafetensors,
} from '../../src/tables/index.ts'

/** Numbers, 0–1, that look random and are the same everywhere. */
const noise = (i: number, stream: number) =>
  ((Math.imul(i + 1, 2654435761) ^ Math.imul(stream + 7, 40503)) >>> 8) / 2 ** 24

/** The class follows from the district in eight of ten rows; size tells nothing. */
const rows = Array.from({ length: 300 }, (_, i) => {
  const district = ['north', 'east', 'south'][i % 3] ?? ''
  const isOdd = noise(i, 1) < 0.2
  return { district, size: noise(i, 2), kind: (district === 'south') !== isOdd ? 'dear' : 'cheap' }
})

let table: Table
let model: TableModel
beforeAll(async () => {
  table = await parseTable(rows, { target: 'kind' })
  model = await sequentialFor(table, { hidden: [], seed: 1, build: 'simd' })
  await model.fit(table, { epochs: 40 })
})

/** The model with its last layer's parameters times a factor: as sure as that. */
async function surer(factor: number): Promise<TableModel> {
  const copy = await tableModelFromSafetensors(await model.toSafetensors(), { build: 'simd' })
  const parameters = await copy.network.getParameters()
  await copy.network.setParameters(
    parameters.map(({ weights, bias }) => ({
      weights: weights.map(w => w * factor),
      bias: bias.map(b => b * factor),
    })),
  )
  return copy
}

describe('calibration', () => {
  test('finds the temperature that undoes a factor, and the file keeps it', async () => {
    using calibrated = await surer(1)
    await calibrate(calibrated, table)
    const { logLoss: least = 0 } = await calibrated.evaluate(table)
    using sure = await surer(4)
    const before = await sure.evaluate(table)
    const { temperature, logLoss, calibrationError } = await calibrate(sure, table)
    expect(temperature).toBeGreaterThan(2)
    expect(logLoss.before).toBeCloseTo(before.logLoss ?? 0, 5)
    expect(logLoss.after).toBeLessThan(logLoss.before)
    expect(calibrationError.after).toBeLessThan(calibrationError.before)
    const after = await sure.evaluate(table)
    expect(after.logLoss).toBeCloseTo(least, 5)
    expect(after.confusionMatrix).toEqual(before.confusionMatrix)
    using again = await tableModelFromSafetensors(await sure.toSafetensors(), { build: 'simd' })
    expect(await again.predict(table)).toEqual(await sure.predict(table))
    expect((await calibrate(again, table)).temperature).toBeCloseTo(1, 2)
  })

  test('is for classes, tables and models', async () => {
    const numbers = await parseTable(rows, { target: 'size' })
    using ofNumbers = await sequentialFor(numbers, { hidden: [] })
    await expect(calibrate(ofNumbers, numbers)).rejects.toThrow(/is for classes/)
    const none: unknown = rows
    await expect(calibrate(model, none as Table)).rejects.toBeInstanceOf(ArgumentError)
    await expect(calibrate(none as TableModel, table)).rejects.toThrow(/expected a model/)
  })
})

describe('permutation importance', () => {
  test('is large for a column that tells the class, its names together, and small for another', async () => {
    const found = await permutationImportance(model, table, { repeats: 3, seed: 1 })
    expect(found.map(({ column }) => column)).toEqual(['district', 'size'])
    const [district, size] = found
    expect(district?.drops).toHaveLength(3)
    expect(district?.mean).toBeGreaterThan(0.15)
    expect(district?.deviation).toBeGreaterThan(0)
    expect(Math.abs(size?.mean ?? 1)).toBeLessThan(0.05)
    expect(await permutationImportance(model, table, { repeats: 3, seed: 1 })).toEqual(found)
    const [first] = await permutationImportance(model, table, { repeats: 1, metric: 'logLoss' })
    expect(first?.column).toBe('district')
    expect(first?.mean).toBeGreaterThan(0.05)
  })

  test.each<[object, RegExp]>([
    [{ repeats: 0 }, /repeats is 0/],
    [{ seed: -1 }, /seed is -1/],
    [{ metric: 'speed' }, /unknown metric "speed"/],
    [{ metric: 'r2' }, /'r2', which this model has not/],
  ])('refuses %o', async (options, message) => {
    await expect(permutationImportance(model, table, options)).rejects.toThrow(message)
  })
})

describe('balanced classes', () => {
  test('weigh n / (k · count), as in scikit-learn', () => {
    expect(balancedClassWeights([0, 0, 0, 1, 2, 2], 3)).toEqual([6 / 9, 2, 1])
    expect(balancedClassWeights([0, 0, 2], 3)).toEqual([0.75, 1, 1.5])
    expect(() => balancedClassWeights([3], 3)).toThrow(/labels\[0\] is 3/)
  })

  test('are the loss of a model that asks for them', async () => {
    using balanced = await sequentialFor(table, { hidden: [], classWeights: 'balanced' })
    const { labels = [] } = encodeTable(balanced.recipe, table)
    expect(balanced.network.trainingConfig.loss).toMatchObject({
      name: 'crossEntropy',
      classWeights: balancedClassWeights(labels, 2),
    })
    const numbers = await parseTable(rows, { target: 'size' })
    await expect(sequentialFor(numbers, { classWeights: 'balanced' })).rejects.toThrow(/is for classes/)
    const wrong = { classWeights: 'even' as 'balanced' }
    await expect(sequentialFor(table, wrong)).rejects.toThrow(/"even".*'balanced'/)
  })
})
