// Cold start: from the import to the first finished training step.
import { choose, runRounds } from '../rounds.js'

export const start = {
  title: 'Cold start',
  text:
    'Milliseconds from the import to the first finished training step (784-512-10, one batch of 100, in memory ' +
    'already) in a fresh Node process.',
  run(context) {
    const libraries = choose(context, ['wasmlp', 'jax-js', 'tfjs-wasm'])
    const repeated = { ...context, rounds: Math.max(5, context.rounds) }
    return runRounds(repeated, libraries, 'start', { sizes: [784, 512, 10], batchSize: 100 }).map(
      ([library, rounds]) => ({
        case: 'first training step',
        library: library.name,
        unit: 'ms',
        values: rounds.map(({ milliseconds }) => milliseconds),
      }),
    )
  },
}
