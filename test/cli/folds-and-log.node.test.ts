// `wasmlp train --folds` and `--log`.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeFlowers } from '../support/flowers.ts'
import { parseLines, runCli } from '../support/run-cli.ts'

let directory: string
let flowers: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'wasmlp-folds-'))
  flowers = writeFlowers(directory)
})
afterAll(() => rmSync(directory, { recursive: true }))

test('--folds: each fold, the means and how far they spread; the log has the same events', async () => {
  const log = join(directory, 'folds.jsonl')
  const args = ['train', flowers, '--target', 'species', '--folds', '3', '--epochs', '20', '--build', 'simd']
  const { code, stdout, stderr } = await runCli(...args, '--json', '--log', log)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const events = parseLines(stdout)
  expect(events.map(({ event, fold }) => fold ?? event)).toEqual(['start', 1, 2, 3, 'done'])
  const accuracies = events.slice(1, 4).map(({ accuracy }) => Number(accuracy))
  const mean = accuracies.reduce((sum, value) => sum + value / 3, 0)
  const squares = accuracies.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  expect(events.at(-1)).toMatchObject({
    folds: 3,
    accuracy: {
      mean: expect.closeTo(mean, 12),
      standardDeviation: expect.closeTo(Math.sqrt(squares / 2), 12),
    },
    logLoss: { mean: expect.any(Number) },
  })
  for (const { samples, classes } of events.slice(1, 4)) {
    expect(samples).toBe(20)
    // 20 of each class in 60 rows: 6 or 7 in each fold.
    for (const { support } of Object.values(Object(classes)) as { support: number }[]) {
      expect([6, 7]).toContain(support)
    }
  }
  const logged = parseLines(readFileSync(log, 'utf8'))
  expect(logged.map(({ time: _, ...event }) => event)).toEqual(events)
  expect(logged.every(({ time }) => !Number.isNaN(Date.parse(String(time))))).toBe(true)
})

test('--folds of numbers, in words, with early stopping on rows of the others', async () => {
  const { code, stdout, stderr } = await runCli(
    ...['train', flowers, '--target', 'length', '--folds', '2', '--epochs', '5', '--hidden', '8'],
    ...['--validation', '0.2', '--early-stopping', '2'],
  )
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const number = '-?[\\d.e+-]+'
  const metrics = ['R²', 'mean absolute error', 'root mean squared error']
  const fold = (i: number) => `fold ${i}  ${metrics.map(name => `${name} ${number}`).join(', ')}\n`
  const spread = metrics.map(name => `${name} ${number} ± ${number}\n`).join('')
  expect(stdout).toMatch(
    new RegExp(`^60 rows from .*flowers.csv in 2 folds\n${fold(1)}${fold(2)}\n${spread}$`),
  )
})

test('--log is appended to, also what ends a training; standard output is as without', async () => {
  const log = join(directory, 'log.jsonl')
  const args = ['train', flowers, '--target', 'species', '--epochs', '1', '--log', log]
  const { stdout } = await runCli(...args)
  expect(stdout).toMatch(/^wasmlp .*\n/)
  const failed = await runCli(...args, '--learning-rate', '1e30', '--optimizer', 'sgd', '--epochs', '9')
  expect(failed.code).toBe(1)
  const events = parseLines(readFileSync(log, 'utf8')).map(({ event }) => event)
  expect(events.slice(0, 3)).toEqual(['start', 'epoch', 'done'])
  expect(events.at(-1)).toBe('error')
})

test('what does not go together: one sentence each', async () => {
  const train = ['train', flowers, '--target', 'species']
  for (const [args, expected, sentence] of [
    [
      [...train, '--folds', '3', '--out', 'x'],
      2,
      '--folds and --out exclude each other: a model for each fold is',
    ],
    [[...train, '--folds', '61'], 1, '--folds is 61 of 60 rows: expected a whole number, 2–60'],
    [['train', '--folds', '3'], 2, '--folds is for tables, and no table is named'],
    [[...train, '--log', directory], 1, ' cannot be written: illegal operation on a directory'],
  ] as const) {
    const { code, stdout, stderr } = await runCli(...args)
    expect(stderr).toMatch(/^wasmlp: [^\n]*\n$/)
    expect(stderr).toContain(sentence)
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' })
  }
})
