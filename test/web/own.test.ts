// The visitor's own data: what is understood of a table, what a network learns of it, and what is kept of both.
import { beforeEach, describe, expect, test } from 'vitest'
import { sequentialFromSafetensors } from 'wasmlp'
import { loadCsv, parseCsv } from 'wasmlp/data'
import { sequentialFromLayersModel, sequentialFromOnnx } from 'wasmlp/formats'
import * as ask from '../../src/web/chapters/own/ask.model.ts'
import { TableView } from '../../src/web/chapters/own/columns.ts'
import * as keep from '../../src/web/chapters/own/keep.model.ts'
import * as learning from '../../src/web/chapters/own/learning.model.ts'
import * as pictures from '../../src/web/chapters/own/pictures.model.ts'
import { SHAPES, shapePicture } from '../../src/web/chapters/own/sample-pictures.ts'
import { fruitTable } from '../../src/web/chapters/own/sample-table.ts'
import type { TableDescription } from '../../src/web/chapters/own/subject.ts'
import * as table from '../../src/web/chapters/own/table.model.ts'
import { decodeTable, delimiterOf, recordsOf } from '../../src/web/chapters/own/table-text.ts'
import { fruit } from '../../src/web/chapters/own/texts.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)
const read = async (text: string, name = 'table.csv') => {
  const bytes = bytesOf(text)
  await table.readTable(name, bytes.length, async () => bytes.buffer)
}
const column = (name: string) => table.table.value?.columns.find(column => column.name === name)

beforeEach(() => {
  learning.showLearned(undefined)
  learning.seed.value = 1
  learning.targetEpochs.value = 60
  learning.hiddenLayers.value = 1
})

describe('a table', () => {
  test('is understood: numbers, categories, what is missing, and what tells nothing', async () => {
    const rows = Array.from({ length: 60 }, (_, i) =>
      [
        i + 1,
        (i * 7) % 10,
        ['red', 'blue', ''][i % 3],
        `text ${i}`,
        i % 5 ? 1.5 * i : 'NA',
        i % 2 ? 'yes' : 'no',
      ].join(),
    )
    await read(`id,digit,colour,note,size,bought\n${rows.join('\n')}\n`)
    expect(table.readState.value).toEqual({ is: 'read' })
    expect(table.table.value?.columns.map(({ name, kind, missing }) => [name, kind, missing])).toEqual([
      ['id', 'rows', 0],
      ['digit', 'number', 0],
      ['colour', 'category', 20],
      ['note', 'text', 0],
      ['size', 'number', 12],
      ['bought', 'category', 0],
    ])
    expect(table.uses.value).toEqual(['out', 'number', 'category', 'out', 'number', 'category'])
    expect([table.targetColumn.value?.name, table.targetAs.value]).toEqual(['bought', 'classes'])
    expect(column('size')?.numbers).toEqual({ least: 1.5, most: 88.5, areWhole: false })
    expect(table.table.value?.head[0]).toEqual(['1', '0', 'red', 'text 0', 'NA', 'no'])
  })

  test.each([
    ['a,b\n1,2\n3,4\n', ','],
    ['a;b\n1,5;2\n3,5;4\n', ';'],
    ['a\tb\n1\t2\n', '\t'],
    ['a|b\n1|2\n', '|'],
    ['"a,b";c\n"1,2";3\n', ';'],
    ['a\n1\n', ','],
  ])('%j: its delimiter', (text, delimiter) => {
    expect(delimiterOf(text)).toBe(delimiter)
  })

  test('is cut into records, whatever its length', async () => {
    const long = `"${'x'.repeat(150_000)}\n"`
    const text = `a,b\n${'1,2\n'.repeat(40_000)}${long},3\n4,5`
    const records: string[][] = []
    for await (const some of recordsOf(text, ',')) records.push(...some)
    expect(records).toHaveLength(40_003)
    expect([records[40_001]?.[0]?.length, records.at(-1)]).toEqual([150_001, ['4', '5']])
  })

  test('in a Korean encoding is read', async () => {
    // 과일,무게 in EUC-KR.
    const bytes = Uint8Array.of(0xb0, 0xfa, 0xc0, 0xcf, 0x2c, 0xb9, 0xab, 0xb0, 0xd4, 0x0d, 0x0a)
    expect(await decodeTable(bytes, 'fruit.csv')).toEqual({ text: '과일,무게\n', encoding: 'euc-kr' })
  })

  test('without a head has numbered columns', async () => {
    await read('1,2,a\n3,4,b\n')
    expect(table.table.value?.hasHeader).toBe(false)
    expect(table.table.value?.columns.map(({ name }) => name)).toEqual(['0', '1', '2'])
    expect(table.optionsOf().header).toBe(false)
  })

  test.each([
    ['no rows', 'a,b\n', /no rows of data/],
    ['rows of other lengths', 'a,b\n1,2\n3\n', /line 3: the row has 1 fields, but the first row has 2/],
    ['one column', 'a\n1\n', /has 1 column/],
    ['an open quote', 'a,b\n"1,2\n3,4\n', /quote/],
  ])('%s: says what is wrong, and leaves the one before', async (_, text, reason) => {
    await read('a,b\n1,2\n3,4\n', 'before.csv')
    await read(text)
    expect(table.readState.value).toMatchObject({ is: 'failed', reason: expect.stringMatching(reason) })
    expect(table.table.value?.name).toBe('before.csv')
  })

  test.each([
    ['gzipped', Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0, 0)],
    ['a picture', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0xff)],
  ])('that is none (%s): says so', async (_, bytes) => {
    await table.readTable('file', bytes.length, async () => bytes.buffer)
    expect(table.readState.value.is).toBe('failed')
  })

  test('too large for the page is not read', async () => {
    await table.readTable('huge.csv', 60e6, () => Promise.reject(new Error('it was read')))
    expect(table.readState.value).toMatchObject({ is: 'failed', bytes: 60e6 })
  })

  test('numbers as classes are those that occur', async () => {
    await read('x,y\n1,10\n2,20\n3,10\n4,20\n')
    expect(table.targetAs.value).toBe('classes')
    const subject = await table.tableSubject(1)
    expect(subject.description.classes).toEqual(['10', '20'])
    subject.train.dispose()
  })

  test('the sample is the same each time, and lacks five values', () => {
    const text = fruitTable(fruit.value)
    expect(text).toBe(fruitTable(fruit.value))
    const view = new TableView()
    view.take(
      text
        .trim()
        .split('\n')
        .map(line => line.split(',')),
    )
    expect(view.rows).toBe(240)
    expect(view.columns().map(({ kind, missing }) => [kind, missing])).toEqual([
      ['number', 0],
      ['number', 0],
      ['number', 5],
      ['category', 0],
      ['category', 0],
    ])
  })
})

