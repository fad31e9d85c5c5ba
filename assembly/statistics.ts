// Means and variances of a data set's columns, in f64, over the rows that a list of indices names.
import { firstElement } from './share';

/** Columns that threads do not divide: a cache line of bytes. */
// @ts-ignore: decorator
@inline
const BLOCK: i32 = 64;

/** Four elements of a row, bytes or floats, as f64: `half` 0 is the first two, 1 the others. */
// @ts-ignore: decorator
@inline
function loadHalf(bytes: bool, row: usize, j: i32, half: i32): v128 {
  if (bytes) {
    const words = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(row + <usize>j)));
    return f64x2.convert_low_i32x4_s(half == 0 ? words : v128.shuffle<i32>(words, words, 2, 3, 2, 3));
  }
  return f64x2.promote_low_f32x4(v128.load64_zero(row + (<usize>j << 2) + (<usize>half << 3)));
}

/**
 * to ← Σᵢ x / rows; or, where `mean` is not 0, Σᵢ (x − mean)² / rows; in the unit of x, for the columns first … end − 1.
 */
function average(
  bytes: bool, x: usize, indices: usize, rows: i32, columns: i32, mean: usize, to: usize, first: i32, end: i32,
): void {
  const ld = bytes ? <usize>columns : <usize>columns << 2;
  memory.fill(to + (<usize>first << 3), 0, <usize>(end - first) << 3);
  for (let i = 0; i < rows; ++i) {
    const row = x + <usize>load<i32>(indices + (<usize>i << 2)) * ld;
    let j = first;
    for (; j <= end - 4; j += 4) {
      const at = <usize>j << 3;
      let low = loadHalf(bytes, row, j, 0);
      let high = loadHalf(bytes, row, j, 1);
      if (mean != 0) {
        low = f64x2.sub(low, v128.load(mean + at));
        high = f64x2.sub(high, v128.load(mean + at, 16));
        low = f64x2.mul(low, low);
        high = f64x2.mul(high, high);
      }
      v128.store(to + at, f64x2.add(v128.load(to + at), low));
      v128.store(to + at, f64x2.add(v128.load(to + at, 16), high), 16);
    }
    for (; j < end; ++j) {
      const at = <usize>j << 3;
      let value = bytes ? <f64>load<u8>(row + <usize>j) : <f64>load<f32>(row + (<usize>j << 2));
      if (mean != 0) {
        value -= load<f64>(mean + at);
        value *= value;
      }
      store<f64>(to + at, load<f64>(to + at) + value);
    }
  }
  for (let p = to + (<usize>first << 3), last = to + (<usize>end << 3); p < last; p += 8) {
    store<f64>(p, load<f64>(p) / <f64>rows);
  }
}

/**
 * meanⱼ (f64) ← Σᵢ xᵢⱼ / rows and varianceⱼ (f64) ← Σᵢ (xᵢⱼ − meanⱼ)² / rows over the rows of x that `indices` (i32)
 * names; rows ≥ 1. A row has `columns` floats, or bytes, which count as byte / 255. Two passes, rows in their order.
 * Threads divide the columns.
 */
export function columnStatistics(
  x: usize, bytes: bool, indices: usize, rows: i32, columns: i32, mean: usize, variance: usize,
  thread: i32, threads: i32,
): void {
  const first = firstElement(columns, BLOCK, thread, threads);
  const end = firstElement(columns, BLOCK, thread + 1, threads);
  average(bytes, x, indices, rows, columns, 0, mean, first, end);
  average(bytes, x, indices, rows, columns, mean, variance, first, end);
  if (!bytes) return;
  for (let j = first; j < end; ++j) {
    const at = <usize>j << 3;
    store<f64>(mean + at, load<f64>(mean + at) / 255);
    store<f64>(variance + at, load<f64>(variance + at) / 65025);
  }
}
