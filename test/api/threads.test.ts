// The option `threads`: what is made of it here, with or without shared memory, and that it changes no result.
import { describe, expect, test } from 'vitest'
import { closeThreads, dataset, dense, sequential, type ThreadChoice } from '../../src/index.ts'
import { hashParameters } from '../support/sha256.ts'

const isPage = 'document' in globalThis
/** Where this test runs: in Node, or in a page that is not cross-origin isolated. */
const hasThreads = !isPage

const create = (threads?: ThreadChoice) =>
  sequential([dense(200, { activation: 'relu' }), dense(4, { activation: 'softmax' })], {
    inputSize: 100,
    seed: 2,
    ...(threads !== undefined && { threads }),
  })

test('capabilities tell how many threads compute, and why', async () => {
  using model = await create(3)
  expect(model.capabilities).toMatchObject(
    hasThreads
      ? { threads: 3, threadsReason: 'threads: 3 was asked for' }
      : {
          threads: 1,
          // Vitest has its pages in frames.
          threadsReason:
            'the page is not cross-origin isolated: serve it with the headers Cross-Origin-Opener-Policy: same-origin ' +
            'and Cross-Origin-Embedder-Policy: require-corp, or, from a server that sends none, include ' +
            'wasmlp/isolation-worker.js; it is in a frame: so must the page around it, with ' +
            'allow="cross-origin-isolated" on the frame',
        },
  )
})

test("'auto', which is taken unless given: as many as run at once, 8 at most", async () => {
  using model = await create()
  using other = await create('auto')
  const { threads, threadsReason } = model.capabilities
  expect(other.capabilities).toMatchObject({ threads, threadsReason })
  expect(threads).toBeLessThanOrEqual(8)
  if (hasThreads) {
    const count = Number(/^this process may run (\d+) at once$/.exec(threadsReason)?.[1])
    expect(threads).toBe(Math.min(8, count))
  } else {
    expect(threads).toBe(1)
  }
})

test('one thread was asked for: one computes', async () => {
  using model = await create(1)
  expect(model.capabilities).toMatchObject({ threads: 1, threadsReason: 'threads: 1 was asked for' })
})

test.each([0, -1, 1.5, 65, Number.NaN, '2', null, 'all'])('%j threads are refused', async threads => {
  await expect(create(threads as ThreadChoice)).rejects.toMatchObject({
    name: 'ArgumentError',
    code: 'ERR_ARGUMENT',
    message: `threads is ${typeof threads === 'string' ? JSON.stringify(threads) : threads}: expected 'auto' or a whole number, 1–64`,
  })
})

describe('fit, evaluate and predict', () => {
  const samples = 500
  const inputs = Float32Array.from({ length: samples * 100 }, (_, i) => Math.sin(i * i))
  const labels = Array.from({ length: samples }, (_, i) => i % 4)

  /** All that comes out, with `closeThreads` now and then. */
  async function results(threads: ThreadChoice) {
    using data = await dataset({ inputs, inputSize: 100, labels })
    using model = await create(threads)
    model.compile({ learningRate: 0.2 })
    const losses: number[] = []
    for (let i = 0; i < 4; ++i) {
      const { epochs } = await model.fit(data, { epochs: 5, batchSize: 130 })
      losses.push(...epochs.map(({ loss }) => loss))
      if (i % 2 === 1) await closeThreads()
    }
    const { loss } = await model.evaluate(data)
    const outputs = await model.predict(data)
    return { losses, loss, outputs, weights: await hashParameters(await model.getParameters()) }
  }

  test.each<ThreadChoice>([2, 3, 'auto'])('%j threads: what one gives, bit for bit', async threads => {
    expect(await results(threads)).toEqual(await results(1))
  })
})
