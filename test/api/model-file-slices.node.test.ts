// Reading a model file off the worker lets a page work in between.
import { beforeAll, beforeEach, expect, test, vi } from 'vitest'
import * as platform from '#platform'
import { dense, type Sequential, sequential, sequentialFromSafetensors } from '../../src/index.ts'

/** Weights of 7 steps of reading: that many in a row, and in many rows. */
const SIZES = [
  [450_000, 1],
  [1, 450_000],
  [600, 750],
] as const

const OPTIONS = { worker: false, threads: 1 } as const

beforeAll(async () => {
  // What is loaded with the first file waits, too.
  const model = await sequential([dense(1)], { inputSize: 1, ...OPTIONS })
  await model.loadSafetensors(await model.toSafetensors())
  model.dispose()
})

beforeEach(() => {
  let clock = 0
  vi.spyOn(performance, 'now').mockImplementation(() => (clock += 12)) // so that each step has taken too long
})

/** What work gives, and how often the event loop came round meanwhile. */
async function turnsOf<Result>(work: () => Promise<Result>): Promise<{ result: Result; turns: number }> {
  let turns = 0
  let isDone = false
  const count = async () => {
    for (; !isDone; ++turns) await platform.yieldToEventLoop()
  }
  const counting = count()
  const result = await work()
  isDone = true
  await counting
  return { result, turns }
}

/** As bytes, which compare fast. */
const weightsOf = async (model: Sequential) =>
  (await model.getParameters()).map(({ weights }) => Buffer.from(weights.buffer).toString('latin1'))

test.each(SIZES)('a model of %d inputs and %d units is read in many slices', async (inputSize, units) => {
  using model = await sequential([dense(units)], { inputSize, ...OPTIONS })
  const file = await model.toSafetensors()
  const { result, turns } = await turnsOf(() => sequentialFromSafetensors(file, OPTIONS))
  using again: Sequential = result
  expect(await weightsOf(again)).toEqual(await weightsOf(model))
  expect(turns).toBeGreaterThan(20) // copied, checked and transposed, in 7 steps each

  const other = await turnsOf(() => again.loadSafetensors(file))
  expect(other.turns).toBeGreaterThan(20)
  expect(await weightsOf(again)).toEqual(await weightsOf(model))
})
