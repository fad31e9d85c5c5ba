// The program at the chapter's end: sizes of batches compared, the gradient of a bias, and the calculator.

export const program = `import { dense, iterationsPerEpoch, loadMnist, sequential } from 'wasmlp'
import { createKernels } from 'wasmlp/kernels'

// Epochs and iterations: 600 an epoch, 3,000 in five.
console.log(iterationsPerEpoch(60_000, 100), 5 * iterationsPerEpoch(60_000, 100))

// The gradient of the bias: a sum over axis 0.
const kernels = await createKernels()
const [dY, dB] = [kernels.f32(6), kernels.f32(3)]
dY.view.set([1, 2, 3, 4, 5, 6])
kernels.sumAxis0(dY, dB, 2, 3)
console.log(...dB.view)

// Batches of 1, 10, 100, 1,000 and all: an epoch each.
const { train, test } = await loadMnist()
const images = train.slice(0, 6_000)
for (const batchSize of [1, 10, 100, 1_000, 6_000]) {
  const model = await sequential(
    [dense(100, { activation: 'relu' }), dense(10, { activation: 'softmax' })],
    { inputSize: 784, seed: 1 },
  )
  model.compile({ learningRate: 0.05 })
  const { epochs } = await model.fit(images, { batchSize })
  const { loss } = await model.evaluate(test)
  console.log(batchSize, epochs[0].seconds.toFixed(2), 's', loss.toFixed(3))
  model.dispose()
}
`
