// `wasmlp train` on tables.
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LOSSES_FOR } from '../../src/cli/loss-options.ts'
import { LOSSES, lossNames } from '../../src/losses/loss-table.ts'
import { tableModelFromSafetensors } from '../../src/tables/index.ts'
import { writeFlowers } from '../support/flowers.ts'
import { outcomeOf, parseLines, runCli, startCli, writeQuadrants } from '../support/run-cli.ts'

let directory: string
let flowers: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'wasmlp-train-tables-'))
  flowers = writeFlowers(directory)
})
afterAll(() => rmSync(directory, { recursive: true }))

const write = (name: string, text: string) => {
  writeFileSync(join(directory, name), text)
  return join(directory, name)
}

/** The events of a training that succeeds. */
async function train(...args: string[]) {
  const { code, stdout, stderr } = await runCli('train', ...args, '--json')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const events = parseLines(stdout)
  return { start: events[0] ?? {}, epochs: events.slice(1, -1), done: events.at(-1) ?? {} }
}

test('classes: the file predicts by names; the same seed gives the same bits', async () => {
  const out = join(directory, 'flowers.safetensors')
  const args = [flowers, '--target', 'species', '--validation', '0.2', '--seed', '3', '--build', 'simd']
  const { start, epochs, done } = await train(...args, '--out', out)
  expect(start).toMatchObject({
    event: 'start',
    data: flowers,
    table: {
      columns: [
        { name: 'length', kind: 'number' },
        { name: 'width', kind: 'number' },
        { name: 'colour', kind: 'category' },
      ],
      leftOut: [],
      targets: ['species'],
      classes: ['setosa', 'versicolor', 'virginica'],
    },
    samples: 48,
    validationSamples: 12,
    testSamples: 0,
    epochs: 100,
    batchSize: 32,
    learningRate: 0.003,
    optimizer: { name: 'adam' },
    layers: [{ units: 64, activation: 'relu' }, { units: 64 }, { units: 3, activation: 'softmax' }],
  })
  expect(epochs).toHaveLength(100)
  expect(epochs.at(-1)).toMatchObject({ valAccuracy: expect.any(Number) })
  expect(done).toMatchObject({ measuredOn: 'validation', evaluation: { samples: 12 }, model: out })
  const model = await tableModelFromSafetensors(readFileSync(out))
  const [flower] = await model.predict([{ colour: 'blue', width: 0.3, length: 1.5 }])
  expect(flower?.class).toBe('setosa')
  const bytes = readFileSync(out)
  await train(...args, '--out', out)
  expect(readFileSync(out).equals(bytes)).toBe(true)
})

test('numbers, in words: a file to test on, a skipped column, layers that are described', async () => {
  const test = writeFlowers(directory, 'test.csv', 30, 2)
  const { code, stdout, stderr } = await runCli(
    ...['train', flowers, '--target', 'length', '--test', test, '--epochs', '2', '--hidden', '8'],
    ...['--batch-normalization', '--initializer', 'lecun', '--scaling', 'robust'],
    ...['--column', 'colour=skip', '--column', 'width=number,missing:mean,scaling:min-max'],
  )
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const lines = stdout.split('\n')
  expect(lines.slice(2, 6)).toEqual([
    `60 training and 30 test rows from ${flowers}`,
    'to predict "length", from 1 number and 1 category columns',
    'left out "colour": as given',
    '4 → 8 → batch normalization → relu → 1, 65 parameters',
  ])
  expect(lines.at(-2)).toMatch(/^test R² -?[\d.]+, mean absolute error [\d.]+ after \d+\.\d s$/)
})

test('two targets, --init goes on from a model, and --resume from a checkpoint', async () => {
  const out = join(directory, 'two.safetensors')
  const flags = ['--epochs', '2', '--out', out]
  const targets = ['--target', 'length', '--target', 'width']
  const { start } = await train(flowers, ...targets, ...flags)
  expect(start.table).toMatchObject({ targets: ['length', 'width'], classes: null })
  const before = readFileSync(out)
  const checkpoint = join(directory, 'checkpoints')
  await train(flowers, '--init', out, ...flags, '--checkpoint', checkpoint)
  const whole = readFileSync(out)
  expect(whole.equals(before)).toBe(false)
  writeFileSync(out, before)
  const { epochs } = await train(flowers, '--init', out, ...flags, '--checkpoint', checkpoint, '--resume')
  expect(epochs).toMatchObject([{ event: 'resume', epoch: 2 }])
  expect(readFileSync(out).equals(whole)).toBe(true)
})

