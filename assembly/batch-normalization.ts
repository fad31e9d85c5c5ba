// Batch normalisation (Ioffe & Szegedy, "Batch normalization: accelerating deep network training by reducing internal
// covariate shift", 2015), with the definitions of PyTorch 1.13's BatchNorm1d.
//
// Matrices are rows × columns, row-major without gaps; vectors have an element for each column. Threads divide the
// columns. Rows are walked as they lie in memory, with sums in vectors that stay in the cache. Walking down a column
// would not do: elements a power of two apart push each other out of it.
import { accumulatePart, loadPart, madd, storePart } from './lanes';
import { firstElement } from './share';

/** Columns that threads do not divide: a cache line. */
// @ts-ignore: decorator
@inline
const BLOCK: i32 = 16;

/** Byte offset of the first column that `thread` computes. */
// @ts-ignore: decorator
@inline
function columnOf(columns: i32, thread: i32, threads: i32): usize {
  return <usize>firstElement(columns, BLOCK, thread, threads) << 2;
}

/** sum ← sum + (x − shift). */
// @ts-ignore: decorator
@inline
function addDifference(n: i32, x: usize, shift: usize, sum: usize): void {
  storePart(sum, f32x4.add(loadPart(sum, n), f32x4.sub(loadPart(x, n), loadPart(shift, n))), n);
}

/** sum ← sum + (x − mean)². */
// @ts-ignore: decorator
@inline
function addSquare(n: i32, x: usize, mean: usize, sum: usize): void {
  const difference = f32x4.sub(loadPart(x, n), loadPart(mean, n));
  storePart(sum, madd(difference, difference, loadPart(sum, n)), n);
}

/**
 * mean ← Σᵢ xᵢ / rows and variance ← Σᵢ (xᵢ − mean)² / rows, in two passes; rows ≥ 1. The first sums differences from the
 * first row, so that no digits are lost where the mean is large beside the deviation.
 */
export function batchStatistics(
  x: usize, rows: i32, columns: i32, mean: usize, variance: usize, thread: i32, threads: i32,
): void {
  const first = columnOf(columns, thread, threads);
  const bytes = columnOf(columns, thread + 1, threads) - first;
  const ld = <usize>columns << 2;
  const n = f32x4.splat(<f32>rows);
  x += first;
  mean += first;
  variance += first;
  memory.fill(mean, 0, bytes);
  memory.fill(variance, 0, bytes);
  for (let i = 1, p = x + ld; i < rows; ++i, p += ld) {
    let j: usize = 0;
    for (; j + 16 <= bytes; j += 16) addDifference(4, p + j, x + j, mean + j);
    if (j < bytes) addDifference(<i32>(bytes - j) >> 2, p + j, x + j, mean + j);
  }
  for (let j: usize = 0; j < bytes; j += 16) {
    const part = <i32>(bytes - j) >> 2;
    storePart(mean + j, f32x4.add(loadPart(x + j, part), f32x4.div(loadPart(mean + j, part), n)), part);
  }
  for (let i = 0, p = x; i < rows; ++i, p += ld) {
    let j: usize = 0;
    for (; j + 16 <= bytes; j += 16) addSquare(4, p + j, mean + j, variance + j);
    if (j < bytes) addSquare(<i32>(bytes - j) >> 2, p + j, mean + j, variance + j);
  }
  for (let j: usize = 0; j < bytes; j += 16) {
    const part = <i32>(bytes - j) >> 2;
    storePart(variance + j, f32x4.div(loadPart(variance + j, part), n), part);
  }
}

// @ts-ignore: decorator
@inline
function normalize(n: i32, x: usize, y: usize, gamma: usize, beta: usize, mean: usize, inverse: usize): void {
  const xhat = f32x4.mul(f32x4.sub(loadPart(x, n), loadPart(mean, n)), loadPart(inverse, n));
  storePart(y, madd(xhat, loadPart(gamma, n), loadPart(beta, n)), n);
}

/**
 * inverse ← 1 / √(variance + epsilon) and y ← γ·x̂ + β with x̂ = (x − mean)·inverse; y may be x. Mean and variance are
 * the batch's in training, the running ones in inference.
 */
export function batchNormalization(
  x: usize, y: usize, rows: i32, columns: i32, gamma: usize, beta: usize, mean: usize, variance: usize,
  epsilon: f32, inverse: usize, thread: i32, threads: i32,
): void {
  const first = columnOf(columns, thread, threads);
  const end = columnOf(columns, thread + 1, threads);
  const ld = <usize>columns << 2;
  for (let j = first; j < end; j += 16) {
    const part = <i32>(end - j) >> 2;
    const deviation = f32x4.sqrt(f32x4.add(loadPart(variance + j, part), f32x4.splat(epsilon)));
    storePart(inverse + j, f32x4.div(f32x4.splat(1), deviation), part);
  }
  for (let i = 0; i < rows; ++i, x += ld, y += ld) {
    let j = first;
    for (; j + 16 <= end; j += 16) normalize(4, x + j, y + j, gamma + j, beta + j, mean + j, inverse + j);
    if (j < end) normalize(<i32>(end - j) >> 2, x + j, y + j, gamma + j, beta + j, mean + j, inverse + j);
  }
}

