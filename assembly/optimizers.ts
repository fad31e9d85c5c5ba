// Optimisers: one pass over all parameters, their gradients and what the optimiser remembers of them. Definitions:
// torch.optim of PyTorch 1.13.
//
// `p`, `g` and the states are vectors of n floats. The first `weightCount` elements of p are weight matrices, the
// others biases and the like. p and the states are updated in place, g is left as it is. No two may overlap. `parts`
// are what `sumOfSquares` gave for g; they are read only where a norm is to be clipped. Where p, g and the states are
// 0, they stay 0.
//
// All of them have their parameters in this order: those from n to learningRate; the optimiser's options but for the
// decay of weights; its counters; its states, 0 for one that is not kept; the thread. Their names are in
// src/optimizers/optimizer-table.ts.
//
//   gradientScale  factor of all gradients, first of all
//   clipNorm       the largest norm of all gradients together, or ∞
//   clipValue      the largest magnitude of a gradient, or ∞
//   l1, l2         penalties of weight matrices alone
//   weightDecay    L2 penalty of all parameters, unless the optimiser decouples it from the gradient
import { loadFirst, madd, storeFirst } from './lanes';
import { expF64 } from './math';
import { sumF64 } from './reductions';
import { firstElement, firstOf } from './share';

/** Elements that are summed by one thread. */
// @ts-ignore: decorator
@inline
const PART: i32 = 4096;

/** Elements of a share are multiples of this: a cache line belongs to one thread. */
// @ts-ignore: decorator
@inline
const BLOCK: i32 = 16;

/** How many sums `sumOfSquares` gives for n elements. */
export function sumOfSquaresParts(n: i32): i32 {
  return (n + PART - 1) / PART;
}

/** parts[i] (f64) ← Σ xⱼ² over elements 4096·i … of the n floats of x, in f64: `sumF64` of them is the whole sum. */
export function sumOfSquares(n: i32, x: usize, parts: usize, thread: i32, threads: i32): void {
  const count = sumOfSquaresParts(n);
  const end = firstOf(count, thread + 1, threads);
  for (let part = firstOf(count, thread, threads); part < end; ++part) {
    let left = min(PART, n - part * PART);
    let low = f64x2.splat(0), high = f64x2.splat(0);
    for (let q = x + (<usize>(part * PART) << 2); left > 0; left -= 4, q += 16) {
      const v = loadFirst(q, left);
      const a = f64x2.promote_low_f32x4(v);
      const b = f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3));
      low = f64x2.add(low, f64x2.mul(a, a));
      high = f64x2.add(high, f64x2.mul(b, b));
    }
    const sum = f64x2.add(low, high);
    store<f64>(parts + (<usize>part << 3), f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1));
  }
}

/** A number, in all lanes. */
// @ts-ignore: decorator
@inline
function splat(x: f64): v128 {
  return f32x4.splat(<f32>x);
}

/** scale·min(1, clipNorm / (scale·‖g‖ + 1e-6)): PyTorch's clip_grad_norm_. A norm that is no number clips to NaN. */
function gradientFactor(n: i32, parts: usize, gradientScale: f64, clipNorm: f64): v128 {
  let factor = gradientScale;
  if (clipNorm < Infinity) {
    const norm = abs(factor) * sqrt(sumF64(parts, sumOfSquaresParts(n)));
    factor *= min<f64>(1, clipNorm / (norm + 1e-6));
  }
  return splat(factor);
}

/** mean + rest·(x − mean): (1 − rest)·mean + rest·x with factors that add up to 1. */
// @ts-ignore: decorator
@inline
function approach(mean: v128, x: v128, rest: v128): v128 {
  return madd(rest, f32x4.sub(x, mean), mean);
}

