// Every field of every file, changed to everything that it must not be. The loops go over the schemas themselves, so a
// field that is added to one is covered at once; it needs a value in a file below, which a test asks for.
import { type GenericSchema, is } from 'valibot'
import { describe, expect, test } from 'vitest'
import { decodeCheckpoint, encodeCheckpoint } from '../../src/files/checkpoint-file.ts'
import { DESCRIPTION, decodeDataset, encodeDataset } from '../../src/files/dataset-file.ts'
import { LAYER_FIELDS } from '../../src/files/layer-json.ts'
import { ARCHITECTURE, decodeModel, encodeModel } from '../../src/files/model-file.ts'
import { readSafetensors, writeSafetensors } from '../../src/files/safetensors.ts'
import { stateSchema } from '../../src/files/training-schema.ts'
import {
  activation,
  batchNormalization,
  CheckpointError,
  dense,
  dropout,
  FormatError,
  flatten,
  type Layer,
  layerNormalization,
  normalization,
  optimizerNames,
  prelu,
} from '../../src/index.ts'
import { shapesOf } from '../../src/layers/shapes.ts'
import { ParameterLayout } from '../../src/network/parameters.ts'
import { memoryOf } from '../../src/optimizers/optimizer-memory.ts'
import type { TrainingIdentity } from '../../src/training/identity.ts'
import { type TrainingState, untrained } from '../../src/training/state.ts'
import { changed, failure, type Parts, placesIn, WRONG, without } from '../support/schema-fields.ts'

interface Kind {
  readonly name: string
  readonly schema: GenericSchema
  /** The value that the schema describes, and its JSON in the file. */
  readonly value: object
  readonly json: object
  /** Opens a file with other JSON in its place. */
  readonly open: (json: string) => unknown
  /** What the path of a field begins with in messages. */
  readonly at?: string
}

const LAYERS: readonly Layer[] = [
  normalization({ mean: [0.1, 0.2], standardDeviation: 0.5 }),
  flatten(),
  dense(3, { activation: 'leakyRelu', slope: 0.1 }),
  batchNormalization({ momentum: 0.2, epsilon: 1e-3 }),
  activation('elu', { alpha: 0.5 }),
  activation('leakyRelu', { slope: 0.5 }),
  dropout(0.25),
  layerNormalization(),
  prelu({ shared: false }),
  dense(2, { activation: 'elu', alpha: 0.5 }),
]

const PARAMETERS = shapesOf(2, LAYERS).map(({ weightCount, biasCount, statisticsCount }) => ({
  weights: new Float32Array(weightCount).fill(1),
  bias: new Float32Array(biasCount),
  ...(statisticsCount > 0 && {
    runningMean: new Float32Array(statisticsCount),
    runningVariance: new Float32Array(statisticsCount).fill(1),
    batches: 3,
  }),
}))

/** A file with other JSON under a key of its metadata, as its reader gets it. */
function fileWith(file: Uint8Array, key: string, json: string) {
  const { tensors, metadata } = readSafetensors(file)
  return { tensors, metadata: { ...metadata, [key]: json } }
}

function modelKinds(): Kind[] {
  const file = encodeModel(2, LAYERS, PARAMETERS)
  const json = JSON.parse(readSafetensors(file).metadata.wasmlp ?? '')
  const open = (text: string) => {
    const { tensors, metadata } = fileWith(file, 'wasmlp', text)
    return decodeModel(writeSafetensors(tensors as never, metadata))
  }
  const layers = LAYERS.map(({ kind }, i): Kind => {
    const fields = json.layers[i]
    const openLayer = (text: string) => open(changed(json, ['layers', i], text))
    const schema = LAYER_FIELDS[kind].schema as unknown as GenericSchema
    return { name: `layer ${kind}`, schema, value: fields, json: fields, open: openLayer, at: `layers.${i}` }
  })
  return [{ name: 'model', schema: ARCHITECTURE, value: json, json, open }, ...layers]
}

