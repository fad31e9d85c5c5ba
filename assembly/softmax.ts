// Softmax by row, its derivative, and the cross-entropy fused with it. Lecture, section 2 (output layer).
import { loadTail, storeTail, sumLanes } from './lanes';
import { exp4, logF64 } from './math';

/** Largest of n floats; NaN if one is NaN, −∞ if n is 0. */
// @ts-ignore: decorator
@inline
function rowMax(x: usize, n: i32): f32 {
  let m = f32x4.splat(-Infinity);
  for (; n >= 4; n -= 4, x += 16) m = f32x4.max(m, v128.load(x));
  if (n > 0) m = f32x4.max(m, loadTail(x, n, -Infinity));
  m = f32x4.max(m, v128.shuffle<f32>(m, m, 2, 3, 0, 1));
  return max(f32x4.extract_lane(m, 0), f32x4.extract_lane(m, 1));
}

/** yⱼ ← exp(xⱼ − shift) for n floats; returns their sum. y may be x. */
// @ts-ignore: decorator
@inline
function expRow(x: usize, y: usize, n: i32, shift: f32): f32 {
  const s = f32x4.splat(shift);
  let sum = f32x4.splat(0);
  for (; n >= 4; n -= 4, x += 16, y += 16) {
    const e = exp4(f32x4.sub(v128.load(x), s));
    v128.store(y, e);
    sum = f32x4.add(sum, e);
  }
  if (n > 0) {
    const e = exp4(f32x4.sub(loadTail(x, n, -Infinity), s));
    storeTail(y, e, n);
    sum = f32x4.add(sum, e);
  }
  return sumLanes(sum);
}

/** y ← y / divisor for n floats. */
// @ts-ignore: decorator
@inline
function divideRow(y: usize, n: i32, divisor: f32): void {
  const d = f32x4.splat(divisor);
  for (; n >= 4; n -= 4, y += 16) v128.store(y, f32x4.div(v128.load(y), d));
  if (n > 0) storeTail(y, f32x4.div(loadTail(y, n, 0), d), n);
}

/** y ← softmax of each row of x (rows × columns); y may be x. The row's maximum is subtracted first. */
export function softmax(x: usize, y: usize, rows: i32, columns: i32): void {
  const row = <usize>columns << 2;
  for (let i = 0; i < rows; ++i, x += row, y += row) {
    divideRow(y, columns, expRow(x, y, columns, rowMax(x, columns)));
  }
}

/** dx ← y·(dy − Σ dy·y), row by row (rows × columns), where y is the softmax's output; dx may be dy. */
export function softmaxGradient(y: usize, dy: usize, dx: usize, rows: i32, columns: i32): void {
  const row = <usize>columns << 2;
  for (let i = 0; i < rows; ++i, y += row, dy += row, dx += row) {
    let sum = f32x4.splat(0);
    let j = 0;
    let p: usize = 0;
    for (; j <= columns - 4; j += 4, p += 16) {
      sum = f32x4.add(sum, f32x4.mul(v128.load(y + p), v128.load(dy + p)));
    }
    const tail = columns - j;
    if (tail > 0) sum = f32x4.add(sum, f32x4.mul(loadTail(y + p, tail, 0), loadTail(dy + p, tail, 0)));
    const dot = f32x4.splat(sumLanes(sum));
    for (p = 0, j = 0; j <= columns - 4; j += 4, p += 16) {
      v128.store(dx + p, f32x4.mul(v128.load(y + p), f32x4.sub(v128.load(dy + p), dot)));
    }
    if (tail > 0) {
      storeTail(dx + p, f32x4.mul(loadTail(y + p, tail, 0), f32x4.sub(loadTail(dy + p, tail, 0), dot)), tail);
    }
  }
}

/**
 * Σ over the rows of −log softmax(x)[label], and dx ← (softmax(x) − onehot(label)) / rows in the same pass.
 * x, dx: rows × columns; labels: rows × i32, each 0 … columns − 1 (the host checks). dx may be x.
 * −log softmax(x)[label] = log Σ exp(xⱼ − max) − (x[label] − max), the logarithm in f64.
 */
export function softmaxCrossEntropy(x: usize, labels: usize, dx: usize, rows: i32, columns: i32): f64 {
  const row = <usize>columns << 2;
  let loss: f64 = 0;
  for (let i = 0; i < rows; ++i, x += row, dx += row, labels += 4) {
    const label = <usize>load<i32>(labels) << 2;
    const shift = rowMax(x, columns);
    const margin = <f64>load<f32>(x + label) - <f64>shift;
    const sum = expRow(x, dx, columns, shift);
    loss += f64x2.extract_lane(logF64(f64x2.splat(<f64>sum)), 0) - margin;
    divideRow(dx, columns, sum * <f32>rows);
    store<f32>(dx + label, load<f32>(dx + label) - 1 / <f32>rows);
  }
  return loss;
}
