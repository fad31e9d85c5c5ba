// Trainings of 100 iterations from the same parameters and batches give PyTorch's losses: every optimiser, schedule, loss,
// activation and kind of layer. The traces: test/fixtures/pytorch-trainings.py.
import { describe, expect, test } from 'vitest'
import { activationNames, type BuildName, dataset, sequential } from '../../src/index.ts'
import { SOFTMAX_NAMES } from '../../src/kernels/activations.ts'
import { layerKinds } from '../../src/layers/rules.ts'
import { lossNames } from '../../src/losses/loss-table.ts'
import { TWINS } from '../../src/reference/activations.ts'
import steps from '../fixtures/pytorch-optimizers.json'
import { builds } from '../support/builds.ts'
import {
  BATCH_SIZE,
  EPOCHS,
  fillParameters,
  INPUT_SIZE,
  type Training,
  trainings,
} from '../support/pytorch-trainings.ts'
import { referenceLosses } from '../support/reference-training.ts'

/** Fails unless each number is within `tolerance` of the expected one, relative to it. */
function expectRelative(actual: readonly number[], expected: ArrayLike<number>, tolerance: number) {
  expect(actual).toHaveLength(expected.length)
  for (const [i, value] of actual.entries()) {
    const wanted = expected[i] ?? Number.NaN
    const error = Math.abs(value - wanted) / Math.abs(wanted)
    if (!(error <= tolerance)) expect.fail(`loss ${i + 1} is ${value}, not ${wanted}: off by ${error} of it`)
  }
}

/** The losses of all batches, and that of the trained network over all samples. */
async function train({ samples, layers, compile, accumulate, validates }: Training, build: BuildName) {
  using data = await dataset({
    ...samples,
    ...(samples.inputs instanceof Uint8Array && { bytes: 'pixels' }),
    build,
  })
  using model = await sequential(layers, { inputSize: INPUT_SIZE, build })
  const parameters = await model.getParameters()
  fillParameters(layers, parameters)
  await model.setParameters(parameters)
  model.compile(compile)
  const losses: number[] = []
  await model.fit(data, {
    epochs: EPOCHS,
    batchSize: BATCH_SIZE,
    shuffle: false,
    accumulate,
    onBatchEnd: ({ loss }) => void losses.push(loss),
    ...(validates && { validationData: data }),
  })
  return { losses, evaluation: (await model.evaluate(data)).loss }
}

/** Titles stand in front of the trainings, as `test.each` wants them. */
const cases = trainings.map(training => [training.title, training] as const)

describe.each(builds)('%s', build => {
  test.each(cases)('%s', async (_, training) => {
    const { losses, evaluation } = await train(training, build)
    expectRelative(losses, training.losses, 1e-4)
    expectRelative([evaluation], [training.evaluation], 1e-4)
  })
})

describe('the f64 twin', () => {
  test.each(cases)('%s', (_, training) => {
    const tenth = referenceLosses(training).filter((_, i) => i % 10 === 9)
    expectRelative(tenth, training.lossesFloat64, 1e-8)
  })
})

describe('the traces have', () => {
  const nameOf = (option: string | { name: string } | undefined) =>
    typeof option === 'object' ? option.name : option
  const traced = <Trace>(traces: readonly Trace[], option: (trace: Trace) => string | { name: string }) => [
    ...new Set(traces.map(trace => nameOf(option(trace)))),
  ]
  const used = <T>(names: (training: Training) => T[]) => new Set(trainings.flatMap(names))

  test('a title for each', () => {
    expect(used(({ title }) => [title]).size).toBe(trainings.length)
  })

  test.each([
    // Others are compared with what was worked out by hand: test/optimizers/.
    [
      'optimiser',
      traced(steps.optimizers, ({ options }) => options.optimizer),
      used(({ compile }) => [nameOf(compile.optimizer ?? 'sgd')]),
    ],
    [
      'schedule',
      traced(steps.schedules, ({ schedule }) => schedule).filter(name => name !== 'cosineRestarts'),
      used(({ compile }) => [nameOf(compile.schedule ?? 'constant')]),
    ],
    ['loss', lossNames, used(({ compile }) => [nameOf(compile.loss ?? 'crossEntropy')])],
    ['kind of layer', layerKinds, used(({ layers }) => layers.map(({ kind }) => kind))],
    [
      'activation',
      // The twins of others have PyTorch's values: test/reference/activations.test.ts.
      [...activationNames.filter(name => !TWINS[name].pytorch), ...SOFTMAX_NAMES],
      used(({ layers }) => layers.map(layer => ('activation' in layer ? layer.activation : undefined))),
    ],
  ])('every %s', (_, names, found) => {
    expect(names.filter(name => !(found as Set<unknown>).has(name))).toEqual([])
  })
})
