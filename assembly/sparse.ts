// Products with a sparse left operand X (rows × k): only its non-zero elements are walked.
//
// X is a list of entries of 8 bytes for each row: { u32 offset, f32 value }, with offset = index · PANEL. Every row has
// room for all its elements (`stride` bytes), and `counts` (i32) says how many entries it has. The dense operand is
// copied, COLUMNS columns at a time, to a panel whose rows are PANEL bytes. So the offset is where the selected row
// stands. A panel stays in the cache; rows as far apart as those of a matrix would push each other out of it. COLUMNS are
// 8 accumulators: with fewer, a sum waits for its last addition. Each element is summed over ascending indices in one
// accumulator. Threads divide the panels.
import { activateBlock } from './dense';
import { loadTail, madd, storeTail } from './lanes';
import { addColumnSums, sumI32 } from './reductions';
import { firstElement, firstOf, nextUnit } from './share';

// @ts-ignore: decorator
@inline
const ENTRY: usize = 8;
// @ts-ignore: decorator
@inline
const COLUMNS: i32 = VECTOR_BITS == 256 ? 64 : 32;
// @ts-ignore: decorator
@inline
const PANEL: usize = <usize>COLUMNS << 2;

/**
 * Bytes from one row of a list to the next, with room for `columns` entries. They are an odd number of cache lines:
 * rows that are written in turn do not push each other out of the cache.
 */
export function sparseStride(columns: i32): usize {
  return ((((<usize>columns * ENTRY + 63) >> 6) | 1) << 6);
}

/** pixel / 255, rounded once: for all 256 pixels the product in double precision rounds as the quotient does. */
// @ts-ignore: decorator
@inline
function unitOf(pixel: u8): f32 {
  return <f32>(<f64>pixel * (1.0 / 255.0));
}

/** Images whose cache lines are asked for at once. */
// @ts-ignore: decorator
@inline
const TOUCHED: i32 = 16;

/**
 * Reads a byte of each cache line of the images first … end − 1, which are anywhere in a large data set: these loads
 * wait for memory together, those of the list one after the other. Their sum goes where a count will stand.
 */
function touchRows(images: usize, indices: usize, first: i32, end: i32, columns: i32, counts: usize): void {
  let sum = 0;
  for (let r = first; r < end; ++r) {
    const row = images + <usize>load<i32>(indices + (<usize>r << 2)) * <usize>columns;
    for (let column = 0; column < columns; column += 64) sum += load<u8>(row + <usize>column);
  }
  store<i32>(counts + (<usize>first << 2), sum);
}

/** Lists the non-zero pixels of the rows of `images` (columns × u8 a row) that `indices` (i32) selects, as pixel / 255. */
export function sparsePixels(
  images: usize, indices: usize, rows: i32, columns: i32, counts: usize, entries: usize, thread: i32, threads: i32,
): void {
  const stride = sparseStride(columns);
  const end = firstOf(rows, thread + 1, threads);
  for (let r = firstOf(rows, thread, threads), touched = r; r < end; ++r) {
    if (r == touched) {
      touched = min(r + TOUCHED, end);
      touchRows(images, indices, r, touched, columns, counts);
    }
    const begin = entries + <usize>r * stride;
    let entry = begin;
    const row = images + <usize>load<i32>(indices + (<usize>r << 2)) * <usize>columns;
    let column = 0;
    for (; column <= columns - 16; column += 16) {
      const bytes = v128.load(row + <usize>column);
      let mask = ~i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(0))) & 0xffff;
      for (; mask != 0; mask &= mask - 1) {
        const at = column + ctz(mask);
        store<u32>(entry, <u32>at * <u32>PANEL);
        store<f32>(entry, unitOf(load<u8>(row + <usize>at)), 4);
        entry += ENTRY;
      }
    }
    for (; column < columns; ++column) {
      const pixel = load<u8>(row + <usize>column);
      if (pixel == 0) continue;
      store<u32>(entry, <u32>column * <u32>PANEL);
      store<f32>(entry, unitOf(pixel), 4);
      entry += ENTRY;
    }
    store<i32>(counts + (<usize>r << 2), <i32>((entry - begin) / ENTRY));
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

