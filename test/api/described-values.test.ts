// Errors show the value that was given as a program writes it: an array is told from its element, a text from its number.
import { beforeAll, describe, expect, test } from 'vitest'
import { describeValue } from '../../src/describe-value.ts'
import {
  activation,
  batchNormalization,
  crossValidate,
  type Dataset,
  dataset,
  dense,
  dropout,
  findLearningRate,
  layerNormalization,
  memoryCheckpoints,
  type Sequential,
  sequential,
  streamingDataset,
  WasmlpError,
} from '../../src/index.ts'

describe('describeValue', () => {
  test.each([
    [2, '2'],
    ['2', '"2"'],
    [[2], '[2]'],
    [[], '[]'],
    [['a', null], '["a", null]'],
    [[[1], [2]], '[[…], […]]'],
    [[1, 2, 3, 4, 5, 6, 7], '[1, 2, 3, 4, 5, 6, …]'],
    [{ units: 4 }, '{ units }'],
    [{ a: { b: 1 }, c: 'd' }, '{ a, c }'],
    [Number.NaN, 'NaN'],
    [-Infinity, '-Infinity'],
    [undefined, 'undefined'],
    [null, 'null'],
    [true, 'true'],
    [5n, '5'],
    [Symbol('s'), 'Symbol(s)'],
    [() => 1, 'Function'],
    [Promise.resolve(), 'Promise'],
    [new Float32Array(3), 'Float32Array'],
    [new Date(0), 'Date'],
    ['x'.repeat(1000), `"${'x'.repeat(60)}"`],
  ])('%o', (value, text) => expect(describeValue(value)).toBe(text))

  test('what contains itself', () => {
    const value: unknown[] = [1]
    value.push(value)
    expect(describeValue(value)).toBe('[1, […]]')
  })
})

let data: Dataset
let model: Sequential
beforeAll(async () => {
  data = await dataset({ inputs: [[0], [1], [2], [3]], labels: [0, 1, 0, 1] })
  model = (await sequential([dense(2, { activation: 'softmax' })], { inputSize: 1 })).compile({})
  return () => {
    model.dispose()
    data.dispose()
  }
})

/** Values that each option below refuses; `any`, since that is what untyped programs give. */
const WRONG = [[2], ['2'], { x: 1 }, '2', () => 1, Promise.resolve(1)] as never[]

const CALLS: Record<string, (value: never) => unknown> = {
  'dense(units)': units => dense(units),
  'dense: activation': value => dense(1, { activation: value }),
  'dense: slope': slope => dense(1, { activation: 'leakyRelu', slope }),
  'dense: initializer': initializer => dense(1, { initializer }),
  'dense: biasInitializer': biasInitializer => dense(1, { biasInitializer }),
  'activation(name)': name => activation(name),
  'dropout(rate)': rate => dropout(rate),
  'batchNormalization: momentum': momentum => batchNormalization({ momentum }),
  'batchNormalization: epsilon': epsilon => batchNormalization({ epsilon }),
  'layerNormalization: epsilon': epsilon => layerNormalization({ epsilon }),
  'sequential: inputSize': inputSize => sequential([dense(1)], { inputSize }),
  'sequential: seed': seed => sequential([dense(1)], { inputSize: 1, seed }),
  'sequential: threads': threads => sequential([dense(1)], { inputSize: 1, threads }),
  'sequential: build': build => sequential([dense(1)], { inputSize: 1, build }),
  'sequential: worker': worker => sequential([dense(1)], { inputSize: 1, worker }),
  'compile: learningRate': learningRate => model.compile({ learningRate }),
  'compile: optimizer': optimizer => model.compile({ optimizer }),
  'compile: schedule': schedule => model.compile({ schedule }),
  'compile: loss': loss => model.compile({ loss }),
  'compile: clipNorm': clipNorm => model.compile({ clipNorm }),
  'compile: l1': l1 => model.compile({ l1 }),
  'compile: beta1': beta1 => model.compile({ optimizer: { name: 'adam', beta1 } }),
  'compile: labelSmoothing': labelSmoothing =>
    model.compile({ loss: { name: 'crossEntropy', labelSmoothing } }),
  'compile: warmUp': warmUp => model.compile({ schedule: { name: 'constant', warmUp } }),
  'fit: epochs': epochs => model.fit(data, { epochs }),
  'fit: batchSize': batchSize => model.fit(data, { batchSize }),
  'fit: seed': seed => model.fit(data, { seed }),
  'fit: accumulate': accumulate => model.fit(data, { accumulate }),
  'fit: dropLast': dropLast => model.fit(data, { dropLast }),
  'fit: onNonFinite': onNonFinite => model.fit(data, { onNonFinite }),
  'fit: validationSplit': validationSplit => model.fit(data, { validationSplit }),
  'fit: patience': patience => model.fit(data, { validationData: data, earlyStopping: { patience } }),
  'fit: keep': keep => model.fit(data, { checkpoints: { store: memoryCheckpoints(), keep } }),
  'evaluate: topK': topK => model.evaluate(data, { topK }),
  'dataset: inputSize': inputSize => dataset({ inputs: Float32Array.of(1, 2), inputSize }),
  'dataset: targetSize': targetSize =>
    dataset({ inputs: [[1], [2]], targets: Float32Array.of(1, 2, 3, 4), targetSize }),
  'dataset: imageShape': imageShape => dataset({ inputs: Float32Array.of(1, 2), imageShape }),
  'split(fraction)': fraction => data.split(fraction),
  'split: seed': seed => data.split(0.5, { seed }),
  'kFold(k)': k => data.kFold(k),
  'crossValidate: folds': folds => crossValidate(() => model, data, { folds }),
  'findLearningRate: iterations': iterations => findLearningRate(model, data, { iterations }),
  'streamingDataset: samples': samples => streamingDataset({ chunks: () => [], samples }),
  'streamingDataset: shuffleBuffer': shuffleBuffer => streamingDataset({ chunks: () => [], shuffleBuffer }),
}

describe.each(Object.entries(CALLS))('%s', (_, call) => {
  test.each(WRONG.map(value => [describeValue(value), value]))('%s', async (text, value) => {
    const error = await (async () => call(value))().then(
      () => new Error('it was taken'),
      error => error,
    )
    const { message } = error
    expect(error, message).toBeInstanceOf(WasmlpError)
    expect(message).not.toContain('[object')
    // Where the message shows a value at all, it is the one that was given.
    const kinds = [typeof value, Object.prototype.toString.call(value).slice(8, -1), 'an array', 'a function']
    expect(
      [text, ...kinds].some(shown => message.includes(shown)),
      `${message} shows ${text}`,
    ).toBe(true)
  })
})
