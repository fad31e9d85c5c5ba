// Training from PyTorch's weights gives PyTorch's losses. The traces: test/fixtures/pytorch-trace.py.
import { describe, expect, test } from 'vitest'
import { dataset, dense, loadMnist, sequential } from '../../src/index.ts'
import trace from '../fixtures/pytorch-trace.json'
import { builds } from '../support/builds.ts'
import { readFixture } from '../support/fixture.ts'
import { mnistSource } from '../support/mnist.ts'

const relative = (actual: number, expected: number) => Math.abs(actual - expected) / Math.abs(expected)

describe.each(builds)('%s', build => {
  test('784-512-10 on MNIST: the losses and right answers of the first ten batches', async () => {
    const { mnist } = trace
    const { train } = await loadMnist(mnistSource, { build })
    using model = await sequential(
      [dense(512, { activation: 'relu' }), dense(10, { activation: 'softmax' })],
      {
        inputSize: 784,
        build,
      },
    )
    await model.loadSafetensors(await readFixture('pytorch-784-512-10.safetensors'))
    model.compile({ learningRate: mnist.learningRate, loss: 'crossEntropy' })
    const losses: number[] = []
    const correct: number[] = []
    await model.fit(train.slice(0, mnist.batches * mnist.batchSize), {
      batchSize: mnist.batchSize,
      shuffle: false,
      onBatchEnd: ({ loss, accuracy = 0, samples }) => {
        losses.push(loss)
        correct.push(Math.round(accuracy * samples))
      },
    })
    train.dispose()
    expect(losses).toHaveLength(10)
    for (const [i, loss] of losses.entries()) {
      expect(relative(loss, mnist.losses[i] ?? Number.NaN), `batch ${i + 1}`).toBeLessThan(1e-5)
    }
    expect(correct).toEqual(mnist.correct)
    const parameters = await model.getParameters()
    const norms = parameters.flatMap(({ weights, bias }) => [norm(weights), norm(bias)])
    const expected = Object.values(mnist.after).map(({ norm }) => norm)
    for (const [i, value] of norms.entries())
      expect(relative(value, expected[i] ?? Number.NaN)).toBeLessThan(1e-5)
  })

  test('3-5-4-2 with tanh, sigmoid and mean squared error: all losses and the final weights', async () => {
    const { deep } = trace
    using data = await dataset({ inputs: deep.inputs, targets: deep.targets, build })
    using model = await sequential(
      [dense(5, { activation: 'tanh' }), dense(4, { activation: 'sigmoid' }), dense(2)],
      { inputSize: 3, build },
    )
    await model.setParameters(fromPyTorch(deep.initial))
    model.compile({ learningRate: deep.learningRate, loss: 'meanSquaredError' })
    const losses: number[] = []
    const { batchSize, epochs } = deep
    await model.fit(data, {
      epochs,
      batchSize,
      shuffle: false,
      onBatchEnd: ({ loss }) => void losses.push(loss),
    })
    expect(losses).toHaveLength(deep.losses.length)
    for (const [i, loss] of losses.entries()) {
      expect(relative(loss, deep.losses[i] ?? Number.NaN), `batch ${i + 1}`).toBeLessThan(1e-5)
    }
    const expected = fromPyTorch(deep.final)
    for (const [i, { weights, bias }] of (await model.getParameters()).entries()) {
      const difference = (a: Float32Array, b: Float32Array = new Float32Array()) =>
        Math.max(...a.map((value, j) => Math.abs(value - (b[j] ?? Number.NaN))))
      expect(difference(weights, expected[i]?.weights), `weights of layer ${i + 1}`).toBeLessThan(1e-6)
      expect(difference(bias, expected[i]?.bias), `bias of layer ${i + 1}`).toBeLessThan(1e-6)
    }
  })
})

const norm = (values: Float32Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))

/** PyTorch's [out][in] weights, by name, as layers with weights in × out. */
function fromPyTorch(tensors: Record<string, number[] | number[][]>) {
  const modules = [...new Set(Object.keys(tensors).map(name => name.split('.')[0] ?? ''))]
  return modules.map(module => {
    const rows = tensors[`${module}.weight`] as number[][]
    const inputs = rows[0]?.length ?? 0
    return {
      weights: Float32Array.from({ length: inputs * rows.length }, (_, at) => {
        const row = rows[at % rows.length]
        return row?.[Math.floor(at / rows.length)] ?? Number.NaN
      }),
      bias: Float32Array.from(tensors[`${module}.bias`] as number[]),
    }
  })
}
