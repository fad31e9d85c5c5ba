// How many hidden ReLU units are not zero, before and while a network learns MNIST: what walking only those would save
// behind the first layer.
import { mnistDirectory } from './mnist.js'
import { dense, loadMnist, sequential } from './wasmlp.js'

const IMAGES = 300

/** Shares of units above zero, by hidden layer, over the first test images. */
function densities(parameters, inputs, inputSize) {
  let rows = Array.from({ length: IMAGES }, (_, i) =>
    Float64Array.from(inputs.subarray(i * inputSize, (i + 1) * inputSize), byte => byte / 255),
  )
  return parameters.slice(0, -1).map(({ weights, bias }) => {
    const units = bias.length
    rows = rows.map(row => {
      const sums = Float64Array.from(bias)
      row.forEach((value, i) => {
        if (value === 0) return
        for (let j = 0; j < units; ++j) sums[j] += value * weights[i * units + j]
      })
      return sums.map(sum => Math.max(0, sum))
    })
    const active = rows.reduce((count, row) => count + row.filter(value => value > 0).length, 0)
    return active / (IMAGES * units)
  })
}

const { train, test } = await loadMnist(mnistDirectory)
const { inputs, inputSize } = await test.slice(0, IMAGES).read()
for (const hidden of [[512], [512, 512, 512]]) {
  const layers = [
    ...hidden.map(units => dense(units, { activation: 'relu' })),
    dense(10, { activation: 'softmax' }),
  ]
  const model = await sequential(layers, { inputSize, seed: 1 })
  model.compile({ learningRate: 0.1 })
  let trained = 0
  for (const epochs of [0, 1, 5]) {
    if (epochs > trained) await model.fit(train, { epochs: epochs - trained })
    trained = epochs
    const shares = densities(await model.getParameters(), inputs, inputSize).map(share => share.toFixed(2))
    console.log(
      `784-${hidden.join('-')}-10 after ${epochs} epochs: ${shares.join(', ')} of the hidden units are not 0`,
    )
  }
  model.dispose()
}
