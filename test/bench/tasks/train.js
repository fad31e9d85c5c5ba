// Times training. Checks the loss of the first iterations against the reference and warms up. Then times as many
// iterations as fit in the seconds given, at most one epoch, from the initial weights, shuffled.
import { performance } from 'node:perf_hooks'
import { readProblem } from '../problem.js'

/** All that differs between libraries is rounding, unless the problem says otherwise. */
const TOLERANCE = 1e-4

/** Until engines have compiled what is hot. */
const WARM_UP = 0.3

/** Repeats a call for a while; resolves to the seconds of the last. */
async function warmUp(call) {
  for (let total = 0; ; ) {
    const start = performance.now()
    await call()
    const seconds = (performance.now() - start) / 1000
    total += seconds
    if (total >= WARM_UP) return seconds
  }
}

export async function run(load, options, { problem, expectedLoss, seconds }) {
  const { createTrainer } = await load()
  const { batchSize, samples, checkIterations, tolerance = TOLERANCE } = problem
  const trainer = await createTrainer(problem, readProblem(problem), options)
  await trainer.reset()
  const first = await trainer.load(checkIterations * batchSize)
  const checkLoss = await trainer.train(first, false)
  if (!(Math.abs(checkLoss - expectedLoss) <= tolerance * expectedLoss)) {
    throw new Error(`mean loss ${checkLoss} after ${checkIterations} iterations: expected ${expectedLoss}`)
  }
  const estimate = (await warmUp(() => trainer.train(first, true))) / checkIterations
  const iterations = Math.max(2, Math.min(Math.floor(samples / batchSize), Math.floor(seconds / estimate)))
  await trainer.reset()
  const data = await trainer.load(iterations * batchSize)
  const begin = performance.now()
  const used = process.cpuUsage()
  const loss = await trainer.train(data, true)
  const { user, system } = process.cpuUsage(used)
  const wall = (performance.now() - begin) / 1000
  return { iterations, seconds: wall, processorSeconds: (user + system) / 1e6, loss, checkLoss }
}
