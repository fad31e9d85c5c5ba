// How much of a training epoch is spent in JavaScript, and in which WebAssembly function the rest goes: a sampling
// profile of `fit` (MNIST, 784-512-10, batches of 100). Usage: npm run bench:profile

import { Session } from 'node:inspector/promises'
import { mnistDirectory } from './mnist.js'
import { dense, loadMnist, sequential } from './wasmlp.js'

const { train } = await loadMnist(mnistDirectory)
const model = await sequential([dense(512, { activation: 'relu' }), dense(10, { activation: 'softmax' })], {
  inputSize: 784,
  seed: 1,
})
model.compile({ learningRate: 0.1 })
await model.fit(train, { batchSize: 100 }) // warm-up

const session = new Session()
session.connect()
await session.post('Profiler.enable')
await session.post('Profiler.setSamplingInterval', { interval: 200 })
await session.post('Profiler.start')
await model.fit(train, { epochs: 3, batchSize: 100 })
const { profile } = await session.post('Profiler.stop')

const frames = new Map(profile.nodes.map(node => [node.id, node.callFrame]))
const milliseconds = { WebAssembly: 0, JavaScript: 0, idle: 0 }
profile.samples.forEach((id, i) => {
  const { url, functionName } = frames.get(id)
  const kind = url.startsWith('wasm:') ? 'WebAssembly' : functionName === '(idle)' ? 'idle' : 'JavaScript'
  milliseconds[kind] += profile.timeDeltas[i] / 1000
})
const busy = milliseconds.WebAssembly + milliseconds.JavaScript
for (const [kind, time] of Object.entries(milliseconds)) console.log(`${kind}: ${time.toFixed(0)} ms`)
console.log(
  `JavaScript's share, garbage collection and the profiler included: ${((100 * milliseconds.JavaScript) / busy).toFixed(1)} %`,
)
