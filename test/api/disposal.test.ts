// One rule of disposal for all methods, in one thread and through the worker: what was called before is fulfilled, what is
// called afterwards rejects, and the memory goes with the last.
import { beforeAll, describe, expect, test } from 'vitest'
import {
  augment,
  checkGradients,
  collapse,
  type Dataset,
  dataset,
  dense,
  diagnose,
  type EngineOptions,
  findLearningRate,
  memoryCheckpoints,
  memoryUsage,
  type Sequential,
  sequential,
  type Trainer,
} from '../../src/index.ts'

const SAMPLES = 60
const SIDE = 5
const inputs = Uint8Array.from({ length: SAMPLES * SIDE ** 2 }, (_, i) => (i * 91) % 256)
const labels = Array.from({ length: SAMPLES }, (_, i) => i % 3)

const createData = (place: EngineOptions) =>
  dataset({ inputs, imageShape: [SIDE, SIDE], labels, build: 'simd', ...place })

async function createModel(place: EngineOptions): Promise<Sequential> {
  const layers = [dense(6), dense(3, { activation: 'softmax' })]
  const model = await sequential(layers, { inputSize: SIDE ** 2, build: 'simd', threads: 1, ...place })
  return model.compile({ learningRate: 0.1 })
}

/** What calls may use. */
interface Things {
  model: Sequential
  data: Dataset
  /** Of another model, and opened on its own data. */
  trainer: Trainer
  file: Uint8Array<ArrayBuffer>
  checkpoint: Uint8Array<ArrayBuffer>
}

type Call = (things: Things) => Promise<unknown>

/** Functions of a class's prototype that are no calls: they answer at once. */
type AtOnce = 'compile' | 'summary' | 'toString' | 'slice' | 'view' | 'dispose'
type Calls<Type> = Record<
  Exclude<
    { [Name in keyof Type]: Type[Name] extends (...args: never[]) => unknown ? Name : never }[keyof Type],
    AtOnce | symbol
  >,
  Call | Call[]
>

const ofModel: Calls<Sequential> = {
  fit: [
    ({ model, data }) => model.fit(data, { epochs: 3, batchSize: 20 }),
    ({ model, data }) =>
      model.fit(data, { validationData: data.slice(0, 20), augmentation: { rotation: 5 } }),
    ({ model, data }) => model.fit(data, { checkpoints: { store: memoryCheckpoints() } }),
  ],
  trainer: ({ model, data }) => model.trainer(data),
  evaluate: ({ model, data }) => model.evaluate(data),
  predict: [
    ({ model, data }) => model.predict(data),
    ({ model }) => model.predict(inputs, { bytes: 'pixels' }),
  ],
  // A model in a worker has none: predictor.test.ts.
  predictor: ({ model }) =>
    model.predictor().catch(error => {
      if (error.code !== 'ERR_STATE') throw error
    }),
  getParameters: ({ model }) => model.getParameters(),
  setParameters: ({ model }) =>
    model.setParameters([
      { weights: new Float32Array(6 * SIDE ** 2), bias: new Float32Array(6) },
      { weights: new Float32Array(18), bias: new Float32Array(3) },
    ]),
  toSafetensors: ({ model }) => model.toSafetensors(),
  loadSafetensors: ({ model, file }) => model.loadSafetensors(file),
  toCheckpoint: ({ model }) => model.toCheckpoint(),
  loadCheckpoint: ({ model, checkpoint }) => model.loadCheckpoint(checkpoint),
}

const ofData: Calls<Dataset> = {
  split: ({ data }) => data.split(0.5, { stratify: true }),
  kFold: ({ data }) => data.kFold(3, { stratify: true }),
  shuffle: ({ data }) => data.shuffle({ seed: 2 }),
  standardization: ({ data }) => data.standardization(),
  labelGaps: ({ data }) => data.labelGaps(),
  read: ({ data }) => data.read(),
}

const ofTrainer: Calls<Trainer> = {
  forward: ({ trainer }) => trainer.forward(),
  backward: async ({ trainer }) => {
    const forward = trainer.forward()
    await Promise.all([forward, trainer.backward()])
  },
  step: async ({ trainer }) => {
    await Promise.all([trainer.forward(), trainer.backward(), trainer.step()])
  },
  skip: async ({ trainer }) => {
    await Promise.all([trainer.forward(), trainer.skip()])
  },
  read: async ({ trainer }) => {
    await Promise.all([trainer.forward(), trainer.read('predictions')])
  },
}

const functions: Record<string, Call> = {
  augment: async ({ data }) => (await augment(data, { rotation: 5 })).dispose(),
  checkGradients: ({ model, data }) => checkGradients(model, data.slice(0, 5), { parametersPerTensor: 2 }),
  collapse: async ({ model, data }) => (await collapse(model, data)).model.dispose(),
  diagnose: ({ model, data }) => diagnose(model, data),
  findLearningRate: ({ model, data }) =>
    findLearningRate(model, data, { iterations: 3, from: 0.01, to: 0.1 }),
}

const listed = (calls: object): [string, Call][] =>
  Object.entries(calls).flatMap(([name, call]) => [call].flat().map(one => [name, one] as [string, Call]))

describe.each([{ worker: false }, { worker: true }])('%o', place => {
  const usage = async () => (await memoryUsage({ build: 'simd', ...place })).inUse
  let file: Uint8Array<ArrayBuffer>
  let checkpoint: Uint8Array<ArrayBuffer>

  beforeAll(async () => {
    using model = await createModel(place)
    using data = await createData(place)
    await model.fit(data)
    file = await model.toSafetensors()
    checkpoint = await model.toCheckpoint()
  })

  /** Calls, disposes, awaits; then calls again. `dispose` may leave what it does not concern. */
  async function check(call: Call, dispose: (things: Things) => void, whenDisposed: string): Promise<void> {
    const before = await usage()
    const [model, trained, data] = [
      await createModel(place),
      await createModel(place),
      await createData(place),
    ]
    const trainer = await trained.trainer(data)
    const things = { model, data, trainer, file, checkpoint }
    const answer = call(things)
    dispose(things)
    await answer
    await expect(call(things)).rejects.toMatchObject({ name: 'DisposedError', message: whenDisposed })
    for (const thing of [trainer, model, trained, data]) thing.dispose()
    expect(await usage()).toBe(before)
  }

  const model = 'this model was disposed: create another'
  const data = 'this data set was disposed: load it again'
  const trainer = 'this trainer was disposed: make another by model.trainer()'

  test.each([...listed(ofModel), ...listed(functions).filter(([name]) => name !== 'augment')])(
    'model.dispose() behind %s',
    (_, call) => check(call, things => things.model.dispose(), model),
  )

  const withData = ['fit', 'trainer', 'evaluate', 'predict']
  test.each([
    ...listed(ofModel).filter(([name, call]) => withData.includes(name) && String(call).includes('data')),
    ...listed(ofData),
    ...listed(functions),
  ])('data.dispose() behind %s', (_, call) => check(call, things => things.data.slice(1).dispose(), data))

  test.each(listed(ofTrainer))('trainer.dispose() behind %s', (_, call) =>
    check(call, things => things.trainer.dispose(), trainer),
  )
  test.each(listed(ofTrainer))('the data’s disposal behind trainer.%s', (_, call) =>
    check(call, things => things.data.dispose(), data),
  )
})
