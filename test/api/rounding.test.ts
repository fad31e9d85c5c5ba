// Numbers beyond 2²⁴ that single precision takes for one: identifiers and times are not silently made equal.
import { describe, expect, test } from 'vitest'
import { type DatasetOptions, dataset, dense, sequential, streamingDataset } from '../../src/index.ts'

const TIMES = [1_700_000_000, 1_700_000_001, 1_700_000_002]

describe('different numbers of a column that become one', () => {
  test.each<[string, DatasetOptions]>([
    ['rows', { inputs: TIMES.map(time => [time]) }],
    ['rows that are typed', { inputs: TIMES.map(time => Float64Array.of(time)) }],
    ['double precision', { inputs: Float64Array.from(TIMES), inputSize: 1 }],
    ['32-bit integers', { inputs: Int32Array.from(TIMES), inputSize: 1 }],
    ['64-bit integers', { inputs: BigInt64Array.from(TIMES, BigInt), inputSize: 1 }],
  ])('are refused with their places: %s', async (_, options) => {
    await expect(dataset(options)).rejects.toMatchObject({
      code: 'ERR_ARGUMENT',
      message: expect.stringContaining(
        'inputs[1][0] is 1700000001, which in single precision is the same number as 1700000000 before it',
      ),
    })
  })

  test('beyond 2⁵³, as identifiers of 64 bits are', async () => {
    const inputs = BigUint64Array.of(1n, 2n ** 53n, 2n, 2n ** 53n + 1n)
    await expect(dataset({ inputs, inputSize: 2 })).rejects.toThrow(
      'inputs[1][1] is 9007199254740993, which in single precision is the same number as 9007199254740992',
    )
  })

  test('as targets, and in chunks', async () => {
    const inputs = [[1], [2], [3]]
    const targets = TIMES.map(time => [time])
    await expect(dataset({ inputs, targets })).rejects.toThrow('targets[1][0] is 1700000001')
    using model = await sequential([dense(1)], { inputSize: 1 })
    model.compile({ loss: 'meanSquaredError' })
    const stream = streamingDataset({ chunks: [{ inputs, targets }] })
    await expect(model.fit(stream)).rejects.toThrow('chunk 1: targets[1][0] is 1700000001')
  })
})

test.each<[string, DatasetOptions]>([
  ['stay apart', { inputs: [[1_700_000_001], [1_800_000_001], [34_567_891]] }],
  ['are equal', { inputs: [[1_700_000_001], [1_700_000_001]] }],
  ['are in other columns', { inputs: [[1_700_000_000, 1_700_000_001]] }],
  ['come in single precision', { inputs: Float32Array.from(TIMES), inputSize: 1 }],
  ['are not finite', { inputs: [[Number.POSITIVE_INFINITY], [1e39], [Number.NaN]] }],
])('numbers that %s are taken', async (_, options) => {
  using data = await dataset(options)
  expect((await data.read()).inputs).toEqual(
    Float32Array.from(
      Array.isArray(options.inputs) ? options.inputs.flat() : (options.inputs as Float32Array),
    ),
  )
})