/**
 * The size below which a mean of gradients counts as 0. Where gradients are 0 for long, as for pixels that few images
 * have, a mean shrinks until it is subnormal. There it stays: 0.9 times the smallest number is rounded to itself.
 * Processors take 100 cycles and more for a product of subnormals. Without this, an epoch of 784-512-10 with momentum
 * took 3 times as long once 28 % of its velocities were subnormal. A step so small changes no weight.
 */
// @ts-ignore: decorator
@inline
const NEGLIGIBLE: f32 = reinterpret<f32>(0x0D800000); // 2⁻¹⁰⁰

/** The least normal number, below which a mean of squares counts as 0: its root is added to an epsilon. */
// @ts-ignore: decorator
@inline
const LEAST_NORMAL: f32 = reinterpret<f32>(0x00800000); // 2⁻¹²⁶

/** x, and 0 where |x| < limit. A NaN stays one. */
// @ts-ignore: decorator
@inline
function unlessBelow(limit: f32, x: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), f32x4.splat(limit)));
}

/** Whether there is something to do for `penalized`: where not, the update is faster without it. */
function isPenalizing(clipValue: f64, l1: f64, l2: f64, weightDecay: f64): bool {
  return clipValue < Infinity || l1 != 0 || l2 != 0 || weightDecay != 0;
}

/**
 * clamp(g, ±clipValue) + (weightDecay + l2)·w + l1·sign(w) for elements i … i + 3, l1 and l2 being 0 from `weightCount`
 * on. The sign of 0 is 0; a NaN stays one.
 */
// @ts-ignore: decorator
@inline
function penalized(
  w: v128, g: v128, i: i32, weightCount: i32, clipValue: f64, l1: f64, l2: f64, weightDecay: f64,
): v128 {
  const limit = splat(clipValue);
  g = f32x4.pmax(f32x4.pmin(g, limit), f32x4.neg(limit));
  const isWeight = i32x4.lt_s(i32x4.add(i32x4.splat(i), i32x4(0, 1, 2, 3)), i32x4.splat(weightCount));
  const sign = v128.or(splat(l1), v128.and(w, f32x4.splat(-0.0)));
  g = f32x4.add(g, v128.and(sign, v128.and(isWeight, f32x4.ne(w, f32x4.splat(0)))));
  return madd(f32x4.add(splat(weightDecay), v128.and(splat(l2), isWeight)), w, g);
}

/**
 * `descend` of elements i … i + count − 1 (1–4). Inlined with a constant count, which saves a branch at each load and
 * store: measured, half the time.
 */
// @ts-ignore: decorator
@inline
function descendQuad(
  i: i32, count: i32, weightCount: i32, p: usize, g: usize, penalizing: bool, factor: v128,
  clipValue: f64, l1: f64, l2: f64, weightDecay: f64, step: v128, momentum: v128, isNesterov: bool, velocity: usize,
): void {
  const at = <usize>i << 2;
  const w = loadFirst(p + at, count);
  let d = f32x4.mul(loadFirst(g + at, count), factor);
  if (penalizing) d = penalized(w, d, i, weightCount, clipValue, l1, l2, weightDecay);
  if (velocity != 0) {
    const v = unlessBelow(NEGLIGIBLE, madd(momentum, loadFirst(velocity + at, count), d));
    storeFirst(velocity + at, v, count);
    d = isNesterov ? madd(momentum, v, d) : v;
  }
  storeFirst(p + at, madd(step, d, w), count);
}

