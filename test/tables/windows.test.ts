// Time series as windows: which values stand where, what is refused, and parts that never look ahead.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  fitRecipe,
  parseTable,
  sequentialFor,
  type Table,
  TableError,
  windows,
} from '../../src/tables/index.ts'

const DAY = 86_400_000
const dayOf = (i: number) => new Date(Date.UTC(2024, 0, 1) + i * DAY).toISOString().slice(0, 10)

/** Rows of two places, ten days each, mixed: the temperature of a is 0 to 9, that of b 100 to 109. */
const twoPlaces = () =>
  Array.from({ length: 20 }, (_, i) => {
    const [place, day] = [i % 2 ? 'a' : 'b', 9 - (i >> 1)]
    return { when: dayOf(day), place, t: (place === 'a' ? 0 : 100) + day }
  })

const tableOf = (rows: readonly object[], target = 't') =>
  parseTable(rows as Record<string, unknown>[], { target, kinds: { t: 'number' } })

const refused = (call: () => unknown): unknown => {
  try {
    return call()
  } catch (error) {
    return error
  }
}

describe('windows', () => {
  test('hold the past of their series, in the order of time', async () => {
    const table = windows(await tableOf(twoPlaces()), { past: 3, horizon: 2, by: 'place', time: 'when' })
    expect(table.kinds).toEqual({
      place: 'category',
      when: 'skip',
      't[-2]': 'number',
      't[-1]': 'number',
      't[0]': 'number',
      't[+1]': 'number',
      't[+2]': 'number',
    })
    expect(table.targets).toEqual(['t[+1]', 't[+2]'])
    expect(table.length).toBe(2 * (10 - 5 + 1))
    for (const row of table.toObjects()) {
      const now = Number(row['t[0]'])
      expect(row).toEqual({
        place: now < 50 ? 'a' : 'b',
        when: new Date(`${dayOf(now % 100)}T00:00Z`).toISOString(),
        't[-2]': now - 2,
        't[-1]': now - 1,
        't[0]': now,
        't[+1]': now + 1,
        't[+2]': now + 2,
      })
    }
  })

  test('are of the rows as they stand where no column tells the time, and of the columns that are named', async () => {
    const table = await tableOf(
      Array.from({ length: 5 }, (_, i) => ({ t: i, sun: i % 2 === 0, wind: `w${i % 2}` })),
    )
    expect(windows(table, { past: 2, columns: ['sun', 'wind'] }).toObjects()[1]).toEqual({
      'sun[-1]': false,
      'sun[0]': true,
      'wind[-1]': 'w1',
      'wind[0]': 'w0',
      't[+1]': 3,
    })
    expect(Object.keys(windows(table, { past: 1 }).kinds)).toEqual(['t[0]', 'sun[0]', 'wind[0]', 't[+1]'])
  })

  test('latest: the end of each series, to predict what is not known', async () => {
    const options = { past: 3, by: 'place', time: 'when' }
    const table = await tableOf(twoPlaces())
    const model = await sequentialFor(windows(table, options), { hidden: [], seed: 1 })
    const latest = windows(table, { ...options, latest: true })
    expect(latest.targets).toEqual([])
    expect(latest.toObjects().map(row => [row.place, row['t[-2]'], row['t[0]']])).toEqual([
      ['b', 107, 109],
      ['a', 7, 9],
    ])
    const predictions = await model.predict(latest)
    expect(predictions.map(({ values }) => Object.keys(values ?? {}))).toEqual([['t[+1]'], ['t[+1]']])
    // The same as of plain objects.
    expect(await model.predict(latest.toObjects())).toEqual(predictions)
  })

  test('a rule of the past is learnt, and classes are targets as well', async () => {
    const rows = Array.from({ length: 120 }, (_, i) => ({
      t: Math.round(Math.sin(i) * 100),
      next: i % 3 ? 'wet' : 'dry',
    }))
    const table = windows(await tableOf(rows, 'next'), { past: 3 })
    const { train, test } = await table.split({ test: 0.25 })
    const model = await sequentialFor(train, { hidden: [8], seed: 1 })
    await model.fit(train, { epochs: 60 })
    expect((await model.evaluate(test)).accuracy).toBe(1)
  })

  test('a table of no rows of a series long enough is refused', async () => {
    const table = await tableOf(twoPlaces())
    const options = { by: 'place', time: 'when' }
    expect(() => windows(table, { ...options, past: 10 })).toThrow(
      'no series of the table has 11 rows in all, the past and the horizon together: of 20 rows, use a smaller past',
    )
    expect(windows(table, { ...options, past: 9 }).length).toBe(2)
    expect(() => windows(table, { ...options, past: 11, latest: true })).toThrow(
      'the series "b" ends with 10 rows without a gap: expected at least 11, the past',
    )
  })
})

