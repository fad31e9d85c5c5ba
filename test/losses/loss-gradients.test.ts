// Every loss with every option: the kernels against the f64 twin, the twin against central differences, and the same
// bits from any number of threads.
import { describe, expect, test } from 'vitest'
import { type DatasetContents, storeContents } from '../../src/data/samples.ts'
import type { LayerActivation } from '../../src/layers/layer-activation.ts'
import { resolveLoss } from '../../src/losses/loss-options.ts'
import { LOSSES, type LossName, type LossOptions, lossNames } from '../../src/losses/loss-table.ts'
import { createLoss } from '../../src/losses/plain-loss.ts'
import { centralDifferences } from '../../src/reference/central-differences.ts'
import { at, type Values } from '../../src/reference/element.ts'
import {
  type ElementwiseLossName,
  elementwiseLoss,
  type LossAndGradient,
  multiclassHinge,
  oneHot,
  weightedCrossEntropy,
} from '../../src/reference/losses.ts'
import { uniform } from '../../src/reference/random.ts'
import { softmax } from '../../src/reference/softmax.ts'
import { extras } from '../../src/training/extras.ts'
import { Arena } from '../../src/wasm/arena.ts'
import { computeShare } from '../../src/wasm/calls.ts'
import { builds } from '../support/builds.ts'
import { createFullRuntime } from '../support/full-runtime.ts'
import { GuardedFloats } from '../support/guarded-floats.ts'
import { largestDifference } from '../support/largest-difference.ts'

/** Samples of the data set; a batch has fewer, in another order. */
const SAMPLES = 23

interface Truth {
  labels?: Int32Array
  targets?: Float32Array
  sampleWeights?: Float32Array
}

/** The twin's loss of outputs, given the batch's labels, targets and weights (1 where there are none). */
type Twin = (outputs: Values, batch: { labels: Values; targets: Values; weights: Values }) => LossAndGradient

interface Case {
  name: string
  loss: LossName | LossOptions
  activation?: LayerActivation
  columns: number
  truth: Truth
  twin: Twin
}

const classes = (columns: number) =>
  Int32Array.from({ length: SAMPLES }, (_, i) => (i * 7 + (i >> 2)) % columns)
const weights = uniform(SAMPLES, 0, 3, 9, 0).map((w, i) => (i % 5 === 2 ? 0 : w))
const targets = (columns: number) => uniform(SAMPLES * columns, -3, 3, 10, columns)
const fractions = (columns: number) => uniform(SAMPLES * columns, 0, 1, 11, columns)
const signs = (columns: number) => fractions(columns).map(u => (u < 0.5 ? -1 : 1))
const distributions = (columns: number) => Float32Array.from(softmax(targets(columns), SAMPLES, columns))

/** The means over a row's elements. */
const elementwiseNames = lossNames.filter(
  (name): name is ElementwiseLossName => LOSSES[name].kind !== undefined,
)

/** One that suits the loss. */
const activationOf = (name: LossName): LayerActivation => LOSSES[name].contains?.[0] ?? 'identity'

/** The same loss without weights and with. */
function weighted(example: Case): Case[] {
  const { name, truth } = example
  return [
    example,
    { ...example, name: `${name}, sample weights`, truth: { ...truth, sampleWeights: weights } },
  ]
}

/** What targets of a loss may be, by their rule. */
const suitable = { signs, unitInterval: fractions, distributions, any: targets }

const elementwise = (name: ElementwiseLossName, loss: LossName | LossOptions = name, delta?: number) =>
  [1, 2, 4, 5, 9, 17].flatMap(columns =>
    weighted({
      name: `${JSON.stringify(loss)}, ${columns} outputs`,
      loss,
      activation: activationOf(name),
      columns,
      truth: { targets: suitable[LOSSES[name].targets ?? 'any'](columns) },
      twin: (y, batch) => elementwiseLoss(name, y, batch.targets, batch.weights, { ...(delta && { delta }) }),
    }),
  )

/** By labels 0 and 1, with and without class weights. */
const binary = (name: ElementwiseLossName) =>
  [undefined, [0.25, 3]].flatMap(classWeights =>
    weighted({
      name: `${name} of labels${classWeights ? ', class weights' : ''}`,
      loss: classWeights ? ({ name, classWeights } as LossOptions) : name,
      activation: activationOf(name),
      columns: 1,
      truth: { labels: classes(2) },
      twin: (y, { labels, weights }) => {
        const { targets: rule } = LOSSES[name]
        const wanted = Array.from(labels, label => (rule === 'signs' ? 2 * label - 1 : label))
        const byClass = Array.from(labels, label => (classWeights ? at(classWeights, label) : 1))
        return elementwiseLoss(name, y, wanted, weights, { factors: byClass })
      },
    }),
  )

