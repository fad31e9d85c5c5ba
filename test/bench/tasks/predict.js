// Times inference: checks the probabilities against the reference first. `samples` images a call.
import { readFileSync } from 'node:fs'
import { readProblem, toFloats } from '../problem.js'
import { bestOf } from '../timing.js'

const TOLERANCE = 1e-5

function readDoubles(path) {
  const { buffer, byteOffset, byteLength } = readFileSync(path)
  return new Float64Array(buffer.slice(byteOffset, byteOffset + byteLength))
}

export async function run(load, options, { problem, batches, seconds, expected: path }) {
  const { createPredictor } = await load()
  const { inputs, parameters } = readProblem(problem)
  const predictor = await createPredictor(problem, parameters, options)
  const expected = readDoubles(path)
  const results = []
  for (const samples of batches) {
    const given = inputs.slice(0, samples * problem.sizes[0])
    const values = predictor.load(problem.asFloats ? toFloats(given) : given)
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
