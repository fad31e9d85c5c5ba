// Times inference: checks the probabilities against the reference first. `samples` images a call.
import { readProblem } from '../problem.js'
import { predictReference } from '../reference.js'
import { bestOf } from '../timing.js'

const TOLERANCE = 1e-5

export async function run(load, options, { problem, batches, seconds }) {
  const { createPredictor } = await load()
  const { inputs, parameters } = readProblem(problem)
  const predictor = await createPredictor(problem, parameters, options)
  const most = Math.max(...batches)
  const expected = predictReference(inputs, most, problem.sizes, parameters)
  const results = []
  for (const samples of batches) {
    const values = predictor.load(inputs.slice(0, samples * problem.sizes[0]))
    const outputs = await predictor.predict(values)
    const size = samples * problem.sizes.at(-1)
    const wrong = outputs.findIndex((value, i) => !(Math.abs(value - expected[i]) <= TOLERANCE))
    if (outputs.length !== size || wrong >= 0) {
      throw new Error(
        `${outputs.length} outputs, expected ${size}; output ${wrong} is ${outputs[wrong]}, expected ${expected[wrong]}`,
      )
    }
    const [best] = await bestOf([() => predictor.predict(values)], seconds)
    results.push({ seconds: best })
  }
  return results
}