/** p ← p − learningRate·d with d = g where `velocity` is 0; see `momentumUpdate` and `nesterovUpdate` for others. */
function descend(
  n: i32, weightCount: i32, p: usize, g: usize, parts: usize, gradientScale: f64, clipNorm: f64, clipValue: f64,
  l1: f64, l2: f64, weightDecay: f64, learningRate: f64, momentum: f64, isNesterov: bool, velocity: usize,
  thread: i32, threads: i32,
): void {
  const factor = gradientFactor(n, parts, gradientScale, clipNorm);
  const penalizing = isPenalizing(clipValue, l1, l2, weightDecay);
  const step = splat(-learningRate);
  const share = splat(momentum);
  const end = firstElement(n, BLOCK, thread + 1, threads);
  let i = firstElement(n, BLOCK, thread, threads);
  for (; i <= end - 4; i += 4) {
    descendQuad(
      i, 4, weightCount, p, g, penalizing, factor, clipValue, l1, l2, weightDecay, step, share, isNesterov, velocity,
    );
  }
  if (i < end) {
    descendQuad(
      i, end - i, weightCount, p, g, penalizing, factor, clipValue, l1, l2, weightDecay, step, share, isNesterov,
      velocity,
    );
  }
}

/** Stochastic gradient descent: p ← p − learningRate·g. */
export function sgdUpdate(
  n: i32, weightCount: i32, p: usize, g: usize, parts: usize, gradientScale: f64, clipNorm: f64, clipValue: f64,
  l1: f64, l2: f64, weightDecay: f64, learningRate: f64, thread: i32, threads: i32,
): void {
  descend(
    n, weightCount, p, g, parts, gradientScale, clipNorm, clipValue, l1, l2, weightDecay, learningRate,
    0, false, 0, thread, threads,
  );
}

/** With momentum: velocity ← momentum·velocity + g; p ← p − learningRate·velocity. */
export function momentumUpdate(
  n: i32, weightCount: i32, p: usize, g: usize, parts: usize, gradientScale: f64, clipNorm: f64, clipValue: f64,
  l1: f64, l2: f64, weightDecay: f64, learningRate: f64, momentum: f64, velocity: usize, thread: i32, threads: i32,
): void {
  descend(
    n, weightCount, p, g, parts, gradientScale, clipNorm, clipValue, l1, l2, weightDecay, learningRate,
    momentum, false, velocity, thread, threads,
  );
}

/** With Nesterov's momentum: velocity ← momentum·velocity + g; p ← p − learningRate·(g + momentum·velocity). */
export function nesterovUpdate(
  n: i32, weightCount: i32, p: usize, g: usize, parts: usize, gradientScale: f64, clipNorm: f64, clipValue: f64,
  l1: f64, l2: f64, weightDecay: f64, learningRate: f64, momentum: f64, velocity: usize, thread: i32, threads: i32,
): void {
  descend(
    n, weightCount, p, g, parts, gradientScale, clipNorm, clipValue, l1, l2, weightDecay, learningRate,
    momentum, true, velocity, thread, threads,
  );
}

/** `adagradUpdate` of elements i … i + count − 1 (1–4). */
// @ts-ignore: decorator
@inline
function adagradQuad(
  i: i32, count: i32, weightCount: i32, p: usize, g: usize, penalizing: bool, factor: v128,
  clipValue: f64, l1: f64, l2: f64, weightDecay: f64, step: v128, epsilon: v128, squareSum: usize,
): void {
  const at = <usize>i << 2;
  const w = loadFirst(p + at, count);
  let d = f32x4.mul(loadFirst(g + at, count), factor);
  if (penalizing) d = penalized(w, d, i, weightCount, clipValue, l1, l2, weightDecay);
  const s = madd(d, d, loadFirst(squareSum + at, count));
  storeFirst(squareSum + at, s, count);
  const root = f32x4.add(f32x4.sqrt(s), epsilon);
  storeFirst(p + at, f32x4.add(w, f32x4.div(f32x4.mul(step, d), root)), count);
}