function datasetKind(): Kind {
  const file = encodeDataset({
    inputs: Uint8Array.of(1, 2, 3, 4),
    inputSize: 2,
    imageShape: [1, 2],
    labels: Int32Array.of(0, 1),
    classes: 3,
  })
  const json = JSON.parse(readSafetensors(file).metadata['wasmlp.dataset'] ?? '')
  const open = (text: string) => decodeDataset(fileWith(file, 'wasmlp.dataset', text))
  return { name: 'data set', schema: DESCRIPTION, value: json, json, open }
}

const LAYOUT = new ParameterLayout(shapesOf(2, LAYERS))
const { length, trainableLength } = LAYOUT

/** A training in the middle of everything. */
const stateOf = (name: (typeof optimizerNames)[number]): TrainingState => {
  const { counters, vectors } = memoryOf(name)
  return {
    epoch: 1,
    iteration: 2,
    epochsBefore: 0,
    steps: 7,
    sums: { loss: 2, weight: 10, correct: 5, samples: 10, skipped: 1, seconds: 0.5 },
    history: [
      {
        ...{
          epoch: 1,
          iterations: 5,
          samples: 50,
          loss: 0.5,
          accuracy: 0.5,
          trainLoss: 0.5,
          trainAccuracy: 0.5,
        },
        ...{ valLoss: Number.NaN, valAccuracy: 0.5, skipped: 1, learningRate: 0.1, seconds: 1 },
      },
    ],
    optimizer: {
      name,
      counters: { step: 7, ...Object.fromEntries(counters.map(counter => [counter, 0.5])) },
      vectors: Object.fromEntries(vectors.map(vector => [vector, new Float32Array(trainableLength)])),
      pending: { batches: 1, weight: 10, unit: 10, gradients: new Float32Array(length) },
    },
    schedule: {
      ...{ learningRate: 0.1, best: 0.5, badEpochs: 0, cooldown: 0, epochs: 0, of: 'a schedule' },
      chosen: { learningRate: 0.2, scheduled: 0.1 },
    },
    earlyStopping: { best: 0.5, bestEpoch: 1, waited: 0, parameters: new Float32Array(length) },
    parameters: new Float32Array(length),
  }
}

const encode = (state: TrainingState) =>
  encodeCheckpoint(2, LAYERS, { parameters: PARAMETERS, state, identity: { seed: 1 } }, async () => 1n)

async function checkpointKinds(): Promise<Kind[]> {
  return Promise.all(
    optimizerNames.map(async (name): Promise<Kind> => {
      const value = stateOf(name)
      const file = await encode(value)
      const training = JSON.parse(readSafetensors(file).metadata['wasmlp.training'] ?? '')
      const open = (text: string) => {
        const json = changed(training, ['state'], text)
        return decodeCheckpoint(fileWith(file, 'wasmlp.training', json), 2, LAYERS)
      }
      const schema = stateSchema({ layout: LAYOUT, algorithm: undefined, isOld: false })
      return { name: `training by ${name}`, schema, value, json: training.state, open, at: 'state' }
    }),
  )
}

const KINDS = [...modelKinds(), datasetKind(), ...(await checkpointKinds())]

test('every field of every schema has a value in one of the files', () => {
  const states = new Map<string, boolean>()
  for (const { name, schema, value } of KINDS) {
    for (const { path, isThere } of placesIn(schema, value)) {
      const place = `${name.replace(/ by .*/, '')}: ${path.join('.')}`
      states.set(place, isThere || states.get(place) === true)
    }
  }
  // Dense layers are there before all kinds, without one.
  const missing = [...states].filter(([, isThere]) => !isThere).map(([place]) => place)
  expect(missing).toEqual(['layer dense: kind'])
})

test('every kind of layer is in the files', () => {
  expect(Object.keys(LAYER_FIELDS).toSorted()).toEqual(
    [...new Set(LAYERS.map(({ kind }) => kind))].toSorted(),
  )
})

