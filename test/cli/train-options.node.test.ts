// `wasmlp train`: what its options do to layers, optimiser, schedule, validation, augmentation, and what the report says.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseIdx } from '../../src/api/parse-idx.ts'
import { parseLines, runCli, writeQuadrants } from '../support/run-cli.ts'

let directory: string
let data: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'wasmlp-options-'))
  data = writeQuadrants(directory)
})
afterAll(() => rmSync(directory, { recursive: true }))

/** 12 batches of 10 an epoch. */
const base = () => ['train', '--data', data, '--hidden', '6', '--batch-size', '10', '--build', 'simd']

/** Trains 64-6-4 on the quadrants, in `line` words of options; the JSON events. */
async function train(line: string, ...more: string[]) {
  const { code, stdout, stderr } = await runCli(
    ...[...base(), '--epochs', '2', '--json', ...line.split(' '), ...more],
  )
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const events = parseLines(stdout)
  return { start: events[0] ?? {}, epochs: events.slice(1, -1), done: events.at(-1) ?? {} }
}

const out = () => join(directory, 'weights.safetensors')

/** The weights that the options lead to. */
async function weights(line: string): Promise<Buffer> {
  await train(line, '--out', out())
  return readFileSync(out())
}

describe('optimiser', () => {
  test.each([
    ['--optimizer sgd --weight-decay 0.01', 0.5, { name: 'sgd', weightDecay: 0.01 }],
    [
      '--optimizer nesterov --momentum 0.8 --learning-rate 0.02',
      0.02,
      { name: 'nesterov', momentum: 0.8, weightDecay: 0 },
    ],
    ['--optimizer adagrad --epsilon 1e-6', 0.01, { name: 'adagrad', epsilon: 1e-6, weightDecay: 0 }],
    [
      '--optimizer rmsprop --alpha 0.9 --momentum 0.5 --centered',
      0.01,
      { name: 'rmsprop', alpha: 0.9, epsilon: 1e-8, momentum: 0.5, centered: true, weightDecay: 0 },
    ],
    [
      '--optimizer adamw --beta1 0.8 --beta2 0.99',
      0.001,
      { name: 'adamw', beta1: 0.8, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.01 },
    ],
  ])('%s', async (line, learningRate, optimizer) => {
    const { start, epochs } = await train(line)
    expect(start).toMatchObject({ optimizer, learningRate })
    expect(epochs.at(-1)).toMatchObject({ learningRate })
  })

  test('--l1, --l2, --clip-norm, --clip-value, --accumulate reach the training', async () => {
    const { start } = await train('--l1 0.001 --l2 0.002 --clip-norm 3 --clip-value 0.4 --accumulate 3')
    expect(start).toMatchObject({ l1: 0.001, l2: 0.002, clipNorm: 3, clipValue: 0.4, accumulate: 3 })
    const plain = await weights('--seed 5')
    for (const flag of [
      '--l1 0.01',
      '--l2 0.01',
      '--clip-norm 0.01',
      '--clip-value 0.001',
      '--accumulate 3',
    ]) {
      expect(Buffer.compare(await weights(`--seed 5 ${flag}`), plain), flag).not.toBe(0)
    }
  })
})

describe('schedule', () => {
  test.each([
    ['--schedule step --step-every 1 --factor 0.5', [0.1, 0.05]],
    ['--schedule exponential --factor 0.2', [0.1, 0.02]],
    ['--warm-up 1', [(0.1 * 12) / 13, 0.1]],
    // The last of 24 iterations, cos(23/24·π) above the minimum.
    [
      '--schedule cosine --minimum 0.01',
      [expect.any(Number), 0.01 + 0.045 * (1 + Math.cos((23 / 24) * Math.PI))],
    ],
    ['--schedule one-cycle --div-factor 10 --final-div-factor 10', [expect.any(Number), 0.001]],
    // Iteration 11 of 0–23, behind the top at 0.25 · 24 − 1 = 5: from 0.1 to 0.0001 in 18 steps.
    [
      '--schedule one-cycle --pct-start 0.25 --div-factor 10 --final-div-factor 100 --anneal linear',
      [0.1 - (0.0999 * 6) / 18, 0.0001],
    ],
  ])('%s', async (line, rates) => {
    const { epochs } = await train(`${line} --learning-rate 0.1`)
    expect(epochs.map(({ learningRate }) => learningRate)).toEqual(
      rates.map(rate => (typeof rate === 'number' ? expect.closeTo(rate, 9) : rate)),
    )
  })

  test('reduce-on-plateau goes by the validation part', async () => {
    const { start, epochs } = await train(
      '--learning-rate 0.1 --schedule reduce-on-plateau --patience 0 --threshold 0.9 --factor 0.5 --validation-split 0.25 --epochs 3',
    )
    expect(start).toHaveProperty('schedule.threshold', 0.9)
    expect(epochs.map(({ learningRate }) => learningRate)).toEqual([0.1, 0.1, 0.05])
  })

  test('a minimum above the learning rate is bad usage', async () => {
    const { code, stderr } = await runCli(...base(), '--schedule', 'cosine', '--minimum', '0.6')
    expect(stderr).toMatch(
      /^wasmlp: minimum .* 0\.6: expected 0\.5, the learning rate, at most \(see .*\)\n$/,
    )
    expect(code).toBe(2)
  })
})

