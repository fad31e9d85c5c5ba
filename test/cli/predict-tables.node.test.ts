// `wasmlp predict` on tables.
import { once } from 'node:events'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tableModelFromSafetensors } from '../../src/tables/index.ts'
import { FLOWER_COLUMNS, flowerRows, writeFlowers } from '../support/flowers.ts'
import { failureEvent, outcomeOf, parseLines, runCli, startCli, writeQuadrants } from '../support/run-cli.ts'

let directory: string
let flowers: string
let model: string
let sizes: string
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'wasmlp-predict-tables-'))
  flowers = writeFlowers(directory)
  model = join(directory, 'flowers.safetensors')
  sizes = join(directory, 'sizes.safetensors')
  await Promise.all([
    runCli('train', flowers, '--target', 'species', '--epochs', '60', '--build', 'simd', '--out', model),
    runCli(
      ...['train', flowers, '--target', 'length', '--target', 'width', '--epochs', '5', '--build', 'simd'],
      ...['--out', sizes],
    ),
  ])
})
afterAll(() => rmSync(directory, { recursive: true }))

const write = (name: string, text: string | Uint8Array) => {
  writeFileSync(join(directory, name), text)
  return join(directory, name)
}

/** Runs the command with a text as its standard input. */
function runWith(input: string, ...args: string[]) {
  const child = startCli(args)
  const outcome = outcomeOf(child)
  child.stdin.end(input)
  return outcome
}

test('--unknown-below names no class for a row whose best one is less probable', async () => {
  const rowsOf = ({ stdout }: { stdout: string }) =>
    stdout
      .trimEnd()
      .split('\n')
      .slice(1)
      .map(line => line.split(','))
  const bestOf = (row: readonly string[]) => Math.max(...row.slice(1).map(Number))
  const sure = rowsOf(await runCli('predict', model, flowers))
  const threshold = sure.map(bestOf).sort((a, b) => a - b)[20] ?? 0
  const unsure = await runCli('predict', model, flowers, '--unknown-below', String(threshold))
  expect(unsure).toMatchObject({ code: 0, stderr: '' })
  expect(rowsOf(unsure)).toEqual(
    sure.map(row => (bestOf(row) < threshold ? ['unknown', ...row.slice(1)] : row)),
  )
  expect(rowsOf(unsure).filter(([name]) => name === 'unknown')).toHaveLength(20)

  const wrong = await runCli('predict', model, flowers, '--unknown-below', '60')
  expect(wrong.code).toBe(2)
  expect(wrong.stderr).toContain('expected a number, 0 or more and 1 at most')
  const numbers = await runCli('predict', sizes, flowers, '--unknown-below', '0.5')
  expect(numbers.code).toBe(1)
  expect(numbers.stderr).toContain('--unknown-below is for classes, and this model predicts numbers')
})

test('a line for each row, in their order, with the probabilities that the API gives', async () => {
  const out = join(directory, 'predictions.csv')
  const { code, stdout, stderr } = await runCli('predict', model, flowers, '--out', out)
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' })
  const [head, ...lines] = readFileSync(out, 'utf8').trimEnd().split('\n')
  expect(head).toBe('species,P(setosa),P(versicolor),P(virginica)')
  const rows = flowerRows(60).map(row => row.split(','))
  const ours = await (await tableModelFromSafetensors(readFileSync(model))).predict(
    rows.map(([length, width, colour]) => ({ length, width, colour })),
  )
  const names = lines.map(line => line.split(',')[0])
  expect(names).toEqual(ours.map(({ class: name }) => name))
  expect(names.filter((name, i) => name === rows[i]?.[3]).length).toBeGreaterThan(55)
  const [first = ''] = lines
  const sum = first
    .split(',')
    .slice(1)
    .reduce((sum, share) => sum + Number(share), 0)
  expect(sum).toBeCloseTo(1, 5)
  expect(readdirSync(directory).filter(name => name.endsWith('.tmp'))).toEqual([])
})

