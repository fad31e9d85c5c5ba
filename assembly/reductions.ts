// Reductions and broadcasts over the rows of a matrix, and the transpose. All matrices are row-major without gaps.
import { loadTail, storeTail } from './lanes';

/** yⱼ ← Σᵢ xᵢⱼ, rows in ascending order: the gradient of a bias (lecture, section 4). x is rows × columns. */
export function sumAxis0(x: usize, y: usize, rows: i32, columns: i32): void {
  const row = <usize>columns << 2;
  for (; columns >= 16; columns -= 16, x += 64, y += 64) {
    let s0 = f32x4.splat(0), s1 = f32x4.splat(0), s2 = f32x4.splat(0), s3 = f32x4.splat(0);
    for (let i = 0, p = x; i < rows; ++i, p += row) {
      s0 = f32x4.add(s0, v128.load(p));
      s1 = f32x4.add(s1, v128.load(p, 16));
      s2 = f32x4.add(s2, v128.load(p, 32));
      s3 = f32x4.add(s3, v128.load(p, 48));
    }
    v128.store(y, s0);
    v128.store(y, s1, 16);
    v128.store(y, s2, 32);
    v128.store(y, s3, 48);
  }
  for (; columns >= 4; columns -= 4, x += 16, y += 16) {
    let s = f32x4.splat(0);
    for (let i = 0, p = x; i < rows; ++i, p += row) s = f32x4.add(s, v128.load(p));
    v128.store(y, s);
  }
  if (columns > 0) {
    let s = f32x4.splat(0);
    for (let i = 0, p = x; i < rows; ++i, p += row) s = f32x4.add(s, loadTail(p, columns, 0));
    storeTail(y, s, columns);
  }
}

/** Each row of y (rows × columns) ← b (columns). */
export function broadcastRow(b: usize, y: usize, rows: i32, columns: i32): void {
  const row = <usize>columns << 2;
  for (let i = 0; i < rows; ++i, y += row) memory.copy(y, b, row);
}

/** Index of the largest of n floats, the first of equals; the first NaN if there is one. 0 for n = 0. */
// @ts-ignore: decorator
@inline
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
