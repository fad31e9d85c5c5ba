// Cold start: milliseconds from the import to the first finished training step, in a process that has done nothing else.
import { performance } from 'node:perf_hooks'
import { createRandom, randomFloats } from '../random.js'

export async function run(load, options, { sizes, batchSize }) {
  const random = createRandom()
  const inputs = new Uint8Array(batchSize * sizes[0]).map(() => (random() < 0.2 ? 255 * random() : 0))
  const labels = new Uint8Array(batchSize).map(() => sizes.at(-1) * random())
  const parameters = sizes.slice(1).map((units, i) => ({
    weights: randomFloats(sizes[i] * units, random, -0.1, 0.1),
    bias: new Float32Array(units),
  }))
  const start = performance.now()
  const { createTrainer } = await load()
  const trainer = await createTrainer(
    { sizes, batchSize, learningRate: 0.1 },
    { inputs, labels, parameters },
    options,
  )
  await trainer.reset()
  const loss = await trainer.train(await trainer.load(batchSize), false)
  const milliseconds = performance.now() - start
  if (!(loss > 0 && loss < 20)) throw new Error(`the first loss is ${loss}`)
  return { milliseconds }
}
