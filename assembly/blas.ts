// Vector-vector and matrix-vector BLAS: saxpy, sdot, sscal, sgemv. Increments in elements; a negative one starts from
// the far end of its vector, as in the reference BLAS (netlib).
import { loadTail, storeTail, sumLanes } from './lanes';

/** Where a vector's first element stands. */
// @ts-ignore: decorator
@inline
function first(x: usize, n: i32, inc: i32): usize {
  return inc < 0 ? x + (<usize>((1 - n) * inc) << 2) : x;
}

/** y ← α·x + y. */
export function saxpy(n: i32, alpha: f32, x: usize, incx: i32, y: usize, incy: i32): void {
  if (incx == 1 && incy == 1) {
    const a = f32x4.splat(alpha);
    for (; n >= 4; n -= 4, x += 16, y += 16) {
      v128.store(y, f32x4.add(v128.load(y), f32x4.mul(a, v128.load(x))));
    }
    if (n > 0) storeTail(y, f32x4.add(loadTail(y, n, 0), f32x4.mul(a, loadTail(x, n, 0))), n);
    return;
  }
  x = first(x, n, incx);
  y = first(y, n, incy);
  for (let i = 0; i < n; ++i, x += incx << 2, y += incy << 2) store<f32>(y, load<f32>(y) + alpha * load<f32>(x));
}

/** Σ xᵢ·yᵢ; contiguous vectors are summed in 16 interleaved partial sums. */
export function sdot(n: i32, x: usize, incx: i32, y: usize, incy: i32): f32 {
  if (incx == 1 && incy == 1) {
    let s0 = f32x4.splat(0), s1 = f32x4.splat(0), s2 = f32x4.splat(0), s3 = f32x4.splat(0);
    for (; n >= 16; n -= 16, x += 64, y += 64) {
      s0 = f32x4.add(s0, f32x4.mul(v128.load(x), v128.load(y)));
      s1 = f32x4.add(s1, f32x4.mul(v128.load(x, 16), v128.load(y, 16)));
      s2 = f32x4.add(s2, f32x4.mul(v128.load(x, 32), v128.load(y, 32)));
      s3 = f32x4.add(s3, f32x4.mul(v128.load(x, 48), v128.load(y, 48)));
    }
    for (; n >= 4; n -= 4, x += 16, y += 16) s0 = f32x4.add(s0, f32x4.mul(v128.load(x), v128.load(y)));
    if (n > 0) s1 = f32x4.add(s1, f32x4.mul(loadTail(x, n, 0), loadTail(y, n, 0)));
    return sumLanes(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)));
  }
  x = first(x, n, incx);
  y = first(y, n, incy);
  let sum: f32 = 0;
  for (let i = 0; i < n; ++i, x += incx << 2, y += incy << 2) sum += load<f32>(x) * load<f32>(y);
  return sum;
}

/** x ← α·x, inc > 0. */
export function sscal(n: i32, alpha: f32, x: usize, incx: i32): void {
  if (incx == 1) {
    const a = f32x4.splat(alpha);
    for (; n >= 4; n -= 4, x += 16) v128.store(x, f32x4.mul(a, v128.load(x)));
  }
  for (; n > 0; --n, x += incx << 2) store<f32>(x, alpha * load<f32>(x));
}

/** y ← α·op(A)·x + β·y, A m × n as stored, lda in elements; β = 0 overwrites y, α = 0 leaves A and x unread. */
export function sgemv(
  transposed: bool, m: i32, n: i32, alpha: f32, a: usize, lda: i32, x: usize, incx: i32,
  beta: f32, y: usize, incy: i32,
): void {
  const rows = transposed ? n : m;
  const columns = transposed ? m : n;
  const top = first(y, rows, incy);
  for (let i = 0, p = top; i < rows; ++i, p += incy << 2) {
    if (beta == 0) store<f32>(p, 0);
    else if (beta != 1) store<f32>(p, beta * load<f32>(p));
  }
  if (alpha == 0) return;
  const row = <usize>lda << 2;
  if (transposed) {
    // Column after column of op(A) is added to y.
    for (let i = 0, p = first(x, columns, incx); i < columns; ++i, p += incx << 2, a += row) {
      saxpy(rows, alpha * load<f32>(p), a, 1, y, incy);
    }
  } else {
    for (let i = 0, p = top; i < rows; ++i, p += incy << 2, a += row) {
      store<f32>(p, load<f32>(p) + alpha * sdot(columns, a, 1, x, incx));
    }
  }
}
