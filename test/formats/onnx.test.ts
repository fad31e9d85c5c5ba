// Models as ONNX: onnxruntime computes what the model does, and what comes back predicts the same bits.
import { describe, expect, test } from 'vitest'
import { finish } from '../../src/data/steps.ts'
import { sequentialFromOnnx, toOnnx } from '../../src/formats/index.ts'
import { readOnnx } from '../../src/formats/onnx-reader.ts'
import { dense, sequential } from '../../src/index.ts'
import { expectClose } from '../support/expect-close.ts'
import { runOnnx } from '../support/onnx-session.ts'
import { asReadBack, createVaried, forgetBeginning, VARIED, variedInputs } from '../support/varied-models.ts'

const inputs = variedInputs()

describe.each(VARIED)('%s', (_, layers) => {
  test.each(['f32', 'f16', 'int8'] as const)('onnxruntime gives the same, weights %s', async weights => {
    using model = await createVaried(layers)
    const file = await toOnnx(model, { weights })
    using copy = await sequentialFromOnnx(file, { build: 'simd' })
    expectClose(await runOnnx(file, inputs), await copy.predict(inputs))
    if (weights === 'f32') expectClose(await runOnnx(file, inputs), await model.predict(inputs))
  })

  test('read again, the layers are the same but for dropout, and predictions to the bit', async () => {
    using model = await createVaried(layers)
    using copy = await sequentialFromOnnx(await toOnnx(model), { build: 'simd' })
    if (!layers.some(({ kind }) => kind === 'normalization')) {
      expect(copy.layers.map(forgetBeginning)).toEqual(asReadBack(layers))
    }
    expect(await copy.predict(inputs)).toEqual(await model.predict(inputs))
  })
})

test('states its versions: opset 17 in IR 8, and where there is a GELU opset 20 in IR 9', async () => {
  for (const [activation, opset, ir] of [
    ['relu', 17, 8],
    ['geluTanh', 20, 9],
  ] as const) {
    using model = await sequential([dense(2, { activation })], { inputSize: 3 })
    const { irVersion, opsets } = finish(readOnnx(await toOnnx(model)))
    expect({ irVersion, opsets }).toEqual({ irVersion: ir, opsets: [{ domain: '', version: opset }] })
  }
})
