// The package in the sandbox of a test runner, whose arrays, errors and promises are not those that Node's modules give it.
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { otherRealm } from '../support/other-realm.ts'
import { removeDirectory, temporaryDirectory } from '../support/temporary-directory.ts'

const dist = fileURLToPath(new URL('../../dist/node/', import.meta.url))
const realm = otherRealm()
const wasmlp = realm.load(`${dist}index.cjs`)
const { openStorage } = realm.load(`${dist}storage.cjs`)

/** Runs the body of an async function in the realm. */
const inside = (body: string, given: Record<string, unknown> = {}) =>
  realm.run(`(async () => {${body}})()`, { wasmlp, openStorage, ...given }) as Promise<unknown>

/** Code that makes `model` and `data`. */
const TASK = `
  const rows = Array.from({ length: 64 }, (_, i) => Float32Array.of(Math.sin(i), Math.cos(i), Math.sin(3 * i)))
  const data = await wasmlp.dataset({ inputs: rows, labels: rows.map(([x]) => Number(x > 0)), worker })
  const create = async () => {
    const layers = [wasmlp.dense(8, { activation: 'relu' }), wasmlp.dense(2, { activation: 'softmax' })]
    const model = await wasmlp.sequential(layers, { inputSize: 3, seed: 3, build: 'simd', worker })
    return model.compile({ optimizer: 'adam' })
  }
  const options = { epochs: 4, batchSize: 8, accumulate: 3, earlyStopping: { patience: 9 }, validationSplit: 0.25 }`

let directory: string | undefined
beforeAll(async () => {
  directory = await temporaryDirectory()
})
afterAll(async () => {
  await inside('await wasmlp.closeEngine()')
  await removeDirectory(directory)
})

test('the realms have arrays of their own', () => {
  expect(realm.run('new Float32Array(1)') instanceof Float32Array).toBe(false)
})

describe.each([false, true])('with worker: %s', worker => {
  test('a resumed training ends with the weights of one that was not interrupted', async () => {
    const weights = await inside(
      `${TASK}
      const store = wasmlp.memoryCheckpoints()
      const controller = new AbortController()
      const onBatchEnd = ({ epoch, iteration }) => epoch === 3 && iteration === 2 && controller.abort()
      const first = (await create()).fit(data, {
        ...options, onBatchEnd, signal: controller.signal, checkpoints: { store },
      })
      const reason = await first.catch(error => error.name)
      const resumed = await create()
      await resumed.fit(data, { ...options, checkpoints: { store }, resume: true })
      const straight = await create()
      await straight.fit(data, options)
      const bytesOf = async model => [...await model.toSafetensors()].join()
      return [reason, await bytesOf(resumed) === await bytesOf(straight)].join(' ')`,
      { worker },
    )
    expect(weights).toBe('AbortError true')
  })

  test('pixels stay bytes in storage', async () => {
    const found = await inside(
      `const storage = await openStorage({ directory })
      const inputs = Uint8Array.from({ length: 12 }, (_, i) => 20 * i)
      const data = await wasmlp.dataset({ inputs, imageShape: [2, 2], labels: [0, 1, 2], worker })
      await storage.datasets.save('pixels', data)
      const loaded = await storage.datasets.load('pixels', { worker })
      const { inputs: back, labels } = await loaded.read()
      return [Object.prototype.toString.call(back), [...back].join() === [...inputs].join(), labels.join()].join(' ')`,
      { worker, directory },
    )
    expect(found).toBe('[object Uint8Array] true 0,1,2')
  })

  test('errors have the codes and the classes of the package that threw them', async () => {
    const found = await inside(
      `${TASK}
      const model = await create()
      const wrong = await model.setParameters([]).catch(error => error)
      const thrown = new TypeError('of the callback')
      const same = await model.fit(data, { onEpochEnd() { throw thrown } }).catch(error => error === thrown)
      return [wrong instanceof wasmlp.ShapeError || wrong instanceof wasmlp.ArgumentError, wrong.code, same].join(' ')`,
      { worker },
    )
    expect(found).toMatch(/^true ERR_(SHAPE|ARGUMENT) true$/)
  })

  test('arrays, URLs and signals of the realm around it are taken', async () => {
    const inputs = [Float32Array.of(1, 2), Float32Array.of(3, 4)]
    const { signal } = new AbortController()
    const found = await inside(
      `const data = await wasmlp.dataset({ inputs, labels, worker })
      const model = await wasmlp.sequential([wasmlp.dense(2)], { inputSize: 2, worker })
      await model.setParameters([{ weights: Float32Array.of(1, 0, 0, 1), bias: new Float32Array(2) }])
      const missing = await wasmlp.loadMnist(url, { worker }).catch(error => error.code)
      return [[...(await model.predict(data, { signal }))].join(), data.classes, missing].join(' ')`,
      { worker, inputs, labels: Uint8Array.of(0, 1), signal, url: new URL('file:///nowhere/at/all') },
    )
    expect(found).toBe('1,2,3,4 2 ERR_DATA_NOT_FOUND')
  })
})
