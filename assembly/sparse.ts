// Products with a sparse left operand X (rows × k): only its non-zero elements are walked.
//
// X is a list of entries of 8 bytes, row after row: { u32 offset, f32 value }, offset = index · 96; and `starts`,
// (rows + 1) × u32: the entries before each row. The dense operand is copied, 24 columns at a time, to a panel whose
// rows are 96 bytes: the offset is where the row stands that the index selects, and a panel stays in the cache, which
// rows a power of two apart would be pushed out of. 24 columns are 6 accumulators: V8 12 and older (Node 20, 22) load
// all operands of a loop before they multiply, and spill registers from 8 accumulators on.
// Each element is summed over ascending indices in one accumulator.

// @ts-ignore: decorator
@inline
const ENTRY: usize = 8;
// @ts-ignore: decorator
@inline
const COLUMNS: i32 = 24;
// @ts-ignore: decorator
@inline
const PANEL: usize = <usize>COLUMNS << 2;

/** c + a·b, fused where the build is `relaxed`. */
// @ts-ignore: decorator
@inline
function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(c, f32x4.mul(a, b));
}

/**
 * Lists the non-zero pixels of the rows of `images` (columns × u8 a row) that `indices` (i32) selects, each as
 * pixel / 255. Returns the number of entries, or −1 as soon as there are more than `limit`: `entries` has room for
 * limit + columns, `starts` for rows + 1.
 */
export function sparsePixels(
  images: usize, indices: usize, rows: i32, columns: i32, limit: i32, starts: usize, entries: usize,
): i32 {
  let entry = entries;
  for (let r = 0; r < rows; ++r, indices += 4, starts += 4) {
    store<u32>(starts, <u32>((entry - entries) / ENTRY));
    const row = images + <usize>load<i32>(indices) * <usize>columns;
    let column = 0;
    for (; column <= columns - 16; column += 16) {
      const bytes = v128.load(row + <usize>column);
      let mask = ~i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(0))) & 0xffff;
      for (; mask != 0; mask &= mask - 1) {
        const at = column + ctz(mask);
        store<u32>(entry, <u32>at * <u32>PANEL);
        store<f32>(entry, <f32>load<u8>(row + <usize>at) / 255, 4);
        entry += ENTRY;
      }
    }
    for (; column < columns; ++column) {
      const pixel = load<u8>(row + <usize>column);
      if (pixel == 0) continue;
      store<u32>(entry, <u32>column * <u32>PANEL);
      store<f32>(entry, <f32>pixel / 255, 4);
      entry += ENTRY;
    }
    if ((entry - entries) / ENTRY > <usize>limit) return -1;
  }
  const count = (entry - entries) / ENTRY;
  store<u32>(starts, <u32>count);
  return <i32>count;
}

/**
 * Transposes a list of `rows` rows and `columns` columns. `newStarts` has columns + 1 elements, `newEntries` as many
 * as `entries`.
 */
export function sparseTranspose(
  rows: i32, columns: i32, starts: usize, entries: usize, newStarts: usize, newEntries: usize,
): void {
  const count = load<u32>(starts + (<usize>rows << 2));
  // Counts by column, then their running sum: where each column begins.
  memory.fill(newStarts, 0, (<usize>columns + 1) << 2);
  const end = entries + <usize>count * ENTRY;
  for (let p = entries; p < end; p += ENTRY) {
    const q = newStarts + (<usize>(load<u32>(p) / <u32>PANEL) << 2);
    store<u32>(q, load<u32>(q) + 1);
  }
  let before: u32 = 0;
  for (let c = 0, q = newStarts; c <= columns; ++c, q += 4) {
    const n = load<u32>(q);
    store<u32>(q, before);
    before += n;
  }
  // Each entry goes where its column's next one belongs; that moves the column's start to its end.
  for (let r = 0; r < rows; ++r) {
    const stop = entries + <usize>load<u32>(starts + (<usize>(r + 1) << 2)) * ENTRY;
    for (let p = entries + <usize>load<u32>(starts + (<usize>r << 2)) * ENTRY; p < stop; p += ENTRY) {
      const q = newStarts + (<usize>(load<u32>(p) / <u32>PANEL) << 2);
      const at = load<u32>(q);
      store<u32>(q, at + 1);
      const to = newEntries + <usize>at * ENTRY;
      store<u32>(to, <u32>r * <u32>PANEL);
      store<f32>(to, load<f32>(p, 4), 4);
    }
  }
  // So every start stands one column too early: move them back.
  memory.copy(newStarts + 4, newStarts, <usize>columns << 2);
  store<u32>(newStarts, 0);
}

/** Copies n rows of `width` (1 … 24) floats, `ld` bytes apart, to rows of 24; the rest of a narrower row is 0. */
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
    }
  } else {
    memory.fill(panel, 0, end - panel);
    for (; panel < end; panel += PANEL, from += ld) memory.copy(panel, from, <usize>width << 2);
  }
}

/**
 * 24 floats at c ← start + Σ value · row over the entries p … end; or, with `scaled`, start + α·Σ value · row. The rows
 * are those of a panel at `b`; or, with `direct`, those of a matrix there, `ld` bytes apart.
 */
