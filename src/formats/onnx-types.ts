// ONNX's numbers for types, as far as a row of layers needs them.
//
// Source: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, TensorProto.DataType and
// AttributeProto.AttributeType.

/** Of a tensor's elements. */
export const TENSOR_TYPES = {
  float: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  double: 11,
  bfloat16: 16,
} as const

/** The floats that values can be; all are 32-bit floats here. */
export const VALUE_TYPES: readonly number[] = [TENSOR_TYPES.float, TENSOR_TYPES.double, TENSOR_TYPES.float16]

/** Of an attribute. */
export const ATTRIBUTE_TYPES = { float: 1, int: 2, text: 3, ints: 7 } as const
