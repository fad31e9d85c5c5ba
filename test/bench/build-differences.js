// How far the builds `simd` and `relaxed` are apart after five epochs of MNIST: predictions of another class, accuracies,
// and the largest difference of a weight. For runtimes with relaxed SIMD, such as Node 22 and later.
import { mnistDirectory } from './mnist.js'
import { dense, loadMnist, sequential } from './wasmlp.js'

async function train(build) {
  const { train, test } = await loadMnist(mnistDirectory, { build })
  // Named, so that another default changes no figure.
  const layers = [
    dense(512, { activation: 'relu', initializer: 'he' }),
    dense(10, { activation: 'softmax', initializer: 'heFanOut' }),
  ]
  const model = await sequential(layers, { inputSize: 784, seed: 1, build })
  model.compile({ learningRate: 0.1 })
  await model.fit(train, { epochs: 5, batchSize: 100 })
  const { accuracy } = await model.evaluate(test)
  const classes = (await model.predict(test)).map(row => row.indexOf(Math.max(...row)))
  const weights = (await model.getParameters()).flatMap(({ weights }) => [...weights])
  return { accuracy, classes, weights }
}

const [simd, relaxed] = [await train('simd'), await train('relaxed')]
const different = simd.classes.filter((found, i) => found !== relaxed.classes[i]).length
const distances = simd.weights.map((weight, i) => Math.abs(weight - relaxed.weights[i]))
const largest = distances.reduce((most, distance) => Math.max(most, distance), 0)
console.log(`${different} of ${simd.classes.length} test images get another class`)
console.log(
  `accuracy: simd ${(100 * simd.accuracy).toFixed(2)} %, relaxed ${(100 * relaxed.accuracy).toFixed(2)} %`,
)
console.log(`largest difference of a weight: ${largest.toPrecision(2)}`)