// @ts-ignore: decorator
@inline
function multiplyRow(
  scaled: bool, direct: bool, p: usize, end: usize, b: usize, ld: usize, start: usize, alpha: f32, c: usize,
): void {
  let c0 = f32x4.splat(0), c1 = f32x4.splat(0), c2 = f32x4.splat(0);
  let c3 = f32x4.splat(0), c4 = f32x4.splat(0), c5 = f32x4.splat(0);
  if (!scaled) {
    c0 = v128.load(start);
    c1 = v128.load(start, 16);
    c2 = v128.load(start, 32);
    c3 = v128.load(start, 48);
    c4 = v128.load(start, 64);
    c5 = v128.load(start, 80);
  }
  for (; p < end; p += ENTRY) {
    const offset = <usize>load<u32>(p);
    const row = b + (direct ? (offset / PANEL) * ld : offset);
    const value = v128.load_splat<f32>(p, 4);
    c0 = madd(value, v128.load(row), c0);
    c1 = madd(value, v128.load(row, 16), c1);
    c2 = madd(value, v128.load(row, 32), c2);
    c3 = madd(value, v128.load(row, 48), c3);
    c4 = madd(value, v128.load(row, 64), c4);
    c5 = madd(value, v128.load(row, 80), c5);
  }
  if (scaled) {
    const a = f32x4.splat(alpha);
    c0 = madd(a, c0, v128.load(start));
    c1 = madd(a, c1, v128.load(start, 16));
    c2 = madd(a, c2, v128.load(start, 32));
    c3 = madd(a, c3, v128.load(start, 48));
    c4 = madd(a, c4, v128.load(start, 64));
    c5 = madd(a, c5, v128.load(start, 80));
  }
  v128.store(c, c0);
  v128.store(c, c1, 16);
  v128.store(c, c2, 32);
  v128.store(c, c3, 48);
  v128.store(c, c4, 64);
  v128.store(c, c5, 80);
}

/** Bytes of scratch memory that the products below need for a dense operand of k rows. */
export function sparseWorkspace(k: i32): usize {
  return <usize>(k + 2) * PANEL;
}

/**
 * C (rows × n) ← X·B + bias, with B k × n and bias n. `workspace`: sparseWorkspace(k) bytes, aligned to 16. Where X has
 * fewer entries than B rows, as a single image has, B is read where it lies: a copy would cost more than it saves.
 */
export function sparseForward(
  rows: i32, n: i32, k: i32, starts: usize, entries: usize, b: usize, bias: usize, c: usize, workspace: usize,
): void {
  const ld = <usize>n << 2;
  const biasRow = workspace;
  const edge = biasRow + PANEL;
  const panel = edge + PANEL;
  const isFew = load<u32>(starts + (<usize>rows << 2)) < <u32>k;
  for (; n > 0; n -= COLUMNS, b += PANEL, c += PANEL, bias += PANEL) {
    const width = min(n, COLUMNS);
    copyPanel(1, width, bias, ld, biasRow);
    let p = entries;
    if (isFew && width == COLUMNS) {
      for (let i = 0, s = starts + 4, ci = c; i < rows; ++i, s += 4, ci += ld) {
        const end = entries + <usize>load<u32>(s) * ENTRY;
        multiplyRow(false, true, p, end, b, ld, biasRow, 1, ci);
        p = end;
      }
      continue;
    }
    copyPanel(k, width, b, ld, panel);
    for (let i = 0, s = starts + 4, ci = c; i < rows; ++i, s += 4, ci += ld) {
      const end = entries + <usize>load<u32>(s) * ENTRY;
      multiplyRow(false, false, p, end, panel, 0, biasRow, 1, width == COLUMNS ? ci : edge);
      if (width < COLUMNS) memory.copy(ci, edge, <usize>width << 2);
      p = end;
    }
  }
}

/**
 * C (rows × n) ← C + α·X·B, with B k × n. Rows of X without entries leave theirs of C untouched.
 * `workspace`: sparseWorkspace(k) bytes, aligned to 16.
 */
export function sparseAccumulate(
  rows: i32, n: i32, k: i32, starts: usize, entries: usize, alpha: f32, b: usize, c: usize, workspace: usize,
): void {
  const ld = <usize>n << 2;
  const edge = workspace + PANEL;
  const panel = edge + PANEL;
  for (; n > 0; n -= COLUMNS, b += PANEL, c += PANEL) {
    const width = min(n, COLUMNS);
    copyPanel(k, width, b, ld, panel);
    let p = entries;
    for (let i = 0, s = starts + 4, ci = c; i < rows; ++i, s += 4, ci += ld) {
      const end = entries + <usize>load<u32>(s) * ENTRY;
      if (p == end) continue;
      if (width == COLUMNS) {
        multiplyRow(true, false, p, end, panel, 0, ci, alpha, ci);
      } else {
        copyPanel(1, width, ci, ld, edge);
        multiplyRow(true, false, p, end, panel, 0, edge, alpha, edge);
        memory.copy(ci, edge, <usize>width << 2);
      }
      p = end;
    }
  }
}
