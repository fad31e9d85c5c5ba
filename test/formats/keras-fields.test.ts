// Every argument of every layer of a LayersModel, and every field around them, changed to everything that it must not be.
// The loops go over the schemas: a field that is added to one needs a value below, which a test asks for.
import { type GenericSchema, is } from 'valibot'
import { describe, expect, test } from 'vitest'
import { sequentialFromLayersModel } from '../../src/formats/index.ts'
import { KERAS_LAYERS } from '../../src/formats/keras-layers.ts'
import { INPUTS, MANIFEST, TOPOLOGY } from '../../src/formats/keras-schema.ts'
import { FormatError } from '../../src/index.ts'
import { changed, placesIn, WRONG } from '../support/schema-fields.ts'

type Weights = readonly (readonly [kind: string, shape: readonly number[]])[]

const NORMALIZED: Weights = [
  ['gamma', [3]],
  ['beta', [3]],
]

/** For each class, arguments with a value for each that is read, and its weights for three inputs. */
const SEEDS: Readonly<Record<string, { config: object; weights?: Weights }>> = {
  InputLayer: { config: { batch_input_shape: [null, 3] } },
  Dense: {
    config: { units: 3, use_bias: true, activation: 'relu' },
    weights: [
      ['kernel', [3, 3]],
      ['bias', [3]],
    ],
  },
  Activation: { config: { activation: { class_name: 'function', config: 'relu' } } },
  ReLU: { config: { negative_slope: 0, threshold: 0, max_value: 6 } },
  LeakyReLU: { config: { negative_slope: 0.1, alpha: 0.1 } },
  ELU: { config: { alpha: 1 } },
  PReLU: { config: { shared_axes: [1] }, weights: [['alpha', [1]]] },
  Softmax: { config: { axis: -1 } },
  Dropout: { config: { rate: 0.5 } },
  GaussianNoise: { config: {} },
  GaussianDropout: { config: {} },
  AlphaDropout: { config: {} },
  ActivityRegularization: { config: {} },
  BatchNormalization: {
    config: { axis: -1, momentum: 0.9, epsilon: 1e-3, center: true, scale: true },
    weights: [...NORMALIZED, ['moving_mean', [3]], ['moving_variance', [3]]],
  },
  LayerNormalization: {
    config: { axis: [1], epsilon: 1e-3, center: true, scale: true, rms_scaling: false },
    weights: NORMALIZED,
  },
  Flatten: { config: { data_format: 'channels_last' } },
  Reshape: { config: { target_shape: [3] } },
  Rescaling: { config: { scale: [1, 2, 3], offset: 1 } },
  Normalization: { config: { invert: false, mean: [1, 2, 3], variance: 1 } },
}

/** A model of such a layer between two others; a softmax is the last. */
function modelOf(className: string, config: object, weights: Weights = []) {
  const layer = (name: string, class_name: string, config: object) => ({
    class_name,
    config: { name, ...config },
  })
  const input = layer('i', 'InputLayer', { batch_input_shape: [null, 3], batch_shape: [null, 3] })
  const tested = layer('t', className, config)
  const last = layer('last', 'Dense', { units: 3, use_bias: false, activation: 'linear' })
  const layers =
    className === 'InputLayer'
      ? [tested, last]
      : className === 'Softmax'
        ? [input, last, tested]
        : [input, tested, last]
  const specs = [
    ...weights.map(([kind, shape]) => ({ name: `t/${kind}`, shape, dtype: 'float32' })),
    { name: 'last/kernel', shape: [3, 3], dtype: 'float32' },
  ]
  const json = {
    modelTopology: { class_name: 'Sequential', config: { layers }, keras_version: '2.4.0' },
    weightsManifest: [{ paths: ['weights.bin'], weights: specs }],
  }
  const count = specs.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0)
  return { json, index: layers.indexOf(tested), weightData: new Float32Array(count).fill(1).buffer }
}

