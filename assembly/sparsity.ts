// The third module of a build: a dense layer whose inputs, or whose gradient, are mostly zeros, as a ReLU leaves them.
// Only the elements that are not 0 are walked (non-zeros.ts lists them).
//
// The results are those of dense.ts, bit for bit. Each element is summed over ascending indices, block after block of KC.
// An accumulator that starts from 0 is not changed by ±0, and never is −0; only where products underflow, `relaxed` may
// leave a zero of the other sign. But 0·∞ is not 0: columns of a matrix that is not finite go to sgemm. So do columns that
// do not fill a panel, and all columns where few elements are 0.
//
// The dense operand is copied to a panel, KC rows of COLUMNS elements at a time, which stays in the L1 cache.
import { sgemmWorkspace } from './gemm';
import { IDENTITY } from './generated/activations';
import { madd } from './lanes';
import { COLUMNS, ENTRY, PANEL, blocksOf, isDense, nonZeroStride } from './non-zeros';
import { transpose4x4 } from './pack';
import { addColumnSums, sumI32 } from './reductions';
import { firstElement, nextUnit } from './share';
import { KC } from './tiles';

export { nonZeroList, nonZeroStride, nonZeroTranspose } from './non-zeros';

// The first module's, as the host hands them over.
// @ts-ignore: decorator
@external('env', 'sgemm')
declare function sgemm(
  transA: bool, transB: bool, m: i32, n: i32, k: i32,
  alpha: f32, a: usize, lda: i32, b: usize, ldb: i32, beta: f32, c: usize, ldc: i32, workspace: usize,
): void;
// @ts-ignore: decorator
@external('env', 'activation')
declare function activation(kind: i32, x: usize, y: usize, n: i32, slope: f32): void;
// @ts-ignore: decorator
@external('env', 'activationGradient')
declare function activationGradient(
  kind: i32, x: usize, y: usize, dy: usize, dx: usize, n: i32, slope: f32,
): void;

/** Whether no lane of two vectors of ±0 has become NaN. */
// @ts-ignore: decorator
@inline
function areZeros(some: v128, others: v128): bool {
  const sum = f32x4.add(some, others);
  return i8x16.bitmask(f32x4.ne(sum, sum)) == 0;
}

/** Copies n rows of a panel from rows `ld` bytes apart. Returns whether all of them are finite: then 0 times them is 0. */
function copyPanel(n: i32, from: usize, ld: usize, panel: usize): bool {
  const zero = f32x4.splat(0);
  let s0 = zero, s1 = zero, s2 = zero, s3 = zero;
  for (const end = panel + <usize>n * PANEL; panel < end; panel += PANEL, from += ld) {
    s0 = copyVector(from, panel, 0, s0);
    s1 = copyVector(from, panel, 16, s1);
    s2 = copyVector(from, panel, 32, s2);
    s3 = copyVector(from, panel, 48, s3);
    s0 = copyVector(from, panel, 64, s0);
    s1 = copyVector(from, panel, 80, s1);
    if (COLUMNS == 24) continue;
    s2 = copyVector(from, panel, 96, s2);
    s3 = copyVector(from, panel, 112, s3);
    if (COLUMNS == 32) continue;
    s0 = copyVector(from, panel, 128, s0);
    s1 = copyVector(from, panel, 144, s1);
    s2 = copyVector(from, panel, 160, s2);
    s3 = copyVector(from, panel, 176, s3);
    s0 = copyVector(from, panel, 192, s0);
    s1 = copyVector(from, panel, 208, s1);
    s2 = copyVector(from, panel, 224, s2);
    s3 = copyVector(from, panel, 240, s3);
  }
  return areZeros(f32x4.add(s0, s1), f32x4.add(s2, s3));
}

// @ts-ignore: decorator
@inline
function copyVector(from: usize, to: usize, at: usize, zeros: v128): v128 {
  const v = v128.load(from + at);
  v128.store(to + at, v);
  return madd(f32x4.splat(0), v, zeros);
}

