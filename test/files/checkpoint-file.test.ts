// Checkpoint files: what is in them comes back to the bit, and no damage goes unnoticed.
import { beforeAll, describe, expect, test } from 'vitest'
import { decodeCheckpoint } from '../../src/files/checkpoint-file.ts'
import { fromJson, toJson } from '../../src/files/plain-data.ts'
import { readSafetensors } from '../../src/files/safetensors.ts'
import {
  CheckpointError,
  dataset,
  dense,
  FormatError,
  type Sequential,
  sequential,
  sequentialFromSafetensors,
} from '../../src/index.ts'
import { CLASSES, INPUTS, trainingProblem } from '../support/training-problem.ts'

const HEADER_START = 8

const create = async (units = 3): Promise<Sequential> =>
  (
    await sequential([dense(units, { activation: 'tanh' }), dense(CLASSES, { activation: 'softmax' })], {
      inputSize: INPUTS,
    })
  ).compile({ optimizer: 'adam' })

let bytes: Uint8Array
let trained: Sequential

beforeAll(async () => {
  trained = await create()
  const data = await dataset(trainingProblem())
  await trained.fit(data, { epochs: 2, batchSize: 10, earlyStopping: { patience: 5 }, validationSplit: 0.2 })
  bytes = await trained.toCheckpoint()
})

test('holds names that PyTorch knows, and all vectors of the training', () => {
  const { tensors, metadata } = readSafetensors(bytes)
  expect(Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape.join()]))).toEqual({
    '0.weight': `3,${INPUTS}`,
    '0.bias': '3',
    '2.weight': `${CLASSES},3`,
    '2.bias': `${CLASSES}`,
    'training.state.optimizer.vectors.firstMoment': '144',
    'training.state.optimizer.vectors.secondMoment': '144',
    'training.state.earlyStopping.parameters': '144',
    'training.state.parameters': '144',
  })
  expect(Object.keys(metadata).sort()).toEqual([
    'format',
    'wasmlp',
    'wasmlp.checkpoint',
    'wasmlp.checksum',
    'wasmlp.training',
  ])
})

test('is a model file', async () => {
  using model = await sequentialFromSafetensors(bytes)
  expect(await model.getParameters()).toEqual(await trained.getParameters())
  using other = await create()
  await other.loadSafetensors(bytes)
  expect(await other.getParameters()).toEqual(await trained.getParameters())
})

test('the same model and training give the same bytes, from the file too', async () => {
  expect(await trained.toCheckpoint()).toEqual(bytes)
  using other = await create()
  await other.loadCheckpoint(bytes)
  expect(await other.toCheckpoint()).toEqual(bytes)
})

test('a model that was never trained has one too', async () => {
  using model = await create()
  using other = await create(3)
  await other.loadCheckpoint(await model.toCheckpoint())
  expect(await other.getParameters()).toEqual(await model.getParameters())
})

describe('the version of the schema', () => {
  const withVersion = (version?: string) => {
    const { tensors, metadata } = readSafetensors(bytes)
    const { 'wasmlp.checkpoint': _, ...others } = metadata
    return { tensors, metadata: version === undefined ? others : { ...others, 'wasmlp.checkpoint': version } }
  }
  const decode = (version?: string) => decodeCheckpoint(withVersion(version), INPUTS, trained.layers)

  test('without one, it counts as 1', () => {
    expect(decode()).toEqual(decode('1'))
  })

  test('a newer one is refused', () => {
    expect(() => decode('3')).toThrow(
      new FormatError(
        "the checkpoint's schema is version 3, and this wasmlp reads versions 1–2: use a newer wasmlp",
      ),
    )
  })
})

describe('a training that cannot be gone on with is refused', () => {
  type Training = { state: Record<string, unknown>; [name: string]: unknown }
  const decode = (change: (training: Training) => unknown) => () => {
    const { tensors, metadata } = readSafetensors(bytes)
    const training: Training = JSON.parse(metadata['wasmlp.training'] ?? '')
    const text = JSON.stringify(change(training))
    return decodeCheckpoint(
      { tensors, metadata: { ...metadata, 'wasmlp.training': text } },
      INPUTS,
      trained.layers,
    )
  }
  const withState = (more: object) =>
    decode(({ state, ...rest }) => ({ ...rest, state: { ...state, ...more } }))
  const withOptimizer = (more: object) =>
    decode(({ state, ...rest }) => ({
      ...rest,
      state: { ...state, optimizer: { ...Object(state.optimizer), ...more } },
    }))
  const vector = (name: string) => ({ $floats: `state.${name}` })
  const moments = {
    firstMoment: vector('optimizer.vectors.firstMoment'),
    secondMoment: vector('optimizer.vectors.secondMoment'),
  }

  test('the file as it is, is not', () => {
    expect(withOptimizer({ vectors: moments })).not.toThrow()
  })

  test.each<[string, () => unknown, string]>([
    [
      'an iteration before the first',
      withState({ iteration: -1 }),
      'state.iteration is -1, expected a whole number, 0 or more',
    ],
    ['an epoch before the first', withState({ epoch: -1e9 }), 'state.epoch is -1000000000, expected'],
    ['half an epoch', withState({ epochsBefore: 0.5 }), 'state.epochsBefore is 0.5, expected'],
    ['more steps than a word holds', withState({ steps: 2 ** 40 }), 'state.steps is 1099511627776, expected'],
    ['a history of more epochs', withState({ epoch: 0 }), 'state.history has 2 epochs, expected 0'],
    ['no counters', withOptimizer({ counters: undefined }), 'state.optimizer.counters is missing'],
    [
      'no product of beta1',
      withOptimizer({ counters: { step: 8, beta2Power: 0.5 } }),
      'state.optimizer.counters.beta1Power is missing',
    ],
    [
      'a product that cannot be',
      withOptimizer({ counters: { step: 8, beta1Power: 2, beta2Power: 0.5 } }),
      'counters.beta1Power is 2, expected a number, 0 to 1',
    ],
    [
      'an unknown optimiser',
      withOptimizer({ name: 'adamax' }),
      'state.optimizer.name is "adamax", expected one of sgd, ',
    ],
    [
      'another optimiser than its vectors are of',
      withOptimizer({ name: 'lion', counters: { step: 8 } }),
      'state.optimizer.vectors.secondMoment is no field',
    ],
    [
      'text as a vector',
      withOptimizer({ vectors: { ...moments, firstMoment: 'abc' } }),
      'state.optimizer.vectors.firstMoment is "abc", expected 144 floats',
    ],
    [
      'numbers as a vector',
      withOptimizer({ vectors: { ...moments, firstMoment: { 0: 1, 1: 2 } } }),
      'state.optimizer.vectors.firstMoment is { 0, 1 }, expected',
    ],
    [
      'a vector of zeros in a name',
      withOptimizer({ vectors: { ...moments, firstMoment: { $floats: 'x' } } }),
      'names "x" and has no such tensor',
    ],
    [
      'a vector under two names',
      withOptimizer({ vectors: { ...moments, secondMoment: moments.firstMoment } }),
      'firstMoment" twice',
    ],
    [
      'a vector that nothing names',
      withState({ parameters: undefined }),
      'has a tensor "training.state.parameters", which',
    ],
    ['a number in words', withState({ steps: { $number: '7' } }), 'has { $number }, expected'],
    ['null for a number', withState({ epoch: null }), 'state.epoch is null, expected'],
    [
      'a state that is a list',
      decode(training => ({ ...training, state: [] })),
      'state is [], expected an object',
    ],
    ['no state', decode(({ identity }) => ({ identity })), 'state is missing'],
    [
      'an identity that is a list',
      decode(training => ({ ...training, identity: [] })),
      'identity is [], expected an object',
    ],
  ])('%s', (_, open, message) => {
    expect(open).toThrow(FormatError)
    expect(open).toThrow(message)
  })
})

