// The part of table-model.ts that is loaded when it is first needed.
export { tableToLayersModel } from './table-layers-model.ts'
export { tableToOnnx } from './table-onnx.ts'
