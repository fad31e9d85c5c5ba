// What the command line makes of data sets that are almost MNIST's: labels that leave classes out, and images on their side.
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { encodeIdx } from '../support/encode-idx.ts'
import { failureEvent, parseLines, quadrantImage, runCli, SIDE, writeQuadrants } from '../support/run-cli.ts'

let directory: string
let data: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'wasmlp-labels-'))
  data = writeQuadrants(directory)
})
afterEach(() => rmSync(directory, { recursive: true }))

const COUNTS = { train: 120, t10k: 40 }

/** Changes the labels, which are 0, 1, 2, 3, 0, 1, …. */
function writeLabels(part: keyof typeof COUNTS, change: (label: number, i: number) => number): void {
  const labels = Array.from({ length: COUNTS[part] }, (_, i) => change(i % 4, i))
  writeFileSync(join(data, `${part}-labels-idx1-ubyte`), encodeIdx('uint8', [labels.length], labels))
}

const train = (...args: string[]) =>
  runCli('train', '--data', data, '--epochs', '1', '--hidden', '8', '--build', 'simd', '--json', ...args)

/** Units of the last layer. */
const outputsOf = (stdout: string) =>
  (parseLines(stdout)[0]?.layers as { units: number }[] | undefined)?.at(-1)?.units

describe('a label that is broken', () => {
  beforeEach(() => writeLabels('train', (label, i) => (i === 49 ? 200 : label)))

  test('is refused, and said', async () => {
    const { code, stdout, stderr } = await train()
    expect(code).toBe(1)
    expect(parseLines(stdout)).toEqual([failureEvent(stderr)])
    expect(stderr).toBe(
      'wasmlp: the training labels have gaps: classes: 201, of which 196 never occur; first label 200 at sample 49 ' +
        '(is the file broken? If it is not, name the number of classes: --classes 201)\n',
    )
  })

  test('is trained where --classes allows it', async () => {
    const { code, stdout, stderr } = await train('--classes', '201')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(outputsOf(stdout)).toBe(201)
  })

  test('is refused where --classes is less', async () => {
    const { code, stderr } = await train('--classes', '4')
    expect(code).toBe(1)
    expect(stderr).toContain('has the label 200 at sample 49: expected 0–3, since classes is 4')
  })
})

test('labels from 1 on need no option', async () => {
  for (const part of ['train', 't10k'] as const) writeLabels(part, label => label + 1)
  const { code, stdout, stderr } = await train()
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(outputsOf(stdout)).toBe(5)
})

test('a test label beyond the training labels is refused before anything is trained', async () => {
  writeLabels('t10k', (label, i) => (i === 7 ? 9 : label))
  const { code, stdout, stderr } = await train()
  expect(code).toBe(1)
  expect(parseLines(stdout)).toEqual([failureEvent(stderr)])
  expect(stderr).toContain('the test labels have classes that the training labels do not have: 9 at sample 7')
  expect(await train('--classes', '10')).toMatchObject({ code: 0, stderr: '' })
})

test('--classes counts classes that do not occur', async () => {
  const { code, stdout } = await train('--classes', '6')
  expect(code).toBe(0)
  expect(outputsOf(stdout)).toBe(6)
})

describe("EMNIST's images, which lie on their side", () => {
  const transposed = (image: number[]) =>
    image.map((_, i) => image[(i % SIDE) * SIDE + Math.floor(i / SIDE)] ?? 0)

  beforeEach(() => {
    for (const [part, count] of Object.entries(COUNTS)) {
      const images = Array.from({ length: count }, (_, i) => transposed(quadrantImage(i % 4, i))).flat()
      writeFileSync(join(data, `${part}-images-idx3-ubyte`), encodeIdx('uint8', [count, SIDE, SIDE], images))
    }
  })
  const nameAsEmnist = () => {
    for (const what of ['images-idx3-ubyte', 'labels-idx1-ubyte']) {
      renameSync(join(data, `train-${what}`), join(data, `emnist-digits-train-${what}`))
      renameSync(join(data, `t10k-${what}`), join(data, `emnist-digits-test-${what}`))
    }
  }

  /** What a model that was trained with the options takes an upright image of the class 1 for. */
  async function predicted(...args: string[]): Promise<unknown> {
    const out = join(directory, 'model.safetensors')
    const trained = await train('--epochs', '6', '--batch-size', '10', '--out', out, ...args)
    expect(trained).toMatchObject({ code: 0, stderr: '' })
    expect(parseLines(trained.stdout).at(-1)?.testAccuracy).toBeGreaterThan(0.9)
    const evaluated = await runCli('evaluate', out, '--data', data, '--json', ...args)
    expect(parseLines(evaluated.stdout)[0]?.accuracy).toBeGreaterThan(0.9)
    mkdirSync(join(directory, 'images'), { recursive: true })
    const image = join(directory, 'images', 'one')
    writeFileSync(image, Uint8Array.from(quadrantImage(1, 77)))
    return parseLines((await runCli('predict', out, image, '--json')).stdout)[0]?.digit
  }

  test('are known by their names', async () => {
    nameAsEmnist()
    expect(await predicted()).toBe(1)
    expect(await predicted('--no-transpose')).toBe(2)
  })

  test('stand upright with --transpose', async () => {
    expect(await predicted()).toBe(2)
    expect(await predicted('--transpose')).toBe(1)
  })
})
