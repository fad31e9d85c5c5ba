// What `console.log` shows in Node.
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { dataset, dense, sequential } from '../../src/index.ts'

const samples = () => dataset({ inputs: [[0], [1]], labels: [0, 1] })

test.each([false, true])('a data set and a model show their text; worker: %s', async worker => {
  using data = await dataset({ inputs: [[0], [1]], labels: [0, 1], worker })
  using model = await sequential([dense(2, { activation: 'softmax' })], { inputSize: 1, worker })
  expect(inspect(data)).toBe('Dataset {"length":2,"inputSize":1,"classes":2}')
  expect(inspect({ data })).toBe('{ data: Dataset {"length":2,"inputSize":1,"classes":2} }')
  expect(inspect(model)).toBe(String(model))
})

test('a history is a table of its epochs, and plain data all the same', async () => {
  using data = await samples()
  using model = await sequential([dense(2, { activation: 'softmax' })], { inputSize: 1 })
  const history = await model.compile({}).fit(data, { epochs: 3, validationData: data })
  const [title, heading, ...rows] = inspect(history).split('\n')
  expect(title).toBe('History of 3 epochs')
  expect(heading?.trim().split(/ +/)).toEqual(Object.keys(history.epochs[0] ?? {}))
  expect(rows).toHaveLength(3)
  expect(new Set(rows.map(row => row.length))).toEqual(new Set([heading?.length]))
  for (const [i, row] of rows.entries()) {
    const [epoch, iterations, , loss] = row.trim().split(/ +/)
    expect([epoch, iterations]).toEqual([String(i + 1), '1'])
    expect(Number(loss)).toBeCloseTo(history.epochs[i]?.loss ?? Number.NaN, 4)
  }
  expect(Object.keys(history)).toEqual(['epochs'])
  expect(structuredClone(history)).toEqual(history)
  expect(JSON.parse(JSON.stringify(history))).toEqual(history)
})

test('a history of many epochs ends after 100', async () => {
  using data = await samples()
  using model = await sequential([dense(2, { activation: 'softmax' })], { inputSize: 1 })
  const lines = inspect(await model.compile({}).fit(data, { epochs: 103 })).split('\n')
  expect(lines).toHaveLength(103)
  expect(lines.at(-1)).toBe('… and 3 more')
})
