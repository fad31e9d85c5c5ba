// The losses of a batch, row by row, with their gradients by the network's output and the count of right answers.
import { logF64 } from './math';
import { argmaxRow } from './reductions';
import { firstOf } from './share';
import { divideRow, expRow, rowMax } from './softmax';

/** The row of the data set that row i of the batch is: indices[i] (i32), or i where there are no indices. */
// @ts-ignore: decorator
@inline
function sampleOf(indices: usize, i: i32): usize {
  return <usize>(indices == 0 ? i : load<i32>(indices + (<usize>i << 2)));
}

/**
 * Row by row of x (rows × columns): losses[i] (f64) ← −log softmax(xᵢ)[label], hits[i] (i32) ← 1 where the label's
 * element is the largest, else 0, and dx ← (softmax(x) − onehot(label)) / rows. Row i's label is labels[indices[i]]
 * (i32, each 0 … columns − 1: the host checks), or labels[i] where `indices` is 0. dx may be x.
 * −log softmax(x)[label] = log Σ exp(xⱼ − max) − (x[label] − max), the logarithm in f64.
 */
export function softmaxCrossEntropy(
  x: usize, labels: usize, indices: usize, losses: usize, hits: usize, dx: usize, rows: i32, columns: i32,
  thread: i32, threads: i32,
): void {
  const row = <usize>columns << 2;
  const end = firstOf(rows, thread + 1, threads);
  for (let i = firstOf(rows, thread, threads); i < end; ++i) {
    const xi = x + <usize>i * row;
    const dxi = dx + <usize>i * row;
    const label = load<i32>(labels + (sampleOf(indices, i) << 2));
    const at = <usize>label << 2;
    store<i32>(hits + (<usize>i << 2), i32(argmaxRow(xi, columns) == label));
    const shift = rowMax(xi, columns);
    const margin = <f64>load<f32>(xi + at) - <f64>shift;
    const sum = expRow(xi, dxi, columns, shift);
    store<f64>(losses + (<usize>i << 3), f64x2.extract_lane(logF64(f64x2.splat(<f64>sum)), 0) - margin);
    divideRow(dxi, columns, sum * <f32>rows);
    store<f32>(dxi + at, load<f32>(dxi + at) - 1 / <f32>rows);
  }
}

/**
 * Row by row of y (rows × columns): losses[i] (f64) ← Σⱼ (yᵢⱼ − tᵢⱼ)², and dy ← scale·(y − t). Row i's target is row
 * indices[i] of `targets`, or row i where `indices` is 0. dy may be y.
 */
export function squaredError(
  y: usize, targets: usize, indices: usize, losses: usize, dy: usize, rows: i32, columns: i32, scale: f32,
  thread: i32, threads: i32,
): void {
  const row = <usize>columns << 2;
  const last = firstOf(rows, thread + 1, threads);
  for (let i = firstOf(rows, thread, threads); i < last; ++i) {
    let yi = y + <usize>i * row;
    let dyi = dy + <usize>i * row;
    let target = targets + sampleOf(indices, i) * row;
    let sum: f64 = 0;
    for (const end = yi + row; yi < end; yi += 4, target += 4, dyi += 4) {
      const difference = load<f32>(yi) - load<f32>(target);
      sum += <f64>difference * <f64>difference;
      store<f32>(dyi, scale * difference);
    }
    store<f64>(losses + (<usize>i << 3), sum);
  }
}
