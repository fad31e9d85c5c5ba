// The losses of a batch, row by row, with their gradients with respect to the network's output and the count of right
// answers.
//
// Row i of the batch is sample s = indices[i] (i32) of the data set, or s = i where `indices` is 0. What it is measured
// against is labels[s] (i32) or row s of `targets` (f32): the host has checked both.
//
// A sample's weight is wₛ = sampleWeights[s]·classWeights[labels[s]] (f32), each 1 where its pointer is 0. The mean
// loss of the batch is Σ wₛ·lₛ / W, and 0, with a gradient of 0, where W is 0. W = Σ sampleWeights[s], as PyTorch 1.13
// has it; cross-entropy with labels alone counts the class weights as well: W = Σ wₛ. losses[i] (f64) ← wₛ·lₛ; thread
// 0 stores W (f64) at `total`. Every thread sums W itself, over all rows in order: that costs less than another pass.
//
// Outputs that are not finite are no answer, and so no hit.
import { BINARY_CROSS_ENTROPY, HINGE, MEAN_ABSOLUTE_ERROR, MEAN_SQUARED_ERROR } from './generated/loss-kinds';
import { logF64, sigmoid4, softplus4 } from './math';
import { loadTail, storeTail } from './lanes';
import { argmaxRow, classOf } from './reductions';
import { firstOf } from './share';
import { divideRow, expRow, rowMax } from './softmax';

/** The sample that row i of the batch is. */
// @ts-ignore: decorator
@inline
export function sampleOf(indices: usize, i: i32): usize {
  return <usize>(indices == 0 ? i : load<i32>(indices + (<usize>i << 2)));
}

function weightOf(sampleWeights: usize, classWeights: usize, labels: usize, sample: usize): f64 {
  let w: f64 = 1;
  if (sampleWeights != 0) w = load<f32>(sampleWeights + (sample << 2));
  if (classWeights != 0) w *= load<f32>(classWeights + (<usize>load<i32>(labels + (sample << 2)) << 2));
  return w;
}

/** W of the batch, which thread 0 stores at `total`. */
function sumWeights(
  sampleWeights: usize, classWeights: usize, labels: usize, indices: usize, rows: i32, total: usize, thread: i32,
): f64 {
  let sum: f64 = rows;
  if ((sampleWeights | classWeights) != 0) {
    sum = 0;
    for (let i = 0; i < rows; ++i) sum += weightOf(sampleWeights, classWeights, labels, sampleOf(indices, i));
  }
  if (thread == 0) store<f64>(total, sum);
  return sum;
}

/**
 * Cross-entropy with labels, all weights 1, for each row of x (rows × columns). losses[i] (f64) ← −log
 * softmax(xᵢ)[label] = log Σ exp(xⱼ − max) − (x[label] − max), the logarithm in f64. hits[i] (i32) ← 1 where the
 * label's element is the largest, else 0. dx ← (softmax(x) − onehot(label)) / rows; dx may be x.
 */
export function softmaxCrossEntropy(
  x: usize, labels: usize, indices: usize, losses: usize, hits: usize, dx: usize, rows: i32, columns: i32,
  thread: i32, threads: i32,
): void {
  const row = <usize>columns << 2;
  const end = firstOf(rows, thread + 1, threads);
  for (let i = firstOf(rows, thread, threads); i < end; ++i) {
    const xi = x + <usize>i * row;
    const dxi = dx + <usize>i * row;
    const label = load<i32>(labels + (sampleOf(indices, i) << 2));
    const at = <usize>label << 2;
    store<i32>(hits + (<usize>i << 2), i32(classOf(xi, columns) == label));
    const shift = rowMax(xi, columns);
    const margin = <f64>load<f32>(xi + at) - <f64>shift;
    const sum = expRow(xi, dxi, columns, shift);
    store<f64>(losses + (<usize>i << 3), f64x2.extract_lane(logF64(f64x2.splat(<f64>sum)), 0) - margin);
    divideRow(dxi, columns, sum * <f32>rows);
    store<f32>(dxi + at, load<f32>(dxi + at) - 1 / <f32>rows);
  }
}

