// Writes the seeds that packages of npm and wasmlp itself make; see make.py.
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipAsync } from '@gfx/zopfli'
import '@tensorflow/tfjs-backend-cpu'
import * as core from '@tensorflow/tfjs-core'
import * as layers from '@tensorflow/tfjs-layers'
import { toLayersModel, toOnnx, toSafetensors } from '../../../dist/node/formats.js'
import * as wasmlp from '../../../dist/node/index.js'
import { openStorage } from '../../../dist/node/storage.js'
import { parseTable, sequentialFor } from '../../../dist/node/tables.js'

async function write(/** @type {string} */ name, /** @type {Uint8Array} */ content) {
  const path = join(import.meta.dirname, name)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, content)
}

/** As the grammar `jsonAndWeights` has them. */
function together(/** @type {object} */ json, /** @type {ArrayBuffer | Uint8Array} */ weights) {
  const text = Buffer.from(JSON.stringify(json))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(text.length)
  return Buffer.concat([length, text, new Uint8Array(weights)])
}

const text = Buffer.from('width,length,species\n3.5,1.4,setosa\n3.2,4.7,versicolor\n'.repeat(9))
await write('gzip/zopfli.gz', await gzipAsync(text, {}))

// TensorFlow.js
await core.setBackend('cpu')
const rows = layers.sequential({ name: 'rows' })
rows.add(layers.layers.dense({ name: 'a', units: 4, inputShape: [3], activation: 'relu' }))
rows.add(layers.layers.batchNormalization({ name: 'b' }))
rows.add(layers.layers.dropout({ name: 'c', rate: 0.2 }))
rows.add(layers.layers.leakyReLU({ name: 'd', alpha: 0.1 }))
rows.add(layers.layers.dense({ name: 'e', units: 2, activation: 'softmax' }))
const input = layers.input({ shape: [2, 2], name: 'in' })
const flat = layers.layers.flatten({ name: 'f' }).apply(input)
const normal = layers.layers.layerNormalization({ name: 'g' }).apply(flat)
const output = layers.layers.dense({ name: 'h', units: 2 }).apply(normal)
const image = layers.model({
  inputs: input,
  outputs: /** @type {layers.SymbolicTensor} */ (output),
  name: 'image',
})
for (const model of [rows, image]) {
  await model.save(
    core.io.withSaveHandler(async ({ weightSpecs, weightData, modelTopology, format, generatedBy }) => {
      const weightsManifest = [{ paths: ['weights.bin'], weights: weightSpecs }]
      const json = { format, generatedBy, modelTopology, weightsManifest }
      const weights = core.io.CompositeArrayBuffer.join(weightData)
      await write(`layers-model/tfjs-${model.name}.bin`, together(json, weights))
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } }
    }),
  )
}

// wasmlp
const { activation, batchNormalization, dense, dropout, flatten, layerNormalization, normalization, prelu } =
  wasmlp
const models = {
  dense: [dense(3, { activation: 'tanh' }), dense(2, { activation: 'softmax' })],
  varied: [
    normalization({ mean: [1, 2], standardDeviation: 2 }),
    flatten(),
    dense(3, { activation: 'leakyRelu', slope: 0.1 }),
    batchNormalization(),
    prelu(),
    dropout(0.5),
    layerNormalization(),
    activation('elu'),
    dense(2),
  ],
}
const directory = await mkdtemp(join(tmpdir(), 'seeds-'))
const storage = await openStorage({ directory })
for (const [name, layersOfModel] of Object.entries(models)) {
  const model = await wasmlp.sequential(layersOfModel, { inputSize: 2, seed: 1 })
  await write(`model/${name}.safetensors`, await model.toSafetensors())
  await write(`model/${name}-int8.safetensors`, await toSafetensors(model, { weights: 'int8' }))
  await write(`onnx/wasmlp-${name}.onnx`, await toOnnx(model))
  const { modelJson, weightData } = await toLayersModel(model)
  await write(`layers-model/wasmlp-${name}.bin`, together(modelJson, weightData))
  await storage.models.save(name, model)
}
const cells = Array.from({ length: 12 }, (_, i) => ({
  length: i % 5 ? i / 2 : null,
  weight: 2 ** i,
  colour: i % 4 ? ['red', 'blue', 'green'][i % 3] : null,
  isNew: i % 2 === 0,
  since: `2024-0${1 + (i % 9)}-15T0${i % 10}:00`,
}))
for (const [name, target] of Object.entries({ classes: 'colour', numbers: ['weight', 'length'] })) {
  const table = await parseTable(cells, { target, missingTarget: 'skip' })
  const scalings = { weight: { scaling: 'quantile' }, length: { scaling: 'robust' } }
  const columns = Object.fromEntries(
    Object.entries(scalings).filter(([column]) => !table.targets.includes(column)),
  )
  const model = await sequentialFor(table, { hidden: [2], seed: 1, ...(name === 'classes' && { columns }) })
  await write(`table-models/${name}.safetensors`, await model.toSafetensors())
}
const samples = { inputs: Float32Array.of(1, 2, 3, 4, 5, 6), inputSize: 2, labels: Int32Array.of(0, 1, 1) }
const train = await wasmlp.dataset(samples)
await storage.datasets.save('labels', train)
await storage.datasets.save(
  'targets',
  await wasmlp.dataset({
    inputs: new Uint8Array(8),
    imageShape: [2, 2],
    targets: Float32Array.of(1, 2, 3, 4),
    sampleWeights: Float32Array.of(1, 2),
  }),
)
/** @type {Record<string, wasmlp.CompileOptions>} */
const options = {
  sgd: { optimizer: { name: 'sgd' }, learningRate: 0.1 },
  adam: {
    optimizer: { name: 'adam' },
    learningRate: 0.01,
    schedule: { name: 'reduceOnPlateau', factor: 0.5, patience: 1 },
  },
}
for (const [name, compiled] of Object.entries(options)) {
  const model = await wasmlp.sequential(models.dense, { inputSize: 2, seed: 1 })
  model.compile({ ...compiled, loss: 'crossEntropy' })
  await model.fit(train, { epochs: 2, batchSize: 2, seed: 1 })
  await write(`checkpoint/${name}.safetensors`, await model.toCheckpoint())
}
for (const folder of ['models', 'datasets']) {
  for (const file of await readdir(join(directory, folder))) {
    await write(`stored-${folder}/${file}`, await readFile(join(directory, folder, file)))
  }
}
