// Reductions and broadcasts over the rows of a matrix, and the transpose. All matrices are row-major without gaps.
import { loadTail, storeTail } from './lanes';

/** y ← α·s + β·y for four sums; β = 0 overwrites y. */
// @ts-ignore: decorator
@inline
function addScaled(alpha: f32, s: v128, beta: f32, y: v128): v128 {
  const scaled = f32x4.mul(f32x4.splat(alpha), s);
  return f32x4.add(beta == 0 ? f32x4.splat(0) : y, scaled);
}

/**
 * yⱼ ← α·Σᵢ xᵢⱼ + β·yⱼ, rows in ascending order; β is 0 or 1. x is rows × columns, its rows `ld` bytes apart.
 */
export function addColumnSums(
  rows: i32, columns: i32, alpha: f32, x: usize, ld: usize, beta: f32, y: usize,
): void {
  for (; columns >= 16; columns -= 16, x += 64, y += 64) {
    let s0 = f32x4.splat(0), s1 = f32x4.splat(0), s2 = f32x4.splat(0), s3 = f32x4.splat(0);
    for (let i = 0, p = x; i < rows; ++i, p += ld) {
      s0 = f32x4.add(s0, v128.load(p));
      s1 = f32x4.add(s1, v128.load(p, 16));
      s2 = f32x4.add(s2, v128.load(p, 32));
      s3 = f32x4.add(s3, v128.load(p, 48));
    }
    v128.store(y, addScaled(alpha, s0, beta, v128.load(y)));
    v128.store(y, addScaled(alpha, s1, beta, v128.load(y, 16)), 16);
    v128.store(y, addScaled(alpha, s2, beta, v128.load(y, 32)), 32);
    v128.store(y, addScaled(alpha, s3, beta, v128.load(y, 48)), 48);
  }
  for (; columns >= 4; columns -= 4, x += 16, y += 16) {
    let s = f32x4.splat(0);
    for (let i = 0, p = x; i < rows; ++i, p += ld) s = f32x4.add(s, v128.load(p));
    v128.store(y, addScaled(alpha, s, beta, v128.load(y)));
  }
  if (columns > 0) {
    let s = f32x4.splat(0);
    for (let i = 0, p = x; i < rows; ++i, p += ld) s = f32x4.add(s, loadTail(p, columns, 0));
    storeTail(y, addScaled(alpha, s, beta, loadTail(y, columns, 0)), columns);
  }
}

/** yⱼ ← Σᵢ xᵢⱼ, rows in ascending order: the gradient of a bias (lecture, section 4). x is rows × columns. */
export function sumAxis0(x: usize, y: usize, rows: i32, columns: i32): void {
  addColumnSums(rows, columns, 1, x, <usize>columns << 2, 0, y);
}

/** Each row of y (rows × columns) ← b (columns). */
export function broadcastRow(b: usize, y: usize, rows: i32, columns: i32): void {
  const row = <usize>columns << 2;
  for (let i = 0; i < rows; ++i, y += row) memory.copy(y, b, row);
}

/** Index of the largest of n floats, the first of equals; the first NaN if there is one. 0 for n = 0. */
export function argmaxRow(x: usize, n: i32): i32 {
  let at = 0;
  let largest = n > 0 ? load<f32>(x) : 0;
  for (let j = 1; j < n; ++j) {
    const value = load<f32>(x + (<usize>j << 2));
    // False where `largest` is NaN; true where `value` is the first NaN.
    if (largest == largest && !(value <= largest)) {
      largest = value;
      at = j;
    }
  }
  return at;
}

/** The class that n outputs name: the index of the largest, the first of equals; −1 where one of them is not finite. */
export function classOf(x: usize, n: i32): i32 {
  const infinity: u32 = 0x7f800000;
  for (let j = 0; j < n; ++j) if ((load<u32>(x + (<usize>j << 2)) & infinity) == infinity) return -1;
  return argmaxRow(x, n);
}

/** yᵢ (i32) ← index of the largest element of row i of x (rows × columns). */
export function argmax(x: usize, y: usize, rows: i32, columns: i32): void {
  for (let i = 0; i < rows; ++i, x += <usize>columns << 2, y += 4) store<i32>(y, argmaxRow(x, columns));
}

/** y (columns × rows) ← xᵀ, x rows × columns, in tiles that share cache lines. y must not overlap x. */
export function transpose(x: usize, y: usize, rows: i32, columns: i32): void {
  const tile = 16;
  for (let i0 = 0; i0 < rows; i0 += tile) {
    const i1 = min(i0 + tile, rows);
    for (let j0 = 0; j0 < columns; j0 += tile) {
      const j1 = min(j0 + tile, columns);
      for (let j = j0; j < j1; ++j) {
        let from = x + ((<usize>i0 * <usize>columns + <usize>j) << 2);
        let to = y + ((<usize>j * <usize>rows + <usize>i0) << 2);
        for (let i = i0; i < i1; ++i, from += <usize>columns << 2, to += 4) store<f32>(to, load<f32>(from));
      }
    }
  }
}

/** Σ xᵢ over n doubles, in ascending order. */
export function sumF64(x: usize, n: i32): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < n; ++i, x += 8) sum += load<f64>(x);
  return sum;
}

/** Σ xᵢ over n i32. */
export function sumI32(x: usize, n: i32): i32 {
  let sum = 0;
  for (let i = 0; i < n; ++i, x += 4) sum += load<i32>(x);
  return sum;
}