/** The same from the transpose, COLUMNS rows of n elements. */
function copyTransposedPanel(n: i32, from: usize, ld: usize, panel: usize): bool {
  const zero = f32x4.splat(0);
  let s0 = zero, s1 = zero;
  for (const end = panel + PANEL; panel < end; panel += 16, from += ld << 2) {
    let p = from, to = panel, k = 0;
    for (; k <= n - 4; k += 4, p += 16, to += PANEL << 2) {
      transpose4x4(p, ld, to, PANEL);
      s0 = madd(zero, v128.load(p), s0);
      s1 = madd(zero, v128.load(p + ld), s1);
      s0 = madd(zero, v128.load(p + 2 * ld), s0);
      s1 = madd(zero, v128.load(p + 3 * ld), s1);
    }
    for (; k < n; ++k, p += 4, to += PANEL) {
      for (let i: usize = 0, q = p; i < 16; i += 4, q += ld) store<f32>(to + i, load<f32>(q));
      s0 = madd(zero, v128.load(to), s0);
    }
  }
  return areZeros(s0, s1);
}

/** COLUMNS floats at c ← α·Σ value · row of a panel over the entries p … end, plus those at `start` unless it is 0. */
// @ts-ignore: decorator
@inline
function multiplyRow(p: usize, end: usize, panel: usize, alpha: f32, start: usize, c: usize): void {
  let c0 = f32x4.splat(0), c1 = f32x4.splat(0), c2 = f32x4.splat(0), c3 = f32x4.splat(0);
  let c4 = f32x4.splat(0), c5 = f32x4.splat(0), c6 = f32x4.splat(0), c7 = f32x4.splat(0);
  let c8 = f32x4.splat(0), c9 = f32x4.splat(0), c10 = f32x4.splat(0), c11 = f32x4.splat(0);
  let c12 = f32x4.splat(0), c13 = f32x4.splat(0), c14 = f32x4.splat(0), c15 = f32x4.splat(0);
  for (; p < end; p += ENTRY) {
    const row = panel + <usize>load<u32>(p);
    const value = v128.load_splat<f32>(p, 4);
    c0 = madd(value, v128.load(row), c0);
    c1 = madd(value, v128.load(row, 16), c1);
    c2 = madd(value, v128.load(row, 32), c2);
    c3 = madd(value, v128.load(row, 48), c3);
    c4 = madd(value, v128.load(row, 64), c4);
    c5 = madd(value, v128.load(row, 80), c5);
    if (COLUMNS == 24) continue;
    c6 = madd(value, v128.load(row, 96), c6);
    c7 = madd(value, v128.load(row, 112), c7);
    if (COLUMNS == 32) continue;
    c8 = madd(value, v128.load(row, 128), c8);
    c9 = madd(value, v128.load(row, 144), c9);
    c10 = madd(value, v128.load(row, 160), c10);
    c11 = madd(value, v128.load(row, 176), c11);
    c12 = madd(value, v128.load(row, 192), c12);
    c13 = madd(value, v128.load(row, 208), c13);
    c14 = madd(value, v128.load(row, 224), c14);
    c15 = madd(value, v128.load(row, 240), c15);
  }
  // In two roundings, as sgemm.
  const scale = f32x4.splat(alpha);
  c0 = f32x4.mul(c0, scale), c1 = f32x4.mul(c1, scale), c2 = f32x4.mul(c2, scale), c3 = f32x4.mul(c3, scale);
  c4 = f32x4.mul(c4, scale), c5 = f32x4.mul(c5, scale), c6 = f32x4.mul(c6, scale), c7 = f32x4.mul(c7, scale);
  if (COLUMNS > 32) {
    c8 = f32x4.mul(c8, scale), c9 = f32x4.mul(c9, scale), c10 = f32x4.mul(c10, scale), c11 = f32x4.mul(c11, scale);
    c12 = f32x4.mul(c12, scale), c13 = f32x4.mul(c13, scale), c14 = f32x4.mul(c14, scale), c15 = f32x4.mul(c15, scale);
  }
  if (start != 0) {
    c0 = f32x4.add(c0, v128.load(start));
    c1 = f32x4.add(c1, v128.load(start, 16));
    c2 = f32x4.add(c2, v128.load(start, 32));
    c3 = f32x4.add(c3, v128.load(start, 48));
    c4 = f32x4.add(c4, v128.load(start, 64));
    c5 = f32x4.add(c5, v128.load(start, 80));
    if (COLUMNS > 24) {
      c6 = f32x4.add(c6, v128.load(start, 96));
      c7 = f32x4.add(c7, v128.load(start, 112));
    }
    if (COLUMNS > 32) {
      c8 = f32x4.add(c8, v128.load(start, 128));
      c9 = f32x4.add(c9, v128.load(start, 144));
      c10 = f32x4.add(c10, v128.load(start, 160));
      c11 = f32x4.add(c11, v128.load(start, 176));
      c12 = f32x4.add(c12, v128.load(start, 192));
      c13 = f32x4.add(c13, v128.load(start, 208));
      c14 = f32x4.add(c14, v128.load(start, 224));
      c15 = f32x4.add(c15, v128.load(start, 240));
    }
  }
  v128.store(c, c0);
  v128.store(c, c1, 16);
  v128.store(c, c2, 32);
  v128.store(c, c3, 48);
  v128.store(c, c4, 64);
  v128.store(c, c5, 80);
  if (COLUMNS == 24) return;
  v128.store(c, c6, 96);
  v128.store(c, c7, 112);
  if (COLUMNS == 32) return;
  v128.store(c, c8, 128);
  v128.store(c, c9, 144);
  v128.store(c, c10, 160);
  v128.store(c, c11, 176);
  v128.store(c, c12, 192);
  v128.store(c, c13, 208);
  v128.store(c, c14, 224);
  v128.store(c, c15, 240);
}

