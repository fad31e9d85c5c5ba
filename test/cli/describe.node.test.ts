// `wasmlp describe`.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeFlowers } from '../support/flowers.ts'
import { outcomeOf, parseLines, runCli, startCli } from '../support/run-cli.ts'

let directory: string
let flowers: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'wasmlp-describe-'))
  flowers = writeFlowers(directory)
})
afterAll(() => rmSync(directory, { recursive: true }))

test('a line for each column', async () => {
  const { code, stdout, stderr } = await runCli('describe', flowers, '--target', 'species')
  expect(stdout.split('\n').map(line => line.split(/ {2,}/).slice(0, 4).join('|'))).toEqual([
    '60 rows',
    'column|kind|missing|distinct',
    expect.stringMatching(/^length\|number\|0\|\d+$/),
    expect.stringMatching(/^width\|number\|0\|\d+$/),
    'colour|category|0|2',
    'species|category, target|0|3',
    '',
  ])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
})

test('--json, of standard input, with a kind that is given', async () => {
  const child = startCli(['describe', '-', '--json', '--column', 'width=category', '--column', 'colour=skip'])
  const outcome = outcomeOf(child)
  child.stdin.end(readFileSync(flowers))
  const { code, stdout, stderr } = await outcome
  expect(parseLines(stdout)).toEqual([
    { event: 'describe', data: 'standard input', rows: 60, columns: expect.any(Array) },
  ])
  const [{ columns } = { columns: [] }] = parseLines(stdout)
  expect(columns).toMatchObject([
    { name: 'length', kind: 'number', role: 'input', missing: 0 },
    { name: 'width', kind: 'category', role: 'input', why: 'as given' },
    { name: 'colour', kind: 'skip', role: 'skip' },
    { name: 'species', kind: 'category', examples: ['setosa', 'versicolor', 'virginica'] },
  ])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
})

describe('what cannot be described', () => {
  const write = (name: string, text: string) => {
    writeFileSync(join(directory, name), text)
    return join(directory, name)
  }

  test.each([
    ['an empty file', 'empty.csv', '', [], 1, 'there are no rows of data: expected at least one'],
    [
      'texts in a column of numbers, and rows of another length: all in one error',
      'bad.csv',
      'age,pet\n31,cat\nold,dog\n4,5,6\n',
      ['--column', 'age=number'],
      1,
      ' has 2 problems: (1) line 4: the row has another number of fields than the first, 2: is the delimiter another one?; ' +
        '(2) column "age", line 3: "old" is no number: correct it, list it in --missing-values, or set --column "age"=category',
    ],
    [
      'a column that is not there',
      'ok.csv',
      'age,pet\n31,cat\n',
      ['--column', 'aeg=number'],
      1,
      ': --column names a column "aeg", which is not there: expected one of "age", "pet"',
    ],
  ])('%s', async (_, name, text, flags, expected, sentence) => {
    const { code, stdout, stderr } = await runCli('describe', write(name, text), ...flags)
    expect(stderr).toMatch(/^wasmlp: [^\n]*\n$/)
    expect(stderr).toContain(sentence)
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' })
  })

  test('a file that is not there', async () => {
    const { code, stderr } = await runCli('describe', join(directory, 'none.csv'))
    expect(stderr).toMatch(/^wasmlp: .*none\.csv is not there: check the path or address\n$/)
    expect(code).toBe(1)
  })
})
