// What docs/migration/from-tensorflow-js.md says of TensorFlow.js's class weights: its loss is divided by the number of samples.
import '@tensorflow/tfjs-backend-cpu'
import * as core from '@tensorflow/tfjs-core'
import * as layers from '@tensorflow/tfjs-layers'
import { expect, test } from 'vitest'

test('classWeight of fit: the mean over the samples of weight times loss', async () => {
  await core.setBackend('cpu')
  const model = layers.sequential()
  const kernelInitializer = layers.initializers.identity({ gain: 1 })
  model.add(layers.layers.dense({ units: 2, inputShape: [2], kernelInitializer, activation: 'softmax' }))
  model.compile({ optimizer: core.train.sgd(1e-30), loss: 'categoricalCrossentropy' })
  const inputs = core.tensor2d([
    [0.5, -0.2],
    [0.1, 0.3],
  ])
  const { history } = await model.fit(inputs, core.oneHot(core.tensor1d([0, 0], 'int32'), 2), {
    classWeight: { 0: 3, 1: 1 },
    verbose: 0,
  })
  expect(history.loss?.[0]).toBeCloseTo(1.802, 4)
})
