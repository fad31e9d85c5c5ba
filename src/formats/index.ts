/**
 * Models in other formats: ONNX, the LayersModel of Keras and TensorFlow.js, and safetensors with weights in fewer
 * bits.
 *
 * @module wasmlp/formats
 */
export * from '../errors.ts'
export type { ImportOptions } from './imported-network.ts'
export {
  type LayersModel,
  type LayersModelJson,
  type LayersModelOptions,
  toLayersModel,
  type WeightSpec,
  type WeightsGroup,
} from './layers-model.ts'
export {
  type LayersModelSource,
  sequentialFromLayersModel,
  weightFilesOf,
} from './layers-model-import.ts'
export { type OnnxOptions, toOnnx } from './onnx-export.ts'
export { sequentialFromOnnx } from './onnx-import.ts'
export { type WeightType, weightTypes } from './quantization.ts'
export { type QuantizationCost, type QuantizationCostOptions, quantizationCost } from './quantization-cost.ts'
export { type SafetensorsOptions, toSafetensors } from './quantized-file.ts'