describe('learning', () => {
  const learn = () => learning.learn(table.tableSubject)

  test('classes: right, tested on others, the same each time; a row by hand is answered', async () => {
    await read(fruitTable(fruit.value))
    await learn()
    const first = learning.learned.value
    expect(learning.state.value.is).toBe('learned')
    expect(first?.test?.accuracy).toBeGreaterThan(0.85)
    expect(first?.test).toMatchObject({ samples: 47, leftOut: 5 })
    expect(first?.test?.baseline).toBeLessThan(0.5)
    expect(learning.epochs.value).toHaveLength(60)
    await expect.poll(() => ask.answer.value?.length).toBe(4)

    ask.change(0, '110')
    ask.change(1, '5.8')
    ask.change(2, '4.4')
    ask.change(3, 'yellow')
    await expect
      .poll(() => ask.answer.value?.indexOf(Math.max(...(ask.answer.value ?? []))))
      .toBe(first?.description.classes?.indexOf('lemon'))
    expect(ask.really.value).toBeUndefined()
    ask.change(0, 'heavy')
    await expect.poll(() => ask.fault.value).toMatch(/heavy/)

    const accuracy = first?.test?.loss
    await learn()
    expect(learning.learned.value?.test?.loss).toBe(accuracy)
  })

  test('is paused, goes on, and is ended with what it has learned so far', async () => {
    await read(fruitTable(fruit.value))
    learning.targetEpochs.value = 1000
    const learned = learn()
    await expect.poll(() => learning.epochs.value.length).toBeGreaterThan(2)
    learning.togglePause()
    expect(learning.isPaused.value).toBe(true)
    learning.togglePause()
    expect(learning.isPaused.value).toBe(false)
    learning.endHere()
    await learned
    expect(learning.state.value).toEqual({ is: 'learned' })
    expect(learning.epochs.value.length).toBeLessThan(1000)
    expect(learning.learned.value?.test?.samples).toBe(47)
  })

  test('a number far from 0: predicted in its own unit', async () => {
    const rows = Array.from({ length: 200 }, (_, i) => {
      const [a, b] = [Math.sin(13 * i), Math.cos(7 * i)]
      return [a.toFixed(3), b.toFixed(3), (50_000 + 9000 * a - 4000 * b).toFixed(0)].join()
    })
    await read(`a,b,price\n${rows.join('\n')}`)
    expect(table.targetAs.value).toBe('number')
    await learn()
    const { test } = learning.learned.value ?? {}
    expect(test?.r2).toBeGreaterThan(0.98)
    expect(test?.meanAbsoluteError).toBeLessThan(1000)
    expect(test?.baseline).toBeGreaterThan(3000)
    expect(test?.pairs).toHaveLength(40)
    await expect.poll(() => ask.answer.value?.[0]).toBeGreaterThan(20_000)
  })

  test('says what the package says of data that it cannot use', async () => {
    await read('a,b\n1,x\n2,y\n')
    await learn()
    expect(learning.state.value.is).toBe('failed')
    expect(learning.learned.value).toBeUndefined()
  })

  test('what is written is read again, and predicts the same; the description reads another table', async () => {
    await read(fruitTable(fruit.value))
    await learn()
    const { model, description } = learning.learned.value ?? {}
    if (!model || description?.kind !== 'table') throw new Error('nothing was learned')
    keep.name.value = 'my fruit'
    const files = async (format: keep.Format) => {
      const written = await keep.filesOf(format)
      return Promise.all(
        written.map(async ({ name, bytes }) => ({ name, bytes: await new Blob([bytes]).arrayBuffer() })),
      )
    }
    const text = (bytes: ArrayBuffer) => new TextDecoder().decode(bytes)
    const [safetensors] = await files('safetensors')
    const [onnx] = await files('onnx')
    const [json, weights] = await files('layersModel')
    const [columns] = await files('columns')
    if (!safetensors || !onnx || !json || !weights || !columns) throw new Error('a file is missing')
    expect([safetensors, onnx, json, weights, columns].map(({ name }) => name)).toEqual([
      'my-fruit.safetensors',
      'my-fruit.onnx',
      'my-fruit.model.json',
      'my-fruit.weights.bin',
      'my-fruit.description.json',
    ])
    const { options } = JSON.parse(text(columns.bytes)) as TableDescription
    const another = await parseCsv('weight,diameter,sugar,colour,fruit\n110,5.8,4.4,yellow,lemon\n', options)
    expect(another.inputNames).toEqual(description.inputNames)
    const expected = await model.predict(another.inputs)
    for (const copy of [
      await sequentialFromSafetensors(new Uint8Array(safetensors.bytes)),
      await sequentialFromOnnx(new Uint8Array(onnx.bytes)),
      await sequentialFromLayersModel({ modelJson: JSON.parse(text(json.bytes)), weightData: weights.bytes }),
    ]) {
      expect(await copy.predict(another.inputs)).toEqual(expected)
      copy.dispose()
    }
    expect(loadCsv).toBeTypeOf('function') // which the description is for
  })
})

