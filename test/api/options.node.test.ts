// No option that a caller gives is dropped: a walk over the public API, by its types, finds every function that takes options,
// and every object of options within others; each is called with one that it does not have.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  loadCsv,
  loadNpy,
  loadNpz,
  parseCsv,
  parseNpy,
  parseNpz,
  streamCsv,
  toNpy,
} from '../../src/data/index.ts'
import {
  quantizationCost,
  sequentialFromLayersModel,
  sequentialFromOnnx,
  toLayersModel,
  toOnnx,
  toSafetensors,
  weightFilesOf,
} from '../../src/formats/index.ts'
import * as wasmlp from '../../src/index.ts'
import { createKernels, type Kernels } from '../../src/kernels/index.ts'
import { openStorage, type PersistentStorage } from '../../src/storage/index.ts'
import {
  balancedClassWeights,
  calibrate,
  classificationMetrics,
  encodeTable,
  fitRecipe,
  labelMetrics,
  loadTable,
  parseTable,
  permutationImportance,
  predictRows,
  regressionMetrics,
  sequentialFor,
  tableModelFromSafetensors,
  windows,
} from '../../src/tables/index.ts'
import { encodeIdx } from '../support/encode-idx.ts'
import { publicFunctions } from '../support/public-api.ts'
import { removeDirectory, temporaryDirectory } from '../support/temporary-directory.ts'

const { dataset, dense, sequential, memoryCheckpoints } = wasmlp

let directory: string
let data: wasmlp.Dataset
let images: wasmlp.Dataset
let model: wasmlp.Sequential
let storage: PersistentStorage
let kernels: Kernels

const csv = 'x,y\n1,2\n3,4\n'
const npz = () => Uint8Array.from(atob(EMPTY_ZIP), character => character.charCodeAt(0))
const EMPTY_ZIP = 'UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA=='

beforeAll(async () => {
  directory = (await temporaryDirectory()) ?? ''
  await writeFile(join(directory, 'table.csv'), csv)
  await writeFile(join(directory, 'x.npy'), toNpy(Float32Array.of(1, 2)))
  await writeFile(join(directory, 'x.npz'), npz())
  for (const part of ['train', 't10k']) {
    await writeFile(
      join(directory, `${part}-images-idx3-ubyte`),
      encodeIdx('uint8', [2, 1, 2], Uint8Array.of(1, 2, 3, 4)),
    )
    await writeFile(
      join(directory, `${part}-labels-idx1-ubyte`),
      encodeIdx('uint8', [2], Uint8Array.of(0, 1)),
    )
  }
  data = await dataset({
    inputs: [
      [0, 1],
      [1, 0],
      [1, 1],
      [0, 0],
    ],
    labels: [0, 1, 0, 1],
  })
  images = await dataset({
    inputs: new Uint8Array(8),
    inputSize: 2,
    imageShape: [1, 2],
    labels: [0, 1, 0, 1],
  })
  const layers = [dense(2, { activation: 'softmax' })]
  model = (await sequential(layers, { inputSize: 2 })).compile()
  storage = await openStorage({ directory: join(directory, 'storage') })
  await storage.models.save('model', model)
  await storage.datasets.save('data', data)
  kernels = await createKernels()
})
afterAll(async () => {
  await storage.close()
  await removeDirectory(directory)
})

const path = (name: string) => join(directory, name)
const softmax = () => [dense(2, { activation: 'softmax' })]

/** Calls a method that was looked up by hand, with arguments of any types. */
const call = (object: object, method: string, ...args: unknown[]) =>
  (Reflect.get(object, method) as (...args: unknown[]) => unknown).apply(object, args)