describe('layers', () => {
  const softmax = { units: 4, activation: 'softmax' }
  test.each([
    ['--dropout 0.3', [{ units: 6, activation: 'relu' }, { kind: 'dropout', rate: 0.3 }, softmax]],
    [
      '--batch-normalization --dropout 0.1',
      [
        { units: 6, activation: 'identity' },
        { kind: 'batchNormalization', momentum: 0.1, epsilon: 1e-5 },
        { kind: 'activation', activation: 'relu' },
        { kind: 'dropout', rate: 0.1 },
        softmax,
      ],
    ],
    [
      '--layer-normalization --activation tanh',
      [
        { units: 6, activation: 'identity' },
        { kind: 'layerNormalization', epsilon: 1e-5 },
        { kind: 'activation', activation: 'tanh' },
        softmax,
      ],
    ],
    [
      '--initializer he-normal',
      [
        { units: 6, activation: 'relu', initializer: 'heNormal' },
        { ...softmax, initializer: 'heNormal' },
      ],
    ],
  ])('%s', async (line, layers) => {
    const { start } = await train(line)
    expect(start.layers).toEqual(layers)
  })

  test('--input-scaling: mean and standard deviation of all pixels of all training images', async () => {
    const { start } = await train('--input-scaling')
    const { data: pixels } = await parseIdx(readFileSync(join(data, 'train-images-idx3-ubyte')))
    const values = Array.from(pixels, value => Number(value) / 255)
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
    expect(start).toMatchObject({
      layers: [
        {
          kind: 'normalization',
          mean: expect.closeTo(mean, 6),
          standardDeviation: expect.closeTo(Math.sqrt(variance), 6),
        },
        { units: 6 },
        { units: 4 },
      ],
    })
  })

  test('evaluate measures a model with all kinds of layers as training did', async () => {
    const line = '--batch-normalization --dropout 0.1 --input-scaling --epochs 10'
    const { done } = await train(line, '--out', out())
    expect(done.testAccuracy).toBe(1)
    const { stdout } = await runCli('evaluate', out(), '--data', data, '--build', 'simd', '--json')
    expect(parseLines(stdout)).toMatchObject([{ loss: done.testLoss, accuracy: 1 }])
  })
})

describe('validation', () => {
  test('--validation sets images aside; the test images are measured once, at the end', async () => {
    const { start, epochs, done } = await train('--validation 0.25', '--out', out())
    expect(start).toMatchObject({ samples: 90, validationSamples: 30, testSamples: 40, iterations: 9 })
    expect(done.testLoss).not.toBe(epochs.at(-1)?.valLoss)
    const { stdout } = await runCli('evaluate', out(), '--data', data, '--build', 'simd', '--json')
    expect(parseLines(stdout)).toMatchObject([{ loss: done.testLoss, accuracy: done.testAccuracy }])
  })

  test('--early-stopping ends when the validation loss gets no better, with the best weights', async () => {
    // Dropout makes the loss go up and down.
    const line = '--validation-split 0.25 --early-stopping 2 --epochs 200 --dropout 0.5 --learning-rate 0.1'
    const { start, epochs, done } = await train(line)
    expect(start).toHaveProperty('earlyStopping', { patience: 2 })
    const losses = epochs.map(({ valLoss }) => Number(valLoss))
    const best = losses.indexOf(Math.min(...losses)) + 1
    expect(done.bestEpoch).toBe(best)
    expect(best).toBeGreaterThan(1)
    expect(epochs).toHaveLength(best + 2)
    const short = await train(line.replace('--epochs 200', `--epochs ${best}`))
    expect(short.done.testLoss).toBe(done.testLoss)
  })

  test('--label-smoothing: no loss is below the entropy of the smoothed target', async () => {
    const { start, epochs } = await train('--label-smoothing 0.4 --epochs 10')
    expect(start).toHaveProperty('loss', { name: 'crossEntropy', labelSmoothing: 0.4 })
    expect(epochs.at(-1)?.valLoss).toBeGreaterThan(-(0.7 * Math.log(0.7) + 0.3 * Math.log(0.1)))
  })
})

