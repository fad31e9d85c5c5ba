// Labels as rows of zeros with a single one.
import { expect, test } from 'vitest'
import { dataset, oneHot } from '../../src/index.ts'

test.each([
  ['an array', [0, 2, 1]],
  ['bytes', Uint8Array.of(0, 2, 1)],
  ['bigints', BigInt64Array.of(0n, 2n, 1n)],
])('of %s', (_, labels) => {
  expect(oneHot(labels)).toEqual(Float32Array.of(1, 0, 0, 0, 0, 1, 0, 1, 0))
  expect(oneHot(labels, 4)).toEqual(Float32Array.of(1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0))
})

test('as targets', async () => {
  using data = await dataset({ inputs: [[5], [6]], targets: oneHot([1, 0], 2), targetSize: 2 })
  expect((await data.read()).targets).toEqual(Float32Array.of(0, 1, 1, 0))
})

test('of none', () => {
  expect(oneHot([])).toEqual(new Float32Array())
})

test.each([
  [[0, 3], 3, 'labels[1] is 3: expected a class below 3'],
  [[0, -1], 3, 'labels[1] is -1: expected a class 0, 1, 2, …'],
  [[0, 0.5], 3, 'labels[1] is 0.5'],
  [[0], 1.5, 'classes is 1.5: expected a whole number'],
  [[0], -1, 'classes is -1'],
])('%o among %d classes is refused', (labels, classes, message) => {
  expect(() => oneHot(labels, classes)).toThrow(message)
})

test.each<[string, unknown, string]>([
  ['nothing', null, 'labels is of type Null: expected an array of numbers'],
  ['a number', 5, 'labels is of type Number'],
  ['a text', '01', 'labels is of type String'],
  ['an object', {}, 'labels is of type Object'],
  ['texts', [0, '1'], 'labels[1] is "1": expected a class 0, 1, 2, …'],
])('labels that are %s are refused, also in a data set', async (_, labels, message) => {
  expect(() => oneHot(labels as never)).toThrow(message)
  if (labels !== null) {
    await expect(dataset({ inputs: [[1], [2]], labels: labels as never })).rejects.toThrow(message)
  }
})

test('more than linear memory takes is refused before it is allocated', () => {
  expect(() => oneHot([0, 2_000_000_000])).toThrow(
    expect.objectContaining({
      code: 'ERR_ALLOCATION',
      message: expect.stringContaining('oneHot of 2 labels and 2000000001 classes needs 16 GB'),
    }),
  )
})