describe('--loss', () => {
  test('offers each loss that a softmax or a layer of numbers may be trained with', () => {
    const classes = lossNames.filter(name => LOSSES[name].contains?.includes('softmax'))
    const numbers = lossNames.filter(name => !LOSSES[name].contains && !LOSSES[name].targets)
    expect(LOSSES_FOR).toEqual({ classes, numbers })
  })

  test.each([
    [['--target', 'length'], { name: 'meanSquaredError' }],
    [['--target', 'length', '--loss', 'mean-squared-error'], { name: 'meanSquaredError' }],
    [['--target', 'length', '--loss', 'mean-absolute-error'], { name: 'meanAbsoluteError' }],
    [['--target', 'length', '--loss', 'huber'], { name: 'huber', delta: 1 }],
    [['--target', 'length', '--loss', 'huber', '--delta', '0.5'], { name: 'huber', delta: 0.5 }],
    [['--target', 'species', '--loss', 'cross-entropy'], { name: 'crossEntropy', labelSmoothing: 0 }],
    [
      ['--target', 'species', '--loss', 'cross-entropy', '--label-smoothing', '0.1'],
      { name: 'crossEntropy', labelSmoothing: 0.1 },
    ],
  ])('%j', async (flags, loss) => {
    const { start } = await train(flowers, ...flags, '--epochs', '1')
    expect(start.loss).toEqual(loss)
  })

  test('Huber by one half, kept in the configuration, trains to the same bits; another is no training to resume', async () => {
    const out = join(directory, 'huber.safetensors')
    const checkpoint = join(directory, 'huber')
    const flags = ['--target', 'length', '--epochs', '2', '--out', out, '--checkpoint', checkpoint]
    await train(flowers, ...flags, '--loss', 'huber', '--delta', '0.5')
    const bytes = readFileSync(out)
    const config = join(directory, 'huber.train.json')
    expect(JSON.parse(readFileSync(config, 'utf8'))).toMatchObject({ loss: 'huber', delta: 0.5 })
    await train('--config', config)
    expect(readFileSync(out).equals(bytes)).toBe(true)
    const resumed = await runCli('train', flowers, ...flags, '--resume')
    expect(resumed.stderr).toContain('differs in --loss, "huber" there and "meanSquaredError" here')
    const { stderr } = await runCli('train', flowers, ...flags, '--resume', '--loss', 'huber')
    expect(stderr).toContain('differs in --delta, 0.5 there and 1 here')
  })
})

test('a directory of images by the same argument', async () => {
  const data = writeQuadrants(join(directory, 'images'))
  const { start } = await train(data, '--epochs', '1', '--hidden', '6')
  expect(start).toMatchObject({ data, samples: 120, testSamples: 40, optimizer: { name: 'sgd' } })
})

test('SIGINT keeps the work, which predicts', async () => {
  const out = join(directory, 'interrupted.safetensors')
  const endless = ['--epochs', '1000000000', '--json', '--out', out]
  const child = startCli(['train', flowers, '--target', 'species', ...endless])
  const outcome = outcomeOf(child)
  let output = ''
  while (!output.includes('"event":"epoch"')) output += String(await once(child.stdout, 'data'))
  child.kill('SIGINT')
  const { code, stderr } = await outcome
  expect(stderr).toMatch(
    /^wasmlp: interrupted in epoch \d+ of 1000000000: the weights trained so far are in .*\n$/,
  )
  expect(code).toBe(130)
  const model = await tableModelFromSafetensors(readFileSync(out))
  expect(model.classes).toEqual(['setosa', 'versicolor', 'virginica'])
})

