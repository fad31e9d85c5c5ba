// Models with threads as users hold them: created, trained, closed and read at any time, with more threads than cores,
// so that steps stall in their middle.
import { afterEach, expect, test } from 'vitest'
import { capabilities, closeThreads, dataset, dense, sequential } from '../../src/index.ts'
import { hashParameters } from '../support/sha256.ts'

const INPUTS = 100
const SAMPLES = 600
const inputs = Float32Array.from({ length: SAMPLES * INPUTS }, (_, i) => Math.sin(i * i))
const labels = Array.from({ length: SAMPLES }, (_, i) => i % 10)

const createData = () => dataset({ inputs, inputSize: INPUTS, labels })

async function create(threads: number) {
  const layers = [dense(300, { activation: 'relu' }), dense(10, { activation: 'softmax' })]
  const model = await sequential(layers, { inputSize: INPUTS, seed: 6, threads })
  return model.compile({ learningRate: 0.05 })
}

afterEach(closeThreads)

test('threads can be had here', () => {
  expect(capabilities({ threads: 3 })).toMatchObject({
    threads: 3,
    threadsReason: 'threads: 3 was asked for',
  })
})

test('threads that are closed and needed again, over and over: the same bits each time', async () => {
  using data = await createData()
  const weights = new Set<string>()
  for (let i = 0; i < 6; ++i) {
    using model = await create(2 + (i % 2))
    await model.fit(data, { epochs: 15 })
    if (i % 3 !== 0) await closeThreads()
    await model.fit(data, { epochs: 15 })
    weights.add(await hashParameters(await model.getParameters()))
    await closeThreads()
  }
  expect(weights.size).toBe(1)
})

test('other data keeps its bits when threads end', async () => {
  using data = await createData()
  using model = await create(4)
  await model.fit(data, { epochs: 15 })
  await closeThreads()
  const numbers = Float32Array.from({ length: 10_000 }, (_, i) => i + 1)
  using set = await dataset({ inputs: numbers, inputSize: 1 })
  await model.fit(data, { epochs: 15 })
  expect((await set.read()).inputs).toEqual(numbers)
})

test('a data set that is disposed of in the middle of a training: its samples stay what they were', async () => {
  for (let i = 0; i < 5; ++i) {
    const data = await createData()
    using model = await create(8)
    const training = model.fit(data, { epochs: 1000 })
    const loss = training.then(({ epochs }) => epochs.at(-1)?.loss)
    await new Promise(resolve => setTimeout(resolve, 20 + 30 * i))
    data.dispose()
    using other = await dataset({ inputs: inputs.map(() => 1e6), inputSize: INPUTS, labels })
    await new Promise(resolve => setTimeout(resolve, 30))
    training.stop()
    expect(Number.isFinite((await loss) ?? 0)).toBe(true)
    await expect(model.fit(data)).rejects.toMatchObject({ name: 'DisposedError', code: 'ERR_DISPOSED' })
    const [first] = await model.getParameters()
    expect(first?.weights.every(weight => Math.abs(weight) < 1)).toBe(true)
    expect(other.length).toBe(SAMPLES)
  }
})

test('parameters that are read at any time are those after some batch', async () => {
  using data = await createData()
  using model = await create(6)
  const states = new Set([await hashParameters(await model.getParameters())])
  const reads: string[] = []
  let isTraining = true
  const reading = (async () => {
    while (isTraining) {
      reads.push(await hashParameters(await model.getParameters()))
      await new Promise(resolve => setTimeout(resolve, 0))
    }
  })()
  const onBatchEnd = async () => void states.add(await hashParameters(await model.getParameters()))
  await model.fit(data, { epochs: 10, onBatchEnd })
  isTraining = false
  await reading
  expect(reads.length).toBeGreaterThan(0)
  expect(reads.filter(read => !states.has(read))).toEqual([])
})