/**
 * aⱼ = cⱼ·((1 − smoothing)·qⱼ + smoothing / columns), with class weights c. q is the row's distribution: `target`, or 1
 * at `label` where `target` is 0.
 */
function smoothed(target: usize, label: i32, classWeights: usize, smoothing: f64, columns: i32, j: i32): f64 {
  const at = <usize>j << 2;
  const q: f64 = target != 0 ? <f64>load<f32>(target + at) : <f64>(j == label);
  const a = (1 - smoothing) * q + smoothing / <f64>columns;
  return classWeights == 0 ? a : a * <f64>load<f32>(classWeights + at);
}

/**
 * Cross-entropy with all its options: l = −Σⱼ aⱼ·log softmax(xᵢ)ⱼ, see `smoothed`; dx ← w/W·(softmax(x)·Σ a − a).
 * `labels` is 0 where the distributions are in `targets` (samples × columns), else `targets` is. With labels the class
 * weight of the label counts in W, with distributions only the sample's weight: PyTorch 1.13, CrossEntropyLoss. A hit
 * is a row whose largest element stands at the label, or where the distribution's largest does. dx may be x.
 */
export function weightedCrossEntropy(
  x: usize, labels: usize, targets: usize, indices: usize, sampleWeights: usize, classWeights: usize, smoothing: f64,
  losses: usize, total: usize, hits: usize, dx: usize, rows: i32, columns: i32, thread: i32, threads: i32,
): void {
  const counted: usize = labels == 0 ? 0 : classWeights;
  const weightSum = sumWeights(sampleWeights, counted, labels, indices, rows, total, thread);
  const row = <usize>columns << 2;
  const end = firstOf(rows, thread + 1, threads);
  for (let i = firstOf(rows, thread, threads); i < end; ++i) {
    const xi = x + <usize>i * row;
    const dxi = dx + <usize>i * row;
    const sample = sampleOf(indices, i);
    const target = labels == 0 ? targets + sample * row : 0;
    const label = labels == 0 ? argmaxRow(target, columns) : load<i32>(labels + (sample << 2));
    store<i32>(hits + (<usize>i << 2), i32(classOf(xi, columns) == label));
    const shift = rowMax(xi, columns);
    let mass: f64 = 0;
    let score: f64 = 0;
    for (let j = 0; j < columns; ++j) {
      const a = smoothed(target, label, classWeights, smoothing, columns, j);
      mass += a;
      score += a * (<f64>load<f32>(xi + (<usize>j << 2)) - <f64>shift);
    }
    const sum: f64 = expRow(xi, dxi, columns, shift);
    const w = weightOf(sampleWeights, 0, 0, sample);
    store<f64>(losses + (<usize>i << 3), w * (mass * f64x2.extract_lane(logF64(f64x2.splat(sum)), 0) - score));
    const scale: f64 = weightSum > 0 ? w / weightSum : 0;
    for (let j = 0; j < columns; ++j) {
      const at = dxi + (<usize>j << 2);
      const a = smoothed(target, label, classWeights, smoothing, columns, j);
      store<f32>(at, <f32>(scale * (mass / sum * <f64>load<f32>(at) - a)));
    }
  }
}

/** l(y, t) of four elements; for MEAN_SQUARED_ERROR y − t, which is squared in f64. */
// @ts-ignore: decorator
@inline
function elementLoss(kind: i32, y: v128, t: v128, delta: v128): v128 {
  const zero = f32x4.splat(0);
  if (kind == HINGE) return f32x4.max(f32x4.sub(f32x4.splat(1), f32x4.mul(t, y)), zero);
  if (kind == BINARY_CROSS_ENTROPY) {
    // max(y, 0) − y·t is 0 where t is 1 and y large: nothing cancels.
    const linear = f32x4.sub(f32x4.max(y, zero), f32x4.mul(y, t));
    return f32x4.add(linear, softplus4(f32x4.neg(f32x4.abs(y))));
  }
  const difference = f32x4.sub(y, t);
  if (kind == MEAN_SQUARED_ERROR) return difference;
  const distance = f32x4.abs(difference);
  if (kind == MEAN_ABSOLUTE_ERROR) return distance;
  const near = f32x4.min(distance, delta);
  return f32x4.mul(near, f32x4.sub(distance, f32x4.mul(near, f32x4.splat(0.5))));
}

