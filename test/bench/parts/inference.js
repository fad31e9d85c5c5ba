// Inference: one sample and many, given as bytes or as floats, by networks large and small.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createProblem, readProblem } from '../problem.js'
import { predictReference } from '../reference.js'
import { choose, runRounds } from '../rounds.js'
import { format, spread } from '../statistics.js'

const OTHERS = ['onnxruntime-web', 'tfjs-wasm', 'jax-js']
const IMAGES = { inputs: 'mnist', sizes: [784, 512, 10] }
const SMALL = { inputs: 'random', sizes: [4, 16, 3] }
const PROMISED = ['wasmlp', 'vectors-256', 'torch', ...OTHERS]

/** What each case is: a problem, the numbers of samples in a call, and who takes part. */
const CASES = [
  {
    settings: IMAGES,
    batches: { 'one image': 1, 'batches of 1,000': 1_000 },
    ids: ['wasmlp', 'vectors-256', ...OTHERS],
  },
  {
    settings: { ...IMAGES, asFloats: true },
    batches: { 'one image as floats': 1, '1,000 images as floats': 1_000 },
    ids: PROMISED,
  },
  {
    settings: { ...IMAGES, inputs: 'random' },
    batches: { '784 floats, none 0': 1, '1,000 × 784 floats, none 0': 1_000 },
    ids: PROMISED,
  },
  { settings: SMALL, batches: { '4-16-3, one sample': 1 }, ids: [...PROMISED, 'typed-arrays'] },
  {
    settings: { ...SMALL, isSynchronous: true },
    batches: { '4-16-3, one sample, no promise': 1 },
    ids: ['wasmlp', 'torch', 'typed-arrays'],
  },
]

function measureCase(context, { settings, batches, ids }, index) {
  const { directory, mnist } = context
  const problem = createProblem({ directory, mnist, batchSize: 1, ...settings })
  const counts = Object.values(batches)
  const { inputs, parameters } = readProblem(problem)
  const expected = join(directory, `expected-${index}.f64`)
  writeFileSync(expected, predictReference(inputs, Math.max(...counts), problem.sizes, parameters))
  const seconds = context.quick ? 0.5 : 2
  const request = { problem, batches: counts, seconds, expected }
  const results = runRounds(context, choose(context, ids), 'predict', request)
  return Object.entries(batches).flatMap(([name, samples], i) =>
    results.map(([library, rounds]) => ({
      case: name,
      library: library.name,
      unit: problem.sizes[0] === 784 ? 'images/s' : 'samples/s',
      values: rounds.map(result => samples / result[i].seconds),
      note: `${format(1e6 * spread(rounds.map(result => result[i].seconds)).median)} µs a call`,
    })),
  )
}

export const inference = {
  title: 'Inference',
  text:
    '784-512-10 on images of MNIST and on random floats, and 4-16-3, to probabilities: samples a second, one thread. The ' +
    'probabilities are checked against double precision. wasmlp takes the bytes of an image where it is not said that ' +
    'they are floats, the others floats, made before time counts. No promise: `model.predictor()`.',
  run: context => CASES.flatMap((what, index) => measureCase(context, what, index)),
}