/**
 * COLUMNS columns of C ← start + α·X·op(B), with X a list of rows × k. `start` is a row that all rows start from, C
 * itself, or 0 for none; `ldb` and `ldc` are bytes. Returns false, with C not computed, where the columns of B are not
 * finite. (C is only written where its `start` is another.)
 */
function multiplyPanel(
  transB: bool, rows: i32, k: i32, counts: usize, entries: usize, alpha: f32, b: usize, ldb: usize,
  start: usize, c: usize, ldc: usize, panel: usize,
): bool {
  const stride = nonZeroStride(k);
  const blocks = blocksOf(k);
  const isInPlace = start == c;
  for (let block = 0; block < blocks; ++block) {
    const first = block * KC;
    const kc = min(KC, k - first);
    const isFinite = transB
      ? copyTransposedPanel(kc, b + (<usize>first << 2), ldb, panel)
      : copyPanel(kc, b + <usize>first * ldb, ldb, panel);
    if (!isFinite) return false;
    const base = panel - <usize>first * PANEL;
    let list = entries, count = counts, ci = c;
    for (let i = 0; i < rows; ++i, list += stride, ci += ldc) {
      const p = list + (block > 0 ? <usize>sumI32(count, block) * ENTRY : 0);
      const end = p + <usize>load<i32>(count + (<usize>block << 2)) * ENTRY;
      // Rows of C a power of two apart push each other out of the cache: their lines are fetched while the walk goes on.
      load<u32>(ci);
      load<u32>(ci, 64);
      if (COLUMNS > 32) load<u32>(ci, 128), load<u32>(ci, 192);
      multiplyRow(p, end, base, alpha, block > 0 || isInPlace ? ci : start, ci);
      count += <usize>blocks << 2;
    }
  }
  return true;
}

/** z (rows × width) ← b + x·W for columns of W, as denseForward. */
function forwardColumns(
  rows: i32, inputs: i32, units: i32, width: i32, x: usize, w: usize, b: usize, z: usize, workspace: usize,
): void {
  const ld = <usize>units << 2;
  for (let r = 0, to = z; r < rows; ++r, to += ld) memory.copy(to, b, <usize>width << 2);
  sgemm(false, false, rows, width, inputs, 1, x, inputs, w, units, 1, z, units, workspace);
}

/** Columns of a unit of work: a panel; or a thread's share of all, where that is left to sgemm. */
// @ts-ignore: decorator
@inline
function unitWidth(n: i32, isLeft: bool, threads: i32): i32 {
  return isLeft ? max(COLUMNS, ((n + threads * COLUMNS - 1) / (threads * COLUMNS)) * COLUMNS) : COLUMNS;
}

/**
 * denseForward, where x has a list. `workspace`: sgemmWorkspace(rows, units, inputs) bytes for each thread, aligned to
 * 64. There are at least COLUMNS units.
 */