describe('augmentation', () => {
  test.each([
    ['--augment', { rotation: 15, scale: 0.15, elastic: { alpha: 36, sigma: 6 } }],
    [
      '--augment --rotation 5 --elastic 20,4 --shift 1.5 --shear 10 --noise 8',
      { rotation: 5, scale: 0.15, elastic: { alpha: 20, sigma: 4 }, shift: 1.5, shear: 10, noise: 8 },
    ],
    ['--scale 0.1', { scale: 0.1 }],
  ])('%s', async (line, augmentation) => {
    const { start } = await train(line)
    expect(start.augmentation).toEqual(augmentation)
    expect(Buffer.compare(await weights(line), await weights('--seed 1'))).not.toBe(0)
  })
})

describe('--on-non-finite', () => {
  test('skip leaves out what would end the training, and the report says how much', async () => {
    const line = ['--learning-rate', '1e30', '--activation', 'identity', '--hidden', '6,6', '--epochs', '1']
    const { code, stdout } = await runCli(...base(), ...line, '--on-non-finite', 'skip')
    expect(stdout).toMatch(/\n\d+ batch(es were| was) left out: the loss was no finite number\n/)
    expect(code).toBe(0)
  })
})

test('a training of 98 % in two epochs: the example of the help', { timeout: 120_000 }, async () => {
  const { stdout: help } = await runCli('train', '--help')
  const example = /# MNIST to 98 % in two epochs\n {2}wasmlp ([^#]*?)\n\n/.exec(help)?.[1] ?? ''
  const words = example.replaceAll('\\\n', ' ').split(/\s+/)
  const { stdout } = await runCli(...words, '--build', 'simd', '--json')
  const events = parseLines(stdout)
  expect(events.at(-1)?.testAccuracy).toBeGreaterThan(0.98)
  // MNIST's, which everybody uses; many of its pixels never change.
  const scaling = { mean: expect.closeTo(0.1307, 4), standardDeviation: expect.closeTo(0.3081, 4) }
  expect(events[0]).toMatchObject({ layers: [scaling, {}, {}] })
})

test('the text report names what was asked for, and no more', async () => {
  const { stdout } = await runCli(
    ...[
      ...base(),
      '--epochs',
      '3',
      '--optimizer',
      'nesterov',
      '--momentum',
      '0.8',
      '--augment',
      '--elastic',
      '20,4',
    ],
    ...[
      '--schedule',
      'one-cycle',
      '--label-smoothing',
      '0.2',
      '--initializer',
      'he-normal',
      '--dropout',
      '0.1',
    ],
    ...['--batch-normalization', '--input-scaling', '--validation-split', '0.25', '--early-stopping', '3'],
  )
  const lines = stdout.split('\n')
  expect(lines[2]).toBe(`90 training, 30 validation and 40 test images from ${data}`)
  expect(lines[3]).toBe(
    '64 → normalization → 6 → batch normalization → relu → dropout 0.1 → 4 softmax, 430 parameters',
  )
  expect(lines[4]).toBe('nesterov, learning rate 0.01, batches of 10, 9 an epoch, seed 1')
  expect(lines[5]).toBe(
    'initializer he-normal, label smoothing 0.2, early stopping 3, momentum 0.8, schedule one-cycle, augment, ' +
      'elastic 20,4',
  )
  expect(lines[6]).toBe('')
  expect(lines[7]).toMatch(/^ +epoch +loss +accuracy +val\. loss +accuracy +seconds$/)
  expect(stdout).toMatch(/\n\nweights of epoch \d, which has the lowest validation loss\ntest accuracy /)
})