/** Transposes a list of `rows` rows and `columns` columns to one of `columns` rows with room for `rows` entries each. */
export function sparseTranspose(
  rows: i32, columns: i32, counts: usize, entries: usize, newCounts: usize, newEntries: usize,
  thread: i32, threads: i32,
): void {
  const stride = sparseStride(columns);
  const newStride = sparseStride(rows);
  const first = firstOf(columns, thread, threads);
  const last = firstOf(columns, thread + 1, threads);
  memory.fill(newCounts + (<usize>first << 2), 0, <usize>(last - first) << 2);
  const stop = <u32>last * <u32>PANEL;
  for (let r = 0; r < rows; ++r, entries += stride) {
    const end = entries + <usize>load<i32>(counts + (<usize>r << 2)) * ENTRY;
    for (let p = lowerBound(entries, end, <u32>first * <u32>PANEL); p < end; p += ENTRY) {
      const offset = load<u32>(p);
      if (offset >= stop) break;
      const column = <usize>(offset / <u32>PANEL);
      const q = newCounts + (column << 2);
      const count = load<i32>(q);
      store<i32>(q, count + 1);
      const to = newEntries + column * newStride + <usize>count * ENTRY;
      store<u32>(to, <u32>r * <u32>PANEL);
      store<f32>(to, load<f32>(p, 4), 4);
    }
  }
}

/** Copies `width` floats, 1 to COLUMNS; those behind them, up to COLUMNS, become 0. */
// @ts-ignore: decorator
@inline
function copyRow(width: i32, from: usize, to: usize): void {
  for (const end = to + PANEL; to < end; to += 16, from += 16, width -= 4) {
    if (width >= 4) v128.store(to, v128.load(from));
    else v128.store(to, width > 0 ? loadTail(from, width, 0) : f32x4.splat(0));
  }
}

/** Stores the first `width` of COLUMNS floats. */
function storeRow(width: i32, from: usize, to: usize): void {
  for (; width >= 4; width -= 4, from += 16, to += 16) v128.store(to, v128.load(from));
  if (width > 0) storeTail(to, v128.load(from), width);
}

/** Copies n rows of `width` floats, `ld` bytes apart, to rows of COLUMNS; the rest of a narrower row is 0. */
function copyPanel(n: i32, width: i32, from: usize, ld: usize, panel: usize): void {
  const end = panel + <usize>n * PANEL;
  if (width == COLUMNS) {
    for (; panel < end; panel += PANEL, from += ld) {
      v128.store(panel, v128.load(from));
      v128.store(panel, v128.load(from, 16), 16);
      v128.store(panel, v128.load(from, 32), 32);
      v128.store(panel, v128.load(from, 48), 48);
      v128.store(panel, v128.load(from, 64), 64);
      v128.store(panel, v128.load(from, 80), 80);
      v128.store(panel, v128.load(from, 96), 96);
      v128.store(panel, v128.load(from, 112), 112);
      if (VECTOR_BITS == 256) {
        v128.store(panel, v128.load(from, 128), 128);
        v128.store(panel, v128.load(from, 144), 144);
        v128.store(panel, v128.load(from, 160), 160);
        v128.store(panel, v128.load(from, 176), 176);
        v128.store(panel, v128.load(from, 192), 192);
        v128.store(panel, v128.load(from, 208), 208);
        v128.store(panel, v128.load(from, 224), 224);
        v128.store(panel, v128.load(from, 240), 240);
      }
    }
  } else {
    for (; panel < end; panel += PANEL, from += ld) copyRow(width, from, panel);
  }
}

/**
 * z (n) ← b + Σ value · row over the entries from p to end, with rows of a matrix at `w`, `ld` bytes apart. Four rows
 * at a time are each read from end to end, which the hardware sees coming.
 */
