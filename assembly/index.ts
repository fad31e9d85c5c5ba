// The table of contents: every export of the kernels' WebAssembly modules, by family.
//
// All pointers are byte offsets in linear memory, given by the host; nothing is allocated here, and no static changes,
// so that several instances can share one memory. Counts and leading dimensions are in elements unless their name says
// bytes. Arguments are trusted: the host checks shapes (src/kernels) before it calls.
//
// Kernels whose last parameters are `thread` and `threads` compute that thread's share (share.ts): all shares together
// are the result, and no share reads what another writes. Builds with threads export team.ts as well.
export { sgemm, sgemmWorkspace } from './gemm';
export { saxpy, sdot, sgemv, sscal } from './blas';
export { argmax, broadcastRow, sumAxis0, sumF64, sumI32, transpose } from './reductions';
export { activation, activationGradient } from './activations';
export { activate, denseForward, denseInputGradient, denseOutputGradient, denseWeightGradient } from './dense';
export { logSoftmax, softmax, softmaxGradient } from './softmax';
export {
  adagradUpdate, adamUpdate, rmspropUpdate, sgdUpdate, sumOfSquares, sumOfSquaresParts,
} from './optimizers';
export { elementwiseLoss, multiclassHinge, softmaxCrossEntropy, weightedCrossEntropy } from './losses';
export { countFlat } from './diagnosis';
export { confusion, firstInvalidRow, regressionSums } from './metrics';
export { randomUniform, shuffle } from './random';
export { augmentImages, augmentWorkspace } from './augment';
export { randomNormal } from './normal';
export { orthonormalize } from './orthonormal';
export { gatherPixels, gatherRows } from './gather';
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
export {
  packPanels, panelsBytes, sparseForward, sparsePixels, sparseStride, sparseTranspose, sparseWeightGradient,
  sparseWorkspace, unpackPanels,
} from './sparse';
export { xxh64 } from './xxh64';

/** First byte of linear memory that is the host's to use. */
export function heapBase(): usize {
  return __heap_base;
}