/** AdaGrad: squareSum ← squareSum + g²; p ← p − learningRate·g / (√squareSum + epsilon). */
export function adagradUpdate(
  n: i32, weightCount: i32, p: usize, g: usize, parts: usize, gradientScale: f64, clipNorm: f64, clipValue: f64,
  l1: f64, l2: f64, weightDecay: f64, learningRate: f64, epsilon: f64, squareSum: usize, thread: i32, threads: i32,
): void {
  const factor = gradientFactor(n, parts, gradientScale, clipNorm);
  const penalizing = isPenalizing(clipValue, l1, l2, weightDecay);
  const step = splat(-learningRate);
  const least = splat(epsilon);
  const end = firstElement(n, BLOCK, thread + 1, threads);
  let i = firstElement(n, BLOCK, thread, threads);
  // A loop of its own, as for Adam: what only penalties read would take registers.
  if (!penalizing) {
    for (; i <= end - 4; i += 4) {
      adagradQuad(i, 4, weightCount, p, g, false, factor, 0, 0, 0, 0, step, least, squareSum);
    }
  }
  for (; i < end; i += 4) {
    adagradQuad(
      i, end - i, weightCount, p, g, penalizing, factor, clipValue, l1, l2, weightDecay, step, least, squareSum,
    );
  }
}

/**
 * RMSProp: squareMean ← alpha·squareMean + (1 − alpha)·g²; d = g / (√squareMean + epsilon). Where it is centred,
 * gradientMean ← alpha·gradientMean + (1 − alpha)·g and d = g / (√(squareMean − gradientMean²) + epsilon). A difference
 * below 0, which only rounding gives, counts as 0. With momentum: velocity ← momentum·velocity + d, d = velocity. Then
 * p ← p − learningRate·d.
 */
export function rmspropUpdate(
  n: i32, weightCount: i32, p: usize, g: usize, parts: usize, gradientScale: f64, clipNorm: f64, clipValue: f64,
  l1: f64, l2: f64, weightDecay: f64, learningRate: f64, alpha: f64, epsilon: f64, momentum: f64, centered: bool,
  squareMean: usize, gradientMean: usize, velocity: usize, thread: i32, threads: i32,
): void {
  const factor = gradientFactor(n, parts, gradientScale, clipNorm);
  const penalizing = isPenalizing(clipValue, l1, l2, weightDecay);
  const step = splat(-learningRate);
  const least = splat(epsilon);
  const rest = splat(1 - alpha);
  const share = splat(momentum);
  const end = firstElement(n, BLOCK, thread + 1, threads);
  for (let i = firstElement(n, BLOCK, thread, threads); i < end; i += 4) {
    const at = <usize>i << 2;
    const count = end - i;
    const w = loadFirst(p + at, count);
    let d = f32x4.mul(loadFirst(g + at, count), factor);
    if (penalizing) d = penalized(w, d, i, weightCount, clipValue, l1, l2, weightDecay);
    let s = unlessBelow(LEAST_NORMAL, approach(loadFirst(squareMean + at, count), f32x4.mul(d, d), rest));
    storeFirst(squareMean + at, s, count);
    if (centered) {
      const mean = unlessBelow(NEGLIGIBLE, approach(loadFirst(gradientMean + at, count), d, rest));
      storeFirst(gradientMean + at, mean, count);
      s = f32x4.pmax(madd(f32x4.neg(mean), mean, s), f32x4.splat(0));
    }
    d = f32x4.div(d, f32x4.add(f32x4.sqrt(s), least));
    if (velocity != 0) {
      d = unlessBelow(NEGLIGIBLE, madd(share, loadFirst(velocity + at, count), d));
      storeFirst(velocity + at, d, count);
    }
    storeFirst(p + at, madd(step, d, w), count);
  }
}

