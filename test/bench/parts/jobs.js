// Training jobs beside PyTorch: processor time of an iteration, which a machine that others use too disturbs least.
import { formatSpread } from '../statistics.js'
import { LECTURE, measureTraining } from './training.js'

const MOMENTUM = { name: 'momentum', momentum: 0.9 }
const ADAM = { name: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }
const withAdam = { optimizer: ADAM, learningRate: 0.001 }
const DEEP = { sizes: [784, 512, 512, 512, 10] }
const DENSE = { inputs: 'random', learningRate: 0.01 }
const TABLE = { inputs: 'random', sizes: [54, 256, 128, 7], batchSize: 256, learningRate: 0.01 }

/** What each job changes of the lecture's: 784-512-10 on MNIST in batches of 100, SGD 0.1. */
const JOBS = {
  '784-512-10, batch 100, SGD': {},
  'with momentum': { optimizer: MOMENTUM, learningRate: 0.01 },
  'with Adam': withAdam,
  'with batch normalisation': { isNormalized: true, epsilon: 1e-5 },
  // The first losses of distorted images are near those of others. PyTorch has no such distortion, and trains without.
  'with elastic distortion': { isDistorted: true, tolerance: 0.25 },
  '784-512-512-512-10, SGD': DEEP,
  '784-512-512-512-10, Adam': { ...DEEP, ...withAdam },
  'batch 1,000': { batchSize: 1_000 },
  'batch 10,000': { batchSize: 10_000 },
  'dense floats, 784-512-10, SGD': DENSE,
  'dense floats, 784-512-10, Adam': { ...DENSE, ...withAdam },
  '54-256-128-7, batch 256, SGD': TABLE,
  '54-256-128-7, batch 256, Adam': { ...TABLE, ...withAdam },
}

const LIBRARIES = ['wasmlp-relaxed', 'wasmlp-simd', 'vectors-256', 'torch']

export const jobs = {
  title: 'Training jobs',
  text:
    'Processor time of an iteration in milliseconds, one thread; the time by the clock stands beside it. All start from ' +
    'the same weights and take the same batches; the mean loss of the first iterations must be that of double precision ' +
    'to 0.01 % before time counts. Elastic distortion is wasmlp’s alone: there PyTorch trains on the images as they are, ' +
    'and the loss must be within 25 %.',
  run: context =>
    Object.entries(JOBS).flatMap(([name, settings]) =>
      measureTraining(context, name, LIBRARIES, context.quick ? 0.5 : 3, { ...LECTURE, ...settings }).map(
        ({ values, processor, note, ...row }) => ({
          ...row,
          values: processor,
          unit: 'ms CPU',
          note: `${formatSpread(values)} ms by the clock; ${note}`,
        }),
      ),
    ),
}