/** ∂l/∂y of four elements; for MEAN_SQUARED_ERROR half of it. */
// @ts-ignore: decorator
@inline
function elementGradient(kind: i32, y: v128, t: v128, delta: v128): v128 {
  const zero = f32x4.splat(0), one = f32x4.splat(1);
  if (kind == HINGE) return v128.and(f32x4.neg(t), f32x4.lt(f32x4.mul(t, y), one));
  if (kind == BINARY_CROSS_ENTROPY) return f32x4.sub(sigmoid4(y), t);
  const difference = f32x4.sub(y, t);
  if (kind == MEAN_SQUARED_ERROR) return difference;
  if (kind == MEAN_ABSOLUTE_ERROR) {
    return f32x4.sub(v128.and(one, f32x4.gt(difference, zero)), v128.and(one, f32x4.lt(difference, zero)));
  }
  return f32x4.max(f32x4.min(difference, delta), f32x4.neg(delta));
}

/** sum (two f64) + l of the first two lanes, or l² for MEAN_SQUARED_ERROR. */
// @ts-ignore: decorator
@inline
function addLosses(kind: i32, sum: v128, losses: v128): v128 {
  const l = f64x2.promote_low_f32x4(losses);
  return f64x2.add(sum, kind == MEAN_SQUARED_ERROR ? f64x2.mul(l, l) : l);
}

/**
 * A loss that is a mean over the outputs too: l = Σⱼ l(yᵢⱼ, tᵢⱼ) and dy ← w/(W·columns)·∂l/∂y. The host divides Σ w·l
 * by W·columns. y is rows × columns; dy may be y.
 *
 * - MEAN_SQUARED_ERROR: (y − t)².
 * - MEAN_ABSOLUTE_ERROR: |y − t|; the derivative at 0 is 0. PyTorch 1.13, L1Loss.
 * - HUBER: (y − t)²/2 where |y − t| ≤ delta, else delta·(|y − t| − delta/2). PyTorch 1.13, HuberLoss.
 * - BINARY_CROSS_ENTROPY, of logits y: max(y, 0) − y·t + log(1 + exp(−|y|)). PyTorch 1.13, BCEWithLogitsLoss.
 * - HINGE: max(0, 1 − t·y).
 *
 * Where `targets` is 0, there is one column, and t is the label: 0 or 1, for HINGE −1 or 1. hits[i] (i32) ← the number
 * of elements with y > 0 and t > 0.5, or neither. It is not written where `hits` is 0. `classWeights` need labels.
 */
