// `wasmlp predict`: PNG files of several kinds and raw bytes.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encode } from 'fast-png'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dense, normalization, sequential } from '../../src/index.ts'
import { joinChunks } from '../support/encode-png.ts'
import { failureEvent, parseLines, quadrantImage, runCli, SIDE, writeQuadrants } from '../support/run-cli.ts'

let directory: string
let model: string
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'wasmlp-predict-'))
  model = join(directory, 'model.safetensors')
  const data = writeQuadrants(directory)
  await runCli(
    ...['train', '--data', data, '--hidden', '6', '--epochs', '20', '--batch-size', '10', '--out', model],
  )
})
afterAll(() => rmSync(directory, { recursive: true }))

function write(name: string, bytes: Uint8Array): string {
  const path = join(directory, name)
  writeFileSync(path, bytes)
  return path
}

const square = { width: SIDE, height: SIDE }
const bytesOf = (label: number) => Uint8Array.from(quadrantImage(label))

/** The same picture in many kinds of PNG; each is `invert`ed: dark on white. */
function kinds(label: number, invert: boolean): [name: string, png: Uint8Array][] {
  const grey = bytesOf(label).map(value => (invert ? 255 - value : value))
  const lit = bytesOf(label).map(value => (value >= 200 ? 255 : 0))
  const ink = invert ? 0 : 255
  const repeat = (count: number) =>
    Uint8Array.from(grey.length * count === 0 ? [] : [...grey].flatMap(value => Array(count).fill(value)))
  const larger = Uint8Array.from({ length: 9 * grey.length }, (_, i) => {
    const [y, x] = [Math.floor(i / (3 * SIDE)), i % (3 * SIDE)]
    return grey[Math.floor(y / 3) * SIDE + Math.floor(x / 3)] ?? 0
  })
  const withAlpha = (colours: number) =>
    Uint8Array.from([...lit].flatMap(alpha => [...Array(colours).fill(ink), alpha]))
  const palette = Array.from({ length: 256 }, (_, i) => [i, i, i])
  const packed = Uint8Array.from({ length: SIDE }, (_, y) =>
    [...lit.subarray(y * SIDE, (y + 1) * SIDE)].reduce(
      (bits, value) => (bits << 1) | Number((value === 255) !== invert),
      0,
    ),
  )
  return [
    ['grey', encode({ ...square, data: grey, channels: 1 })],
    [
      'grey16',
      encode({ ...square, data: Uint16Array.from(grey, value => value * 257), channels: 1, depth: 16 }),
    ],
    ['grey1', encode({ ...square, data: packed, channels: 1, depth: 1 })],
    ['colour', encode({ ...square, data: repeat(3), channels: 3 })],
    ['palette', encode({ ...square, data: grey, channels: 1, palette })],
    ['grey-alpha', encode({ ...square, data: withAlpha(1), channels: 2 })],
    ['colour-alpha', encode({ ...square, data: withAlpha(3), channels: 4 })],
    ['interlaced', encode({ ...square, data: grey, channels: 1 }, { interlace: 'Adam7' })],
    ['larger', encode({ width: 3 * SIDE, height: 3 * SIDE, data: larger, channels: 1 })],
  ]
}

