// `wasmlp train --checkpoint --resume`.
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { outcomeOf, parseLines, runCli, startCli, writeQuadrants } from '../support/run-cli.ts'

let directory: string
let common: string[]
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'wasmlp-checkpoints-'))
  common = [
    'train',
    '--data',
    writeQuadrants(directory),
    '--hidden',
    '5',
    '--batch-size',
    '12',
    '--build',
    'simd',
  ]
})
afterAll(() => rmSync(directory, { recursive: true }))

const train = (...flags: string[]) => runCli(...common, ...flags)

test('keeps the last two checkpoints and the best', async () => {
  const path = join(directory, 'kept')
  const { code, stderr } = await train('--epochs', '3', '--checkpoint', path, '--checkpoint-every', '4')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(readdirSync(path)).toEqual([
    'best.safetensors',
    'checkpoint-0002-000008.safetensors',
    'checkpoint-0003-000000.safetensors',
  ])
  expect(await runCli('evaluate', join(path, 'best.safetensors'), ...common.slice(1, 3))).toMatchObject({
    code: 0,
  })
})

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s', (signal, exitCode) => {
  test('leaves a checkpoint, from which --resume gives what an undisturbed training gives', async () => {
    const path = join(directory, signal)
    const child = startCli([...common, '--epochs', '200', '--checkpoint', path, '--json'])
    const outcome = outcomeOf(child)
    let output = ''
    while (!output.includes('"epoch":2,')) output += String(await once(child.stdout, 'data'))
    child.kill(signal)
    const { code, stderr } = await outcome
    expect(stderr).toMatch(
      /^wasmlp: interrupted in epoch \d+ of 200: --resume goes on from the checkpoint in /,
    )
    expect(code).toBe(exitCode)

    const out = join(directory, `${signal}.safetensors`)
    const resumed = await train('--epochs', '200', '--checkpoint', path, '--resume', '--json', '--out', out)
    expect(resumed).toMatchObject({ code: 0, stderr: '' })
    const [start, resume, first] = parseLines(resumed.stdout)
    expect([start?.event, resume?.event, first?.event]).toEqual(['start', 'resume', 'epoch'])
    expect(first?.epoch).toBe(Number(resume?.epoch) + 1)
    expect(resume?.checkpoint).toMatch(/^checkpoint-\d{4}-\d{6}\.safetensors$/)

    const whole = join(directory, `${signal}-whole.safetensors`)
    await train('--epochs', '200', '--out', whole)
    expect(readFileSync(out)).toEqual(readFileSync(whole))
  })
})

test('--resume without a checkpoint begins, and at the end there is nothing left to do', async () => {
  const path = join(directory, 'again')
  const flags = ['--epochs', '2', '--checkpoint', path, '--resume']
  const first = await train(...flags, '--json')
  expect(parseLines(first.stdout).map(({ event }) => event)).toEqual(['start', 'epoch', 'epoch', 'done'])
  const second = await train(...flags, '--json')
  const events = parseLines(second.stdout)
  expect(events.map(({ event }) => event)).toEqual(['start', 'resume', 'done'])
  expect(events.at(-1)?.testLoss).toBe(parseLines(first.stdout).at(-1)?.testLoss)
  const { stdout } = await train(...flags)
  expect(stdout).toContain('  from checkpoint-0002-000000.safetensors: 2 epochs and 0 of 10 batches done\n')
})

test('a damaged checkpoint is skipped, with a message', async () => {
  const path = join(directory, 'damaged')
  await train('--epochs', '2', '--checkpoint', path)
  const name = 'checkpoint-0002-000000.safetensors'
  const bytes = readFileSync(join(path, name))
  writeFileSync(join(path, name), bytes.subarray(0, bytes.length - 1))
  const { code, stdout, stderr } = await train('--epochs', '2', '--checkpoint', path, '--resume')
  expect(stderr).toMatch(/^wasmlp: checkpoint-0002-000000\.safetensors is skipped: safetensors: /)
  expect(stdout).toContain('  from checkpoint-0001-000000.safetensors: 1 epochs and 0 of 10 batches done\n')
  expect(code).toBe(0)
})

