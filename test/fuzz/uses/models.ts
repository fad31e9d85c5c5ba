// Reads models and predicts with them.
import type { Sequential } from '../../../src/api/sequential.ts'
import { fitParameters } from '../../../src/files/model-file.ts'
import { sequentialFromLayersModel, weightFilesOf } from '../../../src/formats/layers-model-import.ts'
import { prelu } from '../../../src/layers/elementwise.ts'
import { dense } from '../../../src/layers/layers.ts'
import { batchNormalization } from '../../../src/layers/normalization.ts'

/** What became of a model. */
export interface UsedModel {
  /** For a sample of zeros; undefined where it would be large. */
  readonly outputs: Float32Array | undefined
  /** The model as a file again. */
  readonly file: Uint8Array
}

const LARGE_SAMPLE = 10_000

/** Predicts and saves; the model is gone afterwards. */
export async function used(model: Sequential): Promise<UsedModel> {
  try {
    const { inputSize } = model
    const [outputs] = inputSize > LARGE_SAMPLE ? [] : await model.predict([new Float32Array(inputSize)])
    return { outputs, file: await model.toSafetensors() }
  } finally {
    model.dispose()
  }
}

const decoder = new TextDecoder()

/** A model of what the grammar `jsonAndWeights` closes. */
export async function readLayersModel(bytes: Uint8Array): Promise<UsedModel> {
  const end = 4 + ((bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8) | ((bytes[2] ?? 0) << 16))
  const modelJson = decoder.decode(bytes.subarray(4, end))
  const model = await used(await sequentialFromLayersModel({ modelJson, weightData: bytes.subarray(end) }))
  weightFilesOf(modelJson)
  return model
}

const DENSE = [dense(4), dense(2)]
const NORMALIZED = [dense(4), batchNormalization(), prelu({ shared: false }), dense(2)]

/** PyTorch's weights for layers like its own. */
export const weightsOf = (bytes: Uint8Array, seed: string) =>
  fitParameters(bytes, 3, seed.includes('normalized') ? NORMALIZED : DENSE)