export function elementwiseLoss(
  kind: i32, delta: f32, y: usize, labels: usize, targets: usize, indices: usize,
  sampleWeights: usize, classWeights: usize, losses: usize, total: usize, hits: usize, dy: usize,
  rows: i32, columns: i32, thread: i32, threads: i32,
): void {
  const weightSum = sumWeights(sampleWeights, 0, labels, indices, rows, total, thread);
  const row = <usize>columns << 2;
  const deltas = f32x4.splat(delta);
  const factor: f64 = kind == MEAN_SQUARED_ERROR ? 2 : 1;
  const last = firstOf(rows, thread + 1, threads);
  for (let i = firstOf(rows, thread, threads); i < last; ++i) {
    let yi = y + <usize>i * row;
    let dyi = dy + <usize>i * row;
    const sample = sampleOf(indices, i);
    const w = weightOf(sampleWeights, classWeights, labels, sample);
    const scale = f32x4.splat(weightSum > 0 ? <f32>(factor * w / (weightSum * <f64>columns)) : 0);
    let target = targets + sample * row;
    let t = f32x4.splat(0);
    if (targets == 0) {
      const label: f32 = <f32>load<i32>(labels + (sample << 2));
      t = f32x4.splat(kind == HINGE ? 2 * label - 1 : label);
    }
    let sum = f64x2.splat(0);
    let right = i32x4.splat(0);
    for (let n = columns; n > 0; n -= 4, yi += 16, dyi += 16, target += 16) {
      const isWhole = n >= 4;
      const v = isWhole ? v128.load(yi) : loadTail(yi, n, 0);
      if (targets != 0) t = isWhole ? v128.load(target) : loadTail(target, n, 0);
      // The lanes that are elements: all bits 1.
      const valid = i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(n));
      const l = v128.and(elementLoss(kind, v, t, deltas), valid);
      sum = addLosses(kind, addLosses(kind, sum, l), v128.shuffle<i64>(l, l, 1, 0));
      const agrees = i32x4.eq(f32x4.gt(v, f32x4.splat(0)), f32x4.gt(t, f32x4.splat(0.5)));
      const isFinite = f32x4.eq(f32x4.sub(v, v), f32x4.splat(0));
      right = i32x4.sub(right, v128.and(v128.and(agrees, isFinite), valid));
      const d = f32x4.mul(scale, elementGradient(kind, v, t, deltas));
      if (isWhole) v128.store(dyi, d);
      else storeTail(dyi, d, n);
    }
    store<f64>(losses + (<usize>i << 3), w * (f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)));
    if (hits != 0) {
      right = i32x4.add(right, v128.shuffle<i32>(right, right, 2, 3, 0, 1));
      store<i32>(hits + (<usize>i << 2), i32x4.extract_lane(right, 0) + i32x4.extract_lane(right, 1));
    }
  }
}

/**
 * The hinge of several classes: l = Σⱼ max(0, 1 − x[label] + xⱼ) over all j but the label. The host takes its mean over
 * the columns, and dx is the gradient of that mean. x is rows × columns; dx may be x. PyTorch 1.13, MultiMarginLoss;
 * Crammer & Singer, "On the algorithmic implementation of multiclass kernel-based vector machines", 2001.
 */
export function multiclassHinge(
  x: usize, labels: usize, indices: usize, sampleWeights: usize, classWeights: usize,
  losses: usize, total: usize, hits: usize, dx: usize, rows: i32, columns: i32, thread: i32, threads: i32,
): void {
  const weightSum = sumWeights(sampleWeights, 0, labels, indices, rows, total, thread);
  const row = <usize>columns << 2;
  const end = firstOf(rows, thread + 1, threads);
  for (let i = firstOf(rows, thread, threads); i < end; ++i) {
    const xi = x + <usize>i * row;
    const dxi = dx + <usize>i * row;
    const sample = sampleOf(indices, i);
    const label = load<i32>(labels + (sample << 2));
    const w = weightOf(sampleWeights, classWeights, labels, sample);
    const scale: f32 = weightSum > 0 ? <f32>(w / (weightSum * <f64>columns)) : 0;
    store<i32>(hits + (<usize>i << 2), i32(classOf(xi, columns) == label));
    const right = load<f32>(xi + (<usize>label << 2));
    let sum: f64 = 0;
    let within = 0;
    for (let j = 0; j < columns; ++j) {
      const at = <usize>j << 2;
      const margin = <f32>1 - right + load<f32>(xi + at);
      // A NaN counts, so that the loss shows it.
      const counts = j != label && !(margin <= 0);
      if (counts) sum += margin;
      within += i32(counts);
      store<f32>(dxi + at, counts ? scale : 0);
    }
    store<f32>(dxi + (<usize>label << 2), -scale * <f32>within);
    store<f64>(losses + (<usize>i << 3), w * sum);
  }
}