function addRows(n: i32, p: usize, end: usize, w: usize, ld: usize, b: usize, z: usize): void {
  memory.copy(z, b, <usize>n << 2);
  for (; p + 3 * ENTRY < end; p += 4 * ENTRY) {
    const v0 = v128.load_splat<f32>(p, 4);
    const v1 = v128.load_splat<f32>(p, 12);
    const v2 = v128.load_splat<f32>(p, 20);
    const v3 = v128.load_splat<f32>(p, 28);
    let r0 = w + <usize>(load<u32>(p) / <u32>PANEL) * ld;
    let r1 = w + <usize>(load<u32>(p, 8) / <u32>PANEL) * ld;
    let r2 = w + <usize>(load<u32>(p, 16) / <u32>PANEL) * ld;
    let r3 = w + <usize>(load<u32>(p, 24) / <u32>PANEL) * ld;
    let c = z;
    let m = n;
    for (; m >= 4; m -= 4, c += 16, r0 += 16, r1 += 16, r2 += 16, r3 += 16) {
      let sum = madd(v0, v128.load(r0), v128.load(c));
      sum = madd(v1, v128.load(r1), sum);
      sum = madd(v2, v128.load(r2), sum);
      v128.store(c, madd(v3, v128.load(r3), sum));
    }
    if (m > 0) {
      let sum = madd(v0, loadTail(r0, m, 0), loadTail(c, m, 0));
      sum = madd(v1, loadTail(r1, m, 0), sum);
      sum = madd(v2, loadTail(r2, m, 0), sum);
      storeTail(c, madd(v3, loadTail(r3, m, 0), sum), m);
    }
  }
  for (; p < end; p += ENTRY) {
    const value = v128.load_splat<f32>(p, 4);
    let row = w + <usize>(load<u32>(p) / <u32>PANEL) * ld;
    let c = z;
    let m = n;
    for (; m >= 4; m -= 4, c += 16, row += 16) v128.store(c, madd(value, v128.load(row), v128.load(c)));
    if (m > 0) storeTail(c, madd(value, loadTail(row, m, 0), loadTail(c, m, 0)), m);
  }
}

/**
 * COLUMNS floats at c ← start + Σ value · row of a panel over the entries p … end; or, with `scaled`, start + α·Σ.
 *
 * V8 11 and 12 (Node 20, 22) move all loads of a straight piece of code to its beginning, and spill registers where
 * those of a whole row meet 8 accumulators. So an exit that is never taken divides the step.
 */
