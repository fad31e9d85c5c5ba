// A dense layer, y = h(z) with z = x·W + b: forward, and the two gradients. Each is one pass over a thread's own part
// of the result. Bias, activation, derivative and update are done while that part is in the cache. `thread`, `threads`
// and `claims` say which part that is: see share.ts.
import { activation, activationGradient } from './activations';
import { IDENTITY } from './generated/activations';
import { sgemm, sgemmWorkspace } from './gemm';
import { addColumnSums } from './reductions';
import { firstElement, firstOf, nextUnit } from './share';
import { MR, NR } from './tiles';

/**
 * Whether threads divide an m × n product by its columns. Each packs the whole of the operand that is not divided, so
 * that should be the smaller one. But there must be a panel for each thread.
 */
// @ts-ignore: decorator
@inline
function dividesColumns(m: i32, n: i32, threads: i32): bool {
  const rowPanels = (m + MR - 1) / MR;
  const columnPanels = (n + NR - 1) / NR;
  if (min(rowPanels, columnPanels) < threads) return columnPanels >= rowPanels;
  return n >= m;
}

/**
 * Parts in which threads compute a product. Each thread has several where that costs nothing: one that is held up
 * leaves some to the others. Rows would have the other operand packed again for each part.
 */
// @ts-ignore: decorator
@inline
function partsOf(m: i32, n: i32, threads: i32): i32 {
  if (threads == 1 || !dividesColumns(m, n, threads)) return threads;
  return min(4 * threads, (n + NR - 1) / NR);
}

/** y ← h(z) for a block of rows × columns whose rows lie `ld` bytes apart. */
export function activateBlock(
  kind: i32, slope: f32, z: usize, y: usize, rows: i32, columns: i32, ld: usize,
): void {
  if (kind == IDENTITY && y == z) return;
  for (let i = 0; i < rows; ++i, z += ld, y += ld) activation(kind, z, y, columns, slope);
}

/**
 * z ← x·W + b and y ← h(z). x is rows × inputs, W inputs × units, b units, z and y rows × units; y may be z.
 * `workspace`: sgemmWorkspace(rows, units, inputs) bytes for each thread, aligned to 64.
 */
export function denseForward(
  kind: i32, slope: f32, rows: i32, inputs: i32, units: i32,
  x: usize, w: usize, b: usize, z: usize, y: usize, workspace: usize, thread: i32, threads: i32, claims: usize,
): void {
  const ld = <usize>units << 2;
  const parts = partsOf(rows, units, threads);
  workspace += <usize>thread * sgemmWorkspace(rows, units, inputs);
  for (let p = nextUnit(-1, parts, thread, threads, claims); p >= 0; p = nextUnit(p, parts, thread, threads, claims)) {
    let i = 0, iEnd = rows, j = 0, jEnd = units;
    if (dividesColumns(rows, units, threads)) {
      j = firstElement(units, NR, p, parts);
      jEnd = firstElement(units, NR, p + 1, parts);
    } else {
      i = firstElement(rows, MR, p, parts);
      iEnd = firstElement(rows, MR, p + 1, parts);
    }
    const m = iEnd - i, n = jEnd - j;
    const column = <usize>j << 2;
    const begin = <usize>i * ld + column;
    for (let r = 0, to = z + begin; r < m; ++r, to += ld) memory.copy(to, b + column, <usize>n << 2);
    const xi = x + ((<usize>i * <usize>inputs) << 2);
    sgemm(false, false, m, n, inputs, 1, xi, inputs, w + column, units, 1, z + begin, units, workspace);
    activateBlock(kind, slope, z + begin, y + begin, m, n, ld);
  }
}

/**
 * y ← h(z) by a layer that is an activation alone; both rows × units, y may be z. Its gradient: denseOutputGradient.
 */
export function activate(
  kind: i32, slope: f32, rows: i32, units: i32, z: usize, y: usize, thread: i32, threads: i32,
): void {
  const first = firstOf(rows, thread, threads);
  const n = (firstOf(rows, thread + 1, threads) - first) * units;
  const begin = (<usize>first * <usize>units) << 2;
  activation(kind, z + begin, y + begin, n, slope);
}

