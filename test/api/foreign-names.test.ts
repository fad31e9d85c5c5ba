// What other libraries call things gets the name that it has here, in the error.
import { describe, expect, test } from 'vitest'
import * as wasmlp from '../../src/index.ts'
import { lossNames } from '../../src/losses/loss-table.ts'
import { hintAt } from '../../src/nearest-name.ts'

const { activation, dataset, dense, sequential } = wasmlp

const model = async () => sequential([dense(2, { activation: 'softmax' })], { inputSize: 2 })
const data = () =>
  dataset({
    inputs: [
      [0, 1],
      [1, 0],
    ],
    labels: [0, 1],
  })

test.each<[string, (name: never) => unknown, readonly (readonly [foreign: string, here: string])[]]>([
  [
    'activation',
    name => dense(1, { activation: name }),
    [
      ['linear', 'identity'], // Keras
      ['none', 'identity'],
      ['swish', 'silu'], // Keras, TensorFlow.js
      ['logistic', 'sigmoid'], // scikit-learn
      ['hard_sigmoid', 'hardSigmoid'], // Keras
      ['LeakyReLU', 'leakyRelu'], // PyTorch
      ['leaky_relu', 'leakyRelu'],
      ['log_softmax', 'logSoftmax'],
      ['Softplus', 'softplus'],
      ['rellu', 'relu'],
    ],
  ],
  ['activation of a layer of its own', name => activation(name), [['swish', 'silu']]],
  [
    'initializer',
    name => dense(1, { initializer: name }),
    [
      ['glorotNormal', 'xavierNormal'], // TensorFlow.js
      ['glorotUniform', 'xavier'],
      ['glorot_uniform', 'xavier'], // Keras
      ['xavier_uniform_', 'xavier'], // PyTorch
      ['kaiming_uniform_', 'he'],
      ['kaiming_normal', 'heNormal'],
      ['heUniform', 'he'],
      ['he_normal', 'heNormal'],
      ['lecun_uniform', 'lecun'],
      ['randomNormal', 'normal'],
      ['random_uniform', 'uniform'],
      ['truncated_normal', 'truncatedNormal'],
      ['orthogonal_', 'orthogonal'],
    ],
  ],
  ['biasInitializer', name => dense(1, { biasInitializer: name }), [['zero', 'zeros']]],
  [
    'loss',
    async name => (await model()).compile({ loss: name }),
    [
      ['mse', 'meanSquaredError'],
      ['mae', 'meanAbsoluteError'],
      ['mean_squared_error', 'meanSquaredError'],
      ['MSELoss', 'meanSquaredError'],
      ['L1Loss', 'meanAbsoluteError'],
      ['squared_error', 'meanSquaredError'], // scikit-learn
      ['categoricalCrossentropy', 'crossEntropy'],
      ['sparse_categorical_crossentropy', 'crossEntropy'],
      ['softmaxCrossEntropy', 'crossEntropy'],
      ['CrossEntropyLoss', 'crossEntropy'],
      ['NLLLoss', 'crossEntropy'],
      ['log_loss', 'crossEntropy'],
      ['bce', 'binaryCrossEntropy'],
      ['binary_crossentropy', 'binaryCrossEntropy'],
      ['BCEWithLogitsLoss', 'binaryCrossEntropy'],
      ['sigmoidCrossEntropy', 'binaryCrossEntropy'],
      ['huberLoss', 'huber'],
      ['SmoothL1Loss', 'huber'],
      ['categorical_hinge', 'hinge'],
      ['MultiMarginLoss', 'hinge'],
    ],
  ],
  [
    'optimizer',
    async name => (await model()).compile({ optimizer: name }),
    [
      ['SGD', 'sgd'],
      ['Adam', 'adam'],
      ['RMSprop', 'rmsprop'],
      ['adagard', 'adagrad'],
    ],
  ],
  [
    'schedule',
    async name => (await model()).compile({ schedule: name }),
    [
      ['StepLR', 'step'],
      ['ExponentialLR', 'exponential'],
      ['CosineAnnealingLR', 'cosine'],
      ['cosineDecay', 'cosine'],
      ['OneCycleLR', 'oneCycle'],
      ['ReduceLROnPlateau', 'reduceOnPlateau'],
    ],
  ],
])('%s', async (_, run, names) => {
  for (const [foreign, here] of names) {
    await expect((async () => run(foreign as never))(), foreign).rejects.toMatchObject({
      code: 'ERR_ARGUMENT',
      message: expect.stringContaining(`"${foreign}" (did you mean ${here}?): expected `),
    })
  }
})

