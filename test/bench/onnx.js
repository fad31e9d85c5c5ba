// ONNX models for onnxruntime-web: the few messages of onnx.proto3 (opset 13) that a row of layers needs.
import protobuf from 'protobufjs'

const FLOAT = 1

const schema = `
syntax = "proto3";
message Node { repeated string input = 1; repeated string output = 2; string op_type = 4; }
message Tensor { repeated int64 dims = 1; int32 data_type = 2; string name = 8; bytes raw_data = 9; }
message Dimension { oneof value { int64 dim_value = 1; string dim_param = 2; } }
message Shape { repeated Dimension dim = 1; }
message TensorType { int32 elem_type = 1; Shape shape = 2; }
message Type { TensorType tensor_type = 1; }
message ValueInfo { string name = 1; Type type = 2; }
message Graph {
  repeated Node node = 1; string name = 2; repeated Tensor initializer = 5;
  repeated ValueInfo input = 11; repeated ValueInfo output = 12;
}
message OperatorSet { string domain = 1; int64 version = 2; }
message Model { int64 ir_version = 1; Graph graph = 7; repeated OperatorSet opset_import = 8; }
`
const Model = protobuf.parse(schema, { keepCase: true }).root.lookupType('Model')

export const node = (op_type, input, output) => ({ op_type, input, output: [output] })

/** A constant of the graph: `dims` floats, row-major. */
export const tensor = (name, dims, floats) => ({
  name,
  dims,
  data_type: FLOAT,
  raw_data: new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength),
})

/** Float inputs or outputs: `{ name: dimensions }`; a dimension that is a string may have any length. */
const values = shapes =>
  Object.entries(shapes).map(([name, dims]) => ({
    name,
    type: {
      tensor_type: {
        elem_type: FLOAT,
        shape: { dim: dims.map(d => (typeof d === 'string' ? { dim_param: d } : { dim_value: d })) },
      },
    },
  }))

/** The model's bytes. */
export function encodeModel({ inputs, outputs, nodes, initializers = [] }) {
  const graph = {
    name: 'bench',
    node: nodes,
    initializer: initializers,
    input: values(inputs),
    output: values(outputs),
  }
  return Model.encode({ ir_version: 8, opset_import: [{ domain: '', version: 13 }], graph }).finish()
}