export function sparseInputForward(
  kind: i32, slope: f32, rows: i32, inputs: i32, units: i32, counts: usize, entries: usize,
  x: usize, w: usize, b: usize, z: usize, y: usize, workspace: usize, thread: i32, threads: i32, claims: usize,
): void {
  const ld = <usize>units << 2;
  const isLeft = isDense(rows, inputs, counts);
  const step = unitWidth(units, isLeft, threads);
  const parts = (units + step - 1) / step;
  workspace += <usize>thread * sgemmWorkspace(rows, units, inputs);
  for (let u = nextUnit(-1, parts, thread, threads, claims); u >= 0; u = nextUnit(u, parts, thread, threads, claims)) {
    const width = min(step, units - u * step);
    const column = <usize>(u * step) << 2;
    const wj = w + column, bj = b + column;
    let zi = z + column;
    if (
      isLeft || width < COLUMNS ||
      !multiplyPanel(false, rows, inputs, counts, entries, 1, wj, ld, bj, zi, ld, workspace)
    ) forwardColumns(rows, inputs, units, width, x, wj, bj, zi, workspace);
    if (kind == IDENTITY && y == z) continue;
    let yi = y + column;
    for (let r = 0; r < rows; ++r, zi += ld, yi += ld) activation(kind, zi, yi, width, slope);
  }
}

/**
 * denseInputGradient, where dz has a list. `workspace`: sgemmWorkspace(rows, inputs, units) bytes for each thread,
 * aligned to 64. There are at least COLUMNS inputs.
 */
export function sparseGradientInputGradient(
  kind: i32, slope: f32, rows: i32, inputs: i32, units: i32, counts: usize, entries: usize,
  dz: usize, w: usize, z: usize, y: usize, dx: usize, workspace: usize, thread: i32, threads: i32, claims: usize,
): void {
  const ld = <usize>inputs << 2;
  const isLeft = isDense(rows, units, counts);
  const step = unitWidth(inputs, isLeft, threads);
  const parts = (inputs + step - 1) / step;
  workspace += <usize>thread * sgemmWorkspace(rows, inputs, units);
  for (let u = nextUnit(-1, parts, thread, threads, claims); u >= 0; u = nextUnit(u, parts, thread, threads, claims)) {
    const width = min(step, inputs - u * step);
    const wj = w + ((<usize>(u * step) * <usize>units) << 2);
    let q = <usize>(u * step) << 2;
    if (
      isLeft || width < COLUMNS ||
      !multiplyPanel(true, rows, units, counts, entries, 1, wj, <usize>units << 2, 0, dx + q, ld, workspace)
    ) sgemm(false, true, rows, width, units, 1, dz, units, wj, units, 0, dx + q, inputs, workspace);
    if (kind == IDENTITY) continue;
    for (let r = 0; r < rows; ++r, q += ld) activationGradient(kind, z + q, y + q, dx + q, dx + q, width, slope);
  }
}

/**
 * dW ← α·xᵀ·dz + β·dW, as denseWeightGradient, where xᵀ has a list of at most KC entries a row. β is 0 or 1.
 * `workspace`: sgemmWorkspace(inputs, units, rows) bytes for each thread, aligned to 64. There are at least COLUMNS units.
 */
export function sparseInputWeightGradient(
  rows: i32, inputs: i32, units: i32, counts: usize, entries: usize, alpha: f32, beta: f32,
  x: usize, dz: usize, dw: usize, workspace: usize, thread: i32, threads: i32, claims: usize,
): void {
  const ld = <usize>units << 2;
  const isLeft = isDense(inputs, rows, counts);
  const step = unitWidth(units, isLeft, threads);
  const parts = (units + step - 1) / step;
  workspace += <usize>thread * sgemmWorkspace(inputs, units, rows);
  for (let u = nextUnit(-1, parts, thread, threads, claims); u >= 0; u = nextUnit(u, parts, thread, threads, claims)) {
    const width = min(step, units - u * step);
    const column = <usize>(u * step) << 2;
    const dzj = dz + column, dwj = dw + column;
    const start: usize = beta == 0 ? 0 : dwj;
    if (
      isLeft || width < COLUMNS ||
      !multiplyPanel(false, inputs, rows, counts, entries, alpha, dzj, ld, start, dwj, ld, workspace)
    ) sgemm(true, false, inputs, width, rows, alpha, x, inputs, dzj, units, beta, dwj, units, workspace);
  }
}

/** db ← α·Σ dz over the rows + β·db, as denseWeightGradient. */
export function biasGradient(
  rows: i32, units: i32, alpha: f32, beta: f32, dz: usize, db: usize, thread: i32, threads: i32,
): void {
  const first = firstElement(units, 4, thread, threads);
  const width = firstElement(units, 4, thread + 1, threads) - first;
  const bias = <usize>first << 2;
  addColumnSums(rows, width, alpha, dz + bias, <usize>units << 2, beta, db + bias);
}
