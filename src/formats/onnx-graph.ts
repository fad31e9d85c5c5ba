// The graph of an ONNX file as it is written: nodes and constants, with their names.
import { toFloat16 } from '../float16.ts'
import type { Draft, OnnxAttribute, OnnxNode, OnnxTensor } from './onnx-messages.ts'
import { ATTRIBUTE_TYPES, TENSOR_TYPES } from './onnx-types.ts'
import { quantize, type WeightType } from './quantization.ts'

/** The names of the graph's own input and output. */
export const INPUT = 'input'
export const OUTPUT = 'output'

export const float = (name: string, value: number) => ({
  name,
  type: ATTRIBUTE_TYPES.float,
  float: Math.fround(value),
})
export const int = (name: string, value: number) => ({ name, type: ATTRIBUTE_TYPES.int, int: value })

/** Nodes, most of them in a row, each of which takes what the one before gives. */
export class GraphWriter {
  readonly #weights: WeightType
  readonly #nodes: Draft<OnnxNode>[] = []
  readonly #initializers: Draft<OnnxTensor>[] = []
  #value = INPUT
  #layer = ''
  #count = 0

  constructor(weights: WeightType) {
    this.#weights = weights
  }

  /** The name of the last node's output. */
  get value(): string {
    return this.#value
  }

  /** What the next node of the row takes. */
  set value(name: string) {
    this.#value = name
  }

  /** A node outside of the row, and the names of what it gives. */
  node(
    operator: string,
    inputs: readonly string[],
    attributes: readonly Draft<OnnxAttribute>[] = [],
    outputs = 1,
  ): [string, ...string[]] {
    this.#count += 1
    const name = `${this.#layer}.${operator}${this.#count}`
    const names = Array.from({ length: outputs - 1 }, (_, i) => `${name}.${i + 2}`)
    this.#nodes.push({ name, operator, inputs, outputs: [name, ...names], attributes })
    return [name, ...names]
  }

  /** A constant of 64-bit floats: a number, a row of them, or of other dimensions. */
  doubles(values: number | readonly number[], shape?: readonly number[]): string {
    this.#count += 1
    const data = Float64Array.from([values].flat())
    const dims = shape ?? (typeof values === 'number' ? [] : [data.length])
    return this.#constant(`constant${this.#count}`, dims, TENSOR_TYPES.double, data)
  }

  /** Names that follow belong to this layer. */
  begin(layer: string): void {
    this.#layer = layer
  }

  /** A node that takes the last value and others. */
  add(
    operator: string,
    others: readonly string[] = [],
    attributes: readonly Draft<OnnxAttribute>[] = [],
  ): void {
    const name = `${this.#layer}.${operator}`
    this.#nodes.push({ name, operator, inputs: [this.#value, ...others], outputs: [name], attributes })
    this.#value = name
  }

  /** A constant of 32-bit floats. */
  floats(name: string, dims: readonly number[], data: Float32Array): string {
    return this.#constant(name, dims, TENSOR_TYPES.float, data)
  }

  /** A constant that is one number. */
  number(name: string, value: number): string {
    return this.floats(name, [], Float32Array.of(value))
  }

  /** A matrix of weights, inputs × units, stored in the requested type, as 32-bit floats. */
  matrix(name: string, inputs: number, units: number, data: Float32Array): string {
    const dims = [inputs, units]
    const what = `${this.#layer}.${name}`
    switch (this.#weights) {
      case 'f32':
        return this.floats(name, dims, data)
      case 'f16': {
        const half = this.#constant(`${name}16`, dims, TENSOR_TYPES.float16, toFloat16(data, what))
        return this.#widen(name, 'Cast', [half], int('to', TENSOR_TYPES.float))
      }
      case 'int8': {
        const { values, scales } = quantize(data, units, 1, what)
        const bytes = this.#constant(`${name}8`, dims, TENSOR_TYPES.int8, values)
        return this.#widen(
          name,
          'DequantizeLinear',
          [bytes, this.floats(`${name}Scale`, [units], scales)],
          int('axis', 1),
        )
      }
    }
  }

  /** All nodes; the last gives the output. */
  finish(): { nodes: readonly Draft<OnnxNode>[]; initializers: readonly Draft<OnnxTensor>[] } {
    this.#nodes.push({ name: OUTPUT, operator: 'Identity', inputs: [this.#value], outputs: [OUTPUT] })
    return { nodes: this.#nodes, initializers: this.#initializers }
  }

  #constant(name: string, dims: readonly number[], type: number, data: ArrayBufferView): string {
    const full = `${this.#layer}.${name}`
    const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    this.#initializers.push({ name: full, dims, type, raw })
    return full
  }

  #widen(name: string, operator: string, inputs: string[], attribute: Draft<OnnxAttribute>): string {
    const full = `${this.#layer}.${name}`
    this.#nodes.push({ name: full, operator, inputs, outputs: [full], attributes: [attribute] })
    return full
  }
}
