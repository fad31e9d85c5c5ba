// The end of the engine: what there was is gone, and what comes later starts anew.
import { describe, expect, test } from 'vitest'
import { closeEngine, dataset, dense, memoryUsage, sequential } from '../../src/index.ts'

const closed = { name: 'DisposedError', message: 'the engine was closed: create models and data sets anew' }

describe.each([{ worker: true }, { worker: false }])('%o', place => {
  const create = async () => {
    const data = await dataset({ inputs: [[0], [1]], labels: [0, 1], ...place })
    const model = await sequential([dense(2, { activation: 'softmax' })], { inputSize: 1, ...place })
    return { data, model: model.compile({ learningRate: 0.1 }) }
  }

  test('what there is rejects, and can be disposed of', async () => {
    const { data, model } = await create()
    const trainer = await model.trainer(data)
    await closeEngine()
    await expect(model.predict([[1]])).rejects.toMatchObject(closed)
    await expect(model.fit(data)).rejects.toMatchObject(closed)
    await expect(data.slice(1).read()).rejects.toMatchObject(closed)
    await expect(trainer.forward()).rejects.toMatchObject(closed)
    for (const thing of [trainer, model, data]) thing.dispose()
  })

  test('what comes later starts anew, with the same results and a memory of its own', async () => {
    const before = await create()
    await before.model.fit(before.data)
    const weights = await before.model.getParameters()
    await closeEngine()
    expect((await memoryUsage(place)).inUse).toBe(0)
    const { data, model } = await create()
    await model.fit(data)
    expect(await model.getParameters()).toEqual(weights)
    await expect(model.fit(before.data)).rejects.toMatchObject(closed)
    model.dispose()
    data.dispose()
  })

  test('twice, at once, and before anything was made', async () => {
    await Promise.all([closeEngine(), closeEngine()])
    const made = create()
    await Promise.allSettled([made, closeEngine()])
    await closeEngine()
    const { data, model } = await create()
    expect(await model.predict(data)).toHaveLength(2)
    await closeEngine()
  })
})

test('what is under way in the worker rejects', async () => {
  const data = await dataset({ inputs: [[0], [1]], labels: [0, 1], worker: true })
  const model = await sequential([dense(2, { activation: 'softmax' })], { inputSize: 1, worker: true })
  let begin = () => {}
  const begun = new Promise<void>(resolve => {
    begin = resolve
  })
  const training = model.compile().fit(data, { epochs: 1e9, onBatchEnd: () => begin() })
  await begun
  await Promise.all([closeEngine(), expect(training).rejects.toMatchObject(closed)])
})
