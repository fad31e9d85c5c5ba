// Lists of the elements of a matrix that are not 0, for the products of sparsity.ts.
//
// A matrix (rows × columns) becomes a list of entries of 8 bytes for each row, { u32 offset, f32 value }, with offset =
// column · PANEL: where the selected row of a panel stands. Every row has room for all its elements (`nonZeroStride`
// bytes). `counts` (i32) says how many entries each block of KC columns has, row by row.
import { sumI32 } from './reductions';
import { firstOf } from './share';
import { KC } from './tiles';

// @ts-ignore: decorator
@inline
export const ENTRY: usize = 8;
/** Of a panel: eight accumulators, of 128 or 256 bits, or six where V8 11 and 12 compute, which spill more. */
// @ts-ignore: decorator
@inline
export const COLUMNS: i32 = VECTOR_BITS == 256 ? 64 : ASC_FEATURE_RELAXED_SIMD ? 32 : 24;
/** Bytes of a panel's row. */
// @ts-ignore: decorator
@inline
export const PANEL: usize = <usize>COLUMNS << 2;

/**
 * Share of elements that are not 0 above which sgemm is faster. Measured for 100 × 512 × 512: both take equally long at
 * 0.7 in `relaxed` (Node 24) and at 0.55 in `simd` (Node 20). In a training, `simd` loses at 0.48, and so do vectors of 256
 * bits: they double the speed of sgemm, not that of the cache in which a panel stays.
 */
// @ts-ignore: decorator
@inline
const MAX_DENSITY: f64 = ASC_FEATURE_RELAXED_SIMD && VECTOR_BITS == 128 ? 0.65 : 0.42;

/** Blocks of KC columns. */
// @ts-ignore: decorator
@inline
export function blocksOf(columns: i32): i32 {
  return (columns + KC - 1) / KC;
}

/** Bytes from one row of a list to the next: an odd number of cache lines, with room for `columns` entries. */
export function nonZeroStride(columns: i32): usize {
  return ((((<usize>columns * ENTRY + 63) >> 6) | 1) << 6);
}

/** Stores the element at x as an entry of a list; returns where the next goes, which is here if it is 0. */
// @ts-ignore: decorator
@inline
function listElement(x: usize, offset: u32, entry: usize): usize {
  const value = load<f32>(x);
  store<u32>(entry, offset);
  store<f32>(entry, value, 4);
  return entry + (<usize>(value != 0) << 3);
}

/** Lists the elements of x (rows × columns) that are not 0. */
export function nonZeroList(
  rows: i32, columns: i32, x: usize, counts: usize, entries: usize, thread: i32, threads: i32,
): void {
  const stride = nonZeroStride(columns);
  const first = firstOf(rows, thread, threads);
  const end = firstOf(rows, thread + 1, threads);
  x += (<usize>first * <usize>columns) << 2;
  counts += (<usize>first * <usize>blocksOf(columns)) << 2;
  for (let r = first; r < end; ++r) {
    let entry = entries + <usize>r * stride;
    for (let column = 0; column < columns; ) {
      const begin = entry;
      const stop = min(columns, column + KC);
      let offset = <u32>column * <u32>PANEL;
      // Without branches: which element is 0 cannot be foreseen.
      for (; column <= stop - 4; column += 4, x += 16, offset += 4 * <u32>PANEL) {
        entry = listElement(x, offset, entry);
        entry = listElement(x + 4, offset + <u32>PANEL, entry);
        entry = listElement(x + 8, offset + 2 * <u32>PANEL, entry);
        entry = listElement(x + 12, offset + 3 * <u32>PANEL, entry);
      }
      for (; column < stop; ++column, x += 4, offset += <u32>PANEL) entry = listElement(x, offset, entry);
      store<i32>(counts, <i32>((entry - begin) / ENTRY));
      counts += 4;
    }
  }
}

/** The first entry among p … end whose offset is not below `offset`. */
function lowerBound(p: usize, end: usize, offset: u32): usize {
  while (p < end) {
    const middle = p + ((end - p) / ENTRY / 2) * ENTRY;
    if (load<u32>(middle) < offset) p = middle + ENTRY;
    else end = middle;
  }
  return p;
}

/**
 * Transposes a list of at most KC rows to one of `columns` rows with room for `rows` entries each. One that is left to
 * sgemm is not worth it: it is only said to be full.
 */
export function nonZeroTranspose(
  rows: i32, columns: i32, counts: usize, entries: usize, newCounts: usize, newEntries: usize,
  thread: i32, threads: i32,
): void {
  const stride = nonZeroStride(columns);
  const newStride = nonZeroStride(rows);
  const blocks = blocksOf(columns);
  const first = firstOf(columns, thread, threads);
  const last = firstOf(columns, thread + 1, threads);
  if (isDense(rows, columns, counts)) {
    for (let column = first; column < last; ++column) store<i32>(newCounts + (<usize>column << 2), rows);
    return;
  }
  memory.fill(newCounts + (<usize>first << 2), 0, <usize>(last - first) << 2);
  for (let r = 0; r < rows; ++r, entries += stride, counts += <usize>blocks << 2) {
    const end = entries + <usize>sumI32(counts, blocks) * ENTRY;
    const stop = lowerBound(entries, end, <u32>last * <u32>PANEL);
    for (let p = lowerBound(entries, stop, <u32>first * <u32>PANEL); p < stop; p += ENTRY) {
      const column = <usize>(load<u32>(p) / <u32>PANEL);
      const q = newCounts + (column << 2);
      const count = load<i32>(q);
      store<i32>(q, count + 1);
      const to = newEntries + column * newStride + <usize>count * ENTRY;
      store<u32>(to, <u32>r * <u32>PANEL);
      store<f32>(to, load<f32>(p, 4), 4);
    }
  }
}

/** Whether a list has so many entries that sgemm is faster. */
export function isDense(rows: i32, columns: i32, counts: usize): bool {
  return <f64>sumI32(counts, rows * blocksOf(columns)) > MAX_DENSITY * <f64>rows * <f64>columns;
}
