// ONNX files put together by hand, as other programs write them.
import {
  type Draft,
  encodeOnnx,
  type OnnxAttribute,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
} from '../../src/formats/onnx-messages.ts'
import { ATTRIBUTE_TYPES, TENSOR_TYPES } from '../../src/formats/onnx-types.ts'

export interface GraphDraft {
  nodes: Draft<OnnxNode>[]
  initializers?: Draft<OnnxTensor>[]
  /** Of the input `input`: the batch, and a sample's; a name, or undefined, is of any length. */
  inputDims?: readonly (number | string)[]
  opset?: number
  more?: Draft<OnnxModel>
}

/** A model from `input` to `output`. */
export const onnxFile = ({ nodes, initializers = [], inputDims = ['n', 3], opset = 17, more }: GraphDraft) =>
  encodeOnnx({
    irVersion: 8,
    opsets: [{ domain: '', version: opset }],
    graph: {
      name: 'test',
      nodes,
      initializers,
      inputs: [{ name: 'input', type: typeOf(inputDims) }],
      outputs: [{ name: 'output', type: typeOf(['n', 'm']) }],
    },
    ...more,
  })

const typeOf = (dims: readonly (number | string)[]) => ({
  tensor: {
    type: TENSOR_TYPES.float,
    shape: { dims: dims.map(dim => (typeof dim === 'string' ? { name: dim } : { size: dim })) },
  },
})

export const node = (
  operator: string,
  inputs: string[],
  output: string,
  attributes: Draft<OnnxAttribute>[] = [],
): Draft<OnnxNode> => ({ name: `${operator}_${output}`, operator, inputs, outputs: [output], attributes })

/** Floats in raw_data. */
export const floats = (name: string, dims: number[], data: readonly number[]): Draft<OnnxTensor> => ({
  name,
  dims,
  type: TENSOR_TYPES.float,
  raw: new Uint8Array(Float32Array.from(data).buffer),
})

/** 64-bit whole numbers in int64_data. */
export const integers = (name: string, data: readonly number[]): Draft<OnnxTensor> => ({
  name,
  dims: [data.length],
  type: TENSOR_TYPES.int64,
  ints64: data,
})

export const int = (name: string, value: number) => ({ name, type: ATTRIBUTE_TYPES.int, int: value })
export const float = (name: string, value: number) => ({
  name,
  type: ATTRIBUTE_TYPES.float,
  float: Math.fround(value),
})