/** `adam` of elements i … i + count − 1 (1–4). */
// @ts-ignore: decorator
@inline
function adamQuad(
  i: i32, count: i32, weightCount: i32, p: usize, g: usize, penalizing: bool, factor: v128,
  clipValue: f64, l1: f64, l2: f64, weightDecay: f64, kept: v128, step: v128, rest1: v128, rest2: v128,
  correction: v128, epsilon: v128, m: usize, v: usize,
): void {
  const at = <usize>i << 2;
  const w = loadFirst(p + at, count);
  let d = f32x4.mul(loadFirst(g + at, count), factor);
  if (penalizing) d = penalized(w, d, i, weightCount, clipValue, l1, l2, weightDecay);
  const first = unlessBelow(NEGLIGIBLE, approach(loadFirst(m + at, count), d, rest1));
  const second = unlessBelow(LEAST_NORMAL, approach(loadFirst(v + at, count), f32x4.mul(d, d), rest2));
  storeFirst(m + at, first, count);
  storeFirst(v + at, second, count);
  const root = madd(f32x4.sqrt(second), correction, epsilon);
  storeFirst(p + at, madd(kept, w, f32x4.div(f32x4.mul(step, first), root)), count);
}

/** `adamUpdate` where `decoupledDecay` is 0, and `adamwUpdate` where `weightDecay` is. */
function adam(
  n: i32, weightCount: i32, p: usize, g: usize, parts: usize, gradientScale: f64, clipNorm: f64, clipValue: f64,
  l1: f64, l2: f64, weightDecay: f64, decoupledDecay: f64, learningRate: f64, beta1: f64, beta2: f64, epsilon: f64,
  beta1Power: f64, beta2Power: f64, firstMoment: usize, secondMoment: usize, thread: i32, threads: i32,
): void {
  const factor = gradientFactor(n, parts, gradientScale, clipNorm);
  const penalizing = isPenalizing(clipValue, l1, l2, weightDecay);
  const kept = splat(1 - learningRate * decoupledDecay);
  const step = splat(-learningRate / (1 - beta1Power));
  const rest1 = splat(1 - beta1);
  const rest2 = splat(1 - beta2);
  const correction = splat(1 / sqrt(1 - beta2Power));
  const least = splat(epsilon);
  const end = firstElement(n, BLOCK, thread + 1, threads);
  let i = firstElement(n, BLOCK, thread, threads);
  // A loop of its own: what only penalties read would take registers.
  if (!penalizing) {
    for (; i <= end - 4; i += 4) {
      adamQuad(
        i, 4, weightCount, p, g, false, factor, 0, 0, 0, 0, kept, step, rest1, rest2, correction, least, firstMoment,
        secondMoment,
      );
    }
  }
  for (; i <= end - 4; i += 4) {
    adamQuad(
      i, 4, weightCount, p, g, penalizing, factor, clipValue, l1, l2, weightDecay, kept, step, rest1, rest2, correction,
      least, firstMoment, secondMoment,
    );
  }
  if (i < end) {
    adamQuad(
      i, end - i, weightCount, p, g, penalizing, factor, clipValue, l1, l2, weightDecay, kept, step, rest1, rest2,
      correction, least, firstMoment, secondMoment,
    );
  }
}

/**
 * Adam, in step t: m ← beta1·m + (1 − beta1)·g; v ← beta2·v + (1 − beta2)·g²;
 * p ← p − learningRate / (1 − beta1ᵗ) · m / (√v / √(1 − beta2ᵗ) + epsilon).
 */
export function adamUpdate(
  n: i32, weightCount: i32, p: usize, g: usize, parts: usize, gradientScale: f64, clipNorm: f64, clipValue: f64,
  l1: f64, l2: f64, weightDecay: f64, learningRate: f64, beta1: f64, beta2: f64, epsilon: f64,
  beta1Power: f64, beta2Power: f64, firstMoment: usize, secondMoment: usize, thread: i32, threads: i32,
): void {
  adam(
    n, weightCount, p, g, parts, gradientScale, clipNorm, clipValue, l1, l2, weightDecay, 0, learningRate,
    beta1, beta2, epsilon, beta1Power, beta2Power, firstMoment, secondMoment, thread, threads,
  );
}

