// Test accuracy of the lecture's network after five epochs of SGD (learning rate 0.1, batches of 100), for five seeds,
// from the default initial weights and from He's and Xavier's. The `simd` build: the same figures on every machine.
import { mnistDirectory } from './mnist.js'
import { dense, loadMnist, sequential } from './wasmlp.js'

const build = 'simd'
const { train, test } = await loadMnist(mnistDirectory, { build })

const initializers = { default: [{}, {}], 'he, xavier': [{ initializer: 'he' }, { initializer: 'xavier' }] }
for (const [name, [hidden, output]] of Object.entries(initializers)) {
  const accuracies = []
  for (const seed of [1, 2, 3, 4, 5]) {
    const layers = [
      dense(512, { activation: 'relu', ...hidden }),
      dense(10, { activation: 'softmax', ...output }),
    ]
    const model = await sequential(layers, { inputSize: 784, seed, build })
    model.compile({ learningRate: 0.1 })
    await model.fit(train, { epochs: 5, batchSize: 100 })
    const { accuracy } = await model.evaluate(test)
    accuracies.push((100 * accuracy).toFixed(2))
    model.dispose()
  }
  console.log(`${name}: ${accuracies.join(', ')} %`)
}