/** A call of each function with right options and `more`, by the place that those go to. */
const CALLS: Record<string, (more: object) => unknown> = {
  'augment: options': more => wasmlp.augment(images, { rotation: 5, ...more }),
  'augment: options.elastic': more => wasmlp.augment(images, { elastic: { alpha: 1, sigma: 2, ...more } }),
  'augment: options.noise': more => wasmlp.augment(images, { noise: { standardDeviation: 1, ...more } }),
  'augment: options.scale': more => wasmlp.augment(images, { scale: { x: 0.1, ...more } }),
  'augment: options.shift': more => wasmlp.augment(images, { shift: { x: 1, ...more } }),
  'augment: settings': more => wasmlp.augment(images, {}, { seed: 1, ...more }),
  'Dataset.split: options': more => data.split(0.5, { seed: 1, ...more }),
  'Dataset.kFold: options': more => data.kFold(2, { seed: 1, ...more }),
  'Dataset.shuffle: options': more => data.shuffle({ seed: 1, ...more }),
  'capabilities: options': more => wasmlp.capabilities({ build: 'simd', ...more }),
  'checkGradients: options': more => wasmlp.checkGradients(model, data, { tolerance: 0.1, ...more }),
  'Sequential.compile: options': more => compile({ learningRate: 0.1, ...more }),
  'Sequential.compile: options.loss': more => compile({ loss: { name: 'crossEntropy', ...more } }),
  'Sequential.compile: options.optimizer': more => compile({ optimizer: { name: 'adam', ...more } }),
  'Sequential.compile: options.schedule': more => compile({ schedule: { name: 'cosine', ...more } }),
  'Sequential.fit: options': more => model.fit(data, { epochs: 0, ...more }),
  'Sequential.fit: options.augmentation': more => model.fit(images, { augmentation: { ...more } }),
  'Sequential.fit: options.augmentation.elastic': more =>
    model.fit(images, { augmentation: { elastic: { alpha: 1, sigma: 2, ...more } } }),
  'Sequential.fit: options.augmentation.noise': more =>
    model.fit(images, { augmentation: { noise: { standardDeviation: 1, ...more } } }),
  'Sequential.fit: options.augmentation.scale': more =>
    model.fit(images, { augmentation: { scale: { x: 0.1, ...more } } }),
  'Sequential.fit: options.augmentation.shift': more =>
    model.fit(images, { augmentation: { shift: { x: 1, ...more } } }),
  'Sequential.fit: options.checkpoints': more =>
    model.fit(data, { checkpoints: { store: memoryCheckpoints(), ...more } }),
  'Sequential.fit: options.earlyStopping': more =>
    model.fit(data, { earlyStopping: { monitor: 'loss', ...more } }),
  'Sequential.trainer: options': async more => (await model.trainer(data, { epochs: 1, ...more })).dispose(),
  'Sequential.evaluate: options': more => model.evaluate(data, { topK: 1, ...more }),
  'Sequential.predict: options': more => model.predict(data, { ...more }),
  'Sequential.predictor: options': async more => (await model.predictor({ batchSize: 1, ...more })).dispose(),
  'configure: options': more => wasmlp.configure({ ...more }),
  'crossValidate: options': more => crossValidate({ ...more }),
  'crossValidate: options.augmentation': more => crossValidate({ augmentation: { ...more } }),
  'crossValidate: options.augmentation.elastic': more =>
    crossValidate({ augmentation: { elastic: { alpha: 1, sigma: 2, ...more } } }),
  'crossValidate: options.augmentation.noise': more =>
    crossValidate({ augmentation: { noise: { standardDeviation: 1, ...more } } }),
  'crossValidate: options.augmentation.scale': more =>
    crossValidate({ augmentation: { scale: { x: 0.1, ...more } } }),
  'crossValidate: options.augmentation.shift': more =>
    crossValidate({ augmentation: { shift: { x: 1, ...more } } }),
  'crossValidate: options.earlyStopping': more =>
    crossValidate({ earlyStopping: { monitor: 'loss', ...more } }),
  'dataset: options': more => dataset({ inputs: [[1]], ...more }),
  'diagnose: options': more => wasmlp.diagnose(model, data, { batchSize: 2, ...more }),
  'findLearningRate: options': more => wasmlp.findLearningRate(model, data, { iterations: 2, ...more }),
  'firstLayerImages: options': more => wasmlp.firstLayerImages(model, [1, 2], { contrast: 'unit', ...more }),
  'loadMnist: options': more => wasmlp.loadMnist(directory, { only: 'test', ...more }),
  'memoryUsage: options': more => wasmlp.memoryUsage({ build: 'simd', ...more }),
  'parseIdx: options': more =>
    wasmlp.parseIdx(encodeIdx('uint8', [1], Uint8Array.of(1)), { name: 'x', ...more }),
  'parseIdx: options.expect': more =>
    wasmlp.parseIdx(encodeIdx('uint8', [1], Uint8Array.of(1)), { expect: { rank: 1, ...more } }),
  'sequential: options': more => sequential(softmax(), { inputSize: 2, ...more }),
  'sequentialFromSafetensors: options': async more =>
    wasmlp.sequentialFromSafetensors(await model.toSafetensors(), { build: 'simd', ...more }),
  'streamingDataset: options': more => wasmlp.streamingDataset({ chunks: [], ...more }),
  'streamingDataset: options.chunks[]': more =>
    model.fit(wasmlp.streamingDataset({ chunks: [{ inputs: [[1, 2]], labels: [1], ...more }] })),
  'activation: options': more => wasmlp.activation('leakyRelu', { slope: 0.1, ...more }),
  'prelu: options': more => wasmlp.prelu({ slope: 0.1, ...more }),
  'dense: options': more => dense(1, { activation: 'relu', ...more }),
  'dense: options.biasInitializer': more => dense(1, { biasInitializer: { name: 'zeros', ...more } }),
  'dense: options.initializer': more => dense(1, { initializer: { name: 'orthogonal', ...more } }),
  'batchNormalization: options': more => wasmlp.batchNormalization({ momentum: 0.1, ...more }),
  'layerNormalization: options': more => wasmlp.layerNormalization({ epsilon: 1e-5, ...more }),
  'normalization: options': more => wasmlp.normalization({ mean: 0, standardDeviation: 1, ...more }),
  'createKernels: options': more => createKernels({ build: 'simd', ...more }),
  'Kernels.activation: options': more =>
    kernels.activation('elu', kernels.f32(1), kernels.f32(1), { alpha: 1, ...more }),
  'Kernels.activationGradient: options': more => {
    const [x, y, dy, dx] = [kernels.f32(1), kernels.f32(1), kernels.f32(1), kernels.f32(1)]
    kernels.activationGradient('elu', x, y, dy, dx, { alpha: 1, ...more })
  },
  'loadCsv: options': more => loadCsv(path('table.csv'), { header: true, ...more }),
  'parseCsv: options': more => parseCsv(csv, { header: true, ...more }),
  'streamCsv: options': more => streamCsv(path('table.csv'), { rows: 1, ...more }).next(),
  'loadNpy: options': more => loadNpy(path('x.npy'), { maxBytes: 1000, ...more }),
  'loadNpz: options': more => loadNpz(path('x.npz'), { maxBytes: 1000, ...more }),
  'parseNpy: options': more => parseNpy(toNpy(Float32Array.of(1)), { name: 'x', ...more }),
  'parseNpz: options': more => parseNpz(npz(), { name: 'x', ...more }),
  'loadTable: options': more => loadTable(path('table.csv'), { target: 'y', ...more }),
  'parseTable: options': more => parseTable(csv, { target: 'y', ...more }),
  'Table.kFold: options': async more => (await parseTable(csv)).kFold(2, { seed: 1, ...more }),
  'calibrate: options': async more => calibrate(await namesModel(), await names(), { ...more }),
  'classificationMetrics: options': async more =>
    classificationMetrics([[0.5, 0.5]], [1], { topK: 1, ...more }),
  'permutationImportance: options': async more =>
    permutationImportance(await tableModel(), await flowers(), { repeats: 1, ...more }),
  'predictRows: options': async more => predictRows(await tableModel(), csv, { ...more }).next(),
  'regressionMetrics: options': async more => regressionMetrics([[1]], [[2]], { quantiles: [0.5], ...more }),
  'sequentialFor: options.initializer': async more =>
    sequentialFor(await flowers(), { initializer: { name: 'heNormal', ...more } }),
  'TableModel.toLayersModel: options': async more =>
    (await tableModel()).toLayersModel({ weights: 'f32', ...more }),
  'TableModel.toOnnx: options': async more => (await tableModel()).toOnnx({ weights: 'f32', ...more }),
  'Table.split: options': async more => (await parseTable(csv)).split({ test: 0.5, ...more }),
  'windows: options': async more => windows(await flowers(), { past: 1, ...more }),
  'fitRecipe: options': async more => fitRecipe(await flowers(), { scaling: 'robust', ...more }),
  'sequentialFor: options': async more => sequentialFor(await flowers(), { hidden: [2], ...more }),
  'tableModelFromSafetensors: options': async more =>
    tableModelFromSafetensors(await (await tableModel()).toSafetensors(), { build: 'simd', ...more }),
  'TableModel.compile: options': async more => (await tableModel()).compile({ learningRate: 0.1, ...more }),
  'TableModel.compile: options.loss': async more =>
    (await tableModel()).compile({ loss: { name: 'meanSquaredError', ...more } }),
  'TableModel.compile: options.optimizer': async more =>
    (await tableModel()).compile({ optimizer: { name: 'adam', ...more } }),
  'TableModel.compile: options.schedule': async more =>
    (await tableModel()).compile({ schedule: { name: 'cosine', ...more } }),
  'TableModel.fit: options.checkpoints': async more =>
    (await tableModel()).fit(await flowers(), { checkpoints: { store: memoryCheckpoints(), ...more } }),
  'TableModel.fit: options.earlyStopping': async more =>
    (await tableModel()).fit(await flowers(), { earlyStopping: { monitor: 'loss', ...more } }),
  'TableModel.fit: options': async more => (await tableModel()).fit(await flowers(), { epochs: 1, ...more }),
  'TableModel.evaluate: options': async more => (await tableModel()).evaluate(await flowers(), { ...more }),
  'TableModel.predict: options': async more => (await tableModel()).predict([{ x: 1 }], { ...more }),
  'openStorage: options': async more =>
    (await openStorage({ directory: join(directory, 'storage'), ...more })).close(),
  'StoredModels.load: options': more => storage.models.load('model', { build: 'simd', ...more }),
  'StoredDatasets.load: options': more => storage.datasets.load('data', { build: 'simd', ...more }),
  'toLayersModel: options': more => toLayersModel(model, { weights: 'f32', ...more }),
  'sequentialFromLayersModel: options': async more =>
    sequentialFromLayersModel(await toLayersModel(model), { build: 'simd', ...more }),
  'sequentialFromLayersModel: source': async more =>
    sequentialFromLayersModel({ ...(await toLayersModel(model)), ...more }),
  'toOnnx: options': more => toOnnx(model, { weights: 'f32', ...more }),
  'sequentialFromOnnx: options': async more =>
    sequentialFromOnnx(await toOnnx(model), { build: 'simd', ...more }),
  'quantizationCost: options': more => quantizationCost(model, data, { weights: 'int8', ...more }),
  'toSafetensors: options': more => toSafetensors(model, { weights: 'f16', ...more }),
}

