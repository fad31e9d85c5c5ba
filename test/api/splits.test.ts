// Stratified splits and folds: partitions that keep the classes' proportions.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Dataset, dataset, memoryUsage } from '../../src/index.ts'

/** Samples whose only value is their number, with the given labels. */
const numbered = (labels: number[]) =>
  dataset({ inputs: Float32Array.from(labels, (_, i) => i), inputSize: 1, labels })

const numbersOf = async (view: Dataset) => [...(await view.read()).inputs]
const ascending = (numbers: number[]) => numbers.toSorted((a, b) => a - b)
const everything = (length: number) => Array.from({ length }, (_, i) => i)

/** How many samples of each class a view has. */
async function countsOf(view: Dataset, classes: number): Promise<number[]> {
  const counts = Array.from({ length: classes }, () => 0)
  for (const label of (await view.read()).labels ?? []) counts[label] = (counts[label] ?? 0) + 1
  return counts
}

const labels = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 2, maxLength: 60 })
const seed = fc.integer({ min: 0, max: 0xffffffff })

describe('split, stratified', () => {
  test('is a partition of the right sizes, each class within one of its share, the same for the same seed', async () => {
    const fraction = fc.double({ min: 0.05, max: 0.95, noNaN: true })
    await fc.assert(
      fc.asyncProperty(labels, fraction, seed, async (labels, fraction, seed) => {
        const size = Math.round(fraction * labels.length)
        fc.pre(size > 0 && size < labels.length)
        using data = await numbered(labels)
        const parts = await data.split(fraction, { seed, stratify: true })
        const [first, second] = await Promise.all(parts.map(numbersOf))
        expect(first?.length).toBe(size)
        expect(ascending([...(first ?? []), ...(second ?? [])])).toEqual(everything(labels.length))
        const all = await countsOf(data, 5)
        const counts = await countsOf(parts[0], 5)
        for (const [label, count] of counts.entries()) {
          expect(Math.abs(count - ((all[label] ?? 0) * size) / labels.length)).toBeLessThan(1)
        }
        const again = await data.split(fraction, { seed, stratify: true })
        expect(await Promise.all(again.map(numbersOf))).toEqual([first, second])
      }),
    )
  })

  test('the largest remainders get the samples that are left, the smaller class first of equals', async () => {
    // Shares of 5 of 10: 2.5, 1.5, 1.
    using data = await numbered([0, 0, 0, 0, 0, 1, 1, 1, 2, 2])
    const [first, second] = await data.split(0.5, { stratify: true })
    expect(await countsOf(first, 3)).toEqual([3, 1, 1])
    expect(await countsOf(second, 3)).toEqual([2, 2, 1])
    // Shares of 4 of 10: 2.8, 0.8, 0.4.
    using other = await numbered([0, 0, 0, 0, 0, 0, 0, 1, 1, 2])
    expect(await countsOf((await other.split(0.4, { stratify: true }))[0], 3)).toEqual([3, 1, 0])
  })

  test('both parts are in a random order, and other seeds give other parts', async () => {
    using data = await numbered(Array.from({ length: 60 }, (_, i) => Math.floor(i / 30)))
    const parts = await Promise.all([1, 2].map(async seed => data.split(0.5, { seed, stratify: true })))
    const numbers = await Promise.all(parts.flat().map(numbersOf))
    for (const part of numbers) expect(part).not.toEqual(ascending(part))
    expect(ascending(numbers[0] ?? [])).not.toEqual(ascending(numbers[2] ?? []))
    const [first] = parts[0] ?? []
    const order = (await first?.read())?.labels ?? []
    expect([...order]).not.toEqual([...order].toSorted())
  })

  test('without it, parts are those of shuffle', async () => {
    using data = await numbered([0, 1, 0, 1, 0, 1, 0, 1])
    const shuffled = await numbersOf(await data.shuffle({ seed: 5 }))
    const parts = await Promise.all((await data.split(0.25, { seed: 5 })).map(numbersOf))
    expect(parts.flat()).toEqual(shuffled)
  })
})

describe('kFold', () => {
  test('folds are a partition of nearly equal sizes, each with the others as its training part', async () => {
    await fc.assert(
      fc.asyncProperty(
        labels,
        fc.integer({ min: 2, max: 9 }),
        seed,
        fc.boolean(),
        async (labels, k, seed, stratify) => {
          fc.pre(k <= labels.length)
          using data = await numbered(labels)
          const folds = await data.kFold(k, { seed, stratify })
          expect(folds.length).toBe(k)
          const validation = await Promise.all(folds.map(fold => numbersOf(fold.validation)))
          expect(ascending(validation.flat())).toEqual(everything(labels.length))
          const sizes = validation.map(({ length }) => length)
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
          for (const [i, { train }] of folds.entries()) {
            const both = [...(await numbersOf(train)), ...(validation[i] ?? [])]
            expect(ascending(both)).toEqual(everything(labels.length))
          }
          if (stratify) {
            const counts = await Promise.all(folds.map(fold => countsOf(fold.validation, 5)))
            for (let label = 0; label < 5; ++label) {
              const ofLabel = counts.map(count => count[label] ?? 0)
              expect(Math.max(...ofLabel) - Math.min(...ofLabel)).toBeLessThanOrEqual(1)
            }
          }
          const again = await data.kFold(k, { seed, stratify })
          expect(await Promise.all(again.map(fold => numbersOf(fold.validation)))).toEqual(validation)
        },
      ),
    )
  })

  test('folds of a slice have its samples only, and share the memory', async () => {
    using data = await numbered([0, 1, 0, 1, 0, 1, 0, 1])
    const { inUse } = await memoryUsage()
    const folds = await data.slice(2, 6).kFold(2, { stratify: true })
    expect((await memoryUsage()).inUse).toBe(inUse)
    const validation = await Promise.all(folds.map(fold => numbersOf(fold.validation)))
    expect(ascending(validation.flat())).toEqual([2, 3, 4, 5])
    expect(await Promise.all(folds.map(fold => countsOf(fold.validation, 2)))).toEqual([
      [1, 1],
      [1, 1],
    ])
  })

  test.each<[number, string]>([
    [0, '0'],
    [1, '1'],
    [5, '5'],
    [2.5, '2.5'],
    [Number.NaN, 'NaN'],
    ['2' as never, '"2"'],
  ])('kFold(%o) of 4 samples is refused', async (k, shown) => {
    using data = await numbered([0, 1, 0, 1])
    await expect(data.kFold(k)).rejects.toMatchObject({
      code: 'ERR_ARGUMENT',
      message: `kFold(${shown}) of 4 samples: expected a whole number of folds, 2 to the number of samples`,
    })
  })
})

test.each<[string, (data: Dataset) => Promise<unknown>]>([
  ['split', data => data.split(0.5, { stratify: true })],
  ['kFold', data => data.kFold(2, { stratify: true })],
])('%s of samples without labels cannot be stratified', async (call, run) => {
  using data = await dataset({ inputs: [[1], [2]] })
  await expect(run(data)).rejects.toMatchObject({
    code: 'ERR_ARGUMENT',
    message: expect.stringContaining(`${call} cannot stratify samples without labels`),
  })
})
