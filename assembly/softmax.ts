// Softmax by row, its derivative, and its logarithm. Lecture, section 2 (output layer).
import { loadTail, storeTail, sumLanes } from './lanes';
import { exp4, highHalf, joinHalves, logF64, lowHalf } from './math';
import { firstOf } from './share';

/** Largest of n floats; NaN if one is NaN, −∞ if n is 0. */
export function rowMax(x: usize, n: i32): f32 {
  let m = f32x4.splat(-Infinity);
  for (; n >= 4; n -= 4, x += 16) m = f32x4.max(m, v128.load(x));
  if (n > 0) m = f32x4.max(m, loadTail(x, n, -Infinity));
  m = f32x4.max(m, v128.shuffle<f32>(m, m, 2, 3, 0, 1));
  return max(f32x4.extract_lane(m, 0), f32x4.extract_lane(m, 1));
}

/** yⱼ ← exp(xⱼ − shift) for n floats; returns their sum. y may be x. */
export function expRow(x: usize, y: usize, n: i32, shift: f32): f32 {
  const s = f32x4.splat(shift);
  let sum = f32x4.splat(0);
  for (; n > 0; n -= 4, x += 16, y += 16) {
    const e = exp4(f32x4.sub(n >= 4 ? v128.load(x) : loadTail(x, n, -Infinity), s));
    if (n >= 4) v128.store(y, e);
    else storeTail(y, e, n);
    sum = f32x4.add(sum, e);
  }
  return sumLanes(sum);
}

/** y ← y / divisor for n floats. */
export function divideRow(y: usize, n: i32, divisor: f32): void {
  const d = f32x4.splat(divisor);
  for (; n >= 4; n -= 4, y += 16) v128.store(y, f32x4.div(v128.load(y), d));
  if (n > 0) storeTail(y, f32x4.div(loadTail(y, n, 0), d), n);
}

/** y ← softmax of each row of x (rows × columns); y may be x. The row's maximum is subtracted first. */
export function softmax(x: usize, y: usize, rows: i32, columns: i32, thread: i32, threads: i32): void {
  const row = <usize>columns << 2;
  const end = firstOf(rows, thread + 1, threads);
  for (let i = firstOf(rows, thread, threads); i < end; ++i) {
    const xi = x + <usize>i * row;
    const yi = y + <usize>i * row;
    divideRow(yi, columns, expRow(xi, yi, columns, rowMax(xi, columns)));
  }
}

/** Σⱼ exp(xⱼ − shift) over n floats, to the bit what expRow returns. */
// @ts-ignore: decorator
@inline
function expSum(x: usize, n: i32, shift: f32): f32 {
  const s = f32x4.splat(shift);
  let sum = f32x4.splat(0);
  for (; n > 0; n -= 4, x += 16) {
    sum = f32x4.add(sum, exp4(f32x4.sub(n >= 4 ? v128.load(x) : loadTail(x, n, -Infinity), s)));
  }
  return sumLanes(sum);
}

/** x − shift for four floats, the shift in f64. */
// @ts-ignore: decorator
@inline
function lowered(x: v128, shift: v128): v128 {
  return joinHalves(f64x2.sub(lowHalf(x), shift), f64x2.sub(highHalf(x), shift));
}

/**
 * y ← log softmax of each row of x (rows × columns) = x − (max + log Σ exp(x − max)). The logarithm, the sum with it
 * and the difference are in f64. y may be x.
 */
export function logSoftmax(x: usize, y: usize, rows: i32, columns: i32, thread: i32, threads: i32): void {
  const row = <usize>columns << 2;
  const end = firstOf(rows, thread + 1, threads);
  for (let i = firstOf(rows, thread, threads); i < end; ++i) {
    let xi = x + <usize>i * row;
    let yi = y + <usize>i * row;
    const largest = rowMax(xi, columns);
    const sum = f64x2.splat(<f64>expSum(xi, columns, largest));
    const shift = f64x2.add(f64x2.splat(<f64>largest), logF64(sum));
    let n = columns;
    for (; n >= 4; n -= 4, xi += 16, yi += 16) v128.store(yi, lowered(v128.load(xi), shift));
    if (n > 0) storeTail(yi, lowered(loadTail(xi, n, 0), shift), n);
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