const flowers = () => parseTable(csv, { target: 'y' })
const names = () => parseTable('x,y\n1,a\n3,b\n', { target: 'y' })
const namesModel = async () => sequentialFor(await names(), { hidden: [2] })
const tableModel = async () => sequentialFor(await flowers(), { hidden: [2] })

const compile = async (options: wasmlp.CompileOptions) =>
  (await sequential(softmax(), { inputSize: 2 })).compile(options)

const crossValidate = (options: wasmlp.CrossValidateOptions) =>
  wasmlp.crossValidate(async () => (await sequential(softmax(), { inputSize: 2 })).compile(), images, {
    folds: 2,
    ...options,
  })

/** A call of each function that takes no options, with an argument too many. */
const WITHOUT_OPTIONS: Record<string, (...more: object[]) => unknown> = {
  'Dataset.slice': (...more) => call(data, 'slice', 0, 1, ...more),
  'Dataset.standardization': (...more) => call(data, 'standardization', ...more),
  'Dataset.labelGaps': (...more) => call(data, 'labelGaps', ...more),
  'Dataset.read': (...more) => call(data, 'read', ...more),
  'StoredModels.list': (...more) => call(storage.models, 'list', ...more),
  'StoredModels.delete': (...more) => call(storage.models, 'delete', 'none', ...more),
  'StoredDatasets.list': (...more) => call(storage.datasets, 'list', ...more),
  'StoredDatasets.delete': (...more) => call(storage.datasets, 'delete', 'none', ...more),
  'PersistentStorage.trainings': (...more) => call(storage, 'trainings', ...more),
  'PersistentStorage.persist': (...more) => call(storage, 'persist', ...more),
  'PersistentStorage.estimate': (...more) => call(storage, 'estimate', ...more),
  directoryCheckpoints: (...more) => call(wasmlp, 'directoryCheckpoints', directory, ...more),
  memoryCheckpoints: (...more) => call(wasmlp, 'memoryCheckpoints', ...more),
  collapse: (...more) => call(wasmlp, 'collapse', model, data, ...more),
  'Sequential.summary': (...more) => call(model, 'summary', ...more),
  'Sequential.toCheckpoint': (...more) => call(model, 'toCheckpoint', ...more),
  'Sequential.loadCheckpoint': async (...more) =>
    call(model, 'loadCheckpoint', await model.toCheckpoint(), ...more),
  'Sequential.getParameters': (...more) => call(model, 'getParameters', ...more),
  'Sequential.setParameters': async (...more) =>
    call(model, 'setParameters', await model.getParameters(), ...more),
  'Sequential.toSafetensors': (...more) => call(model, 'toSafetensors', ...more),
  'Sequential.loadSafetensors': async (...more) =>
    call(model, 'loadSafetensors', await model.toSafetensors(), ...more),
  mostConfused: (...more) => call(wasmlp, 'mostConfused', model, data, 1, ...more),
  iterationsPerEpoch: (...more) => call(wasmlp, 'iterationsPerEpoch', 100, 10, ...more),
  oneHot: (...more) => call(wasmlp, 'oneHot', [0, 1], 2, ...more),
  dropout: (...more) => call(wasmlp, 'dropout', 0.1, ...more),
  flatten: (...more) => call(wasmlp, 'flatten', ...more),
  encodeTable: async (...more) =>
    call({ encodeTable }, 'encodeTable', fitRecipe(await flowers()), await flowers(), true, ...more),
  'TableModel.summary': async (...more) => call(await tableModel(), 'summary', ...more),
  'TableModel.toSafetensors': async (...more) => call(await tableModel(), 'toSafetensors', ...more),
  balancedClassWeights: (...more) =>
    call({ balancedClassWeights }, 'balancedClassWeights', [0, 1], 2, ...more),
  labelMetrics: (...more) => call({ labelMetrics }, 'labelMetrics', [[0.5]], [[1]], ...more),
  'Table.describe': async (...more) => call(await parseTable(csv), 'describe', ...more),
  'Table.slice': async (...more) => call(await parseTable(csv), 'slice', 0, 1, ...more),
  'Table.toObjects': async (...more) => call(await parseTable(csv), 'toObjects', ...more),
  toNpy: (...more) => call({ toNpy }, 'toNpy', Float32Array.of(1), [1], ...more),
  weightFilesOf: async (...more) =>
    call({ weightFilesOf }, 'weightFilesOf', (await toLayersModel(model)).modelJson, ...more),
  'StoredModels.save': (...more) => call(storage.models, 'save', 'model', model, ...more),
  'StoredDatasets.save': (...more) => call(storage.datasets, 'save', 'data', data, ...more),
  'PersistentStorage.checkpoints': (...more) => call(storage, 'checkpoints', 'run', ...more),
}

