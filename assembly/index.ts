// The table of contents: every export of the kernels' WebAssembly modules, by family.
//
// All pointers are byte offsets in linear memory, given by the host; nothing is allocated here, and no static changes,
// so that several instances can share one memory. Counts and leading dimensions are in elements unless their name says
// bytes. Arguments are trusted: the host checks shapes (src/kernels) before it calls.
export { sgemm, sgemmWorkspace } from './gemm';
export { saxpy, sdot, sgemv, sscal } from './blas';
export { argmax, broadcastRow, sumAxis0, transpose } from './reductions';
export { activation, activationGradient } from './activations';
export { softmax, softmaxCrossEntropy, softmaxGradient } from './softmax';
export { countCorrect, squaredError } from './losses';
export { randomUniform, shuffle } from './random';
export { gatherPixels, gatherRows } from './gather';
export { sparseAccumulate, sparseForward, sparsePixels, sparseTranspose, sparseWorkspace } from './sparse';

/** First byte of linear memory that is the host's to use. */
export function heapBase(): usize {
  return __heap_base;
}
