// A model that is saved again has the same weights.
import { decodeModel } from '../../../src/files/model-file.ts'
import type { UsedModel } from '../uses/models.ts'

/** How a model differs from its file, in words; undefined where it does not. */
export function differenceOfModel(bytes: Uint8Array, { outputs, file }: UsedModel): string | undefined {
  const [first, second] = [bytes, file].map(decodeModel)
  if (first?.inputSize !== second?.inputSize) return 'saved again, it takes other inputs'
  for (const [layer, { weights, bias }] of (first?.parameters ?? []).entries()) {
    const again = second?.parameters[layer]
    if (!isSame(weights, again?.weights) || !isSame(bias, again?.bias))
      return 'saved again, it has other weights'
  }
  return outputs && outputs.length === 0 ? 'it predicts nothing' : undefined
}

const isSame = (a: Float32Array, b: Float32Array | undefined) =>
  b !== undefined && Buffer.compare(bytesOf(a), bytesOf(b)) === 0

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) =>
  new Uint8Array(buffer, byteOffset, byteLength)