describe('what cannot be trained', () => {
  test.each([
    [
      'no target',
      [],
      2,
      ' is a table: name the column to predict by --target <column> (see wasmlp train --help)',
    ],
    [
      'a target that is not there',
      ['--target', 'specie'],
      1,
      ': --target names a column "specie" (did you mean species?), which is not there: expected one of "length", "width"',
    ],
    [
      'a column that is not there, and texts in a column of numbers: all in one error',
      ['--target', 'species', '--column', 'size=number', '--column', 'colour=number'],
      1,
      ' has 2 problems: (1) --column names a column "size", which is not there: expected one of "length", "width", ' +
        '"colour", "species"; (2) column "colour", line 2: "blue" is no number: correct it, list it in --missing-values, or ' +
        'set --column "colour"=category (and 59 more such rows)',
    ],
    ['an option of images', ['--target', 'species', '--rotation', '5'], 2, '--rotation is for images, and '],
    ['the data twice', ['--data', 'x', '--target', 'species'], 2, 'the data are given twice, as '],
    [
      'too small a part',
      ['--target', 'species', '--validation', '0.001'],
      1,
      '--validation is 0.001 of 60 rows, which',
    ],
    [
      'numbers to stratify',
      ['--target', 'length', '--validation', '0.2', '--stratify'],
      1,
      '--stratify is given, but the target "length" is of the kind number: expected a category, or --no-stratify',
    ],
    [
      'early stopping on nothing',
      ['--target', 'species', '--early-stopping', '3'],
      2,
      '--early-stopping needs --valid',
    ],
    [
      'smoothed numbers',
      ['--target', 'length', '--label-smoothing', '0.1'],
      2,
      '--label-smoothing is for classes, and "length" is of the kind number (see',
    ],
    [
      'numbers by a loss of classes',
      ['--target', 'length', '--loss', 'cross-entropy'],
      2,
      '--loss cross-entropy is for classes, and "length" is of the kind number (see',
    ],
    [
      'classes by a loss of numbers',
      ['--target', 'species', '--loss', 'huber'],
      2,
      '--loss huber is for numbers, and "species" is of the kind category (see',
    ],
  ])('%s', async (_, flags, expected, sentence) => {
    const { code, stdout, stderr } = await runCli('train', flowers, ...flags)
    expect(stderr).toMatch(/^wasmlp: [^\n]*\n$/)
    expect(stderr).toContain(sentence)
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' })
  })

  test('an empty file, a target that is missing, and no file for an option of tables', async () => {
    const empty = await runCli('train', write('empty.csv', ''), '--target', 'y')
    expect(empty.stderr).toContain('empty.csv: there are no rows of data: expected at least one')
    const gap = await runCli('train', write('gap.csv', 'x,y\n1,a\n2,\n3,b\n'), '--target', 'y')
    expect(gap.stderr).toContain(
      'column "y", line 3: the target is missing: correct it, or leave such rows out by --missing-target skip',
    )
    const none = await runCli('train', '--target', 'y')
    expect(none.stderr).toContain('--target is for tables, and no table is named')
    expect([empty.code, gap.code, none.code]).toEqual([1, 1, 2])
    const skipped = await runCli(
      ...['train', join(directory, 'gap.csv'), '--target', 'y', '--missing-target', 'skip', '--epochs', '1'],
    )
    expect(skipped).toMatchObject({ code: 0, stderr: '' })
  })

  test('--init of a model without a table, or with columns of its own', async () => {
    const data = writeQuadrants(join(directory, 'more'))
    const out = join(directory, 'images.safetensors')
    await runCli('train', data, '--epochs', '1', '--hidden', '6', '--out', out)
    const { code, stderr } = await runCli('train', flowers, '--init', out)
    expect(stderr).toContain(
      'images.safetensors is no model of a table: expected one that "wasmlp train <data>',
    )
    expect(code).toBe(1)
    const both = await runCli('train', flowers, '--init', out, '--target', 'species')
    expect(both.stderr).toContain('--target and --init exclude each other: columns and layers are those of ')
    expect(both.code).toBe(2)
  })
})

test.each(['--out', '--log'])('%s does not take the place of the table', async flag => {
  const before = readFileSync(flowers)
  const { code, stdout, stderr } = await runCli('train', flowers, '--target', 'species', flag, flowers)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toBe(
    `wasmlp: ${flag} names ${flowers}, which the command reads: expected another file (see wasmlp train --help)\n`,
  )
  expect(readFileSync(flowers).equals(before)).toBe(true)
})

test.each(['m'.repeat(255), '한'.repeat(85)])(
  'a model of the longest name, and its configuration: %s',
  async name => {
    const folder = mkdtempSync(join(directory, 'long-'))
    await train(flowers, '--target', 'species', '--epochs', '1', '--out', join(folder, name))
    const [config = ''] = readdirSync(folder).filter(file => file !== name)
    expect(readdirSync(folder)).toHaveLength(2)
    expect(config).toMatch(/^(m{244}|한{81})\.train\.json$/)
    expect(JSON.parse(readFileSync(join(folder, config), 'utf8'))).toMatchObject({
      out: join(folder, name),
      epochs: 1,
    })
  },
)
