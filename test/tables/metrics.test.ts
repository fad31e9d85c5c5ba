// Metrics of tables: as scikit-learn computes them, and what they must keep whatever the numbers are.
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { ArgumentError, ShapeError } from '../../src/index.ts'
import {
  type ClassificationScores,
  classificationMetrics,
  labelMetrics,
  parseTable,
  regressionMetrics,
  sequentialFor,
} from '../../src/tables/index.ts'
import expected from '../fixtures/scikit-learn-metrics.json'

/** Every number of `expected`, found in the same place to 12 digits. */
function expectSame(found: unknown, expected: unknown, path = ''): void {
  if (typeof expected === 'number') {
    expect(Math.abs(Number(found) - expected), `${path}: ${found}, expected ${expected}`).toBeLessThanOrEqual(
      1e-12 * Math.max(1, Math.abs(expected)),
    )
    return
  }
  for (const [name, value] of Object.entries(Object(expected))) {
    expectSame(Object(found)[name], value, `${path}.${name}`)
  }
}

describe('as scikit-learn', () => {
  test.each(expected.classifiers.map(it => [it.classes.length, it] as const))(
    'of %i classes',
    (_, { probabilities, labels, ...metrics }) => {
      expectSame(classificationMetrics(probabilities, labels), metrics)
      expectSame(
        classificationMetrics(
          probabilities.map(row => Float32Array.from(row)),
          labels,
        ),
        metrics,
      )
    },
  )

  test('of one sigmoid, as of the two probabilities that it means', () => {
    const { probabilities = [], labels = [] } = expected.classifiers[0] ?? {}
    const ofOne = probabilities.map(row => row[1] ?? 0)
    const both = classificationMetrics(probabilities, labels)
    expect(classificationMetrics(ofOne, labels)).toEqual(both)
    expect(classificationMetrics(Float64Array.from(ofOne), Int32Array.from(labels))).toEqual(both)
    expect(
      classificationMetrics(
        ofOne.map(p => [p]),
        labels,
      ),
    ).toEqual(both)
  })

  test('of several sigmoids', () => {
    const { probabilities, truth, ...metrics } = expected.labels
    expectSame(labelMetrics(probabilities, truth), metrics)
  })

  test('of regressions', () => {
    for (const { predictions, targets, all, outputs, errorQuantiles } of expected.regressions) {
      const found = regressionMetrics(predictions, targets)
      expectSame(found, { ...all, outputs })
      expectSame(
        found.outputs.map(output => output.errorQuantiles),
        errorQuantiles,
      )
    }
  })

  test('topK counts as evaluate does: the first of equals first', () => {
    const probabilities = [
      [0.5, 0.25, 0.25],
      [0.5, 0.25, 0.25],
      [0.25, 0.5, 0.25],
    ]
    expect(classificationMetrics(probabilities, [1, 2, 0], { topK: 2 }).topKAccuracy).toBe(2 / 3)
    expect(classificationMetrics(probabilities, [1, 2, 0], { topK: 3 }).topKAccuracy).toBe(1)
  })
})

/** A classifier's answers: sixteenths, so that many are equal and sums are exact. */
const answers = fc
  .integer({ min: 2, max: 4 })
  .chain(classes =>
    fc.array(
      fc.tuple(
        fc.array(fc.nat(8), { minLength: classes - 1, maxLength: classes - 1 }),
        fc.nat(classes - 1),
        fc.nat(1e6),
      ),
      { minLength: 1, maxLength: 30 },
    ),
  )

const rowOf = (parts: readonly number[]) => {
  const total = parts.reduce((sum, part) => sum + part, 0)
  const scaled = parts.map(part => part / Math.max(16, 2 ** Math.ceil(Math.log2(total + 1))))
  return [...scaled, 1 - scaled.reduce((sum, part) => sum + part, 0)]
}

const scoresOf = (list: readonly (readonly [readonly number[], number, number])[]) =>
  classificationMetrics(
    list.map(([parts]) => rowOf(parts)),
    list.map(([, label]) => label),
  )

/** Sums in another order differ in their last digits. */
const nearly = (found: ClassificationScores, other: ClassificationScores) =>
  expectSame(JSON.parse(JSON.stringify(found)), JSON.parse(JSON.stringify(other)))