/** sum ← sum + dy and product ← product + dy·(x − mean). */
// @ts-ignore: decorator
@inline
function addGradient(n: i32, x: usize, dy: usize, mean: usize, sum: usize, product: usize): void {
  const d = loadPart(dy, n);
  storePart(sum, f32x4.add(loadPart(sum, n), d), n);
  storePart(product, madd(d, f32x4.sub(loadPart(x, n), loadPart(mean, n)), loadPart(product, n)), n);
}

/** dx ← scale·(dy − shift − slope·(x − mean)). */
// @ts-ignore: decorator
@inline
function inputGradient(
  n: i32, x: usize, dy: usize, dx: usize, mean: usize, shift: usize, slope: usize, scale: usize,
): void {
  const difference = f32x4.sub(loadPart(mean, n), loadPart(x, n));
  const centred = f32x4.sub(loadPart(dy, n), loadPart(shift, n));
  storePart(dx, f32x4.mul(loadPart(scale, n), madd(difference, loadPart(slope, n), centred)), n);
}

/**
 * dγ ← Σᵢ dy·x̂ + accumulate·dγ, dβ ← Σᵢ dy + accumulate·dβ, and
 * dx ← γ·inverse·(dy − Σᵢ dy / rows − x̂·Σᵢ dy·x̂ / rows), with the batch's own mean and inverse; `accumulate` is 0 or 1,
 * dx may be dy. `workspace`: 3 · columns floats.
 */
export function batchNormalizationGradient(
  x: usize, dy: usize, dx: usize, rows: i32, columns: i32, gamma: usize, mean: usize, inverse: usize,
  accumulate: f32, dGamma: usize, dBeta: usize, workspace: usize, thread: i32, threads: i32,
): void {
  const first = columnOf(columns, thread, threads);
  const end = columnOf(columns, thread + 1, threads);
  const ld = <usize>columns << 2;
  const n = f32x4.splat(<f32>rows);
  const shift = workspace;
  const slope = workspace + ld;
  const scale = slope + ld;
  memory.fill(shift + first, 0, end - first);
  memory.fill(slope + first, 0, end - first);
  for (let i = 0, p = x, q = dy; i < rows; ++i, p += ld, q += ld) {
    let j = first;
    for (; j + 16 <= end; j += 16) addGradient(4, p + j, q + j, mean + j, shift + j, slope + j);
    if (j < end) addGradient(<i32>(end - j) >> 2, p + j, q + j, mean + j, shift + j, slope + j);
  }
  for (let j = first; j < end; j += 16) {
    const part = <i32>(end - j) >> 2;
    const inverses = loadPart(inverse + j, part);
    const sum = loadPart(shift + j, part);
    const product = f32x4.mul(loadPart(slope + j, part), inverses);
    accumulatePart(dBeta + j, sum, part, accumulate);
    accumulatePart(dGamma + j, product, part, accumulate);
    storePart(shift + j, f32x4.div(sum, n), part);
    storePart(slope + j, f32x4.div(f32x4.mul(product, inverses), n), part);
    storePart(scale + j, f32x4.mul(loadPart(gamma + j, part), inverses), part);
  }
  for (let i = 0; i < rows; ++i, x += ld, dy += ld, dx += ld) {
    let j = first;
    for (; j + 16 <= end; j += 16) {
      inputGradient(4, x + j, dy + j, dx + j, mean + j, shift + j, slope + j, scale + j);
    }
    if (j < end) {
      inputGradient(<i32>(end - j) >> 2, x + j, dy + j, dx + j, mean + j, shift + j, slope + j, scale + j);
    }
  }
}

/**
 * runningMean ← (1 − momentum)·runningMean + momentum·mean, and runningVariance likewise with the unbiased variance,
 * variance·rows / (rows − 1); rows ≥ 2. The float at `batches` counts the calls. A call of its own, so that a batch whose loss is not finite leaves no trace, and
 * a forward pass can be repeated.
 */
export function updateRunningStatistics(
  rows: i32, columns: i32, momentum: f32, mean: usize, variance: usize, runningMean: usize,
  runningVariance: usize, batches: usize, thread: i32, threads: i32,
): void {
  if (thread == 0) store<f32>(batches, load<f32>(batches) + 1);
  const end = columnOf(columns, thread + 1, threads);
  const kept = f32x4.splat(1 - momentum);
  const weight = f32x4.splat(momentum);
  const unbiased = f32x4.splat(momentum * (<f32>rows / <f32>(rows - 1)));
  for (let j = columnOf(columns, thread, threads); j < end; j += 16) {
    const part = <i32>(end - j) >> 2;
    const oldMean = f32x4.mul(kept, loadPart(runningMean + j, part));
    storePart(runningMean + j, madd(weight, loadPart(mean + j, part), oldMean), part);
    const oldVariance = f32x4.mul(kept, loadPart(runningVariance + j, part));
    storePart(runningVariance + j, madd(unbiased, loadPart(variance + j, part), oldVariance), part);
  }
}
