// Models of tables: trained, asked in the table's own words, and kept in a file with all that they know.
import { beforeAll, describe, expect, test } from 'vitest'
import { readSafetensors, writeSafetensors } from '../../src/files/safetensors.ts'
import { dataset, dense, FormatError, sequential, sequentialFromSafetensors } from '../../src/index.ts'
import {
  encodeTable,
  parseTable,
  sequentialFor,
  type Table,
  type TableModel,
  tableModelFromSafetensors,
} from '../../src/tables/index.ts'

/** Numbers, 0–1, that look random and are the same everywhere. */
const noise = (i: number, stream: number) =>
  ((Math.imul(i + 1, 2654435761) ^ Math.imul(stream + 7, 40503)) >>> 8) / 2 ** 24

/** Flats: their price follows from size, district, age and a lift, of which some values are missing. */
const flats = Array.from({ length: 400 }, (_, i) => {
  const size = 20 + 130 * noise(i, 1)
  const district = ['north', 'east', 'south'][i % 3] ?? ''
  const lift = noise(i, 2) > 0.5
  const price = 1e5 + 4000 * size + (district === 'south' ? 2e5 : 0) + (lift ? 5e4 : 0)
  return { size, district, lift: i % 10 === 0 ? null : lift, price, kind: price > 5e5 ? 'dear' : 'cheap' }
})

let table: Table
let classifier: TableModel
let parts: { train: Table; test: Table }

beforeAll(async () => {
  table = await parseTable(flats, { target: 'kind', kinds: { price: 'skip' } })
  parts = await table.split({ test: 0.25, seed: 1 })
  classifier = await sequentialFor(parts.train, { hidden: [16], seed: 1 })
  await classifier.fit(parts.train, { epochs: 60 })
})

describe('a classifier', () => {
  test('has a softmax for the classes, and learns', async () => {
    expect(classifier.classes).toEqual(['cheap', 'dear'])
    expect(classifier.network.trainingConfig.loss.name).toBe('crossEntropy')
    const { accuracy, classes, confusionMatrix } = await classifier.evaluate(parts.test)
    expect(accuracy).toBeGreaterThan(0.9)
    expect(Object.keys(classes ?? {})).toEqual(['cheap', 'dear'])
    expect(confusionMatrix?.length).toBe(2)
  })

  test('predicts from plain objects, in any order of columns and without the target', async () => {
    const [small, large] = await classifier.predict([
      { size: 25, district: 'north', lift: false },
      { lift: true, unheard: [1], district: 'south', size: '140' },
    ])
    expect([small?.class, large?.class]).toEqual(['cheap', 'dear'])
    const { cheap = 0, dear = 0 } = large?.probabilities ?? {}
    expect(dear).toBeGreaterThan(0.5)
    expect(cheap + dear).toBeCloseTo(1)
    expect(await classifier.predict([])).toEqual([])
  })

  test('says unknown for the rows whose best class is less probable than asked', async () => {
    const wanted = await classifier.predict(parts.test)
    const best = wanted.map(({ probabilities = {} }) => Math.max(...Object.values(probabilities)))
    const middle = [...best].sort((a, b) => a - b)[50] ?? 0
    const found = await classifier.predict(parts.test, { unknownBelow: middle })
    expect(found.filter(({ class: name }) => name === 'unknown')).toHaveLength(50)
    expect(found).toEqual(
      wanted.map((answer, i) => ((best[i] ?? 0) < middle ? { ...answer, class: 'unknown' } : answer)),
    )
    expect(await classifier.predict(parts.test, { unknownBelow: 0 })).toEqual(wanted)
  })

  test.each([-0.1, 1.1, Number.NaN, '0.5', null])('refuses %o as the least probability', async share => {
    await expect(classifier.predict([], { unknownBelow: share as number })).rejects.toThrow(
      /unknownBelow is .*: expected a probability from 0 to 1/,
    )
  })

  test('refuses it where a class is called unknown, and for numbers', async () => {
    const rows = [
      { x: 0, y: 'known', z: 1 },
      { x: 1, y: 'unknown', z: 2 },
      { x: 2, y: 'known', z: 3 },
    ]
    for (const [target, words] of [
      ['y', /the model has a class of this name: compare `probabilities` instead/],
      ['z', /unknownBelow is for classes, and this model predicts numbers/],
    ] as const) {
      const model = await sequentialFor(await parseTable(rows, { target }), { hidden: [2], seed: 1 })
      await expect(model.predict(rows, { unknownBelow: 0.5 })).rejects.toThrow(words)
    }
  })

  test('says which column, row and value do not fit', async () => {
    const rows = [
      { size: 25, district: 'north', lift: false },
      { size: 'large', district: 'north', lift: 'perhaps' },
    ]
    await expect(classifier.predict(rows)).rejects.toMatchObject({
      code: 'ERR_DATA_VALUE',
      problems: [
        { column: 'size', row: 2, value: '"large"' },
        { column: 'lift', row: 2, value: '"perhaps"' },
      ],
    })
    await expect(classifier.predict([{ size: 25, district: 'west', lift: false }])).rejects.toThrow(
      /column "district", row 1: "west" is no name/,
    )
    await expect(classifier.predict([{ sise: 25, district: 'east', lift: false }])).rejects.toThrow(
      /column "size".*did you mean sise/,
    )
    const one: unknown = { size: 25 }
    await expect(classifier.predict(one as [])).rejects.toThrow(/a list of objects/)
  })

  test('validates on a table', async () => {
    using model = await sequentialFor(parts.train, { hidden: [4] })
    const { epochs } = await model.fit(parts.train, { epochs: 2, validationData: parts.test })
    expect(epochs[1]?.valAccuracy).toBeGreaterThan(0)
  })

  test('true and false are classes as well', async () => {
    const rows = flats.map(({ size, district, price }) => ({ size, district, dear: price > 5e5 }))
    const data = await parseTable(rows, { target: 'dear' })
    using model = await sequentialFor(data, { hidden: [8], seed: 1 })
    await model.fit(data, { epochs: 20 })
    const [answer] = await model.predict(data.slice(0, 1))
    expect(Object.keys(answer?.probabilities ?? {})).toEqual(['false', 'true'])
  })
})

