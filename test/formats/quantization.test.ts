// Weights in 16 and 8 bits: what a file holds, what comes back, what it costs.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readSafetensors, writeSafetensors } from '../../src/files/safetensors.ts'
import { quantizationCost, sequentialFromOnnx, toOnnx, toSafetensors } from '../../src/formats/index.ts'
import { quantize } from '../../src/formats/quantization.ts'
import {
  ArgumentError,
  dataset,
  dense,
  FormatError,
  sequential,
  sequentialFromSafetensors,
} from '../../src/index.ts'
import { createVaried, VARIED, variedInputs } from '../support/varied-models.ts'

const inputs = variedInputs()

describe('8-bit numbers', () => {
  const rows = fc.array(
    fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 3, maxLength: 3 }),
    {
      minLength: 1,
      maxLength: 5,
    },
  )

  test('are at most half a step away, and use the whole range', () => {
    fc.assert(
      fc.property(rows, matrix => {
        const { values, scales } = quantize(Float32Array.from(matrix.flat()), matrix.length, 3, 'it')
        for (const [i, row] of matrix.entries()) {
          const scale = scales[i] ?? 0
          const largest = Math.max(...row.map(Math.abs))
          for (const [j, weight] of row.entries()) {
            const value = values[3 * i + j] ?? Number.NaN
            expect(Math.abs(value)).toBeLessThanOrEqual(127)
            if (scale > 1e-40) {
              expect(Math.abs(value * scale - weight)).toBeLessThanOrEqual((scale / 2) * (1 + 1e-4))
              if (Math.abs(weight) === largest) expect(Math.abs(value)).toBe(127)
            }
          }
        }
      }),
    )
  })

  test('weights that are all 0 stay so', () => {
    expect(quantize(new Float32Array(2), 1, 2, 'it')).toEqual({
      values: new Int8Array(2),
      scales: new Float32Array(1),
    })
  })
})

describe.each(VARIED)('%s', (_, layers) => {
  test.each(['f32', 'f16', 'int8'] as const)(
    '%s: what is read again predicts the same bits ever after',
    async weights => {
      using model = await createVaried(layers)
      const file = await toSafetensors(model, { weights })
      using quantized = await sequentialFromSafetensors(file, { build: 'simd' })
      expect(quantized.layers.map(({ kind }) => kind)).toEqual(layers.map(({ kind }) => kind))
      const expected = await quantized.predict(inputs)
      if (weights === 'f32') expect(expected).toEqual(await model.predict(inputs))
      using other = await createVaried(layers)
      await other.loadSafetensors(file)
      using wide = await sequentialFromSafetensors(await quantized.toSafetensors(), { build: 'simd' })
      using onnx = await sequentialFromOnnx(await toOnnx(model, { weights }), { build: 'simd' })
      for (const copy of [other, wide, onnx]) expect(await copy.predict(inputs)).toEqual(expected)
    },
  )
})

describe('a file', () => {
  const create = () => createVaried([dense(3, { activation: 'relu' }), dense(2)])

  test('of 16-bit floats', async () => {
    using model = await create()
    const { tensors, metadata } = readSafetensors(await toSafetensors(model, { weights: 'f16' }))
    expect([...tensors].map(([name, { dtype, shape }]) => [name, dtype, shape])).toEqual([
      ['0.bias', 'F32', [3]],
      ['2.bias', 'F32', [2]],
      ['0.weight', 'F16', [3, 7]],
      ['2.weight', 'F16', [2, 3]],
    ])
    expect(JSON.parse(metadata.wasmlp ?? '').schema).toBe(1)
  })

  test('of 8-bit numbers says so, in a schema that an older wasmlp refuses', async () => {
    using model = await create()
    const { tensors, metadata } = readSafetensors(await toSafetensors(model, { weights: 'int8' }))
    expect([...tensors].map(([name, { dtype, shape }]) => [name, dtype, shape])).toEqual([
      ['0.weight_scale', 'F32', [3]],
      ['0.bias', 'F32', [3]],
      ['2.weight_scale', 'F32', [2]],
      ['2.bias', 'F32', [2]],
      ['0.weight', 'I8', [3, 7]],
      ['2.weight', 'I8', [2, 3]],
    ])
    expect(JSON.parse(metadata.wasmlp ?? '').schema).toBe(3)
    expect(JSON.parse(metadata.quantization ?? '')).toMatchObject({ weights: 'int8', scheme: 'symmetric' })
  })

  test('whose scales are missing is refused', async () => {
    using model = await create()
    const { metadata } = readSafetensors(await toSafetensors(model, { weights: 'int8' }))
    const file = writeSafetensors(
      [
        ['0.bias', { dtype: 'F32', shape: [3], data: new Float32Array(3) }],
        ['2.bias', { dtype: 'F32', shape: [2], data: new Float32Array(2) }],
        ['2.weight', { dtype: 'F32', shape: [2, 3], data: new Float32Array(6) }],
        ['0.weight', { dtype: 'I8', shape: [3, 7], data: new Int8Array(21) }],
      ],
      metadata,
    )
    await expect(sequentialFromSafetensors(file)).rejects.toThrow(
      new FormatError('the file has no tensor "0.weight_scale", expected one of [3]'),
    )
  })
})

