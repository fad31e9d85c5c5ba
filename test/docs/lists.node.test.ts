// The lists of the guides: what the package has, all of it, and nothing else. Those of activations and losses have tests of
// their own.
import { describe, expect, test } from 'vitest'
import { FIT_OPTIONS } from '../../src/api/model-options.ts'
import * as wasmlp from '../../src/index.ts'
import {
  dataset,
  dense,
  diagnose,
  initializerNames,
  optimizerNames,
  scheduleNames,
  sequential,
} from '../../src/index.ts'
import { createKernels } from '../../src/kernels/index.ts'
import { layerKinds } from '../../src/layers/rules.ts'
import { readText } from '../support/fixture.ts'
import { rowsOf, wordsOf } from '../support/page-tables.ts'

const layers = await readText('docs/layers.md')
const optimizers = await readText('docs/optimizers.md')
const errors = await readText('docs/errors.md')
const storage = await readText('docs/checkpoints-and-storage.md')
const kernels = await readText('docs/kernels.md')
const training = await readText('docs/training.md')
const insight = await readText('docs/insight.md')
const readme = await readText('README.md')

/** The same names, in any order. */
const sorted = (names: Iterable<string>) => [...names].sort()

describe('layers', () => {
  test('kinds', () => {
    const words = wordsOf(rowsOf(layers, 'Kinds of layers', 'layer'))
    expect(sorted(words.map(word => word.split('(')[0] ?? ''))).toEqual(sorted(layerKinds))
  })

  test('initial weights', () => {
    const names = wordsOf(rowsOf(layers, 'Initial weights', 'initializer'))
    expect(sorted(names)).toEqual(sorted([...initializerNames, 'constant']))
  })
})

/** The options of a cell, with the texts of their defaults: `name` default, `name` default. */
const defaultsIn = (cell: string) =>
  Object.fromEntries([...cell.matchAll(/`(\w+)`(?: ([\w.-]+))?/g)].map(([, name, value]) => [name, value]))

/** The same of resolved options. Those without a default are given in the test. */
const defaultsOf = (options: object, given: readonly string[] = []) =>
  Object.fromEntries(
    Object.entries(options)
      .filter(([name]) => name !== 'name')
      .map(([name, value]) => [name, given.includes(name) ? undefined : String(value)]),
  )

describe('optimisers and schedules', () => {
  test('optimisers, their options and defaults', async () => {
    const rows = rowsOf(optimizers, 'Optimisers', 'name')
    expect(sorted(wordsOf(rows))).toEqual(sorted(optimizerNames))
    using model = await sequential([dense(1)], { inputSize: 1 })
    for (const [i, [, , options = '', learningRate]] of rows.entries()) {
      const name = optimizerNames.find(known => `\`${known}\`` === rows[i]?.[0])
      model.compile({ optimizer: name ?? 'sgd' })
      const { algorithm, learningRate: rate } = model.trainingConfig.optimizer
      const defaults = Object.entries(defaultsIn(options)).map(([key, value]) => [
        key,
        value === 'false' ? value : String(Number(value)),
      ])
      expect(Object.fromEntries(defaults), name).toEqual(defaultsOf(algorithm))
      expect(Number(learningRate), name).toBe(rate)
    }
  })

  test('schedules, their options and defaults', async () => {
    const rows = rowsOf(optimizers, 'Schedules', 'name')
    expect(sorted(wordsOf(rows))).toEqual(sorted(scheduleNames))
    using model = await sequential([dense(1)], { inputSize: 1 })
    for (const [cell, , options = ''] of rows) {
      const name = scheduleNames.find(known => `\`${known}\`` === cell)
      // What has no default must be given.
      const given = Object.entries(defaultsIn(options)).filter(([, value]) => value === undefined)
      const needed = Object.fromEntries(given.map(([key]) => [key, 1]))
      model.compile({ schedule: { name, ...needed } as wasmlp.ScheduleOptions })
      const { warmUp, ...config } = model.trainingConfig.schedule
      expect(warmUp).toBe(0)
      expect(defaultsIn(options), name).toEqual(defaultsOf(config, Object.keys(needed)))
    }
  })
})

describe('training', () => {
  test('options of fit', () => {
    const options = wordsOf(rowsOf(training, 'Options of `fit`', 'option'))
    const callbacks = wordsOf(rowsOf(training, 'Options of `fit`', 'callback'))
    const names = [...options, ...callbacks.map(word => word.split('(')[0] ?? '')]
    expect(sorted(names)).toEqual(sorted(Object.keys(FIT_OPTIONS)))
  })

  test('fields of a diagnosis', async () => {
    using data = await dataset({ inputs: [[1], [2]], targets: [[1], [2]] })
    using model = await sequential([dense(1)], { inputSize: 1 })
    const [diagnosis = {}] = await diagnose(model, data)
    expect(sorted(wordsOf(rowsOf(insight, 'Layer by layer', 'field')))).toEqual(
      sorted(Object.keys(diagnosis)),
    )
  })
})

describe('errors', () => {
  const classes = Object.entries(wasmlp).filter(([name]) => /^(?!Wasmlp)\w+Error$/.test(name))

  test('classes', () => {
    expect(sorted(wordsOf(rowsOf(errors, 'Errors', 'class')))).toEqual(sorted(classes.map(([name]) => name)))
  })

  test('codes', async () => {
    const source = await readText('src/errors.ts')
    const listed = [...`${errors}${storage}`.matchAll(/^\|(?: `\w+` \|)? `(ERR_\w+)`/gm)].map(
      ([, code = '']) => code,
    )
    const codes = [...source.matchAll(/'(ERR_\w+)'/g)].map(([, code = '']) => code)
    expect(sorted(listed)).toEqual(sorted(new Set(codes)))
  })
})

test('kernels', async () => {
  const prototype = Object.getPrototypeOf(await createKernels())
  const functions = Object.getOwnPropertyNames(prototype).filter(name => name !== 'constructor')
  expect(sorted(wordsOf(rowsOf(kernels, 'Functions', 'for'), 1))).toEqual(sorted(functions))
})

describe('the README', () => {
  test('is read in four minutes', () => {
    expect(readme.split(/\s+/).filter(word => word !== '').length).toBeLessThanOrEqual(1100)
  })

  test('its times are those of the report', async () => {
    const report = await readText('test/bench/results/node-24/report.md')
    const cells = rowsOf(readme, 'Measured', 'measured').slice(0, 2)
    const times = cells.flatMap(row => [
      ...row.join(' ').matchAll(/(?<![\w.-])\d+(?:\.\d+)?(?= (?:ms|jax-js|TensorFlow|PyTorch))/g),
    ])
    expect(times.length).toBe(8)
    for (const [time] of times)
      expect(report, time).toMatch(new RegExp(`\\| ${time.replace('.', '\\.')} \\(`))
  })
})
