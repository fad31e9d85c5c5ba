// Weights that are NaN or infinite: whatever loads them refuses them, names them, and changes nothing.
import { describe, expect, test } from 'vitest'
import { encodeCheckpoint } from '../../src/files/checkpoint-file.ts'
import { encodeModel } from '../../src/files/model-file.ts'
import { type WritableTensor, writeSafetensors } from '../../src/files/safetensors.ts'
import {
  FormatError,
  sequentialFromLayersModel,
  sequentialFromOnnx,
  toLayersModel,
} from '../../src/formats/index.ts'
import {
  ArgumentError,
  batchNormalization,
  dataset,
  dense,
  type LayerParameters,
  memoryCheckpoints,
  prelu,
  type Sequential,
  sequential,
  sequentialFromSafetensors,
} from '../../src/index.ts'
import { xxh64 } from '../../src/reference/xxh64.ts'
import { untrained } from '../../src/training/state.ts'
import { floats, node, onnxFile } from '../support/onnx-graph.ts'
import { fileOf } from '../support/safetensors-file.ts'

const layers = [dense(3), batchNormalization(), prelu({ shared: false }), dense(2)]

type Tensor = 'weights' | 'bias' | 'runningMean' | 'runningVariance'

/** What is put where, and what safetensors call it. */
const CASES: [layer: number, tensor: Tensor, value: number, name: string, place: string][] = [
  [0, 'weights', Number.NaN, '0.weight', '[1, 2]'],
  [0, 'bias', Number.POSITIVE_INFINITY, '0.bias', '[1]'],
  [1, 'weights', Number.NEGATIVE_INFINITY, '1.weight', '[1]'],
  [1, 'bias', Number.NaN, '1.bias', '[1]'],
  [1, 'runningMean', Number.NaN, '1.running_mean', '[1]'],
  [1, 'runningVariance', Number.POSITIVE_INFINITY, '1.running_var', '[1]'],
  [2, 'weights', Number.NaN, '2.weight', '[1]'],
  [3, 'weights', Number.NaN, '3.weight', '[1, 2]'],
]

const create = () => sequential(layers, { inputSize: 3 })

/** A model's parameters, with a value at the place of unit 1 and input 2. */
async function damaged(model: Sequential, layer: number, tensor: Tensor, value: number) {
  const parameters = await model.getParameters()
  const array = parameters[layer]?.[tensor] ?? new Float32Array()
  array[array.length > 3 ? 2 * (array.length / 3) + 1 : 1] = value
  return parameters
}

async function expectUnchanged(model: Sequential, change: () => Promise<unknown>, error: Error) {
  const before = await model.getParameters()
  await expect(change()).rejects.toThrow(error)
  expect(await model.getParameters()).toEqual(before)
}

describe.each(CASES)('layer %i, %s: %d', (layer, tensor, value, name, place) => {
  const refusal = new FormatError(
    `tensor "${name}" has ${value} at ${place}: expected numbers that are finite in 32 bits`,
  )

  test('safetensors', async () => {
    using model = await create()
    const file = encodeModel(3, layers, await damaged(model, layer, tensor, value))
    await expect(sequentialFromSafetensors(file)).rejects.toThrow(refusal)
    await expectUnchanged(model, () => model.loadSafetensors(file), refusal)
  })

  test('a checkpoint', async () => {
    using model = await create()
    const parameters = await damaged(model, layer, tensor, value)
    const checkpoint = { parameters, state: untrained(), identity: undefined }
    const file = await encodeCheckpoint(3, layers, checkpoint, async bytes => xxh64(bytes, 0n))
    await expectUnchanged(model, () => model.loadCheckpoint(file), refusal)
  })

  test('setParameters', async () => {
    using model = await create()
    const parameters = await damaged(model, layer, tensor, value)
    const index = parameters[layer]?.[tensor]?.findIndex(found => Object.is(found, value))
    await expectUnchanged(
      model,
      () => model.setParameters(parameters),
      new ArgumentError(
        `layer ${layer + 1}: ${tensor}[${index}] is ${value}: expected a finite number` +
          (tensor === 'runningVariance' ? ', 0 or more' : ''),
      ),
    )
  })
})

test('setParameters, of numbers that 32 bits do not hold', async () => {
  using model = await sequential([dense(1)], { inputSize: 1 })
  const parameters = [{ weights: Float64Array.of(1e39), bias: [0] }] as unknown as LayerParameters[]
  await expectUnchanged(
    model,
    () => model.setParameters(parameters),
    new ArgumentError('layer 1: weights[0] is 1e+39: expected a finite number'),
  )
})

test('safetensors of 64 bits, and a scale of 8-bit weights', async () => {
  using model = await sequential([dense(1)], { inputSize: 2 })
  const bias: [string, WritableTensor] = ['0.bias', { dtype: 'F32', shape: [1], data: new Float32Array(1) }]
  const wide = fileOf(
    '{"0.weight":{"dtype":"F64","shape":[1,2],"data_offsets":[0,16]},' +
      '"0.bias":{"dtype":"F32","shape":[1],"data_offsets":[16,20]}}',
    20,
  )
  wide.set(new Uint8Array(Float64Array.of(1, 1e39).buffer), wide.length - 20)
  await expect(model.loadSafetensors(wide)).rejects.toThrow('tensor "0.weight" has Infinity at [0, 1]')
  const small = writeSafetensors([
    ['0.weight_scale', { dtype: 'F32', shape: [1], data: Float32Array.of(Number.NaN) }],
    bias,
    ['0.weight', { dtype: 'I8', shape: [1, 2], data: Int8Array.of(1, 2) }],
  ])
  await expect(model.loadSafetensors(small)).rejects.toThrow('tensor "0.weight_scale" has NaN at [0]')
})