const classWeightsOf = (columns: number) => Array.from({ length: columns }, (_, j) => ((j * 5) % 7) / 4)

const multiclass = [2, 3, 5, 9].flatMap(columns =>
  [undefined, classWeightsOf(columns)].flatMap(classWeights =>
    weighted({
      name: `hinge of ${columns} classes${classWeights ? ', class weights' : ''}`,
      loss: classWeights ? { name: 'hinge', classWeights } : 'hinge',
      columns,
      truth: { labels: classes(columns) },
      twin: (x, { labels, weights }) => {
        const byClass = Array.from(labels, label => (classWeights ? at(classWeights, label) : 1))
        return multiclassHinge(x, labels, weights, byClass)
      },
    }),
  ),
)

const crossEntropy = [1, 2, 3, 5, 10, 17].flatMap(columns =>
  [0, 0.1, 1].flatMap(smoothing =>
    [undefined, classWeightsOf(columns).map(w => w + 0.1)].flatMap(classWeights =>
      (['labels', 'distributions'] as const).flatMap(kind =>
        weighted({
          name: `crossEntropy of ${columns} classes by ${kind}, smoothing ${smoothing}${classWeights ? ', class weights' : ''}`,
          loss: { name: 'crossEntropy', labelSmoothing: smoothing, ...(classWeights && { classWeights }) },
          activation: 'softmax',
          columns,
          truth: kind === 'labels' ? { labels: classes(columns) } : { targets: distributions(columns) },
          twin: (x, { labels, targets, weights }) =>
            weightedCrossEntropy(x, kind === 'labels' ? oneHot(labels, columns) : targets, weights, {
              smoothing,
              ...(classWeights && { classWeights }),
              ...(classWeights &&
                kind === 'labels' && { divisors: Array.from(labels, label => at(classWeights, label)) }),
            }),
        }),
      ),
    ),
  ),
)

const cases: Case[] = [
  ...elementwiseNames.flatMap(name => elementwise(name)),
  ...elementwise('huber', { name: 'huber', delta: 0.5 }, 0.5),
  ...elementwiseNames.filter(name => LOSSES[name].takesBits).flatMap(binary),
  ...multiclass,
  ...crossEntropy,
]

/** Batches by their indices in the data set: the first has no weight where there are weights. */
const batches = [
  Int32Array.of(2),
  ...[1, 2, 7, SAMPLES].map(rows => Int32Array.from({ length: rows }, (_, i) => (i * 9 + 4) % SAMPLES)),
]

function pick(values: Values | undefined, size: number, indices: Int32Array): Float64Array {
  if (!values) return new Float64Array()
  return Float64Array.from({ length: indices.length * size }, (_, i) =>
    at(values, at(indices, Math.floor(i / size)) * size + (i % size)),
  )
}

/** |error| against rtol·|expected| + atol. */
const within = (rtol: number, atol: number, expected: Values) => (i: number) =>
  rtol * Math.abs(at(expected, i)) + atol

