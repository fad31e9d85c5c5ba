// The custom loop, the gradient check and the diagnosis with layers of all kinds.
import { describe, expect, test } from 'vitest'
import {
  activation,
  batchNormalization,
  checkGradients,
  dataset,
  dense,
  diagnose,
  dropout,
  flatten,
  type Layer,
  layerNormalization,
  normalization,
  prelu,
  sequential,
} from '../../src/index.ts'

const SAMPLES = 24
const INPUTS = 8

const networks: [string, Layer[]][] = [
  [
    'batch normalisation and dropout',
    [dense(9), batchNormalization(), activation('tanh'), dropout(0.3), dense(3, { activation: 'softmax' })],
  ],
  [
    'layer normalisation, PReLU and a softmax of its own',
    [flatten(), dense(9), layerNormalization(), prelu(), dense(3), activation('softmax')],
  ],
  [
    'scaled inputs and a first layer that is not dense',
    [
      normalization({ mean: 0.3, standardDeviation: 0.5 }),
      activation('gelu'),
      dense(3, { activation: 'logSoftmax' }),
    ],
  ],
  [
    'scaled inputs',
    [
      normalization({ mean: 0.3, standardDeviation: 0.5 }),
      dense(9, { activation: 'silu' }),
      dense(3, { activation: 'softmax' }),
    ],
  ],
]

const inputs = {
  floats: Float32Array.from({ length: SAMPLES * INPUTS }, (_, i) => Math.sin(i * 12.9898)),
  sparse: Uint8Array.from({ length: SAMPLES * INPUTS }, (_, i) => (i % 4 === 1 ? (i * 91) % 256 : 0)),
}

const example = (format: keyof typeof inputs) =>
  dataset({
    inputs: inputs[format],
    inputSize: INPUTS,
    ...(format === 'sparse' && { bytes: 'pixels' }),
    labels: Array.from({ length: SAMPLES }, (_, i) => i % 3),
  })

describe.each(['floats', 'sparse'] as const)('%s', format => {
  describe.each(networks)('%s', (_, layers) => {
    test.each(['sgd', 'adam'] as const)('the custom loop gives the bits of fit: %s', async optimizer => {
      using data = await example(format)
      using expected = await sequential(layers, { inputSize: INPUTS, seed: 5 })
      await expected.compile({ optimizer, learningRate: 0.05 }).fit(data, { epochs: 2, batchSize: 10 })
      using model = await sequential(layers, { inputSize: INPUTS, seed: 5 })
      using trainer = await model.compile({ optimizer, learningRate: 0.05 }).trainer(data, { batchSize: 10 })
      for (let i = 0; i < 6; ++i) {
        await trainer.forward()
        await trainer.read('inputs')
        await trainer.backward()
        await trainer.step()
      }
      expect(await model.getParameters()).toEqual(await expected.getParameters())

      await trainer.forward([0, 5])
      const probabilities = await trainer.read('predictions')
      const activations = await trainer.read('activations', layers.length - 1)
      expect(activations).toEqual(probabilities)
      const [x] = await trainer.read('inputs')
      const scale = format === 'sparse' ? 255 : 1
      expect(x).toEqual(Float32Array.from(inputs[format].subarray(0, INPUTS), value => value / scale))
      await trainer.backward()
      for (const [i, layer] of layers.entries()) {
        const [row] = await trainer.read('weightedSums', i)
        if (layer.kind === 'dense') expect(row).toHaveLength(layer.units)
      }
    })

    test('gradients are right, and the model stays as it was', async () => {
      using data = await example(format)
      using model = await sequential(layers, { inputSize: INPUTS, seed: 5 })
      const before = await model.getParameters()
      const { passed, worst, checked, undecided } = await checkGradients(model, data)
      expect(passed, JSON.stringify(worst)).toBe(true)
      expect(undecided / checked).toBeLessThan(0.3)
      const diagnoses = await diagnose(model, data, { batchSize: 10 })
      for (const { kind, activationRms, gradientNorm, weightNorm } of diagnoses) {
        expect(activationRms).toBeGreaterThan(0)
        const learns = !['activation', 'dropout'].includes(kind)
        expect(gradientNorm > 0).toBe(learns)
        expect(weightNorm > 0).toBe(learns)
      }
      expect(await model.getParameters()).toEqual(before)
    })
  })
})