/** AdamW: p ← (1 − learningRate·weightDecay)·p, then Adam's step without that decay. */
export function adamwUpdate(
  n: i32, weightCount: i32, p: usize, g: usize, parts: usize, gradientScale: f64, clipNorm: f64, clipValue: f64,
  l1: f64, l2: f64, weightDecay: f64, learningRate: f64, beta1: f64, beta2: f64, epsilon: f64,
  beta1Power: f64, beta2Power: f64, firstMoment: usize, secondMoment: usize, thread: i32, threads: i32,
): void {
  adam(
    n, weightCount, p, g, parts, gradientScale, clipNorm, clipValue, l1, l2, 0, weightDecay, learningRate,
    beta1, beta2, epsilon, beta1Power, beta2Power, firstMoment, secondMoment, thread, threads,
  );
}

/** `nadamUpdate` of elements i … i + count − 1 (1–4). */
// @ts-ignore: decorator
@inline
function nadamQuad(
  i: i32, count: i32, weightCount: i32, p: usize, g: usize, penalizing: bool, factor: v128,
  clipValue: f64, l1: f64, l2: f64, weightDecay: f64, kept: v128, gradientStep: v128, momentStep: v128,
  rest1: v128, rest2: v128, correction: v128, epsilon: v128, m: usize, v: usize,
): void {
  const at = <usize>i << 2;
  const w = loadFirst(p + at, count);
  let d = f32x4.mul(loadFirst(g + at, count), factor);
  if (penalizing) d = penalized(w, d, i, weightCount, clipValue, l1, l2, weightDecay);
  const first = unlessBelow(NEGLIGIBLE, approach(loadFirst(m + at, count), d, rest1));
  const second = unlessBelow(LEAST_NORMAL, approach(loadFirst(v + at, count), f32x4.mul(d, d), rest2));
  storeFirst(m + at, first, count);
  storeFirst(v + at, second, count);
  const root = madd(f32x4.sqrt(second), correction, epsilon);
  const change = f32x4.div(madd(momentStep, first, f32x4.mul(gradientStep, d)), root);
  storeFirst(p + at, madd(kept, w, change), count);
}

/**
 * NAdam, in step t, with μₜ = beta1·(1 − 0.96^(t·momentumDecay) / 2): m and v as by Adam; p ← p − learningRate ·
 * (μₜ₊₁·m / (1 − Π μ₁…ₜ₊₁) + (1 − μₜ)·g / (1 − Π μ₁…ₜ)) / (√v / √(1 − beta2ᵗ) + epsilon). `momentumPower` is
 * 0.96^(t·momentumDecay), `muProduct` Π μ₁…ₜ. Before that p ← (1 − learningRate·weightDecay)·p where that is decoupled.
 */
export function nadamUpdate(
  n: i32, weightCount: i32, p: usize, g: usize, parts: usize, gradientScale: f64, clipNorm: f64, clipValue: f64,
  l1: f64, l2: f64, weightDecay: f64, learningRate: f64, beta1: f64, beta2: f64, epsilon: f64, momentumDecay: f64,
  decoupledWeightDecay: bool, beta2Power: f64, momentumPower: f64, muProduct: f64,
  firstMoment: usize, secondMoment: usize, thread: i32, threads: i32,
): void {
  const decay = decoupledWeightDecay ? 0 : weightDecay;
  const factor = gradientFactor(n, parts, gradientScale, clipNorm);
  const penalizing = isPenalizing(clipValue, l1, l2, decay);
  const kept = splat(decoupledWeightDecay ? 1 - learningRate * weightDecay : 1);
  // 0.96^momentumDecay = exp(ln 0.96 · momentumDecay).
  const power = f64x2.extract_lane(expF64(f64x2.splat(max<f64>(-0.04082199452025513 * momentumDecay, -700))), 0);
  const mu = beta1 * (1 - 0.5 * momentumPower);
  const nextMu = beta1 * (1 - 0.5 * momentumPower * power);
  const gradientStep = splat(-learningRate * (1 - mu) / (1 - muProduct));
  const momentStep = splat(-learningRate * nextMu / (1 - muProduct * nextMu));
  const rest1 = splat(1 - beta1);
  const rest2 = splat(1 - beta2);
  const correction = splat(1 / sqrt(1 - beta2Power));
  const least = splat(epsilon);
  const end = firstElement(n, BLOCK, thread + 1, threads);
  let i = firstElement(n, BLOCK, thread, threads);
  if (!penalizing) {
    for (; i <= end - 4; i += 4) {
      nadamQuad(
        i, 4, weightCount, p, g, false, factor, 0, 0, 0, 0, kept, gradientStep, momentStep, rest1, rest2, correction,
        least, firstMoment, secondMoment,
      );
    }
  }
  for (; i < end; i += 4) {
    nadamQuad(
      i, end - i, weightCount, p, g, penalizing, factor, clipValue, l1, l2, decay, kept, gradientStep, momentStep, rest1,
      rest2, correction, least, firstMoment, secondMoment,
    );
  }
}