describe.each(KINDS)('$name', ({ name, schema, value, json, open, at }) => {
  const places = [...placesIn(schema, value)].filter(
    ({ path, isThere }) => isThere && (path[0] === 'optimizer' || !/ by (?!adam$)/.test(name)),
  )

  test('opens as it is', () => {
    expect(failure(() => open(JSON.stringify(json)))).toBeUndefined()
  })

  test.each(places.map(place => [place.path.join('.'), place] as const))('%s', (_, { path, schema }) => {
    for (const literal of WRONG) {
      const error = failure(() => open(changed(json, path, literal)))
      const what = `${path.join('.')} = ${literal.slice(0, 40)}`
      if (error !== undefined) expect(error, what).toBeInstanceOf(FormatError)
      let parsed: unknown
      try {
        parsed = literal === '{"$number":"NaN"}' && at === 'state' ? Number.NaN : JSON.parse(literal)
      } catch {
        continue
      }
      // A list of layers holds anything: the rows of the layers check it.
      if (is(schema, parsed)) continue
      expect(error, what).toBeInstanceOf(FormatError)
      if (/\$|__proto__|"a":|\[{99}/.test(literal)) continue
      const { message } = error as FormatError
      const parent = [at, ...path.slice(0, -1)].filter(step => step !== undefined).join('.')
      expect(message.length, what).toBeLessThan(500)
      expect(message, what).toContain(parent)
    }
  })

  test('a field that is left out is missing, or has a default', () => {
    for (const { path, schema } of places.filter(({ path }) => typeof path.at(-1) === 'string')) {
      const error = failure(() => open(without(json, path)))
      const isOptional = /optional/.test((schema as Parts).type ?? '')
      if (isOptional) expect(error === undefined || error instanceof FormatError, path.join('.')).toBe(true)
      else expect(error, path.join('.')).toBeInstanceOf(FormatError)
    }
  })

  test('a field too many is refused by its name', () => {
    for (const { path } of places) {
      const parent = path.reduce<unknown>((inner, step) => Object(inner)[step], json)
      if (Object.prototype.toString.call(parent) !== '[object Object]' || '$floats' in Object(parent))
        continue
      const error = failure(() => open(changed(json, [...path, 'surplus'], '1')))
      expect(error, path.join('.')).toBeInstanceOf(FormatError)
      expect((error as FormatError).message).toContain('surplus')
    }
  })
})

describe('what identifies a training', () => {
  const write = (identity: object) =>
    encodeCheckpoint(
      2,
      LAYERS,
      { parameters: PARAMETERS, state: stateOf('adam'), identity: identity as TrainingIdentity },
      async () => 1n,
    )

  test.each([
    ['optimizer', 'adam', 'identity.optimizer is "adam", expected an object'],
    [
      'optimizer',
      { algorithm: { name: 'adam2' } },
      'identity.optimizer.algorithm.name is "adam2", expected one of',
    ],
    ['optimizer', { algorithm: { name: 'adam' } }, 'identity.optimizer.learningRate is missing'],
    ['schedule', { name: 1 }, 'identity.schedule.name is 1, expected'],
    ['loss', { name: 'x'.repeat(1000) }, 'identity.loss.name is "xxx'],
    ['batchSize', 0, 'identity.batchSize is 0, expected a whole number, 1 or more'],
    ['shuffle', 1, 'identity.shuffle is 1, expected true or false'],
    ['dropLast', 'no', 'identity.dropLast is "no"'],
    ['seed', -1, 'identity.seed is -1, expected a whole number, 0 to 4294967295'],
    ['accumulate', 0, 'identity.accumulate is 0'],
    ['onNonFinite', 'go on', 'identity.onNonFinite is "go on", expected'],
    ['augmentation', true, 'identity.augmentation is true, expected an object'],
    ['earlyStopping', [], 'identity.earlyStopping is [], expected an object'],
    ['samples', 0.5, 'identity.samples is 0.5'],
    ['shuffleBuffer', -1, 'identity.shuffleBuffer is -1'],
    ['validationSamples', Number.NaN, 'identity.validationSamples is NaN'],
    ['epochs', 1e9, 'identity.epochs is 1000000000'],
  ])('%s is not %j', async (name, value, message) => {
    const writing = write({ [name]: value })
    await expect(writing).rejects.toThrow(CheckpointError)
    await expect(writing).rejects.toThrow(message)
    const file = await write({})
    const { tensors, metadata } = readSafetensors(file)
    const training = JSON.parse(metadata['wasmlp.training'] ?? '')
    const json = JSON.stringify({ ...training, identity: { [name]: value } })
    expect(() =>
      decodeCheckpoint({ tensors, metadata: { ...metadata, 'wasmlp.training': json } }, 2, LAYERS),
    ).toThrow(FormatError)
  })
})

test('a checkpoint is written of a training of more steps than a signed word counts, and of one that skipped all', async () => {
  const state = stateOf('adam')
  const [logs] = state.history
  const { correct, ...sums } = state.sums
  const history = [{ ...logs, loss: Number.NaN, skipped: 5, samples: 0 }].map(
    ({ accuracy, ...rest }) => rest,
  ) as TrainingState['history']
  for (const change of [
    { steps: 2 ** 32 - 1 },
    { history },
    { sums: { ...sums, correct: undefined, loss: 0, weight: 0, samples: 0, skipped: 2 } },
    { history: state.history.map(logs => ({ ...logs, trainLoss: Infinity })) },
  ]) {
    await expect(encode({ ...state, ...change })).resolves.toBeInstanceOf(Uint8Array)
  }
})

test('a checkpoint is written of an untrained model, and of an optimiser without vectors', async () => {
  const sgd = { name: 'sgd', counters: { step: 1 }, vectors: {}, pending: undefined } as const
  for (const state of [untrained(), { ...stateOf('sgd'), optimizer: sgd }]) {
    await expect(encode(state)).resolves.toBeInstanceOf(Uint8Array)
  }
})

describe('a checkpoint is not written', () => {
  test.each<[string, (state: TrainingState) => object, string?]>([
    ['parameters as an object', () => ({ parameters: { 0: 1, 1: 2 } }), 'state.parameters is'],
    ['too few parameters', () => ({ parameters: new Float32Array(length - 1) }), 'state.parameters is'],
    [
      'the best parameters as an object',
      ({ earlyStopping }) => ({ earlyStopping: { ...earlyStopping, parameters: { 0: 1 } } }),
      'state.earlyStopping.parameters is',
    ],
    [
      'a vector of doubles',
      ({ optimizer }) => ({
        optimizer: {
          ...optimizer,
          vectors: { ...optimizer?.vectors, secondMoment: new Float64Array(trainableLength) },
        },
      }),
      'state.optimizer.vectors.secondMoment is',
    ],
    [
      'pending gradients as an object',
      ({ optimizer }) => ({
        optimizer: { ...optimizer, pending: { batches: 1, weight: 1, unit: 1, gradients: { 0: 1 } } },
      }),
      'state.optimizer.pending.gradients is',
    ],
    [
      'a vector as an object',
      ({ optimizer }) => ({
        optimizer: { ...optimizer, vectors: { firstMoment: { 0: 1 }, secondMoment: {} } },
      }),
      'state.optimizer.vectors.firstMoment is',
    ],
    [
      'a vector too short',
      ({ optimizer }) => ({
        optimizer: { ...optimizer, vectors: { ...optimizer?.vectors, firstMoment: new Float32Array(1) } },
      }),
      'state.optimizer.vectors.firstMoment is',
    ],
    [
      'a vector too few',
      ({ optimizer }) => ({
        optimizer: { ...optimizer, vectors: { firstMoment: optimizer?.vectors.firstMoment } },
      }),
    ],
    [
      'a vector of another optimiser',
      ({ optimizer }) => ({
        optimizer: {
          ...optimizer,
          vectors: { ...optimizer?.vectors, velocity: new Float32Array(trainableLength) },
        },
      }),
      'state.optimizer.vectors.velocity',
    ],
    ['no counters', ({ optimizer }) => ({ optimizer: { ...optimizer, counters: undefined } })],
    [
      'a counter too few',
      ({ optimizer }) => ({ optimizer: { ...optimizer, counters: { step: 1, beta1Power: 0.5 } } }),
    ],
    ['an unknown optimiser', ({ optimizer }) => ({ optimizer: { ...optimizer, name: 'unknown' } })],
    ['an iteration before the first', () => ({ iteration: -1 })],
    ['steps below 0', () => ({ steps: -1 }), 'state.steps is -1'],
    ['half a step', () => ({ steps: 0.5 }), 'state.steps is 0.5'],
    ['more steps than a word counts', () => ({ steps: 2 ** 32 }), 'state.steps is 4294967296'],
    ...(['accuracy', 'trainAccuracy', 'valAccuracy'] as const).flatMap(name =>
      [-0.1, 1.1, Number.NaN].map((value): [string, (state: TrainingState) => object, string] => [
        `a ${name} of ${value}`,
        ({ history }) => ({ history: history.map(logs => ({ ...logs, [name]: value })) }),
        `state.history.0.${name} is ${value}, expected a number, 0 to 1`,
      ]),
    ),
    [
      'an infinite mean of losses, each of which was finite',
      ({ history }) => ({ history: history.map(logs => ({ ...logs, loss: Infinity })) }),
      'state.history.0.loss is Infinity',
    ],
    [
      'a sum of losses that is none',
      ({ sums }) => ({ sums: { ...sums, loss: Number.NaN } }),
      'state.sums.loss',
    ],
    [
      'more right samples than samples',
      ({ sums }) => ({ sums: { ...sums, correct: 11 } }),
      'state.sums.correct is 11, expected at most 10, as state.sums.samples says',
    ],
    [
      'more skipped batches than batches',
      ({ sums }) => ({ sums: { ...sums, skipped: 3 } }),
      'state.sums.skipped is 3, expected at most 2, as state.iteration says',
    ],
    [
      'more skipped batches in an epoch',
      ({ history }) => ({ history: history.map(logs => ({ ...logs, skipped: 6 })) }),
      'state.history.0.skipped is 6, expected at most 5, as state.history.0.iterations says',
    ],
    [
      'an epoch that comes later',
      ({ history }) => ({ history: history.map(logs => ({ ...logs, epoch: 2 })) }),
      'state.history.0.epoch is 2, expected at most 1, as state.epoch says',
    ],
    [
      'an epoch twice',
      ({ history }) => ({ epoch: 2, history: [...history, ...history] }),
      'state.history.1.epoch is 1, expected 2 or more, since state.history.0.epoch is 1',
    ],
    [
      'a best epoch to come',
      ({ earlyStopping }) => ({ earlyStopping: { ...earlyStopping, bestEpoch: 2 } }),
      'state.earlyStopping.bestEpoch is 2, expected at most 1, as state.epoch says',
    ],
    [
      'a longer wait than training',
      ({ earlyStopping }) => ({ earlyStopping: { ...earlyStopping, waited: 2 } }),
      'state.earlyStopping.waited is 2, expected at most 1, as state.epoch says',
    ],
    ...([-0.1, 1.1, Number.NaN, Infinity] as const).map(
      (value): [string, (state: TrainingState) => object, string] => [
        `a power of ${value}`,
        ({ optimizer }) => ({
          optimizer: { ...optimizer, counters: { ...optimizer?.counters, beta2Power: value } },
        }),
        `state.optimizer.counters.beta2Power is ${value}, expected a number, 0 to 1`,
      ],
    ),
    ...([Number.NaN, -Infinity, Infinity] as const).map(
      (value): [string, (state: TrainingState) => object, string] => [
        `a best loss of ${value}`,
        ({ schedule }) => ({ schedule: { ...schedule, best: value } }),
        `state.schedule.best is ${value}, expected a`,
      ],
    ),
  ])('of %s', async (_, change, where = 'state.') => {
    const state = stateOf('adam')
    const writing = encode({ ...state, ...change(state) } as TrainingState)
    await expect(writing).rejects.toThrow(CheckpointError)
    await expect(writing).rejects.toThrow(where)
  })
})
