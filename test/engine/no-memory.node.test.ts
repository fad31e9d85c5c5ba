// A runtime that has no linear memory left: forgotten ones are collected first, and what is thrown has a type.
import { afterEach, expect, test } from 'vitest'
import { closeEngine, dataset } from '../../src/index.ts'

const RealInstance = WebAssembly.Instance

/** Has so many instantiations fail as V8's do. */
function failInstances(count: number): void {
  let left = count
  class FailingInstance extends RealInstance {
    constructor(...given: ConstructorParameters<typeof RealInstance>) {
      left -= 1
      if (left >= 0)
        throw new RangeError('WebAssembly.Instance(): Out of memory: Cannot allocate Wasm memory')
      super(...given)
    }
  }
  Reflect.set(WebAssembly, 'Instance', FailingInstance)
}

afterEach(() => {
  Reflect.set(WebAssembly, 'Instance', RealInstance)
})

async function create() {
  await closeEngine()
  return dataset({ inputs: [[1], [2]], labels: [0, 1] })
}

// A memory that threads share is tried first, then one of the engine's own.
test('the engine is tried again when the garbage was collected', async () => {
  failInstances(2)
  expect(await create()).toHaveLength(2)
})

test('an engine that cannot be had is an AllocationError', async () => {
  failInstances(Infinity)
  await expect(create()).rejects.toMatchObject({
    code: 'ERR_ALLOCATION',
    message: expect.stringContaining('no linear memory is left: dispose of models, or raise ulimit -v ('),
  })
})