/** Functions of which nothing can be asked, or all of whose arguments are numbers and buffers, which are checked. */
const ASK_NOTHING = [
  /^(Kernels|\w*Buffer|Predictor|Trainer|TrainingRun|CheckpointStore|StoredCheckpoints)\./,
  /\.(dispose|close|toString)$/,
  /^close(Engine|Threads)$/, // elsewhere: they would end what is called here
]

test('the walk finds exactly the functions that are called here', { timeout: 120_000 }, () => {
  const functions = publicFunctions()
  const places = functions.flatMap(({ name, options }) => options.map(place => `${name}: ${place}`))
  expect(places.sort()).toEqual(Object.keys(CALLS).sort())
  const others = functions
    .filter(({ name, options }) => options.length === 0 && !ASK_NOTHING.some(pattern => pattern.test(name)))
    .map(({ name }) => name)
  expect(others.sort()).toEqual(Object.keys(WITHOUT_OPTIONS).sort())
})

describe.each(Object.entries(CALLS))('%s', (_, run) => {
  test('right options are taken', async () => {
    await run({})
  })

  test('one that there is not is refused', async () => {
    await expect((async () => run({ unheardOf: 1 }))()).rejects.toMatchObject({
      code: 'ERR_ARGUMENT',
      message: expect.stringMatching(/ has no option unheardOf/),
    })
  })
})

describe.each(Object.entries(WITHOUT_OPTIONS))('%s takes no options', (_, run) => {
  test('it can be called without', async () => {
    await run()
  })

  test('an object of them is refused', async () => {
    await expect((async () => run({ unheardOf: 1 }))()).rejects.toMatchObject({ code: 'ERR_ARGUMENT' })
  })
})
