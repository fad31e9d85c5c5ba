// The network that learns from a visitor's data: its size, its training, and how good it is on what it has not seen.
// No DOM.
import { batch, computed, signal } from '@preact/signals'
import {
  type Dataset,
  dataset,
  dense,
  type EpochLogs,
  type Evaluation,
  type Layer,
  normalization,
  type Sequential,
  sequential,
  type TrainingRun,
} from 'wasmlp'
import type { Description, Subject } from './subject.ts'

export type LearningState =
  | { readonly is: 'resting' }
  | { readonly is: 'preparing' }
  | { readonly is: 'learning'; readonly epoch: number; readonly loss: number }
  | { readonly is: 'learned' }
  | { readonly is: 'failed'; readonly reason: string }

/** A network that can be asked, kept and written. Its numbers are those of the data, whatever it was trained on. */
export interface Learned {
  readonly model: Sequential
  readonly description: Description
  /** Undefined where it was loaded. */
  readonly test: TestResult | undefined
}

export interface TestResult extends Evaluation {
  /** What the most frequent class, or the mean, would reach: a share that is right, or a mean absolute error. */
  readonly baseline: number
  readonly leftOut: number
  /** Of a number that is predicted: as it is and as predicted, for some of the samples. */
  readonly pairs: readonly (readonly [actual: number, predicted: number])[]
}

/** Dots of a plot. */
const MOST_PAIRS = 400

export const hiddenLayers = signal(1)
export const units = signal(32)
export const learningRate = signal(0.01)
export const targetEpochs = signal(60)
export const seed = signal(1)

export const state = signal<LearningState>({ is: 'resting' })
export const isPaused = signal(false)
export const epochs = signal<readonly EpochLogs[]>([])
export const learned = signal<Learned | undefined>(undefined)
export const isBusy = computed(() => ['preparing', 'learning'].includes(state.value.is))

let run: TrainingRun | undefined
let subject: Subject | undefined

/** Learns from the start, by the present settings. Never rejects. */
export async function learn(subjectOf: (seed: number) => Promise<Subject>): Promise<void> {
  if (isBusy.peek()) return
  batch(() => {
    state.value = { is: 'preparing' }
    isPaused.value = false
    epochs.value = []
  })
  let opened: Subject | undefined
  try {
    opened = await subjectOf(seed.peek())
    const own = await fitted(opened)
    const before = subject
    subject = opened
    showLearned(own)
    before?.train.dispose()
    state.value = { is: 'learned' }
  } catch (error) {
    opened?.train.dispose()
    state.value = { is: 'failed', reason: String(Object(error).message || error) }
  } finally {
    run = undefined
  }
}

/** Samples that were tested, of what was learned from last. */
export const testSamples = (): Dataset | undefined => subject?.test

/** Puts a network in the place of the one that is shown, which is disposed. */
export function showLearned(next: Learned | undefined): void {
  const before = learned.peek()
  learned.value = next
  if (before && before.model !== next?.model) before.model.dispose()
}

/** Pauses, or goes on. */
export function togglePause(): void {
  if (!run) return
  if (run.isPaused) run.resume()
  else run.pause()
  isPaused.value = run.isPaused
}

/** Ends the training with what it has learned so far. */
export function endHere(): void {
  run?.resume()
  run?.stop()
  isPaused.value = false
}

async function fitted({ train, test, description, leftOut }: Subject): Promise<Learned> {
  const { classes } = description
  const scale = classes ? undefined : await scaleOf(train)
  const [scaledTrain, scaledTest] = scale
    ? [await scaled(train, scale), await scaled(test, scale)]
    : [train, test]
  const model = await sequential(await layersOf(train, description), {
    inputSize: train.inputSize,
    seed: seed.peek(),
  })
  try {
    model.compile({ optimizer: 'adam', learningRate: learningRate.peek() })
    run = model.fit(scaledTrain, {
      epochs: targetEpochs.peek(),
      batchSize: Math.max(8, Math.min(100, Math.round(train.length / 20))),
      validationData: scaledTest,
      onBatchEnd: ({ epoch, loss }) => {
        state.value = { is: 'learning', epoch, loss }
      },
      onEpochEnd: logs => {
        epochs.value = [...epochs.peek(), logs]
      },
    })
    await run
    if (scale) await unscale(model, scale)
    const evaluation = await model.evaluate(test)
    const baseline = await baselineOf(train, test)
    return {
      model,
      description,
      test: { ...evaluation, baseline, leftOut, pairs: classes ? [] : await pairsOf(model, test) },
    }
  } catch (error) {
    model.dispose()
    throw error
  } finally {
    if (scale) {
      scaledTrain.dispose()
      scaledTest.dispose()
    }
  }
}