describe('pictures', () => {
  test('are scaled by means, in grey or three colours', () => {
    const side = pictures.MASTER_SIDE
    const master = new Uint8Array(side * side * 3)
    // The left half is red.
    for (let i = 0; i < side * side; ++i) if (i % side < side / 2) master[i * 3] = 255
    const grey = pictures.scaledPixels(master, 16, false)
    expect([grey.length, grey[0], grey[15]]).toEqual([256, 76, 0])
    const colored = pictures.scaledPixels(master, 32, true)
    expect([...colored.subarray(0, 3), ...colored.subarray(93, 96)]).toEqual([255, 0, 0, 0, 0, 0])
  })

  test('those that cannot be decoded are named, and those beyond the most left out', async () => {
    pictures.showPictures([])
    const file = (name: string) => Object.assign(new Blob([name]), { name })
    const decode = async (blob: Blob) => {
      if ((await blob.text()) === 'bad.txt') throw new Error('no picture')
      return new Uint8Array(pictures.MASTER_SIDE ** 2 * 3)
    }
    const files = ['1.png', 'bad.txt', '2.png'].map(name => ({ file: file(name), className: 'cat' }))
    await pictures.addPictures(files, decode)
    expect([pictures.pictures.value.length, pictures.refused.value]).toEqual([2, ['bad.txt']])
    expect(pictures.canLearn.value).toBe(false)
    await pictures.addPictures(
      files.slice(0, 2).map(({ file }) => ({ file, className: 'dog' })),
      decode,
    )
    expect(pictures.classes.value.map(([name, { length }]) => [name, length])).toEqual([
      ['cat', 2],
      ['dog', 1],
    ])
  })

  test('of shapes are learned', async () => {
    pictures.showPictures(
      Array.from({ length: 40 }, (_, i) =>
        SHAPES.map(shape => ({ className: shape, pixels: shapePicture(shape, i) })),
      ).flat(),
    )
    pictures.side.value = 16
    expect(pictures.canLearn.value).toBe(true)
    learning.targetEpochs.value = 40
    learning.learningRate.value = 0.003
    await learning.learn(pictures.picturesSubject)
    expect(learning.state.value).toEqual({ is: 'learned' })
    expect(learning.learned.value?.test).toMatchObject({ samples: 24 })
    expect(learning.learned.value?.test?.accuracy).toBeGreaterThan(0.6)
  })
})