describe('what is wrong', () => {
  test.each<[object, string]>([
    [{ past: 0 }, 'past is 0: expected a whole number of rows, 1 or more'],
    [{ past: 1.5 }, 'past is 1.5: expected a whole number of rows, 1 or more'],
    [{ past: 2, horizon: 0 }, 'horizon is 0: expected a whole number of rows, 1 or more'],
    [{ past: 2, gaps: 'skip' }, "gaps is \"skip\": expected 'refuse', 'leaveOut' or 'keep'"],
    [{ past: 2, by: 'place' }, 'by needs time, the column that orders the rows of all series: give it'],
    [{ past: 2, time: 'place' }, 'time is of the kind category: expected a column of dates or numbers'],
    [{ past: 2, time: 'wen' }, '"wen" is no column of the table: expected one of'],
    [{ past: 2, columns: [] }, "columns is []: expected a list of names, such as ['load']"],
    [{ past: 2, by: 7 }, 'by is 7: expected a column, or a list'],
  ])('%o', async (options, message) => {
    const table = await tableOf(twoPlaces())
    expect(() => windows(table, options as { past: number })).toThrow(message)
  })

  test('a table without a target, of classes for many rows ahead, and of windows already', async () => {
    const rows = twoPlaces()
    expect(() => windows(42 as unknown as Table, { past: 1 })).toThrow('windows got 42: expected a table')
    const none = await parseTable(rows)
    expect(() => windows(none, { past: 1 })).toThrow('the table has no target')
    const classes = await tableOf(rows, 'place')
    expect(() => windows(classes, { past: 1, horizon: 2 })).toThrow(
      'horizon is 2, and the target "place" is of classes: expected 1, or numbers',
    )
    const once = windows(classes, { past: 1 })
    expect(() => windows(once, { past: 1 })).toThrow('the table is of windows already: make them of its rows')
    const texts = await parseTable(rows, { target: 't', kinds: { t: 'number', place: 'skip' } })
    expect(() => windows(texts, { past: 1, columns: ['place'] })).toThrow(
      'the column "place" is of the kind skip',
    )
  })

  test('times that are missing or twice, and series without a name: all in one report, with their rows', async () => {
    const rows: Record<string, unknown>[] = twoPlaces()
    Object.assign(rows[2] ?? {}, { when: null })
    Object.assign(rows[4] ?? {}, { place: null })
    Object.assign(rows[7] ?? {}, { when: dayOf(5) })
    const table = await tableOf(rows)
    const error = refused(() => windows(table, { past: 2, by: 'place', time: 'when', gaps: 'keep' }))
    expect(error).toBeInstanceOf(TableError)
    expect(
      (error as TableError).problems.map(({ column, row, message }) => [column, row, message.split(':')[0]]),
    ).toEqual([
      ['place', 5, 'there is no value that tells the series'],
      ['when', 3, 'there is no time'],
      ['when', 10, 'is a time that another row of its series has'],
    ])
  })
})

describe('gaps', () => {
  /** Days 0 to 4 and 8 to 12. */
  const gap = () => tableOf([0, 1, 2, 3, 4, 8, 9, 10, 11, 12].map(day => ({ when: dayOf(day), t: day })))

  test('are an error unless something else is asked for', async () => {
    const table = await gap()
    const error = refused(() => windows(table, { past: 2, time: 'when' })) as TableError
    expect(error.message).toBe(
      'the table: column "when", row 6: "2024-01-09T00:00:00.000Z" lies behind a gap, more than 1.5 times the median step: ' +
        "fill the gap with rows, or set gaps: 'leaveOut' or 'keep'",
    )
    const left = windows(table, { past: 2, time: 'when', gaps: 'leaveOut' })
    expect(left.toObjects().map(row => row['t[0]'])).toEqual([1, 2, 3, 9, 10, 11])
    const kept = windows(table, { past: 2, time: 'when', gaps: 'keep' })
    expect(kept.toObjects().map(row => row['t[0]'])).toEqual([1, 2, 3, 4, 8, 9, 10, 11])
    expect(() => windows(table, { past: 5, time: 'when', gaps: 'leaveOut' })).toThrow(
      'has 6 rows without a gap',
    )
  })

  test('months of different lengths are none', async () => {
    const months = Array.from({ length: 24 }, (_, i) => ({
      when: `${2023 + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, '0')}-01`,
      t: i,
    }))
    expect(windows(await tableOf(months), { past: 12, time: 'when' }).length).toBe(12)
  })
})