describe('a regression', () => {
  test('learns raw targets, and answers in their unit', async () => {
    const rows = flats.map(({ kind, ...row }) => row)
    const data = await parseTable(rows, { target: 'price' })
    const { train, test } = await data.split({ test: 0.25, seed: 1 })
    using model = await sequentialFor(train, { hidden: [32], seed: 1 })
    await model.fit(train, { epochs: 100 })
    const { r2, outputs } = await model.evaluate(test)
    expect(r2).toBeGreaterThan(0.99)
    const answers = await model.predict(test)
    const errors = test
      .toObjects()
      .map(({ price }, i) => Math.abs(Number(price) - (answers[i]?.values?.price ?? 0)))
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length
    expect(outputs?.price?.meanAbsoluteError).toBeCloseTo(mean, 0)
    expect(mean).toBeLessThan(20_000)

    // The same network on the prices as they are.
    const { inputs, inputSize } = encodeTable(model.recipe, train)
    const targets = train.toObjects().map(({ price }) => [Number(price)])
    using raw = await sequential([dense(32, { activation: 'relu' }), dense(1)], { inputSize, seed: 1 })
    using samples = await dataset({ inputs, inputSize, targets })
    raw.compile({ optimizer: 'adam', learningRate: 0.003 })
    await raw.fit(samples, { epochs: 100, batchSize: 32 })
    expect((await raw.evaluate(samples)).r2).toBeLessThan(0)
  })

  test('of several numbers, by name', async () => {
    const rows = Array.from({ length: 50 }, (_, i) => ({
      x: noise(i, 3),
      double: 2000 * noise(i, 3),
      minus: -noise(i, 3) / 1000,
    }))
    const data = await parseTable(rows, { target: ['minus', 'double'] })
    using model = await sequentialFor(data, { hidden: [8], seed: 1 })
    await model.fit(data)
    const [{ values = {} } = {}] = await model.predict([{ x: 0.5 }])
    expect(Object.keys(values)).toEqual(['minus', 'double'])
    expect(values.double).toBeGreaterThan(900)
    expect(values.double).toBeLessThan(1100)
    expect(values.minus).toBeLessThan(-0.0004)
  })
})