test('standard input to standard output: other columns, another order, columns to keep', async () => {
  const input = 'id;species;colour;width;length\n7;"a;b";white;0,3;1,4\n"8,";;blue;2,2;5,6\n'
  const { code, stdout, stderr } = await runWith(input, 'predict', model, '-', '--keep', 'id,species')
  expect(stdout.split('\n').map(line => line.split(',').slice(0, -3).join(','))).toEqual([
    'id,species,predicted_species',
    '7,a;b,setosa',
    '"8,",,virginica',
    '',
  ])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
})

test('numbers in their own unit, of JSON lines, as JSON', async () => {
  const input =
    '{"colour":"blue","species":"virginica","id":{"a":1}}\n\n{"species":"setosa","colour":"white"}\n'
  const { code, stdout, stderr } = await runWith(input, 'predict', sizes, '-', '--json', '--keep', 'id')
  const values = { length: expect.any(Number), width: expect.any(Number) }
  expect(parseLines(stdout)).toEqual([
    { event: 'predict', row: 1, line: 1, kept: { id: { a: 1 } }, values },
    { event: 'predict', row: 2, line: 3, kept: {}, values },
  ])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
})

describe('rows that do not fit', () => {
  const text = `${FLOWER_COLUMNS}\n1.4,0.2,blue,\n\nlong,0.2,green,\n1.4,0.2\n5.5,2.1,white,\n`

  test('are told with their lines; the others are predicted, and the exit code is 1', async () => {
    const bad = write('bad.csv', text)
    const { code, stdout, stderr } = await runCli('predict', model, bad)
    expect(stdout.split('\n').map(line => line.replace(/,[\d.e-]+/g, ',…'))).toEqual([
      'species,P(setosa),P(versicolor),P(virginica)',
      'setosa,…,…,…',
      ',,,',
      ',,,',
      'virginica,…,…,…',
      '',
    ])
    expect(stderr).toBe(
      `wasmlp: ${bad}, line 4: column "length": "long" is no number\n` +
        `wasmlp: ${bad}, line 5: the row has another number of fields than the first, 4\n` +
        'wasmlp: 2 of 4 rows have no prediction\n',
    )
    expect(code).toBe(1)
  })

  test('with --strict, end it: nothing is written to a file', async () => {
    const out = join(directory, 'strict.csv')
    const { code, stdout, stderr } = await runWith(text, 'predict', model, '-', '--strict', '--out', out)
    expect(stderr).toBe('wasmlp: standard input, line 4: column "length": "long" is no number\n')
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(existsSync(out)).toBe(false)
    expect(readdirSync(directory).filter(name => name.endsWith('.tmp'))).toEqual([])
  })

  test('are told once and whole where lines of JSON are no objects of values', async () => {
    const path = join(directory, 'nested.jsonl')
    writeFileSync(path, '{"length":{"cm":1}}\n{"length":1,"length":2}\n{"length":\n[1]\n')
    const { code, stderr } = await runCli('predict', model, path)
    expect(stderr).toBe(
      `wasmlp: ${path}, line 1: column "length": { cm } is no value of a table\n` +
        `wasmlp: ${path}, line 2: has the key "length" twice, expected it once\n` +
        `wasmlp: ${path}, line 3: is not JSON\n` +
        `wasmlp: ${path}, line 4: [1] is no plain object, such as { width: 3.5 }\n` +
        'wasmlp: 4 of 4 rows have no prediction\n',
    )
    expect(code).toBe(1)
  })

  test('as JSON, with broken JSON among them', async () => {
    const input =
      '{"length":1.4,"width":0.2,"colour":"blue"}\n{"length":\n{"length":1,"width":0.2,"colour":"red"}\n'
    const { code, stdout, stderr } = await runWith(input, 'predict', model, '-', '--json')
    expect(parseLines(stdout)).toMatchObject([
      { row: 1, class: 'setosa', probabilities: { setosa: expect.any(Number) } },
      { row: 2, line: 2, problems: [{ column: null, message: expect.stringContaining('JSON') }] },
      { row: 3, line: 3, problems: [{ column: 'colour', value: '"red"' }] },
      failureEvent(stderr),
    ])
    expect(stderr).toContain('wasmlp: 2 of 3 rows have no prediction\n')
    expect(code).toBe(1)
  })
})