/**
 * dz ← dy ∘ h′(z), given y = h(z): the gradient with respect to the last layer's weighted sums. All rows × units; dz
 * may be dy.
 */
export function denseOutputGradient(
  kind: i32, slope: f32, rows: i32, units: i32, z: usize, y: usize, dy: usize, dz: usize, thread: i32, threads: i32,
): void {
  const first = firstOf(rows, thread, threads);
  const n = (firstOf(rows, thread + 1, threads) - first) * units;
  const begin = (<usize>first * <usize>units) << 2;
  activationGradient(kind, z + begin, y + begin, dy + begin, dz + begin, n, slope);
}

/**
 * dx ← (dz·Wᵀ) ∘ h′(z): the gradient with respect to the weighted sums of the layer below. Its activation `kind` gave y
 * = h(z). dz is rows × units, W inputs × units; z, y and dx are rows × inputs. `workspace`: sgemmWorkspace(rows,
 * inputs, units) bytes for each thread, aligned to 64.
 */
export function denseInputGradient(
  kind: i32, slope: f32, rows: i32, inputs: i32, units: i32,
  dz: usize, w: usize, z: usize, y: usize, dx: usize, workspace: usize, thread: i32, threads: i32, claims: usize,
): void {
  const ld = <usize>inputs << 2;
  const parts = partsOf(rows, inputs, threads);
  workspace += <usize>thread * sgemmWorkspace(rows, inputs, units);
  for (let p = nextUnit(-1, parts, thread, threads, claims); p >= 0; p = nextUnit(p, parts, thread, threads, claims)) {
    let i = 0, iEnd = rows, j = 0, jEnd = inputs;
    if (dividesColumns(rows, inputs, threads)) {
      j = firstElement(inputs, NR, p, parts);
      jEnd = firstElement(inputs, NR, p + 1, parts);
    } else {
      i = firstElement(rows, MR, p, parts);
      iEnd = firstElement(rows, MR, p + 1, parts);
    }
    const m = iEnd - i, n = jEnd - j;
    const begin = <usize>i * ld + (<usize>j << 2);
    const dzi = dz + ((<usize>i * <usize>units) << 2);
    const wj = w + ((<usize>j * <usize>units) << 2);
    sgemm(false, true, m, n, units, 1, dzi, units, wj, units, 0, dx + begin, inputs, workspace);
    if (kind == IDENTITY) continue;
    let q = begin;
    for (let r = 0; r < m; ++r, q += ld) activationGradient(kind, z + q, y + q, dx + q, dx + q, n, slope);
  }
}

/**
 * dW ← α·xᵀ·dz + β·dW, and db ← α·Σ dz over the rows + β·db (lecture, section 4). β is 0 or 1. x is rows × inputs, dz
 * rows × units, dW inputs × units. With dW and db the parameters themselves, α = −learningRate and β = 1, it is a step
 * of gradient descent. `workspace`: sgemmWorkspace(inputs, units, rows) bytes for each thread, aligned to 64.
 */
export function denseWeightGradient(
  rows: i32, inputs: i32, units: i32, alpha: f32, beta: f32,
  x: usize, dz: usize, dw: usize, db: usize, workspace: usize, thread: i32, threads: i32,
): void {
  let i = 0, iEnd = inputs, j = 0, jEnd = units;
  if (dividesColumns(inputs, units, threads)) {
    j = firstElement(units, NR, thread, threads);
    jEnd = firstElement(units, NR, thread + 1, threads);
  } else {
    i = firstElement(inputs, MR, thread, threads);
    iEnd = firstElement(inputs, MR, thread + 1, threads);
  }
  const ld = <usize>units << 2;
  const column = <usize>j << 2;
  workspace += <usize>thread * sgemmWorkspace(inputs, units, rows);
  const xi = x + (<usize>i << 2);
  const dwij = dw + <usize>i * ld + column;
  sgemm(true, false, iEnd - i, jEnd - j, rows, alpha, xi, inputs, dz + column, units, beta, dwij, units, workspace);
  const first = firstElement(units, 4, thread, threads);
  const width = firstElement(units, 4, thread + 1, threads) - first;
  const bias = <usize>first << 2;
  addColumnSums(rows, width, alpha, dz + bias, ld, beta, db + bias);
}
