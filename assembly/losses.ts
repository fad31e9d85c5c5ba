// The mean squared error and the count of right answers. (Cross-entropy is fused with the softmax: softmax.ts.)
import { argmaxRow } from './reductions';

/** Σ (y − t)² over n floats, summed in f64, and dy ← scale·(y − t) in the same pass; dy may be y. */
export function squaredError(y: usize, target: usize, dy: usize, n: i32, scale: f32): f64 {
  let sum: f64 = 0;
  for (const end = y + (<usize>n << 2); y < end; y += 4, target += 4, dy += 4) {
    const difference = load<f32>(y) - load<f32>(target);
    sum += <f64>difference * <f64>difference;
    store<f32>(dy, scale * difference);
  }
  return sum;
}

/** Rows of x (rows × columns) whose largest element stands at the row's label (i32). */
export function countCorrect(x: usize, labels: usize, rows: i32, columns: i32): i32 {
  let correct = 0;
  for (let i = 0; i < rows; ++i, x += <usize>columns << 2, labels += 4) {
    if (argmaxRow(x, columns) == load<i32>(labels)) ++correct;
  }
  return correct;
}