test('many rows come in blocks, as gzipped files too: the last line is told by its number', async () => {
  const rows = flowerRows(5000)
  rows[4998] = 'x,1,blue,'
  const path = write('many.csv.gz', gzipSync(`${FLOWER_COLUMNS}\n${rows.join('\n')}`))
  const { code, stdout, stderr } = await runCli('predict', model, path)
  expect(stdout.trimEnd().split('\n')).toHaveLength(5001)
  expect(stderr).toContain(', line 5000: column "length": "x" is no number\n')
  expect(code).toBe(1)
})

test('a reader that goes away ends it', async () => {
  const path = write('long.csv', `${FLOWER_COLUMNS}\n${flowerRows(20_000).join('\n')}`)
  const child = startCli(['predict', model, path])
  const stderr: string[] = []
  child.stderr.on('data', text => stderr.push(String(text)))
  await once(child.stdout, 'data')
  child.stdout.destroy()
  const [code] = await once(child, 'close')
  expect(stderr.join('')).not.toContain('Error')
  expect(code).toBe(141)
})

describe('what cannot be predicted', () => {
  test.each([
    ['an empty file', '', [], 1, 'standard input: there are no rows of data: expected at least one'],
    [
      'columns of another table',
      'a,b,colour\n1,2,blue\n',
      [],
      1,
      'standard input has 2 problems: (1) column "length": is a column of the model and not of this table: it has "a", "b"',
    ],
    [
      'a column to keep that is not there',
      `${FLOWER_COLUMNS}\n1,1,blue,\n`,
      ['--keep', 'ids'],
      1,
      '--keep names a column "ids", which standard input has not: expected some of "length", "width"',
    ],
    ['an option of images', '', ['--invert'], 2, '--invert is for images, and '],
  ])('%s', async (_, input, flags, expected, sentence) => {
    const { code, stdout, stderr } = await runWith(input, 'predict', model, '-', ...flags)
    expect(stderr).toMatch(/^wasmlp: [^\n]*\n$/)
    expect(stderr).toContain(sentence)
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' })
  })

  test('with a model of images; two tables', async () => {
    const data = writeQuadrants(join(directory, 'images'))
    const images = join(directory, 'images.safetensors')
    await runCli('train', data, '--epochs', '1', '--hidden', '6', '--out', images)
    const keep = await runCli('predict', images, flowers, '--keep', 'id')
    expect(keep.stderr).toContain('--keep is for tables, and ')
    const table = await runCli('predict', images, flowers)
    expect(table.stderr).toContain('flowers.csv is neither a PNG nor as many raw bytes')
    const two = await runCli('predict', model, flowers, flowers)
    expect(two.stderr).toContain('expected one table, got 2: predict them one by one')
    expect([keep.code, table.code, two.code]).toEqual([2, 1, 2])
  })
})

test('a header without rows: a header', async () => {
  expect(await runWith(`${FLOWER_COLUMNS}\n`, 'predict', model, '-')).toEqual({
    code: 0,
    stdout: 'species,P(setosa),P(versicolor),P(virginica)\n',
    stderr: '',
  })
})

test('--out takes the place neither of the model nor of the table, by whatever name', async () => {
  const path = write('same.csv', `${FLOWER_COLUMNS}\n1,1,blue,\n`)
  const link = join(directory, 'link.safetensors')
  symlinkSync(model, link)
  const before = readFileSync(model)
  for (const out of [model, link, path]) {
    const { code, stdout, stderr } = await runCli('predict', model, path, '--out', out)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(`wasmlp: --out names ${out}, which the command reads: expected another file`)
  }
  expect(readFileSync(model).equals(before)).toBe(true)
})

test('a table that is not there is named as it was typed', async () => {
  const { code, stderr } = await runCli('predict', model, 'no such.csv')
  expect(stderr).toBe('wasmlp: no such.csv is not there: check the path or address\n')
  expect(code).toBe(1)
})
