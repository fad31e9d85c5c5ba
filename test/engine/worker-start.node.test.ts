// How the engine's worker starts. Each test has all modules of the package anew, so that none has started.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { catchWorkers } from '../support/started-workers.ts'

const scripts = '../../src/engine/scripts.ts'
const inputs = [[0], [1]]

beforeEach(() => vi.resetModules())
afterEach(() => vi.doUnmock(scripts))

const load = () => import('../../src/index.ts')

test('what is asked for at once comes from one worker', async () => {
  const workers = await catchWorkers()
  const { dataset, dense, memoryUsage, sequential } = await load()
  const options = { inputSize: 1, worker: true, threads: 1 }
  const [model, data] = await Promise.all([
    sequential([dense(2, { activation: 'softmax' })], options),
    dataset({ inputs, labels: [0, 1], worker: true }),
    memoryUsage({ worker: true }),
  ])
  await model.compile().fit(data)
  expect(workers).toHaveLength(1)
})

test('a script that could not be loaded is asked for again', async () => {
  let tries = 0
  vi.doMock(scripts, async original => {
    const actual = await original<typeof import('../../src/engine/scripts.ts')>()
    return {
      ...actual,
      loadScript(name: 'engine') {
        tries += 1
        return tries === 1 ? Promise.reject(new TypeError('offline')) : actual.loadScript(name)
      },
    }
  })
  const { closeThreads, dataset } = await load()
  await expect(dataset({ inputs, worker: true })).rejects.toThrow('offline')
  await closeThreads()
  expect((await (await dataset({ inputs, worker: true })).read()).inputs).toEqual(Float32Array.of(0, 1))
})

test('threads are closed although the worker ends meanwhile', async () => {
  const workers = await catchWorkers()
  const { closeThreads, dataset } = await load()
  const data = await dataset({ inputs, worker: true })
  const closed = closeThreads()
  workers[0]?.terminate()
  await closed
  await expect(data.read()).rejects.toMatchObject({ code: 'ERR_WORKER' })
})
