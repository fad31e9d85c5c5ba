// Training: milliseconds an iteration, in all its variations.
import { createProblem, readProblem } from '../problem.js'
import { trainReference } from '../reference.js'
import { trainNormalizedReference } from '../reference-normalized.js'
import { choose, runRounds } from '../rounds.js'
import { format, spread } from '../statistics.js'

export const LECTURE = { inputs: 'mnist', sizes: [784, 512, 10], batchSize: 100, learningRate: 0.1 }
const ALL = ['wasmlp', 'torch', 'numpy', 'jax-js', 'tfjs-gradients', 'tfjs-wasm', 'tfjs-cpu', 'typed-arrays']
const SCALING = ['wasmlp-relaxed', 'wasmlp-simd', 'jax-js', 'torch']

/** Measures one network with one kind of batches; `name` is the case. */
export function measureTraining(context, name, ids, seconds, settings) {
  const checkIterations = Math.max(1, Math.min(10, Math.floor(1000 / settings.batchSize)))
  const { directory, mnist } = context
  const problem = createProblem({ directory, mnist, checkIterations, ...settings })
  const reference = settings.isNormalized ? trainNormalizedReference : trainReference
  const expectedLoss = reference(problem, readProblem(problem))
  const libraries = choose(context, ids)
  return runRounds(context, libraries, 'train', { problem, expectedLoss, seconds }).map(
    ([library, rounds]) => {
      const values = rounds.map(({ seconds, iterations }) => (1000 * seconds) / iterations)
      const iterations = Math.min(...rounds.map(round => round.iterations))
      const images = (1000 * settings.batchSize) / spread(values).median
      const note = `${format(images)} samples a second; ${iterations} iterations`
      const processor = rounds.map(
        ({ processorSeconds, iterations }) => (1000 * processorSeconds) / iterations,
      )
      const { checkLoss } = rounds[0]
      return {
        case: name,
        library: library.name,
        unit: 'ms',
        values,
        processor,
        note,
        batchSize: settings.batchSize,
        checkLoss,
      }
    },
  )
}

const text =
  'Milliseconds an iteration. All start from the same weights; the mean loss of the first iterations must ' +
  'be that of double precision to 0.01 % before time counts. Each process then trains as many iterations as fit in ' +
  'its time, an epoch at most.'

export const epoch = {
  title: "One epoch of the lecture's network",
  text: `${text} One thread; MNIST, 784-512-10, batches of 100, SGD 0.1: 600 iterations are an epoch.`,
  run: context => measureTraining(context, '784-512-10, MNIST', idsOf(context), secondsOf(context), LECTURE),
}

export const denseInputs = {
  title: 'Dense inputs',
  text: `${text} One thread; 6,000 samples of random floats, none 0; 784-512-10, batches of 100.`,
  run(context) {
    const settings = { ...LECTURE, inputs: 'random', learningRate: 0.01 }
    return measureTraining(
      context,
      '784-512-10, random floats',
      idsOf(context),
      secondsOf(context) / 2,
      settings,
    )
  },
}

const idsOf = ({ quick }) => (quick ? ALL.filter(id => id !== 'tfjs-cpu' && id !== 'typed-arrays') : ALL)
const secondsOf = ({ quick }) => (quick ? 1.5 : 10)

/** A part that varies one thing; `cases` maps a case's name to settings. */
function createScaling(title, about, cases) {
  return {
    title,
    text: `${text} One thread; ${about}`,
    ids: SCALING,
    run: context =>
      Object.entries(cases).flatMap(([name, settings]) =>
        measureTraining(context, name, SCALING, 1.5, { ...LECTURE, learningRate: 0.01, ...settings }),
      ),
  }
}

const casesOf = (values, name, settings) =>
  Object.fromEntries(values.map(value => [name(value), settings(value)]))

export const batch = createScaling(
  'Batch size',
  'MNIST, 784-512-10.',
  casesOf(
    [1, 10, 100, 1_000, 10_000],
    size => `batches of ${size.toLocaleString('en')}`,
    batchSize => ({ batchSize }),
  ),
)

export const hidden = createScaling(
  'Hidden size',
  'MNIST, batches of 100.',
  casesOf(
    [32, 128, 512, 2_048, 4_096],
    units => `784-${units}-10`,
    units => ({ sizes: [784, units, 10] }),
  ),
)

export const depth = createScaling(
  'Depth',
  'MNIST, batches of 100, hidden layers of 256.',
  casesOf(
    [1, 2, 4, 8],
    layers => `${layers} hidden`,
    layers => ({ sizes: [784, ...Array(layers).fill(256), 10] }),
  ),
)

export const threads = {
  title: 'Threads',
  text: `${text} MNIST, 784-512-10, batches of 100. The loss of the first iterations must be the same to the last bit with any number of threads.`,
  run(context) {
    if (context.capabilities.threads === undefined) {
      context.left.push('threads: this version of wasmlp has no threads option (model.capabilities.threads)')
      return []
    }
    const counts = []
    for (let count = 1; count < context.cores; count *= 2) counts.push(count)
    counts.push(context.cores)
    const [own] = choose(context, ['wasmlp'])
    const libraries = counts.map(count => ({
      ...own,
      id: `threads-${count}`,
      name: `${own.name}, ${count} ${count === 1 ? 'thread' : 'threads'}`,
      options: { ...own.options, threads: count },
    }))
    const ids = libraries.map(({ id }) => id)
    const rows = measureTraining({ ...context, libraries }, '784-512-10, MNIST', ids, 3, LECTURE)
    const losses = rows.map(({ checkLoss }) => checkLoss)
    if (new Set(losses).size > 1)
      throw new Error(`losses differ with the number of threads: ${losses.join(', ')}`)
    return rows
  },
}
