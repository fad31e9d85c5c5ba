// Hidden layers that walk only what a ReLU has left above 0 learn the bits of those that multiply all.
import { describe, expect, test, vi } from 'vitest'
import { storeContents } from '../../src/data/samples.ts'
import { dataset, type Layer, sequential } from '../../src/index.ts'
import { activation, dropout } from '../../src/layers/elementwise.ts'
import { dense } from '../../src/layers/layers.ts'
import { planSparseDense } from '../../src/network/stages/sparse-dense.ts'
import { Arena } from '../../src/wasm/arena.ts'
import { kernelBuilds } from '../support/builds.ts'
import { createFullRuntime } from '../support/full-runtime.ts'
import { kernelGradients, noise } from '../support/network-gradients.ts'
import { hashParameters } from '../support/sha256.ts'

const INPUTS = 20
const softmax = dense(5, { activation: 'softmax' })
const relu = (units: number) => dense(units, { activation: 'relu' })

const networks: [string, Layer[]][] = [
  ['behind and before a ReLU', [relu(70), relu(264), relu(65), softmax]],
  ['behind a ReLU alone', [relu(70), dense(80, { activation: 'tanh' }), softmax]],
  ['before a ReLU alone', [dense(70, { activation: 'sigmoid' }), relu(90), softmax]],
  ['behind a ReLU of its own', [dense(70), activation('relu'), dense(66), activation('relu'), softmax]],
  ['before a dropout', [relu(70), relu(80), dropout(0.25), softmax]],
]

describe.each(kernelBuilds)('%s', build => {
  // Fewer rows than are worth it, one block of 256, and several.
  describe.each([9, 40, 256, 600])('%i rows', rows => {
    test.each(networks)('%s', async (_, layers) => {
      const runtime = await createFullRuntime(build)
      await runtime.loadSparsity()
      const labels = Int32Array.from({ length: rows }, (_, i) => i % 5)
      const contents = { inputs: noise(rows * INPUTS, 1), inputSize: INPUTS, labels }
      const samples = storeContents(new Arena(runtime.memory), contents)
      const hashOf = async (threads: number, plan?: typeof planSparseDense) => {
        const { value, gradients } = await kernelGradients(
          runtime,
          threads,
          samples,
          layers,
          'crossEntropy',
          plan,
        )
        return [
          value,
          ...gradients.map(gradient => String(new Uint32Array(Float32Array.from(gradient).buffer))),
        ]
      }
      const expected = await hashOf(1)
      const planned = vi.fn(planSparseDense)
      expect(await hashOf(1, planned)).toEqual(expected)
      expect(planned.mock.results.some(({ value }) => value?.constructor.name === 'SparseDenseStage')).toBe(
        rows >= 16,
      )
    })
  })
})

test('the bits are those of before, when all products were dense', async () => {
  const labels = Int32Array.from({ length: 640 }, (_, i) => i % 5)
  using data = await dataset({ inputs: noise(640 * INPUTS, 1), inputSize: INPUTS, labels, build: 'simd' })
  const hidden = [70, 264, 65].map(units => dense(units, { activation: 'relu', initializer: 'heFanOut' }))
  const last = dense(5, { activation: 'softmax', initializer: 'heFanOut' })
  using model = await sequential([...hidden, last], { inputSize: INPUTS, seed: 1, build: 'simd' })
  await model.compile({ learningRate: 0.1 }).fit(data, { epochs: 2, batchSize: 300 })
  expect(await hashParameters(await model.getParameters())).toBe(
    'a38747d7feb5d38777e4b53806dbbf2cc07412c134c316ff77d7c54e7fb79c56',
  )
})
