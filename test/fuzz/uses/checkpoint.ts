// Takes up a training from a checkpoint, and trains an epoch.
import { memoryCheckpoints } from '../../../src/api/checkpoints.ts'
import { dataset } from '../../../src/api/dataset.ts'
import { sequential } from '../../../src/api/sequential.ts'
import { dense } from '../../../src/layers/layers.ts'
import type { CompileOptions } from '../../../src/training/options.ts'

/** The trainings that seeds/make.js made the checkpoints of. */
const TRAININGS: Readonly<Record<string, CompileOptions>> = {
  'sgd.safetensors': { loss: 'crossEntropy', optimizer: { name: 'sgd' }, learningRate: 0.1 },
  'adam.safetensors': {
    loss: 'crossEntropy',
    optimizer: { name: 'adam' },
    learningRate: 0.01,
    schedule: { name: 'reduceOnPlateau', factor: 0.5, patience: 1 },
  },
}

async function prepare() {
  const layers = [dense(3, { activation: 'tanh' }), dense(2, { activation: 'softmax' })]
  const inputs = Float32Array.of(1, 2, 3, 4, 5, 6)
  return {
    model: await sequential(layers, { inputSize: 2, seed: 1 }),
    train: await dataset({ inputs, inputSize: 2, labels: Int32Array.of(0, 1, 1) }),
  }
}

let prepared: ReturnType<typeof prepare> | undefined

/** The checkpoint is of two epochs; the third is trained. */
export async function resume(bytes: Uint8Array, seed: string) {
  prepared ??= prepare()
  const { model, train } = await prepared
  await model.loadCheckpoint(bytes)
  model.compile(TRAININGS[seed])
  const store = memoryCheckpoints()
  await store.write('epoch-000002.safetensors', bytes)
  return model.fit(train, { epochs: 3, batchSize: 2, seed: 1, checkpoints: { store }, resume: true })
}