describe.each([
  ['light on black', false],
  ['dark on white', true],
])('%s', (_, invert) => {
  test('every kind of PNG', async () => {
    const label = 2
    const images = kinds(label, invert).map(([name, png]) => write(`${name}-${invert}.png`, png))
    const { code, stdout, stderr } = await runCli(
      ...['predict', model, ...images, '--json', ...(invert ? ['--invert'] : [])],
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const lines = parseLines(stdout)
    expect(lines.map(({ image, digit }) => [image, digit])).toEqual(images.map(image => [image, label]))
    for (const line of lines) {
      expect(Object.keys(line)).toEqual(['event', 'image', 'digit', 'probabilities'])
      const probabilities = line.probabilities as number[]
      expect(probabilities).toHaveLength(4)
      expect(probabilities.reduce((sum, value) => sum + value)).toBeCloseTo(1, 5)
      expect(probabilities.indexOf(Math.max(...probabilities))).toBe(label)
    }
  })

  test('raw bytes give what a PNG of them gives', async () => {
    const raw = bytesOf(3).map(value => (invert ? 255 - value : value))
    const images = [write('3.raw', raw), write('3.png', encode({ ...square, data: raw, channels: 1 }))]
    const flags = invert ? ['--invert'] : []
    const { stdout } = await runCli('predict', model, ...images, '--json', ...flags)
    const [fromRaw, fromPng] = parseLines(stdout)
    expect(fromRaw?.probabilities).toEqual(fromPng?.probabilities)
    expect(fromRaw?.digit).toBe(3)
  })
})

test('text: a heading and a line for each image, without control characters', async () => {
  const images = [0, 1].map(label => write(`${label}.raw`, bytesOf(label)))
  const { code, stdout, stderr } = await runCli('predict', model, ...images)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const [heading, ...lines] = stdout.trimEnd().split('\n')
  expect(heading).toMatch(/^image +digit +0 +1 +2 +3$/)
  expect(lines).toHaveLength(2)
  for (const [label, image] of images.entries()) {
    const line = lines[label] ?? ''
    expect(line.startsWith(`${image} `)).toBe(true)
    expect(line.slice(image.length)).toMatch(new RegExp(`^ +${label}( [01]\\.\\d{3}){4}$`))
  }
})

test('a model that ends in logSoftmax: probabilities all the same', async () => {
  const outputs: number[][] = []
  for (const activation of ['softmax', 'logSoftmax'] as const) {
    using classifier = await sequential([dense(4, { activation })], { inputSize: SIDE * SIDE, seed: 3 })
    const path = write(`${activation}.safetensors`, await classifier.toSafetensors())
    const { stdout } = await runCli('predict', path, write('1.raw', bytesOf(1)), '--json')
    outputs.push(parseLines(stdout).flatMap(line => line.probabilities as number[]))
  }
  const [probabilities = [], exponentials = []] = outputs
  expect(exponentials.length).toBe(4)
  for (const [i, value] of exponentials.entries())
    expect(value).toBeCloseTo(probabilities[i] ?? Number.NaN, 6)
})

describe('failures', () => {
  const failure = async (...args: string[]) => {
    const { code, stdout, stderr } = await runCli('predict', ...args)
    expect(stderr).toMatch(/^wasmlp: [^\n]*\n$/)
    expect(code).toBe(1)
    return { stdout, sentence: stderr.slice('wasmlp: '.length, -1) }
  }

  test('no such image', async () => {
    const { stdout, sentence } = await failure(model, 'missing.png')
    expect(sentence).toBe('missing.png cannot be read: no such file or directory')
    expect(stdout).toBe('')
  })

  test('the image before the model', async () => {
    const png = write('first.png', encode({ ...square, data: bytesOf(1), channels: 1 }))
    expect((await failure(png, model)).sentence).toBe(
      `${png} is a PNG image, expected a model file: from "wasmlp train --out", ONNX, or TensorFlow.js (model.json)`,
    )
  })

  test('a directory without images', async () => {
    const empty = mkdtempSync(join(directory, 'empty-'))
    expect((await failure(model, empty)).sentence).toBe(`${empty} has no PNG or JPEG file`)
  })

  test('--strict, a file of another size: the images before it are answered', async () => {
    const good = write('good.raw', bytesOf(1))
    const bad = write('bad.raw', new Uint8Array(10))
    const { stdout, sentence } = await failure(model, '--json', '--strict', good, bad, good)
    expect(sentence).toContain(`${bad} is neither a PNG nor as many raw bytes`)
    expect(parseLines(stdout)).toEqual([
      expect.objectContaining({ image: good, digit: 1 }),
      failureEvent(`wasmlp: ${sentence}`),
    ])
  })

  test('a PNG cut short', async () => {
    const png = encode({ ...square, data: bytesOf(1), channels: 1 })
    const path = write('cut.png', png.subarray(0, png.length - 20))
    expect((await failure(model, path)).sentence).toBe(`${path} is a truncated PNG`)
  })

  test('a PNG that says it is huge', async () => {
    const header = new DataView(new ArrayBuffer(13))
    header.setUint32(0, 10_000_000)
    header.setUint32(4, 8)
    header.setUint8(8, 8) // bits; colour type 0 is grey
    const path = write('huge.png', joinChunks(['IHDR', new Uint8Array(header.buffer)]))
    expect((await failure(model, path)).sentence).toContain(`${path} is too large: 10000000 × 8 pixels`)
  })

  test('a PNG for a model whose inputs make no square, which takes raw bytes', async () => {
    using odd = await sequential([dense(2, { activation: 'softmax' })], { inputSize: 70 })
    const path = write('odd.safetensors', await odd.toSafetensors())
    const png = write('odd.png', encode({ ...square, data: bytesOf(1), channels: 1 }))
    expect((await failure(path, png)).sentence).toContain(
      `${png} is a PNG, but the model's 70 inputs make no square`,
    )
    const { stdout } = await runCli('predict', path, write('odd.raw', new Uint8Array(70)), '--json')
    expect(parseLines(stdout)[0]?.probabilities).toHaveLength(2)
  })

  test.each([4, 9, 16, 25])('an image for a table model of %d inputs', async inputSize => {
    using table = await sequential([dense(3, { activation: 'softmax' })], { inputSize })
    const path = write('table.safetensors', await table.toSafetensors())
    const png = write('big.png', encode({ ...square, data: bytesOf(1), channels: 1 }))
    const { stdout, sentence } = await failure(path, png)
    expect(sentence).toBe(
      `${png} is an image, and the model takes ${inputSize} inputs, too few for one: expected a model of images of 8 × 8 ` +
        'pixels or more',
    )
    expect(stdout).toBe('')
  })

  test('an image for a table model whose inputs are scaled otherwise than pixels', async () => {
    const layers = [normalization({ mean: 35, standardDeviation: 12 }), dense(3, { activation: 'softmax' })]
    using table = await sequential(layers, { inputSize: SIDE * SIDE })
    const path = write('scaled.safetensors', await table.toSafetensors())
    expect((await failure(path, write('1.raw', bytesOf(1)))).sentence).toContain(
      `${path} is no model of images: its normalization layer is for values outside 0–1`,
    )
  })

  test('a model that is no classifier', async () => {
    using regression = await sequential([dense(1)], { inputSize: 4 })
    const path = write('regression.safetensors', await regression.toSafetensors())
    expect((await failure(path, write('4.raw', new Uint8Array(4)))).sentence).toBe(
      `${path} is no classifier: its last layer is identity, expected softmax or logSoftmax`,
    )
  })

  test('outputs that are not finite: the other images are answered', async () => {
    using overflowing = await sequential([dense(2, { activation: 'softmax' })], { inputSize: 4 })
    const weights = new Float32Array(8).fill(3e38)
    await overflowing.setParameters([{ weights, bias: new Float32Array(2) }])
    const path = write('overflowing.safetensors', await overflowing.toSafetensors())
    const images = [write('white.raw', new Uint8Array(4).fill(255)), write('black.raw', new Uint8Array(4))]
    const { stdout, sentence } = await failure(path, ...images, '--json')
    expect(parseLines(stdout)).toEqual([
      { event: 'predict', image: images[0], digit: null, probabilities: [null, null] },
      { event: 'predict', image: images[1], digit: 0, probabilities: [0.5, 0.5] },
      failureEvent(`wasmlp: ${sentence}`),
    ])
    expect(sentence).toMatch(/^no prediction for 1 of 2 images: .* not finite /)
    expect((await failure(path, ...images)).stdout.split('\n')[1]).toMatch(/ –( +NaN){2}$/)
  })

  test('a model without an architecture', async () => {
    const path = 'test/fixtures/pytorch-784-512-10.safetensors'
    expect((await failure(path, 'x')).sentence).toContain(`${path}: the file has weights but no architecture`)
  })
})
