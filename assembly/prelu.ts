// PReLU, a ReLU that learns its slope (He et al., "Delving deep into rectifiers", 2015), as PyTorch 1.13 defines it:
// y = x where x > 0, else a·x. Matrices are rows × units, row-major without gaps; there is one slope a, where `shared`,
// or one for each unit.
import { accumulatePart, loadPart, madd, storePart, sumLanes } from './lanes';
import { firstElement, firstOf } from './share';

/** to ← from where x > 0, else a·from, for a part of a row. */
// @ts-ignore: decorator
@inline
function select(n: i32, x: usize, from: usize, to: usize, slopes: usize, shared: bool): void {
  const v = loadPart(from, n);
  const a = shared ? v128.load_splat<f32>(slopes) : loadPart(slopes, n);
  storePart(to, v128.bitselect(v, f32x4.mul(a, v), f32x4.gt(loadPart(x, n), f32x4.splat(0))), n);
}

/**
 * to ← from where x > 0, else a·from, for this thread's rows. With from = x it is the activation, with from = dy its
 * gradient with respect to x.
 */
function selectRows(
  x: usize, from: usize, to: usize, rows: i32, units: i32, slopes: usize, shared: bool, thread: i32, threads: i32,
): void {
  const row = <usize>units << 2;
  const step: usize = shared ? 0 : 1;
  const end = firstOf(rows, thread + 1, threads);
  for (let i = firstOf(rows, thread, threads); i < end; ++i) {
    const at = <usize>i * row;
    let j: usize = 0;
    for (; j + 16 <= row; j += 16) select(4, x + at + j, from + at + j, to + at + j, slopes + j * step, shared);
    if (j < row) {
      select(<i32>(row - j) >> 2, x + at + j, from + at + j, to + at + j, slopes + j * step, shared);
    }
  }
}

/** y ← x where x > 0, else a·x; y may be x. Threads divide the rows. */
export function prelu(
  x: usize, y: usize, rows: i32, units: i32, slopes: usize, shared: bool, thread: i32, threads: i32,
): void {
  selectRows(x, x, y, rows, units, slopes, shared, thread, threads);
}

/** dx ← dy where x > 0, else a·dy; dx may be dy, whose other use, preluSlopeGradient, comes first then. */
export function preluGradient(
  x: usize, dy: usize, dx: usize, rows: i32, units: i32, slopes: usize, shared: bool, thread: i32, threads: i32,
): void {
  selectRows(x, dy, dx, rows, units, slopes, shared, thread, threads);
}

/** da ← da + dy·min(x, 0). */
// @ts-ignore: decorator
@inline
function addGradient(n: i32, x: usize, dy: usize, da: usize): void {
  const negative = f32x4.min(loadPart(x, n), f32x4.splat(0));
  storePart(da, madd(loadPart(dy, n), negative, loadPart(da, n)), n);
}

/**
 * da ← Σᵢ dy·min(x, 0) + accumulate·da, for each unit; `accumulate` is 0 or 1. Threads divide the units. Where one
 * slope is shared, da is room for `units` sums, and sharedSlopeGradient follows.
 */
export function preluSlopeGradient(
  x: usize, dy: usize, rows: i32, units: i32, accumulate: f32, da: usize, thread: i32, threads: i32,
): void {
  const first = <usize>firstElement(units, 16, thread, threads) << 2;
  const end = <usize>firstElement(units, 16, thread + 1, threads) << 2;
  const row = <usize>units << 2;
  if (accumulate == 0) memory.fill(da + first, 0, end - first);
  for (let i = 0; i < rows; ++i, x += row, dy += row) {
    let j = first;
    for (; j + 16 <= end; j += 16) addGradient(4, x + j, dy + j, da + j);
    if (j < end) addGradient(<i32>(end - j) >> 2, x + j, dy + j, da + j);
  }
}

/** da (one float) ← Σ sums + accumulate·da, over n floats; `accumulate` is 0 or 1. Thread 0 computes it. */
export function sharedSlopeGradient(
  sums: usize, n: i32, accumulate: f32, da: usize, thread: i32, threads: i32,
): void {
  if (thread != 0) return;
  let sum = f32x4.splat(0);
  for (; n > 0; n -= 4, sums += 16) sum = f32x4.add(sum, loadPart(sums, n));
  accumulatePart(da, f32x4.splat(sumLanes(sum)), 1, accumulate);
}