async function layersOf(train: Dataset, { kind, classes }: Description): Promise<Layer[]> {
  const hidden = Array.from({ length: hiddenLayers.peek() }, () =>
    dense(units.peek(), { activation: 'relu' }),
  )
  const last = classes ? dense(classes.length, { activation: 'softmax' }) : dense(1)
  // Columns have each a scale of their own, pixels one.
  const scaling = await train.standardization()
  return [normalization(kind === 'table' ? scaling : overall(scaling)), ...hidden, last]
}

/** One mean and deviation for all inputs. */
function overall({ mean, standardDeviation }: Awaited<ReturnType<Dataset['standardization']>>) {
  const meanOf = (values: Iterable<number>) => {
    const list = [...values]
    return list.reduce((sum, value) => sum + value, 0) / list.length
  }
  const middle = meanOf(mean)
  const squares = Array.from(mean, (value, i) => value ** 2 + (standardDeviation[i] ?? 0) ** 2)
  return { mean: middle, standardDeviation: Math.sqrt(meanOf(squares) - middle ** 2) || 1 }
}

interface Scale {
  readonly mean: number
  readonly deviation: number
}

async function scaleOf(train: Dataset): Promise<Scale> {
  const targets = await targetsOf(train)
  const mean = targets.reduce((sum, value) => sum + value, 0) / targets.length
  const variance = targets.reduce((sum, value) => sum + (value - mean) ** 2, 0) / targets.length
  return { mean, deviation: Math.sqrt(variance) || 1 }
}

const targetsOf = async (data: Dataset) => Array.from((await data.read()).targets ?? [])

/** The samples with targets of mean 0 and deviation 1, which a network learns whatever their unit. */
async function scaled(data: Dataset, { mean, deviation }: Scale): Promise<Dataset> {
  const { inputs, inputSize } = await data.read()
  const targets = (await targetsOf(data)).map(value => (value - mean) / deviation)
  return dataset({ inputs: Float32Array.from(inputs), inputSize, targets: Float32Array.from(targets) })
}

/** Gives the last layer the data's own unit: (x·W + b)·d + m is x·(W·d) + (b·d + m). */
async function unscale(model: Sequential, { mean, deviation }: Scale): Promise<void> {
  const parameters = await model.getParameters()
  const last = parameters.at(-1)
  if (!last) return
  last.weights = last.weights.map(weight => weight * deviation)
  last.bias = last.bias.map(bias => bias * deviation + mean)
  await model.setParameters(parameters)
}

async function pairsOf(model: Sequential, test: Dataset): Promise<TestResult['pairs']> {
  const some = test.slice(0, MOST_PAIRS)
  const predictions = await model.predict(some)
  return (await targetsOf(some)).map((actual, i) => [actual, predictions[i]?.[0] ?? Number.NaN])
}

/** What an answer that is always the same reaches: the class, or the mean, of the training samples. */
async function baselineOf(train: Dataset, test: Dataset): Promise<number> {
  const [{ labels }, { labels: tested }] = [await train.read(), await test.read()]
  if (!labels || !tested) {
    const { mean } = await scaleOf(train)
    const targets = await targetsOf(test)
    return targets.reduce((sum, value) => sum + Math.abs(value - mean), 0) / targets.length
  }
  const counts = new Map<number, number>()
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1)
  const [most] = [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best), [0, 0])
  return Array.from(tested).filter(label => label === most).length / tested.length
}