describe('refuses', () => {
  test.each(['f16', 'int8'] as const)('a weight that is no number: %s', async weights => {
    using model = (await sequential([dense(1)], { inputSize: 1 })).compile({ learningRate: 1 })
    using data = await dataset({ inputs: [[3e38]], targets: [[3e38]] })
    using trainer = await model.trainer(data)
    await trainer.forward()
    await trainer.backward()
    await trainer.step()
    await expect(toSafetensors(model, { weights })).rejects.toThrow(ArgumentError)
    await expect(toOnnx(model, { weights })).rejects.toThrow('layer1.weight has Infinity')
  })

  test('other numbers of bits', async () => {
    using model = await sequential([dense(1)], { inputSize: 1 })
    const options = { weights: 'int4' as 'int8' }
    for (const result of [toSafetensors(model, options), toOnnx(model, options)]) {
      await expect(result).rejects.toThrow('weights is "int4", expected one of f32, f16, int8')
    }
  })
})

describe('the cost', () => {
  const rows = variedInputs(200, 4)
  const labels = rows.map(([a = 0, b = 0]) => (a > b ? 1 : 0))

  test('of a classifier: both evaluations, of what is in the file', async () => {
    using model = await sequential([dense(8, { activation: 'tanh' }), dense(2, { activation: 'softmax' })], {
      inputSize: 4,
      build: 'simd',
    })
    const data = await dataset({ inputs: rows, labels })
    await model.compile({ learningRate: 0.5 }).fit(data, { epochs: 20, batchSize: 20 })
    const cost = await quantizationCost(model, data)
    const file = await toSafetensors(model, { weights: 'int8' })
    using copy = await sequentialFromSafetensors(file, { build: 'simd' })
    expect(cost.before).toEqual(await model.evaluate(data))
    expect(cost.after).toEqual(await copy.evaluate(data))
    expect(cost.accuracyLoss).toBe((cost.before.accuracy ?? 0) - (cost.after.accuracy ?? 0))
    expect(cost.lossIncrease).toBe(cost.after.loss - cost.before.loss)
    const [before, after] = [await model.predict(data), await copy.predict(data)]
    const differences = before.flatMap((row, i) =>
      [...row].map((value, j) => Math.abs(value - (after[i]?.[j] ?? 0))),
    )
    expect(cost.largestOutputDifference).toBe(Math.max(...differences))
    expect(cost.largestOutputDifference).toBeGreaterThan(0)
    expect(cost.bytes).toEqual({ before: (await model.toSafetensors()).length, after: file.length })
  })

  test('of a regression, by its own loss; 32 bits cost nothing', async () => {
    using model = await createVaried([dense(1)], 4)
    model.compile({ loss: { name: 'huber', delta: 0.1 } })
    const data = await dataset({ inputs: rows, targets: rows.map(([a = 0]) => [a]) })
    const cost = await quantizationCost(model, data, { weights: 'f16' })
    expect(cost.before.loss).toBe((await model.evaluate(data)).loss)
    expect(cost.accuracyLoss).toBeUndefined()
    const none = await quantizationCost(model, data, { weights: 'f32' })
    expect(none).toMatchObject({ lossIncrease: 0, largestOutputDifference: 0 })
  })

  test('of outputs that are no numbers is none either', async () => {
    using model = await createVaried([dense(2)], 4)
    const inputs = [...rows, [Number.NaN, 0, 0, 0]]
    const data = await dataset({ inputs, targets: inputs.map(() => [0, 0]) })
    expect((await quantizationCost(model, data)).largestOutputDifference).toBeNaN()
  })

  test('an aborted measurement rejects with the reason', async () => {
    using model = await createVaried([dense(1)], 4)
    const data = await dataset({ inputs: rows, targets: rows.map(([a = 0]) => [a]) })
    const reason = new Error('enough')
    await expect(quantizationCost(model, data, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  })
})