/** ±1 by the sign of x; 0 for 0, and a NaN stays one. */
// @ts-ignore: decorator
@inline
function signOf(x: v128): v128 {
  const one = v128.and(f32x4.ne(x, f32x4.splat(0)), f32x4.splat(1));
  return v128.or(v128.or(one, v128.and(x, f32x4.splat(-0.0))), f32x4.ne(x, x));
}

/** `lionUpdate` of elements i … i + count − 1 (1–4). */
// @ts-ignore: decorator
@inline
function lionQuad(
  i: i32, count: i32, weightCount: i32, p: usize, g: usize, penalizing: bool, factor: v128,
  clipValue: f64, l1: f64, l2: f64, kept: v128, step: v128, rest1: v128, rest2: v128, moment: usize,
): void {
  const at = <usize>i << 2;
  const w = loadFirst(p + at, count);
  let d = f32x4.mul(loadFirst(g + at, count), factor);
  if (penalizing) d = penalized(w, d, i, weightCount, clipValue, l1, l2, 0);
  const m = loadFirst(moment + at, count);
  storeFirst(moment + at, unlessBelow(NEGLIGIBLE, approach(m, d, rest2)), count);
  storeFirst(p + at, madd(kept, w, f32x4.mul(step, signOf(approach(m, d, rest1)))), count);
}

/**
 * Lion: p ← (1 − learningRate·weightDecay)·p − learningRate·sign(beta1·m + (1 − beta1)·g); then
 * m ← beta2·m + (1 − beta2)·g. Chen et al., "Symbolic discovery of optimization algorithms", 2023, algorithm 2.
 */
export function lionUpdate(
  n: i32, weightCount: i32, p: usize, g: usize, parts: usize, gradientScale: f64, clipNorm: f64, clipValue: f64,
  l1: f64, l2: f64, weightDecay: f64, learningRate: f64, beta1: f64, beta2: f64, firstMoment: usize,
  thread: i32, threads: i32,
): void {
  const factor = gradientFactor(n, parts, gradientScale, clipNorm);
  const penalizing = isPenalizing(clipValue, l1, l2, 0);
  const kept = splat(1 - learningRate * weightDecay);
  const step = splat(-learningRate);
  const rest1 = splat(1 - beta1);
  const rest2 = splat(1 - beta2);
  const end = firstElement(n, BLOCK, thread + 1, threads);
  let i = firstElement(n, BLOCK, thread, threads);
  if (!penalizing) {
    for (; i <= end - 4; i += 4) {
      lionQuad(i, 4, weightCount, p, g, false, factor, 0, 0, 0, kept, step, rest1, rest2, firstMoment);
    }
  }
  for (; i < end; i += 4) {
    lionQuad(
      i, end - i, weightCount, p, g, penalizing, factor, clipValue, l1, l2, kept, step, rest1, rest2, firstMoment,
    );
  }
}
