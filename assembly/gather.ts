// Batches: the rows of a data set that a list of indices names, copied side by side.
import { firstOf } from './share';

/** Row r of x (rows × columns, f32) ← pixels of row indices[r] of `images` (columns × u8 a row), each divided by 255. */
export function gatherPixels(
  images: usize, indices: usize, x: usize, rows: i32, columns: i32, thread: i32, threads: i32,
): void {
  const scale = f32x4.splat(255);
  const first = firstOf(rows, thread, threads);
  const end = firstOf(rows, thread + 1, threads);
  indices += <usize>first << 2;
  x += (<usize>first * <usize>columns) << 2;
  for (let r = first; r < end; ++r, indices += 4) {
    let p = images + <usize>load<i32>(indices) * <usize>columns;
    let n = columns;
    for (; n >= 8; n -= 8, p += 8, x += 32) {
      const words = v128.load_ext<u8>(p);
      v128.store(x, f32x4.div(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(words)), scale));
      v128.store(x, f32x4.div(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(words)), scale), 16);
    }
    for (; n > 0; --n, ++p, x += 4) store<f32>(x, <f32>load<u8>(p) / 255);
  }
}

/** Row r of y (rows × `bytes`) ← row indices[r] of x, `bytes` a row. */
export function gatherRows(
  x: usize, indices: usize, y: usize, rows: i32, bytes: i32, thread: i32, threads: i32,
): void {
  const first = firstOf(rows, thread, threads);
  const end = firstOf(rows, thread + 1, threads);
  indices += <usize>first << 2;
  y += <usize>first * <usize>bytes;
  for (let r = first; r < end; ++r, indices += 4, y += bytes) {
    memory.copy(y, x + <usize>load<i32>(indices) * <usize>bytes, bytes);
  }
}