test.each<[string, (options: object) => unknown, readonly (readonly [foreign: string, here: string])[]]>([
  [
    'compile',
    async options => (await model()).compile(options),
    [
      ['lr', 'learningRate'],
      ['learning_rate', 'learningRate'],
      ['learning_rate_init', 'learningRate'],
      ['clipnorm', 'clipNorm'],
      ['lossFunction', 'loss'],
      ['lrSchedule', 'schedule'],
    ],
  ],
  [
    'fit',
    async options => (await model()).compile().fit(await data(), options),
    [
      ['batch_size', 'batchSize'],
      ['validation_data', 'validationData'],
      ['validation_split', 'validationSplit'],
      ['random_state', 'seed'],
      ['epoch', 'epochs'],
    ],
  ],
  [
    'dataset',
    options => dataset({ inputs: [[1]], ...options }),
    [
      ['sampleWeight', 'sampleWeights'],
      ['sample_weight', 'sampleWeights'],
      ['weights', 'sampleWeights'],
      ['label', 'labels'],
      ['target', 'targets'],
    ],
  ],
  [
    'sequential',
    options => sequential([dense(1)], { inputSize: 1, ...options }),
    [
      ['inputShape', 'inputSize'],
      ['random_state', 'seed'],
      ['numThreads', 'threads'],
    ],
  ],
  [
    'dense',
    options => dense(1, options),
    [
      ['kernelInitializer', 'initializer'],
      ['kernel_initializer', 'initializer'],
      ['bias_initializer', 'biasInitializer'],
      ['negative_slope', 'slope'],
    ],
  ],
  ['batchNormalization', options => wasmlp.batchNormalization(options), [['eps', 'epsilon']]],
  [
    'earlyStopping',
    async options => (await model()).compile().fit(await data(), { earlyStopping: options }),
    [
      ['min_delta', 'minDelta'],
      ['restoreBestWeights', 'restoreBest'],
    ],
  ],
  [
    'adam',
    async options => (await model()).compile({ optimizer: { name: 'adam', ...options } }),
    [
      ['beta_1', 'beta1'],
      ['betas', 'beta1'],
      ['eps', 'epsilon'],
      ['weight_decay', 'weightDecay'],
    ],
  ],
  [
    'split',
    async options => (await data()).split(0.5, options),
    [
      ['random_state', 'seed'],
      ['stratified', 'stratify'],
    ],
  ],
  ['evaluate', async options => (await model()).evaluate(await data(), options), [['topk', 'topK']]],
])('options of %s', async (_, run, names) => {
  for (const [foreign, here] of names) {
    await expect((async () => run({ [foreign]: 1 }))(), foreign).rejects.toMatchObject({
      code: 'ERR_ARGUMENT',
      message: expect.stringContaining(` has no option ${foreign} (did you mean ${here}?): it takes `),
    })
  }
})

describe('nothing is suggested', () => {
  test.each(['', 'unheardOf', 'kld', 'x', 'l2', '🙂'])('for %j among losses', name => {
    expect(hintAt(name, lossNames)).toBe('')
  })

  test('for what is no name, or where there are none', () => {
    expect(hintAt(undefined, lossNames)).toBe('')
    expect(hintAt({}, lossNames)).toBe('')
    expect(hintAt('mse', [])).toBe('')
  })
})

test('each name is the nearest to itself in other letters', () => {
  for (const name of [...lossNames, ...wasmlp.activationNames, ...wasmlp.initializerNames]) {
    const snake = name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
    expect(hintAt(snake, [...lossNames, ...wasmlp.activationNames, ...wasmlp.initializerNames])).toBe(
      ` (did you mean ${name}?)`,
    )
  }
})
