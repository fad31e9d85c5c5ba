// What a console shows of a data set and a model: in Node by console.log, elsewhere as text.
import { describe, expect, test } from 'vitest'
import { dataset, dense, sequential } from '../../src/index.ts'

const images = () => dataset({ inputs: new Uint8Array(12), imageShape: [2, 3], labels: [0, 2] })
const table = () => dataset({ inputs: [[1, 2, 3]], targets: [[4, 5]] })
const classifier = () =>
  sequential([dense(5, { activation: 'relu' }), dense(3, { activation: 'softmax' })], { inputSize: 6 })

describe('as text', () => {
  test('a data set: how many samples, of what', async () => {
    using pictures = await images()
    using rows = await table()
    expect(`${pictures}`).toBe('Dataset {"length":2,"inputSize":6,"imageShape":[2,3],"classes":3}')
    expect(`${pictures.slice(1)}`).toContain('{"length":1,')
    expect(`${rows}`).toBe('Dataset {"length":1,"inputSize":3,"targetSize":2}')
  })

  test('a model: its inputs and its layers', async () => {
    using model = await classifier()
    expect(`${model}`).toBe(`Sequential of 6 inputs\n${model.summary()}`)
    expect(`${model}`).toContain('total: 53 parameters')
  })

  test('likewise after dispose()', async () => {
    const [data, model] = [await images(), await classifier()]
    const before = [`${data}`, `${model}`]
    data.dispose()
    model.dispose()
    expect([`${data}`, `${model}`]).toEqual(before)
  })
})
