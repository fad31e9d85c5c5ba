// The engine's worker, ended from outside in the middle of a training: a browser does so when memory runs out.
import { expect, test } from 'vitest'
import { dataset, dense, memoryCheckpoints, sequential, WorkerError } from '../../src/index.ts'
import { catchWorkers } from '../support/started-workers.ts'

const inputs = Array.from({ length: 400 }, (_, i) => [Math.sin(i * 12.9898), Math.sin(i * 78.233)])
const labels = inputs.map(([a = 0, b = 0]) => (a + b > 0 ? 1 : 0))

async function create() {
  const options = { inputSize: 2, seed: 1, worker: true }
  const model = await sequential(
    [dense(16, { activation: 'tanh' }), dense(2, { activation: 'softmax' })],
    options,
  )
  return model.compile({ learningRate: 0.1 })
}

const createData = () => dataset({ inputs, labels, worker: true })

test('fit rejects, as does all that comes later; others start another worker, and the checkpoints are whole', async () => {
  const workers = await catchWorkers()
  const model = await create()
  const data = await createData()
  const store = memoryCheckpoints()
  const checkpoints = { store, every: 5 }
  const [worker] = workers
  let batches = 0
  const fit = model.fit(data, {
    epochs: 10_000,
    batchSize: 20,
    checkpoints,
    onBatchEnd: () => {
      batches += 1
      if (batches === 33) worker?.terminate()
    },
  })
  await expect(fit).rejects.toBeInstanceOf(WorkerError)
  await expect(fit).rejects.toMatchObject({
    code: 'ERR_WORKER',
    message: expect.stringContaining('has ended'),
  })
  await expect(model.predict([[1, 2]])).rejects.toBeInstanceOf(WorkerError)
  await expect(data.read()).rejects.toBeInstanceOf(WorkerError)
  model.dispose()
  data.dispose()

  using next = await create()
  using again = await createData()
  const { epochs } = await next.fit(again, { epochs: 2, batchSize: 20, checkpoints, resume: true })
  expect(epochs).toHaveLength(2)
  using undisturbed = await create()
  await undisturbed.fit(again, { epochs: 2, batchSize: 20 })
  expect(await next.getParameters()).toEqual(await undisturbed.getParameters())
})