describe.each(builds)('%s', async build => {
  const runtime = await createFullRuntime(build)
  const guarded = new GuardedFloats(runtime.memory, SAMPLES * 17)

  test.each(cases)('$name', ({ loss: option, activation = 'identity', columns, truth, twin }) => {
    const arena = new Arena(runtime.memory)
    const contents: DatasetContents = { inputs: new Float32Array(SAMPLES), inputSize: 1, ...truth }
    if (truth.targets) contents.targetSize = columns
    const samples = storeContents(arena, contents)
    const resolved = resolveLoss(option, [{ activation, units: columns }])
    const loss = createLoss(resolved, samples, {
      runtime,
      arena,
      extras,
      outputs: columns,
      capacity: SAMPLES,
    })
    const outputs = arena.f32(SAMPLES * columns)
    outputs.view.set(uniform(outputs.length, -4, 4, 12, columns))
    const indices = arena.i32(SAMPLES)

    for (const batch of batches) {
      const rows = batch.length
      indices.view.set(batch)
      let alone: unknown
      for (const threads of [1, 2, 3, 4, 8]) {
        guarded.reset(rows * columns, rows % 4)
        const call = loss.call(rows, indices, outputs, guarded.upload())
        for (let thread = threads - 1; thread >= 0; --thread) {
          computeShare(runtime.kernels, call, thread, threads)
        }
        expect(guarded.changedOutside(1, rows * columns), `${rows} rows, ${threads} threads`).toBe(0)
        const result = {
          mean: loss.mean(rows),
          weight: loss.weight(rows),
          correct: loss.correct(rows),
          gradient: [...guarded.result],
        }
        alone ??= result
        expect(result, `${rows} rows, ${threads} threads`).toEqual(alone)
      }

      const values = Float64Array.from(outputs.view.subarray(0, rows * columns))
      const wanted = {
        labels: pick(truth.labels, 1, batch),
        targets: pick(truth.targets, columns, batch),
        weights: truth.sampleWeights ? pick(truth.sampleWeights, 1, batch) : new Float64Array(rows).fill(1),
      }
      const expected = twin(values, wanted)
      expect(
        largestDifference([loss.mean(rows)], [expected.loss], within(1e-5, 1e-6, [expected.loss])),
        `loss of ${rows} rows`,
      ).toBeLessThanOrEqual(1)
      expect(
        largestDifference(guarded.result, expected.gradient, within(1e-4, 1e-6, expected.gradient)),
        `gradient of ${rows} rows against the twin`,
      ).toBeLessThanOrEqual(1)
      if (rows > 7) continue // what is left is the twin's own affair, and slow
      const numeric = centralDifferences(values, () => twin(values, wanted).loss)
      expect(
        largestDifference(expected.gradient, numeric, within(1e-3, 1e-5, numeric)),
        `the twin of ${rows} rows against differences`,
      ).toBeLessThanOrEqual(1)
    }
    arena.free()
  })

  /** The loss of one batch that holds all samples, and its gradient. */
  function lossOf(option: LossName | LossOptions, truth: Truth, values: readonly number[], columns: number) {
    const arena = new Arena(runtime.memory)
    const rows = values.length / columns
    const activation = activationOf(typeof option === 'string' ? option : option.name)
    const contents: DatasetContents = { inputs: new Float32Array(rows), inputSize: 1, ...truth }
    const samples = storeContents(arena, contents)
    const resolved = resolveLoss(option, [{ activation, units: columns }])
    const loss = createLoss(resolved, samples, { runtime, arena, extras, outputs: columns, capacity: rows })
    const indices = arena.i32(rows)
    indices.view.set(Array.from({ length: rows }, (_, i) => i))
    const outputs = arena.f32(values.length)
    outputs.view.set(values)
    const gradient = arena.f32(values.length)
    computeShare(runtime.kernels, loss.call(rows, indices, outputs, gradient), 0, 1)
    const result = { loss: loss.mean(rows), gradient: [...gradient.view] }
    arena.free()
    return result
  }

  test('mean squared error: the gradient is 2 / (rows · columns) times the difference, each rounded once', () => {
    const wanted = targets(3).subarray(0, 21)
    const values = [...uniform(21, -3, 3, 5, 0)]
    const { gradient } = lossOf('meanSquaredError', { targets: wanted }, values, 3)
    const scale = Math.fround(2 / 21)
    expect(gradient).toEqual(values.map((y, i) => Math.fround(scale * Math.fround(y - at(wanted, i)))))
  })

  test('binary cross-entropy of logits of ±1e4 and ±30', () => {
    const { loss, gradient } = lossOf(
      'binaryCrossEntropy',
      { labels: Int32Array.of(1, 0, 0) },
      [1e4, -1e4, 1e4],
      1,
    )
    expect(loss).toBe(Math.fround(1e4) / 3)
    expect(gradient).toEqual([0, 0, Math.fround(1 / 3)])
    const small = lossOf('binaryCrossEntropy', { labels: Int32Array.of(1, 0) }, [30, -30], 1).loss
    expect(Math.abs(small / Math.exp(-30) - 1)).toBeLessThan(1e-6)
  })

  test.each<[LossName, Truth, number]>([
    ['crossEntropy', { labels: Int32Array.of(1, 0) }, 2],
    ['crossEntropy', { targets: Float32Array.of(0.5, 0.5, 1, 0) }, 2],
    ['binaryCrossEntropy', { labels: Int32Array.of(1, 0) }, 1],
    ['hinge', { labels: Int32Array.of(1, 0) }, 1],
    ['hinge', { labels: Int32Array.of(1, 0) }, 2],
    ['meanSquaredError', { targets: Float32Array.of(0, 1) }, 1],
    ['meanAbsoluteError', { targets: Float32Array.of(0, 1) }, 1],
    ['huber', { targets: Float32Array.of(0, 1) }, 1],
  ])('%s of an output that is no number is none either: %j', (name, truth, columns) => {
    const values = new Array<number>(2 * columns).fill(0.5).with(-1, Number.NaN)
    expect(lossOf(name, truth, values, columns).loss).toBeNaN()
  })
})
