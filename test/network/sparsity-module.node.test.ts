// The module for sparse hidden layers is loaded for networks that have such layers, and for no others.
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { noise } from '../support/network-gradients.ts'

const INPUTS = 20

describe('the module for sparse hidden layers', () => {
  beforeEach(() => vi.resetModules())

  /** Trains; whether the module was loaded. */
  async function loads(widths: readonly number[], activation: 'relu' | 'tanh'): Promise<boolean> {
    const { dataset, sequential, dense } = await import('../../src/index.ts')
    const { compileModule } = await vi.importActual<typeof import('../../src/wasm/compile-module.ts')>(
      '../../src/wasm/compile-module.ts',
    )
    const modules = await import('../../src/wasm/compile-module.ts')
    const compiled = vi.spyOn(modules, 'compileModule').mockImplementation(compileModule)
    const labels = Int32Array.from({ length: 100 }, (_, i) => i % 5)
    using data = await dataset({ inputs: noise(100 * INPUTS, 1), inputSize: INPUTS, labels, build: 'simd' })
    const hidden = widths.map(units => dense(units, { activation }))
    const layers = [...hidden, dense(5, { activation: 'softmax' })]
    using model = await sequential(layers, { inputSize: INPUTS, build: 'simd' })
    await model.compile({ learningRate: 0.1 }).fit(data, { batchSize: 50 })
    return compiled.mock.calls.some(([name]) => name.endsWith('-sparsity'))
  }

  test('is loaded for hidden layers of 64 and more behind a ReLU', async () => {
    expect(await loads([70, 264, 65], 'relu')).toBe(true)
  })

  test.each([
    ['one hidden layer', [70], 'relu'],
    ['narrow layers', [70, 60], 'relu'],
    ['no ReLU', [70, 70], 'tanh'],
  ] as const)('%s: not loaded', async (_, widths, activation) => {
    expect(await loads(widths, activation)).toBe(false)
  })
})