test('LayersModel', async () => {
  using model = await sequential([dense(2)], { inputSize: 3 })
  const { modelJson, weightData } = await toLayersModel(model)
  const [kernel, bias] = (modelJson.weightsManifest[0]?.weights ?? []).map(({ name }) => name)
  for (const [index, name, place] of [
    [0, kernel, '[0, 0]'],
    [5, kernel, '[2, 1]'],
    [7, bias, '[1]'],
  ] as const) {
    const data = new Float32Array(weightData.slice(0))
    data[index] = Number.NaN
    await expect(sequentialFromLayersModel({ modelJson, weightData: data.buffer })).rejects.toThrow(
      `weight "${name}" has NaN at ${place}: expected numbers that are finite in 32 bits`,
    )
  }
})

describe('ONNX', () => {
  const bias = floats('b', [2], [0, 0])

  test('weights and bias', async () => {
    const nodes = [node('Gemm', ['input', 'w', 'b'], 'output')]
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const weights = floats('w', [3, 2], [0, 0, 0, value, 0, 0])
      await expect(sequentialFromOnnx(onnxFile({ nodes, initializers: [weights, bias] }))).rejects.toThrow(
        `tensor "w" has ${value} at [1, 1]: expected numbers that are finite in 32 bits`,
      )
    }
  })

  test('what is computed from finite numbers and is none', async () => {
    const nodes = [node('Gemm', ['input', 'w', 'b'], 'z'), node('Add', ['z', 't'], 'output')]
    const initializers = [
      floats('w', [3, 2], [0, 0, 0, 0, 0, 0]),
      floats('b', [2], [0, 3e38]),
      floats('t', [2], [0, 3e38]),
    ]
    await expect(sequentialFromOnnx(onnxFile({ nodes, initializers }))).rejects.toThrow(
      new FormatError('the file makes no network: layer 1: bias[1] is Infinity: expected a finite number'),
    )
  })

  test('infinite limits of a Clip are none, and are read', async () => {
    const nodes = [node('Gemm', ['input', 'w', 'b'], 'z'), node('Clip', ['z', 'least', 'most'], 'output')]
    const initializers = [
      floats('w', [3, 2], [0, 0, 0, 0, 0, 0]),
      bias,
      floats('least', [], [0]),
      floats('most', [], [Number.POSITIVE_INFINITY]),
    ]
    using model = await sequentialFromOnnx(onnxFile({ nodes, initializers }))
    expect(model.layers).toMatchObject([{ activation: 'relu' }])
  })
})

test('fit writes no checkpoint of such weights, and resumes from one before them', async () => {
  const store = memoryCheckpoints()
  const train = async (learningRate: number) => {
    using data = await dataset({ inputs: [[1], [3e19], [1]], targets: [[1], [3e19], [1]] })
    using model = (await sequential([dense(1)], { inputSize: 1 })).compile({ learningRate })
    const checkpoints = { store, every: 1, keep: 10 }
    await model.fit(data, { batchSize: 1, shuffle: false, checkpoints, resume: true })
  }
  // The second sample's update takes the weight beyond the range of 32 bits; the third's loss tells.
  await expect(train(0.1)).rejects.toThrow('iteration 3 of epoch 1')
  expect((await store.list()).filter(name => name !== 'best.safetensors')).toHaveLength(1)
  await expect(train(0.1)).rejects.toThrow('iteration 3 of epoch 1')
})

test.each(['stopped', 'aborted'])(
  'a fit that is %s right behind the update that makes such weights leaves others',
  async how => {
    using data = await dataset({ inputs: [[1], [3e19], [1]], targets: [[1], [3e19], [1]] })
    using model = (await sequential([dense(1)], { inputSize: 1 })).compile({ learningRate: 0.1 })
    const controller = new AbortController()
    const run = model.fit(data, {
      batchSize: 1,
      shuffle: false,
      signal: controller.signal,
      onBatchEnd: ({ iteration }) => {
        if (iteration < 2) return
        if (how === 'stopped') run.stop()
        else controller.abort()
      },
    })
    await run.catch(() => {})
    const [{ weights = [], bias = [] } = {}] = await model.getParameters()
    expect([...weights, ...bias].every(Number.isFinite)).toBe(true)
  },
)

test('a running variance below 0 is none', async () => {
  using model = await sequential([dense(2), batchNormalization(), dense(1)], { inputSize: 1 })
  const parameters = await model.getParameters()
  const [, normalized] = parameters
  normalized?.runningVariance?.set([9, -4])
  await expect(model.setParameters(parameters)).rejects.toThrow(
    'layer 2: runningVariance[1] is -4: expected a finite number, 0 or more',
  )
})
