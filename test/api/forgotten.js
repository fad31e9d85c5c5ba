// Makes models and data sets, uses each once and forgets it, in a process of its own: prints how many of them it made.
// Arguments: how many models, of how many units, each on how many samples, and
// `worker` for the engine in one.
import { closeThreads, dataset, dense, sequential } from '../../dist/node/index.js'

const [count, units, samples, where] = process.argv.slice(2)
const place = { worker: where === 'worker', build: /** @type {const} */ ('simd') }
const inputs = new Float32Array(784 * Number(samples))
const labels = new Int32Array(Number(samples))
let made = 0

async function useOnce() {
  const model = await sequential([dense(Number(units)), dense(2, { activation: 'softmax' })], {
    inputSize: 784,
    threads: 1,
    ...place,
  })
  const data = await dataset({ inputs, inputSize: 784, labels, ...place })
  await model.compile().fit(data.slice(0, 10))
  await model.predict(inputs.subarray(0, 784))
  made += 1
}

try {
  while (made < Number(count)) await useOnce()
} finally {
  console.log(JSON.stringify({ made }))
  await closeThreads()
}
