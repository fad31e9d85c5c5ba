// Creates, trains and disposes of models over and over, in a process of its own: prints, as JSON, what is in use after the
// first thousand cycles and after the last. Arguments: cycles, and `worker` for the engine in a worker.
import { closeThreads, dataset, dense, memoryUsage, sequential } from '../../dist/node/index.js'

const cycles = Number(process.argv[2])
const place = { worker: process.argv[3] === 'worker', build: /** @type {const} */ ('simd') }
/** After which the collector's habits are what they stay. */
const WARM_UP = 1000

const inputs = Float32Array.from({ length: 64 * 300 }, (_, i) => Math.sin(i))
const labels = Array.from({ length: 64 }, (_, i) => i % 2)

async function cycle() {
  const data = await dataset({ inputs, inputSize: 300, labels, ...place })
  const layers = [dense(150, { activation: 'relu' }), dense(2, { activation: 'softmax' })]
  const model = await sequential(layers, { inputSize: 300, threads: 2, ...place })
  model.compile({ learningRate: 0.1 })
  await model.fit(data, { batchSize: 64 })
  await model.predict(inputs.subarray(0, 300))
  model.dispose()
  data.dispose()
}

async function measure() {
  globalThis.gc?.()
  await new Promise(resolve => setTimeout(resolve, 50))
  globalThis.gc?.()
  const { inUse, total } = await memoryUsage(place)
  return { inUse, total, rss: process.memoryUsage.rss(), handles: process.getActiveResourcesInfo().length }
}

for (let i = 0; i < WARM_UP; ++i) await cycle()
const before = await measure()
for (let i = WARM_UP; i < cycles; ++i) await cycle()
const after = await measure()
await closeThreads()
console.log(JSON.stringify({ before, after }))
