// Ten thousand damaged files for each reader, the same at each run; `npm run test:fuzz` reads others.
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { bundle, SEEDS } from './bundle.js'
import { fuzz } from './driver.ts'
import { parserNames } from './parsers.ts'

const INPUTS = 10_000

let script = ''
beforeAll(async () => {
  ;({ script } = await bundle(join(import.meta.dirname, '../../build/fuzz-test')))
})

test.each(parserNames)('%s', { timeout: 300_000 }, async name => {
  const options = { script, seeds: SEEDS, seed: 1, from: 0, count: INPUTS, seconds: 1e9 }
  const { inputs, faults } = await fuzz(name, options)
  expect(faults).toEqual([])
  expect(inputs).toBe(INPUTS)
})
