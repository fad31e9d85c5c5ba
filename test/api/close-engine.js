// Trains in a worker, closes the engine, and so on: prints, as JSON, the process's resident bytes before, with a data set
// and a model, and after.
import { setTimeout } from 'node:timers/promises'
import { closeEngine, dataset, dense, sequential } from '../../dist/node/index.js'

const place = { worker: true }
const inputs = new Float32Array(784 * 30_000)
const labels = Array.from({ length: 30_000 }, (_, i) => i % 10)

async function train() {
  const data = await dataset({ inputs, inputSize: 784, labels, ...place })
  const layers = [dense(2048, { activation: 'relu' }), dense(10, { activation: 'softmax' })]
  const model = await sequential(layers, { inputSize: 784, ...place })
  await model.compile().fit(data.slice(0, 1000))
  const during = process.memoryUsage.rss()
  model.dispose()
  data.dispose()
  return during
}

async function rss() {
  globalThis.gc?.()
  await setTimeout(100)
  globalThis.gc?.()
  return process.memoryUsage.rss()
}

// Once before, for the code that is loaded and compiled.
await train()
await closeEngine()
const before = await rss()
const during = await train()
await closeEngine()
const after = await rss()
console.log(JSON.stringify({ before, during, after, resources: process.getActiveResourcesInfo() }))
