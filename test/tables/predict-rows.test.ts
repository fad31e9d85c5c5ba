// Rows of a text predicted one after another: the same as those of a table, and bad ones alone.
import { beforeAll, describe, expect, test } from 'vitest'
import { ArgumentError } from '../../src/errors.ts'
import {
  type PredictedRow,
  parseTable,
  predictRows,
  sequentialFor,
  type TableModel,
} from '../../src/tables/index.ts'

let model: TableModel
beforeAll(async () => {
  const rows = Array.from({ length: 40 }, (_, i) => ({
    x: i / 40,
    colour: i % 3 ? 'red' : 'blue',
    y: i < 20 ? 'a' : 'b',
  }))
  const table = await parseTable(rows, { target: 'y' })
  model = await sequentialFor(table, { hidden: [6], seed: 1, worker: false, build: 'simd' })
})

async function all(...args: Parameters<typeof predictRows>): Promise<PredictedRow[]> {
  const found: PredictedRow[] = []
  for await (const row of predictRows(...args)) found.push(row)
  return found
}

test('predictions are those of the same rows as objects, whatever pieces the text comes in', async () => {
  const objects = Array.from({ length: 1500 }, (_, i) => ({
    colour: i % 2 ? 'red' : 'blue',
    id: `n${i}`,
    x: i / 1500,
  }))
  const wanted = await model.predict(objects)
  const lines = objects.map(({ colour, id, x }) => `${colour},${id},${x}`)
  const csv = `colour,id,x\n${lines.join('\n')}`
  const pieces = csv.match(/[\s\S]{1,997}/g) ?? []
  const json = objects.map(object => JSON.stringify(object))
  for (const text of [csv, pieces, json.join('\n'), `[${json.join()}]`]) {
    const found = await all(model, text, { keep: ['id'] })
    expect(found.map(({ prediction }) => prediction)).toEqual(wanted)
    expect(found.map(({ kept }) => kept.id)).toEqual(objects.map(({ id }) => id))
    expect(found.map(({ row }) => row)).toEqual(objects.map((_, i) => i + 1))
    const line = (i: number) => (text === csv || text === pieces ? i + 2 : i + 1)
    if (!String(text).startsWith('['))
      expect(found.map(({ line }) => line)).toEqual(objects.map((_, i) => line(i)))
  }
})

test('unknownBelow is that of predict', async () => {
  const text = 'x,colour\n0.1,red\nwide,red\n0.9,blue\n'
  const found = await all(model, text, { unknownBelow: 1 })
  expect(found.map(({ prediction }) => prediction?.class)).toEqual(['unknown', undefined, 'unknown'])
  await expect(all(model, text, { unknownBelow: 2 })).rejects.toThrow(
    /unknownBelow is 2: expected a probability/,
  )
})

test('rows that do not fit have problems, and leave the others alone', async () => {
  const text = 'x,colour,y\n0.1,red,?\nwide,red,\n,blue,z\n0.2,green,a\n0.9,red\n0.9,blue,b\n'
  const found = await all(model, text)
  expect(found.map(({ line, prediction }) => [line, prediction !== undefined])).toEqual([
    [2, true],
    [3, false],
    [4, false],
    [5, false],
    [6, false],
    [7, true],
  ])
  const problems = found.flatMap(({ problems }) => problems)
  expect(problems.map(({ column, row, line, value }) => [column, row, line, value])).toEqual([
    ['x', 2, 3, '"wide"'],
    ['x', 3, 4, undefined],
    ['colour', 4, 5, '"green"'],
    [undefined, 5, 6, undefined],
  ])
})

test('a line that is no JSON has a problem, and nothing to keep', async () => {
  const text = '{"x":0.1,"colour":"red","id":[1]}\n{"x":\n5\n{"x":0.9,"colour":"blue"}\n'
  const found = await all(model, text, { name: 'new.jsonl', format: 'jsonl', keep: ['id'] })
  expect(found.map(({ kept }) => kept)).toEqual([{ id: [1] }, ...Array(3).fill({ id: undefined })])
  expect(found.map(({ prediction }) => prediction !== undefined)).toEqual([true, false, false, true])
  expect(found.map(({ problems }) => problems.map(({ line, message }) => [line, message]))).toEqual([
    [],
    [[2, expect.stringMatching(/^new\.jsonl.*: expected objects such as/)]],
    [[3, 'is no plain object, such as { width: 3.5 }']],
    [],
  ])
  const [, second] = await all(model, text, { format: 'jsonl', keep: 'all' })
  expect(second?.kept).toEqual({})
})

test('keep: all', async () => {
  const [first] = await all(model, 'x;colour;"a;b"\n0,1;red;" c"\n', { keep: 'all' })
  expect(first?.kept).toEqual({ x: '0,1', colour: 'red', 'a;b': ' c' })
})

describe('what cannot be predicted', () => {
  test('columns of another table, and nothing', async () => {
    await expect(all(model, 'a,b\n1,2\n', { name: 'new.csv' })).rejects.toThrow(
      /^new\.csv has 2 problems: \(1\) column "x": is a column of the model and not of this table/,
    )
    await expect(all(model, '')).rejects.toThrow('the table: there are no rows of data')
    expect(await all(model, 'x,colour\n')).toEqual([])
  })

  test('wrong arguments', async () => {
    for (const [arguments_, message] of [
      [[{}, 'x'], 'predictRows got {  }: expected a model of a table'],
      [[model, 'x', { keep: 'x' }], `keep is "x": expected a list of columns, or 'all'`],
      [[model, 'x', { target: 'y' }], 'predictRows has no option target'],
      [[model, 'x,colour\n1,red', { keep: ['z'] }], 'keep names a column "z"'],
      [[model, 5], 'the table is of type Number: expected its text'],
    ] as const) {
      const error = await all(...(arguments_ as unknown as Parameters<typeof predictRows>)).catch(
        error => error,
      )
      expect(error).toBeInstanceOf(ArgumentError)
      expect(error.message).toContain(message)
    }
  })

  test('an aborted signal', async () => {
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(all(model, 'x,colour\n1,red', { signal })).rejects.toThrow('enough')
  })
})
