// How the networks of `npm run accuracy` are trained. Settings were chosen by what a validation part of the training
// images said (`--validate`): accuracy-choices.md.
import { activation, batchNormalization, dense, dropout, normalization } from './wasmlp.js'

/** A dense layer whose outputs are normalised over the batch before the ReLU. */
const normalizedDense = units => [dense(units), batchNormalization(), activation('relu')]

const classes = dense(10, { activation: 'softmax', initializer: 'lecun' })

/** By name: a title, how `accuracy.md` writes the network, and what `sequential`, `compile` and `fit` are given. */
export const settings = {
  plain: {
    title: '784-512-10, the images as they are',
    network: 'dense 512, batch normalisation, ReLU, dropout 0.3, dense 10, softmax',
    layers: [...normalizedDense(512), dropout(0.3), classes],
    compile: {
      optimizer: 'nesterov',
      learningRate: 0.1,
      l2: 1e-4,
      schedule: { name: 'oneCycle' },
      loss: { name: 'crossEntropy', labelSmoothing: 0.1 },
    },
    fit: { epochs: 20, batchSize: 100 },
  },

  // Distorted as by Cireşan, Meier, Gambardella & Schmidhuber, "Deep, big, simple neural nets excel on handwritten digit
  // recognition", 2010, whose network of this size got 99.51 %.
  augmented: {
    title: '784-1000-500-10, the images distorted anew in each epoch',
    network: 'dense 1000 and dense 500, each with batch normalisation and ReLU, dense 10, softmax',
    layers: [...normalizedDense(1000), ...normalizedDense(500), classes],
    compile: {
      optimizer: 'nesterov',
      learningRate: 0.2,
      l2: 5e-5,
      schedule: { name: 'oneCycle', pctStart: 0.2 },
      loss: { name: 'crossEntropy', labelSmoothing: 0.05 },
    },
    fit: {
      epochs: 80,
      batchSize: 250,
      augmentation: {
        rotation: [15, 7.5, 15, 15, 15, 15, 15, 7.5, 15, 15],
        shear: 15,
        scale: 0.15,
        elastic: { alpha: 36, sigma: 6 },
      },
    },
  },

  fast: {
    title: '784-512-10 to 98 %',
    network: 'input normalisation, dense 512, ReLU, dense 10, softmax, initial weights by LeCun',
    layers: [
      normalization({ mean: 0.1307, standardDeviation: 0.3081 }),
      dense(512, { activation: 'relu', initializer: 'lecun' }),
      classes,
    ],
    compile: {
      optimizer: 'nesterov',
      learningRate: 0.2,
      schedule: { name: 'oneCycle' },
      loss: { name: 'crossEntropy', labelSmoothing: 0.2 },
    },
    fit: { epochs: 2, batchSize: 200 },
    /** Its time is given in epochs of this. */
    unit: {
      layers: [dense(512, { activation: 'relu' }), dense(10, { activation: 'softmax' })],
      compile: { optimizer: 'sgd', learningRate: 0.1 },
      fit: { epochs: 1, batchSize: 100 },
    },
  },
}