/** What opening a model rejects with; undefined where it opens. */
async function failure(modelJson: string, weightData: ArrayBuffer): Promise<unknown> {
  try {
    ;(await sequentialFromLayersModel({ modelJson, weightData })).dispose()
    return undefined
  } catch (error) {
    return error
  }
}

/** Expects that a model opens or is refused with each wrong field, and is refused where the schema says so. */
async function expectRefused(
  schema: GenericSchema,
  value: object,
  open: (path: readonly (string | number)[], literal: string) => Promise<unknown>,
  isOf: (path: readonly (string | number)[]) => boolean = () => true,
): Promise<void> {
  for (const { path, schema: own, isThere } of placesIn(schema, value)) {
    expect(isThere || own.type === 'nullish', `${path.join('.')} needs a value`).toBe(true)
    if (!isThere || path.length === 0 || !isOf(path)) continue
    for (const literal of WRONG) {
      const what = `${path.join('.')} = ${literal.slice(0, 40)}`
      const error = await open(path, literal)
      if (error !== undefined) expect(error, what).toBeInstanceOf(FormatError)
      if (literal.startsWith('[[[')) continue
      if (is(own, JSON.parse(literal)) && !/"a":|__proto__":/.test(literal)) continue
      expect(error, what).toBeInstanceOf(FormatError)
      expect((error as FormatError).message.length, what).toBeLessThan(700)
    }
  }
}

test('every class that is read is here, with a value for each of its arguments', () => {
  expect(Object.keys(SEEDS)).toEqual(Object.keys(KERAS_LAYERS))
  for (const [className, { config }] of Object.entries(SEEDS)) {
    const places = [...placesIn(KERAS_LAYERS[className]?.schema as unknown as GenericSchema, config)]
    const missing = places.filter(({ isThere }) => !isThere).map(({ path }) => path.join('.'))
    expect(missing, className).toEqual([])
  }
})

describe.each(Object.entries(SEEDS))('%s', (className, { config, weights }) => {
  const { json, index, weightData } = modelOf(className, config, weights)
  const at = ['modelTopology', 'config', 'layers', index, 'config']

  test('opens as it is', async () => {
    expect(await failure(JSON.stringify(json), weightData)).toBeUndefined()
  })

  test('is refused with any argument that is none', async () => {
    const open = (path: readonly (string | number)[], literal: string) =>
      failure(changed(json, [...at, ...path], literal), weightData)
    await expectRefused(KERAS_LAYERS[className]?.schema as unknown as GenericSchema, config, open)
  })
})

describe('around the layers', () => {
  const { json, weightData } = modelOf('Dense', { units: 3, use_bias: false })
  const [input] = json.modelTopology.config.layers

  test.each<[string, GenericSchema, object, (string | number)[]]>([
    ['the manifest', MANIFEST, json, []],
    ['the topology', TOPOLOGY, json, []],
    ['the inputs', INPUTS, input?.config ?? {}, ['modelTopology', 'config', 'layers', 0, 'config']],
  ])('%s', async (_, schema, value, at) => {
    const { json: whole, weightData } = modelOf('Dense', SEEDS.Dense?.config ?? {}, SEEDS.Dense?.weights)
    const open = (path: readonly (string | number)[], literal: string) =>
      failure(changed(whole, [...at, ...path], literal), weightData)
    expect(await failure(JSON.stringify(whole), weightData)).toBeUndefined()
    await expectRefused(schema, value === json ? whole : value, open)
  })

  test('weights that are quantised', async () => {
    const [group] = json.weightsManifest
    const specs = group?.weights.map(spec => ({
      ...spec,
      group: 'model',
      quantization: { dtype: 'uint8', scale: 1, min: 0 },
    }))
    const whole = { ...json, weightsManifest: [{ paths: ['weights.bin'], weights: specs }] }
    const bytes = new Uint8Array(weightData.byteLength / 4).buffer
    expect(await failure(JSON.stringify(whole), bytes)).toBeInstanceOf(FormatError) // "t/kernel" is missing
    const open = (path: readonly (string | number)[], literal: string) =>
      failure(changed(whole, path, literal), bytes)
    await expectRefused(MANIFEST, whole, open)
  })
})