describe('damage', () => {
  const load = async (damaged: Uint8Array) => {
    using model = await create()
    const before = await model.getParameters()
    await expect(model.loadCheckpoint(damaged)).rejects.toThrow(FormatError)
    expect(await model.getParameters()).toEqual(before)
  }

  test('one bit of any byte of the header, or of every seventh of the data', async () => {
    const { byteLength } = bytes
    const headerEnd = HEADER_START + Number(new DataView(bytes.buffer).getBigUint64(0, true))
    using model = await create()
    for (let i = 0; i < byteLength; i += i < headerEnd ? 1 : 7) {
      const damaged = bytes.slice()
      damaged[i] = (damaged[i] ?? 0) ^ (1 << (i % 8))
      const failure = await model.loadCheckpoint(damaged).catch(error => error)
      expect(failure, `byte ${i}`).toBeInstanceOf(FormatError)
    }
  })

  test('cut anywhere', async () => {
    using model = await create()
    for (let length = 0; length < bytes.length; length += 1 + (length % 29)) {
      const failure = await model.loadCheckpoint(bytes.subarray(0, length)).catch(error => error)
      expect(failure, `${length} bytes`).toBeInstanceOf(FormatError)
    }
  })

  test('a byte too many', () => load(new Uint8Array([...bytes, 0])))

  test('two tensors that changed places', async () => {
    const text = new TextDecoder('latin1').decode(bytes)
    const swapped = text
      .replace('vectors.firstMoment":{', 'vectors.SECONDMoment":{')
      .replace('vectors.secondMoment":{', 'vectors.firstMoment":{')
      .replace('vectors.SECONDMoment":{', 'vectors.secondMoment":{')
    const damaged = bytes.slice()
    damaged.set(Uint8Array.from(swapped, character => character.charCodeAt(0)))
    await load(damaged)
  })
})

describe('refused', () => {
  test('a model file', async () => {
    using model = await create()
    await expect(model.loadCheckpoint(await trained.toSafetensors())).rejects.toThrow(
      'the file has no checksum: it is a damaged checkpoint, or a model file, which loadSafetensors takes',
    )
  })

  test('the checkpoint of another network', async () => {
    using model = await create(4)
    await expect(model.loadCheckpoint(bytes)).rejects.toThrow(
      `tensor "0.weight" has the shape [3, ${INPUTS}], but the layer needs [4, ${INPUTS}]`,
    )
  })
})

test('plain data comes back as it was', () => {
  const data = {
    numbers: [0, -0, 0.1 + 0.2, 5e-324, 1.7976931348623157e308, Number.NaN, Infinity, -Infinity, 2 ** 53],
    nothing: null,
    text: '$floats "quoted" \u{1f600}',
    nested: { list: [{ flag: true }], floats: Float32Array.of(1, Number.NaN) },
  }
  const kept = new Map<string, Float32Array>()
  const json = toJson({ ...data, missing: undefined }, (name, floats) => void kept.set(name, floats))
  expect([...kept.keys()]).toEqual(['nested.floats'])
  const back = fromJson(json, name => kept.get(name) ?? new Float32Array(), 'it')
  expect(back).toStrictEqual(data)
})

describe('what JSON would make something else of is refused', () => {
  test.each([
    ['another kind of array', new Float64Array(2)],
    ['bytes', new Uint8Array(2)],
    ['a map', new Map([[1, 2]])],
    ['a date', new Date(0)],
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['a bigint', 1n],
  ])('%s', (_, value) => {
    const write = () => toJson({ state: { part: value } }, () => {})
    expect(write).toThrow(CheckpointError)
    expect(write).toThrow('state.part is')
  })
})
