// `wasmlp train`, `evaluate` and `predict` on folders of PNG and JPEG files.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { encode as encodeJpeg } from 'jpeg-js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { encodePng } from '../support/encode-png.ts'
import { outcomeOf, parseLines, quadrantImage, runCli, SIDE, startCli } from '../support/run-cli.ts'

const NAMES = ['north-west', 'north-east', 'south-west', 'south-east']

let directory: string
let photos: string
let model: string
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'wasmlp-folders-'))
  photos = join(directory, 'photos')
  for (let i = 0; i < 80; ++i) writeImage(join(photos, NAMES[i % 4] ?? '', `${i}`), i % 4, i)
  // What systems put beside images, and what is none.
  writeFileSync(join(photos, 'north-west/.hidden.png'), 'no image')
  writeFileSync(join(photos, 'north-west/notes.txt'), 'no image')
  mkdirSync(join(photos, '.cache'))
  model = join(directory, 'photos.safetensors')
  const { code, stderr } = await runCli(
    ...['train', photos, '--size', '8', '--grey', '--test', '0.25', '--hidden', '8', '--epochs', '30'],
    ...['--batch-size', '10', '--out', model],
  )
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
}, 60_000)
afterAll(() => rmSync(directory, { recursive: true }))

/** Every third image is a JPEG, at eight times the size, so that its blocks are of one colour. */
function writeImage(path: string, label: number, seed: number): string {
  mkdirSync(dirname(path), { recursive: true })
  const grey = quadrantImage(label, seed)
  const isJpeg = seed % 3 === 0
  const side = 8 * SIDE
  const data = Buffer.from(
    Array.from({ length: side * side }, (_, i) => {
      const value = grey[Math.floor(i / side / 8) * SIDE + Math.floor((i % side) / 8)] ?? 0
      return [value, value, value, 255]
    }).flat(),
  )
  const file = `${path}.${isJpeg ? 'jpg' : 'png'}`
  writeFileSync(
    file,
    isJpeg
      ? encodeJpeg({ data, width: side, height: side }, 100).data
      : encodePng({ width: SIDE, height: SIDE, depth: 8, colourType: 0, samples: grey }),
  )
  return file
}

test('a model of folders remembers the names of its classes and the side of its images', async () => {
  const { code, stdout, stderr } = await runCli('evaluate', model, photos, '--json')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const [result] = parseLines(stdout)
  expect(result).toMatchObject({ samples: 80 })
  expect(Number(result?.accuracy)).toBeGreaterThan(0.9)
})

test('predict: folders, patterns and lists, with the names of classes', async () => {
  const list = join(directory, 'list.txt')
  writeFileSync(list, 'photos/south-east/3.jpg\nphotos/south-east/7.png\n')
  const { code, stdout, stderr } = await runCli(
    ...[
      'predict',
      model,
      join(photos, 'north-west'),
      join(photos, 'north-east/*.png'),
      '--list',
      list,
      '--json',
    ],
  )
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const lines = parseLines(stdout)
  const folders = lines.map(({ image }) => dirname(String(image)).slice(photos.length + 1))
  const count = (name: string) => folders.filter(folder => folder === name).length
  expect([count('north-west'), count('north-east'), count('south-east')]).toEqual([20, 14, 2])
  expect(lines.filter((line, i) => line.class === folders[i]).length).toBeGreaterThan(31)
  expect(Object.keys(lines[0]?.probabilities ?? {})).toEqual([...NAMES].sort())
})

test('predict --out: a CSV file, in the order of the images; one bad image does not stop the rest', async () => {
  const out = join(directory, 'predictions.csv')
  const bad = join(directory, 'bad.png')
  writeFileSync(bad, 'no image')
  const good = join(photos, 'north-east/1.png')
  const { code, stderr } = await runCli('predict', model, good, bad, good, '--out', out)
  expect(code).toBe(1)
  expect(stderr).toContain(`${bad} is neither a PNG nor`)
  expect(stderr).toContain('1 of 3 images have no prediction')
  const [heading, first, second, ...more] = readFileSync(out, 'utf8').trimEnd().split('\n')
  expect(heading).toBe('image,class,P(north-east),P(north-west),P(south-east),P(south-west)')
  expect(first?.split(',').slice(0, 2)).toEqual([good, 'north-east'])
  expect(second).toBe(first)
  expect(more).toEqual([])
})

test('more images than a block, from a list on standard input', async () => {
  const image = join(photos, 'north-east/1.png')
  const child = startCli(['predict', model, '--list', '-', '--json'])
  child.stdin.end(`${image}\n`.repeat(600))
  const { code, stdout } = await outcomeOf(child)
  expect(code).toBe(0)
  expect(new Set(stdout.trimEnd().split('\n')).size).toBe(1)
  expect(parseLines(stdout)).toHaveLength(600)
})

test('folders train and test, in colours', async () => {
  const parts = join(directory, 'parts')
  cpSync(photos, join(parts, 'train'), { recursive: true })
  cpSync(photos, join(parts, 'test'), { recursive: true })
  const out = join(directory, 'parts.safetensors')
  const flags = ['--size', '8', '--hidden', '4', '--epochs', '1', '--json']
  const { stdout } = await runCli('train', parts, ...flags, '--out', out)
  expect(parseLines(stdout)[0]).toMatchObject({ samples: 80, testSamples: 80, inputSize: 192 })
  const again = await runCli('train', '--config', join(directory, 'parts.train.json'), '--json')
  expect(parseLines(again.stdout)[1]?.loss).toBe(parseLines(stdout)[1]?.loss)
})

describe('failures', () => {
  const sentence = async (...args: string[]) => {
    const { code, stderr } = await runCli(...args)
    expect(code).toBeGreaterThan(0)
    return stderr
  }

  test('broken images: all are named', async () => {
    const broken = join(directory, 'broken')
    cpSync(photos, broken, { recursive: true })
    writeFileSync(
      join(broken, 'north-west/0.jpg'),
      readFileSync(join(photos, 'north-west/0.jpg')).subarray(0, -40),
    )
    writeFileSync(join(broken, 'north-east/1.png'), 'no image')
    const said = await sentence('train', broken, '--epochs', '1')
    expect(said).toContain('0.jpg is a truncated JPEG')
    expect(said).toContain('1.png is neither a PNG nor a JPEG')
  })

  test('a folder that is no class of the model', async () => {
    const other = join(directory, 'other')
    writeImage(join(other, 'west/1'), 0, 1)
    expect(await sentence('evaluate', model, other)).toContain('has folders that are no classes: "west"')
  })

  test('options of other data', async () => {
    expect(await sentence('train', photos, '--prefix', 'x')).toContain("--prefix is for MNIST's files")
    expect(await sentence('train', photos, '--target', 'x')).toBeTruthy()
    expect(await sentence('train', '--size', '8')).toContain('--size is for folders of images')
  })
})
