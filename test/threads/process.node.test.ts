// Threads and the process they live in: it ends when it should, sleeps when it may, and outlives a worker that is killed.
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { runScript } from '../support/run-cli.ts'

/** A model that trains on two threads, whose workers are in `workers`. */
const preamble = `
import workerThreads, { Worker } from 'node:worker_threads'
import { syncBuiltinESMExports } from 'node:module'
const workers = []
let started = false
workerThreads.Worker = class extends Worker {
  constructor(...args) {
    super(...args)
    workers.push(this)
    this.once('message', () => { started = true })
  }
}
syncBuiltinESMExports()
const { closeThreads, dataset, dense, sequential } = await import(${JSON.stringify(
  resolve(import.meta.dirname, '../../dist/node/index.js'),
)})
const inputs = Float32Array.from({ length: 1000 * 100 }, (_, i) => Math.sin(i))
const data = await dataset({ inputs, inputSize: 100, labels: Array.from({ length: 1000 }, (_, i) => i % 10) })
const model = await sequential([dense(512, { activation: 'relu' }), dense(10, { activation: 'softmax' })], {
  inputSize: 100,
  threads: 2,
})
model.compile()
/** Trains until the worker has taken part. */
async function warmUp() {
  while (!started) await model.fit(data)
  await model.fit(data)
}
`

test('a process ends although its model, and so its worker, is forgotten', async () => {
  const outcome = await runScript(`${preamble}
    await warmUp()
    console.log(workers.length)`)
  expect(outcome).toEqual({ code: 0, stdout: '1\n', stderr: '' })
})

test('threads that have nothing to do take no time', async () => {
  const { stdout } = await runScript(`${preamble}
    await warmUp()
    await new Promise(resolve => setTimeout(resolve, 100))
    const before = process.cpuUsage()
    await new Promise(resolve => setTimeout(resolve, 1000))
    const { user, system } = process.cpuUsage(before)
    console.log((user + system) / 1000)`)
  // One that waits in a loop would take the whole second.
  expect(Number(stdout)).toBeLessThan(200)
})

test('a worker that is killed: fit rejects, and the next fit has new ones', async () => {
  const outcome = await runScript(`${preamble}
    await warmUp()
    const onBatchEnd = ({ iteration }) => {
      if (iteration === 2) workers[0].terminate()
    }
    const error = await model.fit(data, { epochs: 10000, onBatchEnd }).catch(error => error)
    console.log(error.code, error.message.split('.')[0])
    const { epochs } = await model.fit(data)
    console.log(workers.length, epochs.length)`)
  expect(outcome).toEqual({
    code: 0,
    stdout: 'ERR_WORKER worker 1 of 1 ended: it exited with code 1\n2 1\n',
    stderr: '',
  })
})

test.each([
  ['closeThreads', 'await closeThreads()'],
  ['dispose', 'model.dispose()'],
])('%s ends every worker', async (_, end) => {
  const outcome = await runScript(`${preamble}
    await warmUp()
    const exited = new Promise(resolve => workers[0].once('exit', resolve))
    ${end}
    const alive = setInterval(() => {}, 1000) // neither a worker nor the wait for its end keeps a process alive
    await exited
    clearInterval(alive)
    console.log(workers.map(worker => worker.threadId).join())`)
  expect(outcome).toEqual({ code: 0, stdout: '-1\n', stderr: '' })
})
