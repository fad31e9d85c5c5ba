// safetensors files whose weights take half or a quarter of the space.
import { checkModel } from '../api/right-kinds.ts'
import type { Sequential } from '../api/sequential.ts'
import { checkOptions } from '../check-options.ts'
import { type EncodeOptions, encodeModel, QUANTIZED_SCHEMA } from '../files/model-file.ts'
import { toFloat16 } from '../float16.ts'
import { checkWeightType, quantize, type WeightType } from './quantization.ts'

/** Options of {@link toSafetensors}. */
export interface SafetensorsOptions {
  /** `'f32'` unless given. */
  weights?: WeightType
}

/** What the metadata of a file with 8-bit weights say about them. */
const QUANTIZATION = JSON.stringify({
  weights: 'int8',
  scheme: 'symmetric',
  granularity: 'row',
  dequantize: 'N.weight[i, j] * N.weight_scale[i]',
})

/**
 * A model as a safetensors file, like `model.toSafetensors()`, with the weights of its dense layers in fewer bits:
 *
 * - `'f16'`: 16-bit floats (`F16`), half the size, which PyTorch reads as well
 * - `'int8'`: whole numbers −127 to 127 (`I8`), a quarter of the size, symmetric, with a scale for each unit,
 *   `N.weight_scale` (`F32`, units). The schema's version is 3; an older wasmlp rejects the file.
 *
 * All other parameters (biases, normalisations, slopes) stay in 32 bits. `sequentialFromSafetensors` and
 * `loadSafetensors` read all types, and compute in 32-bit floats. {@link quantizationCost} measures the cost in
 * accuracy.
 *
 * Rejects with {@link ArgumentError} where a weight does not fit.
 *
 * @example
 * await writeFile('small.safetensors', await toSafetensors(model, { weights: 'int8' }))
 */
export async function toSafetensors(
  model: Sequential,
  options: SafetensorsOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  checkOptions('toSafetensors', options, "{ weights: 'int8' }", { weights: 1 })
  checkModel('toSafetensors', model)
  const { weights = 'f32' } = options
  checkWeightType(weights)
  return encodeModel(model.inputSize, model.layers, await model.getParameters(), ENCODINGS[weights])
}

const ENCODINGS: { readonly [Type in WeightType]: EncodeOptions } = {
  f32: {},
  f16: {
    encodeMatrix: (name, matrix, shape) => [[name, { dtype: 'F16', shape, data: toFloat16(matrix, name) }]],
  },
  int8: {
    schema: QUANTIZED_SCHEMA,
    metadata: { quantization: QUANTIZATION },
    encodeMatrix: (name, matrix, shape) => {
      const [units = 0, inputs = 1] = shape
      const { values, scales } = quantize(matrix, units, inputs, name)
      return [
        [name, { dtype: 'I8', shape, data: values }],
        [`${name}_scale`, { dtype: 'F32', shape: [units], data: scales }],
      ]
    },
  },
}