describe('whatever the numbers', () => {
  test('the order of the samples does not matter, equal scores or not', () => {
    fc.assert(
      fc.property(answers, list => {
        nearly(scoresOf(list), scoresOf(list.toSorted(([, , a], [, , b]) => a - b)))
      }),
      { numRuns: 60 },
    )
  })

  test('ROC AUC is the share of pairs in the right order, equal ones counting half', () => {
    fc.assert(
      fc.property(answers, list => {
        for (const [j, { rocAuc }] of scoresOf(list).classes.entries()) {
          const [inside, outside] = [true, false].map(is =>
            list.filter(([, label]) => (label === j) === is).map(([parts]) => rowOf(parts)[j] ?? 0),
          )
          const pairs = inside?.flatMap(a => outside?.map(b => (a > b ? 1 : a === b ? 0.5 : 0)) ?? []) ?? []
          const share = pairs.reduce<number>((sum, each) => sum + each, 0) / pairs.length
          if (Number.isNaN(share)) expect(rocAuc).toBeNaN()
          else expect(rocAuc).toBeCloseTo(share, 12)
        }
      }),
      { numRuns: 60 },
    )
  })

  test('with the scores of all samples equal, the areas are 1/2 and the share of the class', () => {
    const { classes } = classificationMetrics([0.25, 0.25, 0.25, 0.25], [0, 1, 0, 0])
    expect(classes.map(({ rocAuc }) => rocAuc)).toEqual([0.5, 0.5])
    expect(classes.map(({ averagePrecision }) => averagePrecision)).toEqual([0.75, 0.25])
  })

  test('a class that no sample has is NaN, and left out of means', () => {
    const probabilities = [
      [0.5, 0.25, 0.25],
      [0.25, 0.5, 0.25],
    ]
    const { classes, ...found } = classificationMetrics(probabilities, [0, 1])
    expect(classes[2]).toMatchObject({ rocAuc: Number.NaN, averagePrecision: Number.NaN, support: 0 })
    expect(found).toMatchObject({ rocAuc: 1, averagePrecision: 1, balancedAccuracy: 1 })
    const ofOne = classificationMetrics([0.75, 0.25], [1, 1])
    expect(ofOne).toMatchObject({ rocAuc: Number.NaN, averagePrecision: 1, matthews: 0, accuracy: 0.5 })
    expect(labelMetrics([[0.75, 0.5]], [[1, 0]]).macro.rocAuc).toBeNaN()
  })

  test('a right class of probability 0 costs everything', () => {
    expect(classificationMetrics([0, 1], [1, 1]).logLoss).toBe(Infinity)
  })

  test('a percentage of 0 is not defined, and R² of a constant as in scikit-learn', () => {
    const { meanAbsolutePercentageError, meanAbsoluteError } = regressionMetrics([1, 2], [0, 2])
    expect(meanAbsolutePercentageError).toBeNaN()
    expect(meanAbsoluteError).toBe(0.5)
    expect(regressionMetrics([2, 2], [2, 2]).r2).toBe(1)
    expect(regressionMetrics([2, 3], [2, 2]).r2).toBe(0)
  })
})

