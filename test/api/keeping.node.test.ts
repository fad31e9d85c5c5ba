// What is in use keeps what it uses: the garbage collector runs between all steps, and the program names neither the model
// nor the data any more.
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import {
  type Dataset,
  dataset,
  dense,
  type EngineOptions,
  memoryUsage,
  type Sequential,
  sequential,
  streamingDataset,
} from '../../src/index.ts'
import { readText } from '../support/fixture.ts'

setFlagsFromString('--expose-gc')
const gc: () => void = runInNewContext('gc')

/** Several turns: what a thread learns of another's garbage comes as a message. */
async function collect(): Promise<void> {
  for (let turn = 0; turn < 2; ++turn) {
    gc()
    await setImmediate()
  }
}

const AsyncFunction = (async () => {}).constructor as new (
  ...texts: string[]
) => (...values: unknown[]) => Promise<void>

const inputs = Float32Array.from({ length: 3000 }, (_, i) => Math.sin(i * i))
const labels = Array.from({ length: 600 }, (_, i) => ((inputs[5 * i] ?? 0) > 0 ? 1 : 0))

describe.each([{ worker: true }, { worker: false }])('%o', place => {
  const createData = () => dataset({ inputs, inputSize: 5, labels, ...place })
  const createModel = async () =>
    (
      await sequential([dense(8, { activation: 'relu' }), dense(2, { activation: 'softmax' })], {
        inputSize: 5,
        threads: 1,
        ...place,
      })
    ).compile({ learningRate: 0.1 })

  test('a trainer keeps its model and its data', async () => {
    const open = async () => (await createModel()).trainer((await createData()).slice(10), { batchSize: 50 })
    const trainer = await open()
    for (let i = 0; i < 3; ++i) {
      await collect()
      const { loss } = await trainer.forward()
      expect(Number.isFinite(loss)).toBe(true)
      await trainer.backward()
      await collect()
      await trainer.step()
    }
    trainer.dispose()
  })

  test('the lecture’s training pipeline, with a collection behind each statement', async () => {
    const page = await readText('docs/lecture/1-neural-network.md')
    const programs = [...page.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code)
    const program = programs.find(code => code.includes('model.trainer(')) ?? ''
    // Engines may forget a variable behind its last use, and need not: here nothing is named that long.
    const [line = '', data = ''] = /^const data = (.*)$/m.exec(program) ?? []
    const collecting = program
      .replace(line, '')
      .replace('model.trainer(data', `model.trainer(${data}`)
      .replace(/^import .*$/m, 'const { dataset, dense, sequential } = wasmlp')
      .replace(/^.*\bawait .*\)$/gm, '$&; await collect()')
    expect(collecting.match(/await collect/g)?.length).toBeGreaterThan(6)
    const printed: string[] = []
    const wasmlp = {
      dense,
      dataset: (options: Parameters<typeof dataset>[0]) => dataset({ ...options, ...place }),
      sequential: (layers: Parameters<typeof sequential>[0], options: Parameters<typeof sequential>[1]) =>
        sequential(layers, { ...options, ...place }),
    }
    const log = (line: string) => printed.push(line)
    await new AsyncFunction('wasmlp', 'collect', 'console', collecting)(wasmlp, collect, { log })
    expect(page).toContain(printed.join('\n'))
  })

  test('a model that was given from a trainer’s loop to another function keeps itself', async () => {
    const trained = async () => {
      const model = await createModel()
      using trainer = await model.trainer(await createData())
      await trainer.forward()
      await collect()
      return model
    }
    const model = await trained()
    await collect()
    expect(await model.predict(inputs)).toHaveLength(600)
    model.dispose()
  })

  test.each<[string, (model: Sequential, data: Dataset) => AsyncIterable<unknown>]>([
    ['epochs', (model, data) => model.fit(data, { epochs: 4, validationData: data.slice(5, 99) })],
    ['batches', (model, data) => model.fit(data, { batchSize: 150 }).batches()],
  ])('a training whose %s are all that is named keeps what it trains', async (_, iterate) => {
    // In an object, since a run is a promise.
    const open = async () => ({ logs: iterate(await createModel(), await createData()) })
    let logs = 0
    for await (const _ of (await open()).logs) {
      await collect()
      logs += 1
    }
    expect(logs).toBeGreaterThan(3)
  })

  test('a training that rests is kept by its run', async () => {
    const open = async () => {
      const run = (await createModel()).fit(await createData(), { epochs: 2, onEpochEnd: () => run.pause() })
      return { run }
    }
    const { run } = await open()
    for (let i = 0; i < 2; ++i) {
      while (!run.isPaused) await setImmediate()
      await collect()
      run.resume()
    }
    expect((await run).epochs).toHaveLength(2)
  })

  test('a stream whose generator reads a data set keeps both', async () => {
    const open = async () => {
      const source = (await createData()).slice(0, 200)
      const chunks = async function* () {
        for (let begin = 0; begin < 200; begin += 50) yield await source.slice(begin, begin + 50).read()
      }
      return streamingDataset({ chunks, samples: 200 })
    }
    const model = await createModel()
    const onBatchEnd = () => collect()
    const { epochs } = await model.fit(await open(), { epochs: 2, batchSize: 25, onBatchEnd })
    expect(epochs.map(({ iterations }) => iterations)).toEqual([8, 8])
    model.dispose()
  })

  test.each<[string, (data: Dataset) => Promise<Dataset> | Dataset]>([
    ['slice', data => data.slice(7, 300)],
    ['part', async data => (await data.split(0.5))[1]],
    ['fold', async data => (await data.kFold(3))[2]?.validation ?? data],
    ['shuffled view', data => data.shuffle()],
  ])('a %s keeps the samples', async (_, view) => {
    const open = async () => view(await createData())
    const data = await open()
    await collect()
    expect((await data.read()).inputs.length).toBe(5 * data.length)
    data.dispose()
  })

  test('all of it is garbage when nobody uses it any more', async () => {
    const options: EngineOptions = place
    await collect()
    const { inUse } = await memoryUsage(options)
    const open = async () => {
      const trainer = await (await createModel()).trainer(await createData())
      await trainer.forward()
    }
    await open()
    let usage = await memoryUsage(options)
    expect(usage.inUse).toBeGreaterThan(inUse)
    for (let turn = 0; turn < 20 && usage.inUse > inUse; ++turn) {
      await collect()
      usage = await memoryUsage(options)
    }
    expect(usage.inUse).toBeLessThanOrEqual(inUse)
  })
})
