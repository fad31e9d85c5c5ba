// `wasmlp evaluate` on tables.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseTable, tableModelFromSafetensors } from '../../src/tables/index.ts'
import { FLOWER_COLUMNS, flowerRows, writeFlowers } from '../support/flowers.ts'
import { outcomeOf, parseLines, runCli, startCli } from '../support/run-cli.ts'

let directory: string
let flowers: string
let model: string
let sizes: string
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'wasmlp-evaluate-tables-'))
  flowers = writeFlowers(directory)
  model = join(directory, 'flowers.safetensors')
  sizes = join(directory, 'sizes.safetensors')
  const short = ['--epochs', '10', '--build', 'simd', '--out']
  await Promise.all([
    runCli('train', flowers, '--target', 'species', ...short, model),
    runCli('train', flowers, '--target', 'length', '--target', 'width', ...short, sizes),
  ])
})
afterAll(() => rmSync(directory, { recursive: true }))

test('classes by their names, and which are taken for which', async () => {
  const { code, stdout, stderr } = await runCli('evaluate', model, flowers, '--top-k', '2')
  const [accuracy, scores, topK, ...tables] = stdout.split('\n')
  expect(accuracy).toMatch(/^accuracy [\d.]+% on 60 rows, balanced [\d.]+%$/)
  expect(scores).toMatch(
    /^log loss [\d.]+, Brier score [\d.]+, ROC AUC [\d.]+, expected calibration error [\d.]+%$/,
  )
  expect(topK).toMatch(/^among the 2 likeliest [\d.]+%$/)
  expect(tables.map(line => line.replace(/ +[\d.]+%/g, ' %').replace(/ +\d+/g, ' n'))).toEqual([
    '',
    'class       precision   recall       f1  rows',
    'setosa % % % n',
    'versicolor % % % n',
    'virginica % % % n',
    'mean % % % n',
    '',
    'is \\ predicted  setosa  versicolor  virginica',
    'setosa n n n',
    'versicolor n n n',
    'virginica n n n',
    '',
  ])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
})

test('--json is what the API gives', async () => {
  const { code, stdout, stderr } = await runCli('evaluate', model, flowers, '--build', 'simd', '--json')
  const ours = await tableModelFromSafetensors(readFileSync(model), { build: 'simd' })
  const wanted = await ours.evaluate(await parseTable(readFileSync(flowers), { like: ours }))
  expect(parseLines(stdout)).toEqual([{ event: 'evaluate', data: flowers, ...wanted }])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
})

test('numbers: errors of each target, in its unit, of standard input', async () => {
  const child = startCli(['evaluate', sizes, '-'])
  const outcome = outcomeOf(child)
  child.stdin.end(readFileSync(flowers))
  const { code, stdout, stderr } = await outcome
  expect(stdout).toMatch(
    /^60 rows\n\ntarget +MAE +RMSE +R²\nlength +[\d.]+ +[\d.]+ +-?[\d.]+\nwidth +[\d.]+ +[\d.]+ +-?[\d.]+\n$/,
  )
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
})

test('what cannot be measured: one sentence each', async () => {
  const write = (name: string, text: string) => {
    writeFileSync(join(directory, name), text)
    return join(directory, name)
  }
  const rows = flowerRows(3)
  for (const [args, expected, sentence] of [
    [[model], 2, 'flowers.safetensors is a model of a table: name one to measure it on'],
    [[model, flowers, '--prefix', 'x'], 2, '--prefix is for images, and '],
    [
      [model, write('no-target.csv', 'length,width,colour\n1,1,blue\n')],
      1,
      'no-target.csv: column "species": is what the model predicts, and no column of this table',
    ],
    [
      [model, write('class.csv', [FLOWER_COLUMNS, ...rows, '1,1,blue,rose'].join('\n'))],
      1,
      'class.csv: column "species", row 4: "rose" is no class of the training rows, "setosa", "versicolor"',
    ],
    [
      [model, write('text.csv', [FLOWER_COLUMNS, ...rows, 'long,1,blue,setosa'].join('\n'))],
      1,
      'text.csv: column "length", line 5: "long" is no number',
    ],
  ] as const) {
    const { code, stdout, stderr } = await runCli('evaluate', ...args)
    expect(stderr).toMatch(/^wasmlp: [^\n]*\n$/)
    expect(stderr).toContain(sentence)
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' })
  }
})
