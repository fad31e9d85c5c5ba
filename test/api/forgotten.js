// Makes models and data sets, uses each once and forgets it, in a process of its own: prints how many of them it made, and
// how many bytes linear memory has in the end. Arguments: how many, of how many units, and `worker` for the engine in one.
import { closeThreads, dataset, dense, memoryUsage, sequential } from '../../dist/node/index.js'

const [count, units, where] = process.argv.slice(2)
const place = { worker: where === 'worker', build: /** @type {const} */ ('simd') }
const inputs = new Float32Array(784)
let made = 0

async function useOnce() {
  const model = await sequential([dense(Number(units)), dense(2, { activation: 'softmax' })], {
    inputSize: 784,
    threads: 1,
    ...place,
  })
  const data = await dataset({ inputs, inputSize: 784, labels: [1], ...place })
  await model.compile().fit(data)
  await model.predict(inputs)
  made += 1
}

try {
  while (made < Number(count)) await useOnce()
} finally {
  const { total } = await memoryUsage(place)
  console.log(JSON.stringify({ made, total }))
  await closeThreads()
}
