// The table of contents of a build's second module, by family: kernels that only some trainings take, and those for
// users of `wasmlp/kernels` alone. It works on the memory of the first (index.ts) and follows the same rules. It has no
// data and no globals, so it owns nothing in that memory. What both use is in both.
export { curve, curveGradient } from './curves';
export { saxpy, sgemv, sscal } from './blas';
export { argmax, broadcastRow, sumAxis0, transpose } from './reductions';
export { logSoftmax, softmaxGradient } from './softmax';
export * from './optimizers';
export { elementwiseLoss, multiclassHinge, weightedCrossEntropy } from './losses';
export { firstInvalidRow, regressionSums } from './metrics';
export { countFlat } from './diagnosis';
export { augmentImages, augmentWorkspace } from './augment';
export { randomNormal } from './normal';
export { orthonormalize } from './orthonormal';
export { dropout } from './dropout';
export {
  batchNormalization, batchNormalizationGradient, batchStatistics, updateRunningStatistics,
} from './batch-normalization';
export {
  layerNormalization, layerNormalizationGradient, layerNormalizationParameterGradient,
} from './layer-normalization';
export { prelu, preluGradient, preluSlopeGradient, sharedSlopeGradient } from './prelu';
export { foldInputScaling, scaleRows, unfoldInputScaling } from './input-scaling';
export { columnStatistics } from './statistics';
export { xxh64 } from './xxh64';