describe('what is no prediction is refused', () => {
  const bad: unknown = 'abc'
  test.each<[string, () => unknown, typeof ArgumentError | typeof ShapeError, RegExp]>([
    ['no rows', () => classificationMetrics([], []), ArgumentError, /probabilities is empty/],
    ['a text', () => classificationMetrics(bad as [], []), ArgumentError, /rows of numbers/],
    ['an empty row', () => classificationMetrics([[]], [0]), ArgumentError, /probabilities\[0\]/],
    [
      '2',
      () => classificationMetrics([0.5, 2], [0, 1]),
      ArgumentError,
      /probabilities\[1\] is 2: expected prob/,
    ],
    ['NaN', () => classificationMetrics([[Number.NaN, 0]], [0]), ArgumentError, /\[0\]\[0\] is NaN/],
    ['a sum of 2', () => classificationMetrics([[1, 1]], [0]), ArgumentError, /the sum 2.*labelMetrics/],
    [
      'rows of two lengths',
      () => classificationMetrics([[1, 0], [1]], [0, 0]),
      ShapeError,
      /expected 2 numbers/,
    ],
    ['a stray class', () => classificationMetrics([[1, 0]], [2]), ArgumentError, /labels\[0\] is 2.*0–1/],
    [
      'fewer labels',
      () =>
        classificationMetrics(
          [
            [1, 0],
            [1, 0],
          ],
          [0],
        ),
      ShapeError,
      /1 labels for 2 rows/,
    ],
    ['a topK of 3', () => classificationMetrics([[1, 0]], [0], { topK: 3 }), ArgumentError, /topK is 3/],
    ['half a label', () => labelMetrics([[1, 0]], [[0.5, 0]]), ArgumentError, /0 or 1/],
    ['fewer columns', () => labelMetrics([[1, 0]], [[1]]), ShapeError, /1 columns of labels for 2/],
    ['other columns', () => regressionMetrics([[1, 0]], [[1]]), ShapeError, /2 columns, and targets 1/],
    [
      'a quantile of 2',
      () => regressionMetrics([1], [1], { quantiles: [2] }),
      ArgumentError,
      /quantiles is \[2\]/,
    ],
  ])('%s', (_, call, kind, message) => {
    let error: unknown
    try {
      call()
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(kind)
    expect((error as Error).message).toMatch(message)
  })
})

describe('evaluate of a table', () => {
  const rows = Array.from({ length: 60 }, (_, i) => {
    const x = ((i * 37) % 60) / 60
    return { x, kind: ['low', 'middle', 'high'][Math.floor(3 * x)] ?? 'low', twice: 2000 * x + 500 }
  })
  let classes: Awaited<ReturnType<typeof parseTable>>
  beforeAll(async () => {
    classes = await parseTable(rows, { target: 'kind', kinds: { twice: 'skip' } })
  })

  test('of classes has the metrics of its predictions, by name', async () => {
    using model = await sequentialFor(classes, { hidden: [4], seed: 1, build: 'simd' })
    await model.fit(classes, { epochs: 5 })
    const { classes: byName = {}, loss: _, nonFinite, ...found } = await model.evaluate(classes, { topK: 2 })
    const predictions = await model.predict(classes)
    const names = model.classes ?? []
    const { classes: list, ...expected } = classificationMetrics(
      predictions.map(({ probabilities = {} }) => names.map(name => probabilities[name] ?? 0)),
      rows.map(({ kind }) => names.indexOf(kind)),
      { topK: 2 },
    )
    expect(Object.keys(byName)).toEqual(names)
    expect(Object.values(byName)).toEqual(list)
    expect(nonFinite).toBe(0)
    for (const name of ['logLoss', 'calibrationError'] as const) {
      expect(found[name]).toBeCloseTo(expected[name], 5)
      delete found[name]
      Reflect.deleteProperty(expected, name)
    }
    expect(found).toEqual(expected)
  })

  test('of numbers has those of its predictions, in their unit', async () => {
    const table = await parseTable(rows, { target: 'twice', kinds: { kind: 'skip' } })
    using model = await sequentialFor(table, { hidden: [4], seed: 1, build: 'simd' })
    await model.fit(table, { epochs: 5 })
    const { outputs = {}, loss: _, nonFinite: __, ...found } = await model.evaluate(table)
    const predictions = await model.predict(table)
    const { outputs: list, ...expected } = regressionMetrics(
      predictions.map(({ values = {} }) => values.twice ?? 0),
      rows.map(({ twice }) => twice),
    )
    expect(found).toEqual(expected)
    expect(outputs).toEqual({ twice: list[0] })
    expect(found.rootMeanSquaredError).toBeGreaterThan(10)
  })

  test('without a prediction, what counts them all is wrong, and the rest NaN', async () => {
    using model = await sequentialFor(classes, { hidden: [], seed: 1, build: 'simd' })
    await model.network.setParameters([
      { weights: Float32Array.of(3e38, 0, 0), bias: Float32Array.of(3e38, 0, 0) },
    ])
    const found = await model.evaluate(classes)
    expect(found.nonFinite).toBeGreaterThan(0)
    expect(found).toMatchObject({ rocAuc: Number.NaN, brierScore: Number.NaN, matthews: Number.NaN })
    expect(found.balancedAccuracy).toBeLessThanOrEqual(1)
    expect(found.classes?.low?.rocAuc).toBeNaN()
  })
})
