// The weights of a LayersModel: tensors by name, sliced from the bytes of all files, as 32-bit floats.
//
// Source: https://github.com/tensorflow/tfjs/blob/master/tfjs-core/src/io/io_utils.ts, decodeWeight, version 4.22.

import { FormatError } from '../errors.ts'
import { elementCount, expectFinite } from '../files/safetensors-tensor.ts'
import { fromFloat16 } from '../float16.ts'
import { quoted, shapeText } from '../quote-names.ts'
import type { KerasWeight } from './keras-schema.ts'

/** A tensor of 32-bit floats. */
export interface FloatTensor {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/** Where a tensor is, until it is requested. */
interface Place {
  readonly spec: KerasWeight
  readonly name: string
  readonly shape: readonly number[]
  readonly begin: number
  readonly count: number
}

/** Bytes of an element. */
const SIZES: Readonly<Record<string, number>> = {
  float32: 4,
  int32: 4,
  bool: 1,
  complex64: 8,
  uint8: 1,
  uint16: 2,
  float16: 2,
}

/** Parts of a weight's name that are considered: model/layer/cell/kind. */
const MAX_PARTS = 4

/** All tensors of a model's manifest. Every method throws {@link FormatError}. */
export class LayersModelWeights {
  readonly #places = new Map<string, Place>()
  /**
   * Keyed by layer and kind alone. Converters prefix the model's name, and insert a cell's. One list for each number of
   * names between layer and kind, the smallest first.
   */
  readonly #longer = new Map<string, Place[][]>()
  /** The layer that has taken a tensor. */
  readonly #owners = new Map<Place, string>()
  readonly #bytes: Uint8Array

  /** `specs` of all groups in order; `bytes` of all their files, likewise. */
  constructor(specs: readonly KerasWeight[], bytes: Uint8Array) {
    this.#bytes = bytes
    let end = 0
    for (const spec of specs) {
      const { name, shape, quantization } = spec
      const count = elementCount(shape)
      const dtype = (quantization ?? spec).dtype
      const size = Object.hasOwn(SIZES, dtype) ? SIZES[dtype] : undefined
      if (count === undefined || size === undefined) {
        throw new FormatError(
          `weight ${quoted(name)} is ${quoted(dtype)} of shape ${shapeText(shape)}, expected one of ${Object.keys(SIZES).join(', ')}, ` +
            'and fewer than 2⁵³ elements',
        )
      }
      if (this.#places.has(name)) throw new FormatError(`weight ${quoted(name)} is there twice`)
      const place = { spec, name, shape, begin: end, count }
      this.#places.set(name, place)
      const [kind, ...above] = name.split('/').slice(-MAX_PARTS).reverse()
      for (const [distance, layer] of above.entries()) {
        const key = `${layer}/${kind}`
        const found = this.#longer.get(key) ?? above.map(() => [])
        this.#longer.set(key, found)
        const places = found[distance]
        if (places) places.push(place)
        else found[distance] = [place]
      }
      end += count * size
    }
    if (end === bytes.length) return
    throw new FormatError(`the weights have ${bytes.length} bytes, expected ${end}, as the manifest says`)
  }

  /** A layer's own tensor; undefined where there is none. */
  find(layer: string, kind: string): FloatTensor | undefined {
    const place = this.#places.get(`${layer}/${kind}`) ?? this.#nearest(layer, kind)
    if (!place) return undefined
    const owner = this.#owners.get(place) ?? layer
    if (owner !== layer) {
      throw new FormatError(
        `weight ${quoted(place.name)} is the nearest to ${quoted(`${layer}/${kind}`)}, but layer ${quoted(owner)} has it`,
      )
    }
    this.#owners.set(place, layer)
    const data = this.#read(place)
    expectFinite(data, place.shape, `weight ${quoted(place.name)}`)
    return { shape: place.shape, data }
  }

  /**
   * The tensor in whose name the layer's name is nearest to the kind. A model can share the name of one of its layers.
   */
  #nearest(layer: string, kind: string): Place | undefined {
    const [place, other] = this.#longer.get(`${layer}/${kind}`)?.find(places => places?.length > 0) ?? []
    if (!place || !other) return place
    throw new FormatError(
      `weights ${quoted(place.name)} and ${quoted(other.name)} could both be ${quoted(`${layer}/${kind}`)}`,
    )
  }

  #read({ spec, begin, count }: Place): Float32Array {
    const { name, dtype, quantization } = spec
    if (dtype !== 'float32')
      throw new FormatError(`weight ${quoted(name)} is ${quoted(dtype)}, expected float32`)
    const bytes = (size: number) => this.#bytes.slice(begin, begin + size * count).buffer
    if (!quantization) return new Float32Array(bytes(4))
    if (quantization.dtype === 'float16') return fromFloat16(new Uint16Array(bytes(2)))
    const { scale, min } = quantization
    if (typeof scale !== 'number' || typeof min !== 'number') {
      throw new FormatError(`weight ${quoted(name)} is quantised without scale and min`)
    }
    const dequantize = (values: Uint8Array | Uint16Array) => {
      const floats = new Float32Array(values.length)
      for (let i = 0; i < floats.length; ++i) floats[i] = (values[i] ?? 0) * scale + min
      return floats
    }
    switch (quantization.dtype) {
      case 'uint8':
        return dequantize(new Uint8Array(bytes(1)))
      case 'uint16':
        return dequantize(new Uint16Array(bytes(2)))
    }
    throw new FormatError(
      `weight ${quoted(name)} is quantised as ${quoted(quantization.dtype)}, expected float16, uint8 or uint16`,
    )
  }
}
