// Inference: one image, and batches of 1,000.
import { createProblem } from '../problem.js'
import { choose, runRounds } from '../rounds.js'
import { format, spread } from '../statistics.js'

const BATCHES = [1, 1_000]

export const inference = {
  title: 'Inference',
  text:
    'Images of MNIST through 784-512-10 to probabilities, images a second, one thread; the probabilities are checked ' +
    'against double precision. wasmlp takes the bytes of an image, the others floats, made before time counts.',
  run(context) {
    const { directory, mnist } = context
    const problem = createProblem({ directory, mnist, inputs: 'mnist', sizes: [784, 512, 10], batchSize: 1 })
    const libraries = choose(context, ['wasmlp', 'onnxruntime-web', 'tfjs-wasm', 'jax-js'])
    const seconds = context.quick ? 0.5 : 2
    const results = runRounds(context, libraries, 'predict', { problem, batches: BATCHES, seconds })
    return BATCHES.flatMap((samples, i) =>
      results.map(([library, rounds]) => ({
        case: samples === 1 ? 'one image' : `batches of ${samples.toLocaleString('en')}`,
        library: library.name,
        unit: 'images/s',
        values: rounds.map(result => samples / result[i].seconds),
        note: `${format(1e6 * spread(rounds.map(result => result[i].seconds)).median)} µs a call`,
      })),
    )
  },
}