// @ts-ignore: decorator
@inline
function multiplyRow(
  scaled: bool, p: usize, end: usize, panel: usize, start: usize, alpha: f32, c: usize,
): void {
  let c0 = f32x4.splat(0), c1 = f32x4.splat(0), c2 = f32x4.splat(0);
  let c3 = f32x4.splat(0), c4 = f32x4.splat(0), c5 = f32x4.splat(0);
  let c6 = f32x4.splat(0), c7 = f32x4.splat(0);
  let c8 = f32x4.splat(0), c9 = f32x4.splat(0), c10 = f32x4.splat(0), c11 = f32x4.splat(0);
  let c12 = f32x4.splat(0), c13 = f32x4.splat(0), c14 = f32x4.splat(0), c15 = f32x4.splat(0);
  if (!scaled) {
    c0 = v128.load(start);
    c1 = v128.load(start, 16);
    c2 = v128.load(start, 32);
    c3 = v128.load(start, 48);
    c4 = v128.load(start, 64);
    c5 = v128.load(start, 80);
    c6 = v128.load(start, 96);
    c7 = v128.load(start, 112);
    if (VECTOR_BITS == 256) {
      c8 = v128.load(start, 128);
      c9 = v128.load(start, 144);
      c10 = v128.load(start, 160);
      c11 = v128.load(start, 176);
      c12 = v128.load(start, 192);
      c13 = v128.load(start, 208);
      c14 = v128.load(start, 224);
      c15 = v128.load(start, 240);
    }
  }
  for (; p < end; p += ENTRY) {
    const row = panel + <usize>load<u32>(p);
    const value = v128.load_splat<f32>(p, 4);
    c0 = madd(value, v128.load(row), c0);
    c1 = madd(value, v128.load(row, 16), c1);
    c2 = madd(value, v128.load(row, 32), c2);
    c3 = madd(value, v128.load(row, 48), c3);
    if (VECTOR_BITS == 128) if (row == 0) break; // Never: see above.
    c4 = madd(value, v128.load(row, 64), c4);
    c5 = madd(value, v128.load(row, 80), c5);
    c6 = madd(value, v128.load(row, 96), c6);
    c7 = madd(value, v128.load(row, 112), c7);
    if (VECTOR_BITS == 256) {
      c8 = madd(value, v128.load(row, 128), c8);
      c9 = madd(value, v128.load(row, 144), c9);
      c10 = madd(value, v128.load(row, 160), c10);
      c11 = madd(value, v128.load(row, 176), c11);
      c12 = madd(value, v128.load(row, 192), c12);
      c13 = madd(value, v128.load(row, 208), c13);
      c14 = madd(value, v128.load(row, 224), c14);
      c15 = madd(value, v128.load(row, 240), c15);
    }
  }
  if (scaled) {
    const a = f32x4.splat(alpha);
    c0 = madd(a, c0, v128.load(start));
    c1 = madd(a, c1, v128.load(start, 16));
    c2 = madd(a, c2, v128.load(start, 32));
    c3 = madd(a, c3, v128.load(start, 48));
    c4 = madd(a, c4, v128.load(start, 64));
    c5 = madd(a, c5, v128.load(start, 80));
    c6 = madd(a, c6, v128.load(start, 96));
    c7 = madd(a, c7, v128.load(start, 112));
    if (VECTOR_BITS == 256) {
      c8 = madd(a, c8, v128.load(start, 128));
      c9 = madd(a, c9, v128.load(start, 144));
      c10 = madd(a, c10, v128.load(start, 160));
      c11 = madd(a, c11, v128.load(start, 176));
      c12 = madd(a, c12, v128.load(start, 192));
      c13 = madd(a, c13, v128.load(start, 208));
      c14 = madd(a, c14, v128.load(start, 224));
      c15 = madd(a, c15, v128.load(start, 240));
    }
  }
  v128.store(c, c0);
  v128.store(c, c1, 16);
  v128.store(c, c2, 32);
  v128.store(c, c3, 48);
  v128.store(c, c4, 64);
  v128.store(c, c5, 80);
  v128.store(c, c6, 96);
  v128.store(c, c7, 112);
  if (VECTOR_BITS == 256) {
    v128.store(c, c8, 128);
    v128.store(c, c9, 144);
    v128.store(c, c10, 160);
    v128.store(c, c11, 176);
    v128.store(c, c12, 192);
    v128.store(c, c13, 208);
    v128.store(c, c14, 224);
    v128.store(c, c15, 240);
  }
}

/** Bytes of a matrix of k rows and n columns in panels. */
export function panelsBytes(k: i32, n: i32): usize {
  return <usize>((n + COLUMNS - 1) / COLUMNS) * <usize>k * PANEL;
}

/** Copies a matrix (k × n) to panels of COLUMNS columns, one behind the other; the last is filled with zeros. */
export function packPanels(k: i32, n: i32, matrix: usize, panels: usize): void {
  for (let j = 0; j < n; j += COLUMNS, matrix += PANEL, panels += <usize>k * PANEL) {
    copyPanel(k, min(n - j, COLUMNS), matrix, <usize>n << 2, panels);
  }
}

/** The way back from panels to a matrix (k × n). */
export function unpackPanels(k: i32, n: i32, panels: usize, matrix: usize): void {
  for (let j = 0; j < n; j += COLUMNS, matrix += PANEL) {
    const width = min(n - j, COLUMNS);
    for (let i = 0, to = matrix; i < k; ++i, panels += PANEL, to += <usize>n << 2) storeRow(width, panels, to);
  }
}

/** Bytes of scratch memory that each thread needs for the products below, with a dense operand of k rows. */
export function sparseWorkspace(k: i32): usize {
  return (<usize>(k + 2) * PANEL + 63) & ~63;
}

/**
 * z (rows × n) ← X·W + b and y ← h(z), with W k × n, in panels where `packed`, and b n; y may be z. `workspace`:
 * sparseWorkspace(k) bytes for each thread, aligned to 64. Where X has fewer entries than W has rows, as for a single
 * image, W is read where it lies. A copy would cost more than it saves.
 */
