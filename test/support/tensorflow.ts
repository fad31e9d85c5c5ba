// TensorFlow.js, which loads and saves LayersModels: what one exported must be equal to, and what one imported comes from.
import '@tensorflow/tfjs-backend-cpu'
import * as core from '@tensorflow/tfjs-core'
import * as layers from '@tensorflow/tfjs-layers'
import type { LayersModel } from '../../src/formats/index.ts'

/** A model of TensorFlow.js. */
export type TensorFlowModel = layers.LayersModel

/** What TensorFlow.js makes of layers in a row. */
export const tensorFlow = layers

/** Loads a model as `tf.loadLayersModel` does from files. */
export async function loadInTensorFlow({ modelJson, weightData }: LayersModel): Promise<TensorFlowModel> {
  await core.setBackend('cpu')
  const { modelTopology, weightsManifest } = JSON.parse(JSON.stringify(modelJson))
  const weightSpecs = weightsManifest[0].weights
  return layers.loadLayersModel(core.io.fromMemory({ modelTopology, weightSpecs, weightData }))
}

/** The model's outputs, a row for each sample, whose shape is given or is a row. */
export async function predictInTensorFlow(
  model: TensorFlowModel,
  inputs: readonly Float32Array[],
  shape: readonly number[] = [inputs[0]?.length ?? 0],
): Promise<Float32Array[]> {
  await core.setBackend('cpu')
  const flat = Float32Array.from(inputs.flatMap(row => [...row]))
  const outputs = model.predict(core.tensor(flat, [inputs.length, ...shape])) as core.Tensor
  const data = (await outputs.data()) as Float32Array
  const width = data.length / inputs.length
  return inputs.map((_, i) => data.slice(i * width, (i + 1) * width))
}

/** Model.json and weights, as TensorFlow.js saves them. */
export async function saveInTensorFlow(
  model: TensorFlowModel,
): Promise<{ modelJson: object; weightData: ArrayBuffer }> {
  let saved: core.io.ModelArtifacts | undefined
  await model.save(
    core.io.withSaveHandler(async artifacts => {
      saved = artifacts
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } }
    }),
  )
  const { weightSpecs, weightData, ...json } = saved ?? {}
  return {
    modelJson: {
      ...JSON.parse(JSON.stringify(json)),
      weightsManifest: [{ paths: ['weights.bin'], weights: weightSpecs }],
    },
    weightData: core.io.CompositeArrayBuffer.join(weightData),
  }
}

/** The moving variance, 1 at first, that TensorFlow.js's batch normalisation has after one batch of single values. */
export async function movingVarianceInTensorFlow(
  batch: readonly number[],
  momentum: number,
): Promise<number> {
  await core.setBackend('cpu')
  const model = layers.sequential({
    layers: [layers.layers.batchNormalization({ momentum, inputShape: [1] })],
  })
  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })
  const inputs = core.tensor([...batch], [batch.length, 1])
  await model.fit(inputs, inputs, { batchSize: batch.length, epochs: 1, verbose: 0 })
  const [, , , variance] = model.layers[0]?.getWeights() ?? []
  return (await variance?.data())?.[0] ?? Number.NaN
}
