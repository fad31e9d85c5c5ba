// Which initial weights suit a classifier's last layer: the rules beside each other, on tables and on images, with SGD and
// with Adam, from the same seeds. The `simd` build: the same figures on every machine.
//   npm run bench:initializers -- [--tables DIR] [--fashion DIR] [--sets iris,mnist] [--rules xavier] [--seeds 20]
// DIR of tables is scikit-learn's folder of data sets; Debian's python3-sklearn and dataset-fashion-mnist have both where
// they are looked for unless it is said.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { mnistDirectory } from './mnist.js'
import { dataset, dense, loadMnist, normalization, sequential } from './wasmlp.js'

const build = 'simd'
const { values } = parseArgs({
  options: {
    tables: { type: 'string', default: '/usr/lib/python3/dist-packages/sklearn/datasets/data' },
    fashion: { type: 'string', default: '/usr/share/datasets/fashion-mnist' },
    sets: { type: 'string', default: 'iris,wine,breast cancer,digits,mnist,fashion-mnist' },
    rules: { type: 'string', default: 'xavier,heFanOut' },
    seeds: { type: 'string', default: '20' },
    epochs: { type: 'string' },
  },
})
const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => i + 1)

/** Of the output layer's weights, by the layer's inputs and units; `default` is what `dense` does by itself. */
const rules = {
  default: () => ({}),
  xavier: () => ({ initializer: 'xavier' }),
  lecun: () => ({ initializer: 'lecun' }),
  heFanOut: () => ({ initializer: 'heFanOut' }),
  zeros: () => ({ initializer: 'zeros' }),
  'variance 2 / √(inputs · units)': (inputs, units) => uniform(2 / Math.sqrt(inputs * units)),
  'variance 1 / √(inputs · units)': (inputs, units) => uniform(1 / Math.sqrt(inputs * units)),
  'variance 0.5 / √(inputs · units)': (inputs, units) => uniform(0.5 / Math.sqrt(inputs * units)),
  'variance 8 / inputs': inputs => uniform(8 / inputs),
  'variance 4 / inputs': inputs => uniform(4 / inputs),
  'variance units / inputs': (inputs, units) => uniform(units / inputs),
}
const uniform = variance => ({ initializer: { name: 'uniform', limit: Math.sqrt(3 * variance) } })

/** scikit-learn's CSV files: numbers, the label in the last column; the first line of some is no row. */
function readTable(file) {
  const path = join(values.tables, file)
  if (!existsSync(path)) {
    console.error(
      `${path} is missing: install Debian's python3-sklearn, or say with --tables where scikit-learn's data are`,
    )
    process.exit(1)
  }
  const bytes = readFileSync(path)
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
  const rows = text
    .trim()
    .split('\n')
    .slice(file.endsWith('.gz') ? 0 : 1)
    .map(line => line.split(',').map(Number))
  return { inputs: rows.map(row => row.slice(0, -1)), labels: rows.map(row => row.at(-1)) }
}

const files = {
  iris: 'iris.csv',
  wine: 'wine_data.csv',
  'breast cancer': 'breast_cancer.csv',
  digits: 'digits.csv.gz',
}
const images = { mnist: mnistDirectory, 'fashion-mnist': values.fashion }

/** Data for a seed: three quarters of a table train, standardised by their own statistics; images as they come. */
async function load(set) {
  if (Object.hasOwn(images, set)) {
    const { train, test } = await loadMnist(images[set], { build })
    return async () => ({ train, test, layers: [], hidden: 512, epochs: 5, batchSize: 100 })
  }
  const all = await dataset({ ...readTable(files[set]), build })
  return async seed => {
    const [train, test] = await all.split(0.75, { seed, stratify: true })
    return {
      train,
      test,
      layers: [normalization(await train.standardization())],
      hidden: 256,
      epochs: 30,
      batchSize: 32,
    }
  }
}

async function measure({ train, test, layers, hidden, epochs, batchSize }, compile, rule, seed) {
  const { inputSize, classes } = train
  const output = dense(classes, { activation: 'softmax', ...rules[rule](hidden, classes) })
  const model = await sequential([...layers, dense(hidden, { activation: 'relu' }), output], {
    inputSize,
    seed,
    build,
  })
  model.compile(compile)
  let first
  const onBatchEnd = ({ loss }) => {
    first ??= loss
  }
  await model.fit(train, { epochs: Number(values.epochs ?? epochs), batchSize, onBatchEnd })
  const { accuracy, loss } = await model.evaluate(test)
  model.dispose()
  return { first, accuracy, loss }
}

const mean = numbers => numbers.reduce((sum, number) => sum + number, 0) / numbers.length
const optimizers = {
  'SGD 0.1': { learningRate: 0.1 },
  'SGD 0.5': { learningRate: 0.5 },
  'Adam 0.001': { optimizer: 'adam', learningRate: 0.001 },
}

console.log(
  '| data | optimiser | initial weights | first loss | test loss | test accuracy | seeds with less test loss than xavier |',
)
console.log('|---|---|---|---|---|---|---|')
for (const set of values.sets.split(',')) {
  const dataFor = await load(set)
  for (const [optimizer, compile] of Object.entries(optimizers)) {
    const results = {}
    for (const seed of seeds) {
      const data = await dataFor(seed)
      for (const rule of values.rules.split(',')) {
        results[rule] ??= []
        results[rule].push(await measure(data, compile, rule, seed))
      }
    }
    for (const [rule, found] of Object.entries(results)) {
      const wins = results.xavier && found.filter(({ loss }, i) => loss < results.xavier[i].loss).length
      console.log(
        `| ${set} | ${optimizer} | ${rule} | ${mean(found.map(it => it.first)).toFixed(2)} | ` +
          `${mean(found.map(it => it.loss)).toFixed(4)} | ${(100 * mean(found.map(it => it.accuracy))).toFixed(2)} % | ` +
          `${rule === 'xavier' || !results.xavier ? '' : `${wins} of ${found.length}`} |`,
      )
    }
  }
}