export function sparseForward(
  kind: i32, slope: f32, rows: i32, k: i32, n: i32, counts: usize, entries: usize, packed: bool,
  w: usize, b: usize, z: usize, y: usize, workspace: usize, thread: i32, threads: i32, claims: usize,
): void {
  const stride = sparseStride(k);
  const ld = <usize>n << 2;
  const bias = workspace + <usize>thread * sparseWorkspace(k);
  const edge = bias + PANEL;
  let panel = edge + PANEL;
  if (!packed && sumI32(counts, rows) < k) {
    const first = firstElement(n, COLUMNS, thread, threads);
    const width = firstElement(n, COLUMNS, thread + 1, threads) - first;
    const column = <usize>first << 2;
    let p = entries;
    let zi = z + column;
    for (let i = 0; i < rows; ++i, p += stride, zi += ld) {
      const end = p + <usize>load<i32>(counts + (<usize>i << 2)) * ENTRY;
      addRows(width, p, end, w + column, ld, b + column, zi);
    }
    return activateBlock(kind, slope, z + column, y + column, rows, width, ld);
  }
  const units = (n + COLUMNS - 1) / COLUMNS;
  for (let u = nextUnit(-1, units, thread, threads, claims); u >= 0; u = nextUnit(u, units, thread, threads, claims)) {
    const column = <usize>u * PANEL;
    const width = min(n - u * COLUMNS, COLUMNS);
    copyPanel(1, width, b + column, ld, bias);
    if (packed) panel = w + <usize>u * <usize>k * PANEL;
    else copyPanel(k, width, w + column, ld, panel);
    let p = entries;
    let zi = z + column;
    for (let i = 0; i < rows; ++i, p += stride, zi += ld) {
      const end = p + <usize>load<i32>(counts + (<usize>i << 2)) * ENTRY;
      multiplyRow(false, p, end, panel, bias, 1, width == COLUMNS ? zi : edge);
      if (width < COLUMNS) storeRow(width, edge, zi);
    }
    activateBlock(kind, slope, z + column, y + column, rows, width, ld);
  }
}

/**
 * dW (rows × n) ← α·Xᵀ·dz + β·dW and db (n) ← α·Σ dz + β·db, with β 0 or 1. The list is that of Xᵀ (rows × k), and dz
 * is k × n. dW is in panels where `packed`. With β = 1, rows without entries leave theirs of dW untouched. `workspace`:
 * sparseWorkspace(k) bytes for each thread, aligned to 64.
 */
export function sparseWeightGradient(
  rows: i32, k: i32, n: i32, counts: usize, entries: usize, packed: bool, alpha: f32, beta: f32,
  dz: usize, dw: usize, db: usize, workspace: usize, thread: i32, threads: i32, claims: usize,
): void {
  const stride = sparseStride(k);
  const ld = <usize>n << 2;
  const edge = workspace + <usize>thread * sparseWorkspace(k) + PANEL;
  const panel = edge + PANEL;
  const units = (n + COLUMNS - 1) / COLUMNS;
  for (let u = nextUnit(-1, units, thread, threads, claims); u >= 0; u = nextUnit(u, units, thread, threads, claims)) {
    const column = <usize>u * PANEL;
    const width = min(n - u * COLUMNS, COLUMNS);
    copyPanel(k, width, dz + column, ld, panel);
    addColumnSums(k, width, alpha, panel, PANEL, beta, db + column);
    // The part of dW's rows that this unit computes. In panels all of them are whole.
    const part = packed ? COLUMNS : width;
    const step = packed ? PANEL : ld;
    let p = entries;
    let dwi = packed ? dw + <usize>u * <usize>rows * PANEL : dw + column;
    for (let i = 0; i < rows; ++i, p += stride, dwi += step) {
      if (beta == 0) memory.fill(dwi, 0, <usize>part << 2);
      const end = p + <usize>load<i32>(counts + (<usize>i << 2)) * ENTRY;
      if (p == end) continue;
      if (part == COLUMNS) {
        multiplyRow(true, p, end, panel, dwi, alpha, dwi);
      } else {
        copyPanel(1, part, dwi, step, edge);
        multiplyRow(true, p, end, panel, edge, alpha, edge);
        storeRow(part, edge, dwi);
      }
    }
  }
}