describe('parts in time', () => {
  const options = fc.record({
    days: fc.integer({ min: 30, max: 60 }),
    places: fc.integer({ min: 1, max: 4 }),
    past: fc.integer({ min: 1, max: 4 }),
    horizon: fc.integer({ min: 1, max: 3 }),
    folds: fc.integer({ min: 2, max: 3 }),
  })

  /** Each value is the day; places begin on different days. */
  const seriesOf = async ({
    days,
    places,
    past,
    horizon,
  }: {
    days: number
    places: number
    past: number
    horizon: number
  }) => {
    const rows = Array.from({ length: places }, (_, place) =>
      Array.from({ length: days - place }, (_, i) => ({
        when: dayOf(i + place),
        place: `p${place}`,
        t: i + place,
      })),
    ).flat()
    // No order of the file's rows matters.
    rows.sort((a, b) => ((a.t * 7 + a.place.length) % 11) - ((b.t * 7 + b.place.length) % 11))
    return windows(await tableOf(rows), { past, horizon, by: 'place', time: 'when' })
  }

  const days = (table: Table, lag: number) => table.toObjects().map(row => Number(row[`t[+${lag}]`]))
  const first = (table: Table) => Math.min(...days(table, 1))
  const last = (table: Table, horizon: number) => Math.max(...days(table, horizon))

  test('no target of an earlier part lies at or behind one of a later part', async () => {
    await fc.assert(
      fc.asyncProperty(options, async choice => {
        const table = await seriesOf(choice)
        const { train, validation, test } = await table.split({ validation: 0.25, test: 0.25 })
        expect(last(train, choice.horizon)).toBeLessThan(first(validation))
        expect(last(validation, choice.horizon)).toBeLessThan(first(test))
        expect(test.length).toBeGreaterThanOrEqual(Math.round(table.length * 0.25))
        const folds = await table.kFold(choice.folds)
        for (const [i, fold] of folds.entries()) {
          expect(last(fold.train, choice.horizon)).toBeLessThan(first(fold.validation))
          const next = folds[i + 1]
          if (next) expect(first(fold.validation)).toBeLessThan(first(next.validation))
        }
      }),
      { numRuns: 60 },
    )
  })

  test('statistics are of the training rows alone', async () => {
    const table = await seriesOf({ days: 40, places: 1, past: 1, horizon: 1 })
    const { train } = await table.split({ test: 0.5 })
    const [column] = fitRecipe(train).columns.filter(({ name }) => name === 't[0]')
    expect(column).toMatchObject({ center: (0 + (train.length - 1)) / 2 })
  })

  test('a slice of windows is divided by time as well, and chance is refused', async () => {
    const table = await seriesOf({ days: 30, places: 2, past: 2, horizon: 1 })
    const { train, test } = await table.slice(0, 20).split({ test: 0.5 })
    expect(last(train, 1)).toBeLessThan(first(test))
    await expect(table.split({ test: 0.5, seed: 1 })).rejects.toThrow(
      'seed is for parts that are drawn, and windows are divided by time: leave it out',
    )
    await expect(table.kFold(2, { stratify: false })).rejects.toThrow('stratify is for parts that are drawn')
  })

  test('parts that would be empty are refused', async () => {
    const table = await seriesOf({ days: 12, places: 1, past: 2, horizon: 6 })
    await expect(table.split({ test: 0.5 })).rejects.toThrow('no targets are left for train')
    await expect(table.kFold(2)).rejects.toThrow('fold 1 of 2 has no windows to train on, of 5')
  })
})
