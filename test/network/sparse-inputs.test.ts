// Predictions for floats that are mostly zeros walk the others alone, and give the bits of those that multiply all.
import { describe, expect, test, vi } from 'vitest'
import { storeContents } from '../../src/data/samples.ts'
import { areMostlyZeros } from '../../src/engine/sparse-inputs.ts'
import { dataset, type Layer, sequential } from '../../src/index.ts'
import { dense } from '../../src/layers/layers.ts'
import type { PlanSparseDense } from '../../src/network/context.ts'
import { ForwardPass } from '../../src/network/forward.ts'
import { planSparseDense } from '../../src/network/stages/sparse-dense.ts'
import { Arena } from '../../src/wasm/arena.ts'
import { runAlone } from '../../src/wasm/calls.ts'
import type { Runtime } from '../../src/wasm/runtime.ts'
import { kernelBuilds } from '../support/builds.ts'
import { contextOf, createFullRuntime } from '../support/full-runtime.ts'
import { noise } from '../support/network-gradients.ts'

/** More than a block of 256. */
const INPUTS = 300
const layers: Layer[] = [dense(70, { activation: 'tanh' }), dense(5, { activation: 'softmax' })]

/** A quarter of the numbers are not 0; one in eight is −0. */
const sparse = (rows: number) =>
  noise(rows * INPUTS, 1).map((value, i) => (i % 4 === 0 ? value : i % 8 === 1 ? -0 : 0))

const bitsOf = (values: Float32Array) => [...new Uint32Array(values.slice().buffer)]

async function outputs(runtime: Runtime, rows: number, plan: PlanSparseDense | undefined) {
  const executor = runAlone(runtime.kernels)
  const spec = { inputSize: INPUTS, layers, seed: 3 }
  const context = { ...contextOf(runtime, spec, executor), planSparseInputs: plan }
  const samples = storeContents(new Arena(runtime.memory), { inputs: sparse(rows), inputSize: INPUTS })
  const options = { capacity: rows, logits: false, random: undefined, augmentation: undefined }
  const pass = new ForwardPass(context, samples, options)
  const indices = Int32Array.from({ length: rows }, (_, i) => i)
  executor.run(pass.calls(await pass.input.load(executor, indices)))
  return bitsOf(pass.output.view)
}

describe.each(kernelBuilds)('%s', build => {
  test.each([9, 40, 256, 600])('%i rows', async rows => {
    const runtime = await createFullRuntime(build)
    await runtime.loadSparsity()
    const planned = vi.fn(planSparseDense)
    expect(await outputs(runtime, rows, planned)).toEqual(await outputs(runtime, rows, undefined))
    expect(planned.mock.results[0]?.value?.constructor.name).toBe(rows >= 16 ? 'SparseDenseStage' : undefined)
  })
})

test.each(['simd', 'auto'] as const)('%s: each of many rows is predicted as it is alone', async build => {
  const rows = 300
  const inputs = sparse(rows)
  using model = await sequential(layers, { inputSize: INPUTS, seed: 3, build })
  using data = await dataset({ inputs, inputSize: INPUTS, build })
  const together = await model.predict(data)
  for (let row = 0; row < rows; row += 37) {
    const [alone] = await model.predict([inputs.subarray(row * INPUTS, (row + 1) * INPUTS)])
    expect(together[row]).toEqual(alone)
  }
})

test.each([
  ['mostly zeros', 0.2, true],
  ['half of them', 0.5, false],
  ['none', 1, false],
])('%s', async (_, density, expected) => {
  const runtime = await createFullRuntime('simd')
  const inputs = noise(40 * INPUTS, 1).map((value, i) => (i % 10 < 10 * density ? value + 1 : 0))
  const samples = storeContents(new Arena(runtime.memory), { inputs, inputSize: INPUTS })
  expect(areMostlyZeros(samples)).toBe(expected)
})