describe('the file', () => {
  let bytes: Uint8Array<ArrayBuffer>
  beforeAll(async () => {
    bytes = await classifier.toSafetensors()
  })

  test('gives a model with the same bits of predictions', async () => {
    using again = await tableModelFromSafetensors(bytes)
    expect(again.recipe).toEqual(classifier.recipe)
    expect(again.kinds).toEqual(classifier.kinds)
    expect(await again.predict(parts.test)).toEqual(await classifier.predict(parts.test))
    expect(await again.toSafetensors()).toEqual(bytes)
    expect((await again.evaluate(parts.test)).accuracy).toBe((await classifier.evaluate(parts.test)).accuracy)
  })

  test('gives the network to those who encode rows themselves', async () => {
    using network = await sequentialFromSafetensors(bytes)
    const { inputs } = encodeTable(classifier.recipe, parts.test, false)
    expect(await network.predict(inputs)).toEqual(await classifier.network.predict(inputs))
  })

  test('of a model without a recipe is refused, with what reads it', async () => {
    await expect(tableModelFromSafetensors(await classifier.network.toSafetensors())).rejects.toThrow(
      /sequentialFromSafetensors/,
    )
  })

  /** The file with another description, or other tensors. */
  const changed = (
    change: (json: { columns: Record<string, unknown>[]; target: Record<string, unknown> }) => void,
    tensors = {},
  ) => {
    const file = readSafetensors(bytes)
    const json = JSON.parse(file.metadata['wasmlp.table'] ?? '')
    change(json)
    const entries = new Map<string, unknown>([...file.tensors, ...Object.entries(tensors)])
    return writeSafetensors(
      entries as unknown as Iterable<
        Parameters<typeof writeSafetensors>[0] extends Iterable<infer Entry> ? Entry : never
      >,
      {
        ...file.metadata,
        'wasmlp.table': JSON.stringify(json),
      },
    )
  }
  const f64 = (...values: number[]) => ({
    dtype: 'F64',
    shape: [values.length],
    data: Float64Array.from(values),
  })

  test.each<[string, () => Uint8Array, RegExp]>([
    ['a newer schema', () => changed(json => Object.assign(json, { schema: 2 })), /use a newer wasmlp/],
    [
      'another encoding',
      () => changed(json => Object.assign(json.columns[1] ?? {}, { encoding: 'embedding' })),
      /knows no other/,
    ],
    [
      'a name twice',
      () => changed(json => Object.assign(json.columns[1] ?? {}, { names: ['a', 'a', 'b'] })),
      /"a" twice/,
    ],
    [
      'a column twice',
      () => changed(json => Object.assign(json.columns[1] ?? {}, { name: 'size' })),
      /"size" twice/,
    ],
    ['another width', () => changed(json => Object.assign(json.columns[1] ?? {}, { names: ['a'] })), /makes/],
    ['one class', () => changed(json => Object.assign(json.target, { classes: ['a'] })), /fewer than 2/],
    [
      'three classes',
      () => changed(json => Object.assign(json.target, { classes: ['a', 'b', 'c'] })),
      /2 outputs/,
    ],
    ['no number', () => changed(() => {}, { 'table.center': f64(Number.NaN, 0) }), /finite/],
    ['a scale of 0', () => changed(() => {}, { 'table.scale': f64(1, 0) }), /above 0/],
    ['a stray knot', () => changed(() => {}, { 'table.quantile': f64(1) }), /expected F64 \[0\]/],
    ['a longer tensor', () => changed(() => {}, { 'table.fill': f64(1, 0, 2) }), /expected F64 \[2\]/],
  ])('with %s is refused', async (_, make, message) => {
    const error = await tableModelFromSafetensors(make()).catch(error => error)
    expect(error).toBeInstanceOf(FormatError)
    expect(error.message).toMatch(message)
  })
})