// A directory in its place cannot be removed like a file, whoever runs the test.
test('an old checkpoint that cannot be removed does not end the training', async () => {
  const path = join(directory, 'stuck')
  await train('--epochs', '2', '--checkpoint', path)
  mkdirSync(join(path, 'checkpoint-0000-000001.safetensors'))
  const { code, stdout, stderr } = await train('--epochs', '4', '--checkpoint', path, '--resume', '--json')
  expect(stderr).toMatch(
    /^wasmlp: checkpoint-0000-000001\.safetensors, which is too old, cannot be removed: .*\n$/,
  )
  expect(parseLines(stdout).at(-1)?.event).toBe('done')
  expect(code).toBe(0)
})

describe('refused', () => {
  test('a directory with checkpoints, without --resume', async () => {
    const path = join(directory, 'taken')
    await train('--epochs', '1', '--checkpoint', path)
    const { code, stderr } = await train('--epochs', '1', '--checkpoint', path)
    expect(stderr).toBe(
      `wasmlp: ${path} has checkpoints of a training, the last checkpoint-0001-000000.safetensors: continue with ` +
        '--resume, or give another directory with --checkpoint\n',
    )
    expect(code).toBe(1)
  })

  test.each([
    [['--optimizer', 'adam'], '--optimizer, "sgd" there and "adam" here'],
    [['--batch-size', '11'], '--batch-size, 12 there and 11 here'],
    [['--learning-rate', '0.2'], '--learning-rate, 0.1 there and 0.2 here'],
    [['--seed', '2'], '--seed, 1 there and 2 here'],
    [['--no-shuffle'], '--shuffle, true there and false here'],
    [['--label-smoothing', '0.1'], '--label-smoothing, 0 there and 0.1 here'],
    [['--clip-norm', '1'], '--clip-norm, not given there and 1 here'],
    [['--schedule', 'cosine'], '--schedule, "constant" there and "cosine" here'],
    [['--on-non-finite', 'skip'], '--on-non-finite, "stop" there and "skip" here'],
    [['--validation', '0.5'], 'the number of training images or rows, 120 there and 60 here'],
  ])('another setting: %j', async (flags, difference) => {
    const path = join(directory, 'other')
    const common = ['--learning-rate', '0.1', '--checkpoint', path]
    if (!existsSync(path)) await train('--epochs', '1', ...common)
    const { code, stderr } = await train('--epochs', '2', ...common, '--resume', ...flags)
    expect(stderr).toBe(
      `wasmlp: the training in ${path} differs in ${difference}: give the same, or another directory with --checkpoint\n`,
    )
    expect(code).toBe(1)
  })

  test('checkpoints of which none can be read', async () => {
    const path = join(directory, 'unreadable')
    await train('--epochs', '1', '--checkpoint', path)
    for (const name of readdirSync(path)) writeFileSync(join(path, name), 'no checkpoint')
    const { code, stderr } = await train('--epochs', '2', '--checkpoint', path, '--resume')
    expect(stderr).toContain(
      `wasmlp: no checkpoint in ${path} can be read; the newest, checkpoint-0001-000000`,
    )
    expect(code).toBe(1)
  })

  test('a place where nothing can be written', async () => {
    writeFileSync(join(directory, 'file'), '')
    const { code, stderr } = await train('--checkpoint', join(directory, 'file'))
    expect(stderr).toMatch(
      /^wasmlp: (\/\S+\/file) cannot be listed: \1: ENOTDIR: not a directory: a file is where /,
    )
    expect(code).toBe(1)
  })

  test.each([
    [['--resume'], '--resume needs --checkpoint DIR'],
    [['--checkpoint-every', '9'], '--checkpoint-every needs --checkpoint DIR'],
    [
      ['--checkpoint', 'x', '--checkpoint-every', '0'],
      '--checkpoint-every is "0": expected a whole number, 1 or more',
    ],
  ])('%j', async (flags, message) => {
    expect(await train(...flags)).toEqual({
      code: 2,
      stdout: '',
      stderr: `wasmlp: ${message} (see wasmlp train --help)\n`,
    })
  })
})
