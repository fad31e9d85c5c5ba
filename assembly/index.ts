// The table of contents of a build's first module, by family: what dense classifiers that are trained by plain gradient
// descent take. All else is in a second module, supplement.ts, which is loaded when it is first needed.
//
// All pointers are byte offsets in linear memory, given by the host. Nothing is allocated here, and no static changes:
// several instances can share one memory. Counts and leading dimensions are in elements unless their name says bytes.
// Arguments are trusted: the host checks shapes (src/kernels) before it calls.
//
// Kernels whose last parameters are `thread` and `threads` compute that thread's share (share.ts). All shares together
// are the result, and no share reads what another writes. Builds with threads export team.ts as well.
export { sgemm, sgemmWorkspace } from './gemm';
export { sdot } from './blas';
export { sumF64, sumI32 } from './reductions';
export { activation, activationGradient } from './activations';
export { activate, denseForward, denseInputGradient, denseOutputGradient, denseWeightGradient } from './dense';
export { softmax } from './softmax';
export { softmaxCrossEntropy } from './losses';
export { randomUniform, shuffle } from './random';
export { gatherPixels, gatherRows } from './gather';
export {
  packPanels, panelsBytes, sparseForward, sparsePixels, sparseStride, sparseTranspose, sparseWeightGradient,
  sparseWorkspace, unpackPanels,
} from './sparse';

/** First byte of linear memory that is the host's to use. */
export function heapBase(): usize {
  return __heap_base;
}
