// What a call of `fit` costs beside its batches: a batch of 32 rows by a call of its own, against one within a longer call.
// The processor's time, medians of pairs taken in turn, after a warm-up; both train the same network to the same weights.
//   npm run bench:fit-calls -- [--inputs 20] [--hidden 24] [--rounds 9]
import { parseArgs } from 'node:util'
import { createRandom, randomFloats } from './random.js'
import { dataset, dense, sequential } from './wasmlp.js'

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '784' },
    hidden: { type: 'string', default: '24' },
    rounds: { type: 'string', default: '9' },
    calls: { type: 'string', default: '2000' },
    optimizer: { type: 'string', default: 'sgd' },
    build: { type: 'string', default: 'simd' },
  },
})
const [inputSize, hidden, rounds, calls] = [values.inputs, values.hidden, values.rounds, values.calls].map(
  Number,
)
const ROWS = 32

const random = createRandom()
const inputs = randomFloats(ROWS * inputSize, random)
const labels = Array.from({ length: ROWS }, () => Math.floor(random() * 10))
const batch = await dataset({ inputs, inputSize, labels, build: values.build })

async function createModel() {
  const layers = [dense(hidden, { activation: 'relu' }), dense(10, { activation: 'softmax' })]
  const model = await sequential(layers, { inputSize, seed: 1, threads: 1, build: values.build })
  return model.compile({ optimizer: values.optimizer, learningRate: 0.01 })
}

/** Microseconds of the processor for each batch. */
async function time(train) {
  const model = await createModel()
  await train(model)
  const { user, system } = process.cpuUsage()
  await train(model)
  const used = process.cpuUsage({ user, system })
  const [{ weights }] = await model.getParameters()
  model.dispose()
  return { microseconds: (used.user + used.system) / calls, weights }
}

const options = { batchSize: ROWS, shuffle: false }
const oneByOne = async model => {
  for (let i = 0; i < calls; ++i) await model.fit(batch, options)
}
const together = model => model.fit(batch, { ...options, epochs: calls })

const median = numbers => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]
const found = []
for (let i = 0; i < rounds; ++i) {
  const [alone, within] = [await time(oneByOne), await time(together)]
  if (alone.weights.some((weight, j) => weight !== within.weights[j])) throw new Error('the weights differ')
  found.push({
    alone: alone.microseconds,
    within: within.microseconds,
    ratio: alone.microseconds / within.microseconds,
  })
}
const of = name => median(found.map(it => it[name]))
console.log(
  `${inputSize}-${hidden}-10, batches of ${ROWS}: ${of('alone').toFixed(0)} µs by a call of its own, ` +
    `${of('within').toFixed(0)} µs within a call, ${of('ratio').toFixed(2)} times`,
)
