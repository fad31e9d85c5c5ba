// Optimisers: one pass over all parameters, their gradients and what the optimiser remembers of them. Definitions:
// torch.optim of PyTorch 1.13.
//
// `p`, `g` and the states are vectors of n floats; the first `weightCount` elements of p are weight matrices, the others
// biases and the like. p and the states are updated in place, g is left as it is; no two may overlap. `settings` are
// f64s at the offsets below, which the host writes before each step. `parts` are what `sumOfSquares` gave for g; they are
// read only where a norm is to be clipped. Where p, g and the states are 0, they stay 0.
import { loadFirst, madd, storeFirst } from './lanes';
import { sumF64 } from './reductions';
import { firstElement, firstOf } from './share';

// Offsets of the settings in bytes: the twin of SETTINGS in src/optimizers/optimizer.ts.
// @ts-ignore: decorator
@inline
const LEARNING_RATE: usize = 0;
/** Factor of all gradients, first of all. */
// @ts-ignore: decorator
@inline
const GRADIENT_SCALE: usize = 8;
/** The largest norm of all gradients together, or ∞. */
// @ts-ignore: decorator
@inline
const CLIP_NORM: usize = 16;
/** The largest magnitude of a gradient, or ∞. */
// @ts-ignore: decorator
@inline
const CLIP_VALUE: usize = 24;
/** L2 penalty of all parameters. */
// @ts-ignore: decorator
@inline
const WEIGHT_DECAY: usize = 32;
/** Penalties of weight matrices alone. */
// @ts-ignore: decorator
@inline
const L1: usize = 40;
// @ts-ignore: decorator
@inline
const L2: usize = 48;
/** AdamW's. */
// @ts-ignore: decorator
@inline
const DECOUPLED_DECAY: usize = 56;
// @ts-ignore: decorator
@inline
const EPSILON: usize = 64;
// @ts-ignore: decorator
@inline
const MOMENTUM: usize = 72;
/** Not 0 for Nesterov's. */
// @ts-ignore: decorator
@inline
const NESTEROV: usize = 80;
/** Decay of the mean gradient: Adam's β₁. */
// @ts-ignore: decorator
@inline
const BETA1: usize = 88;
/** Decay of the mean squared gradient: Adam's β₂, RMSProp's α. */
// @ts-ignore: decorator
@inline
const BETA2: usize = 96;
/** β₁ᵗ and β₂ᵗ in step t, the first being 1. */
// @ts-ignore: decorator
@inline
const BETA1_POWER: usize = 104;
// @ts-ignore: decorator
@inline
const BETA2_POWER: usize = 112;

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

/** A setting, in all lanes. */
// @ts-ignore: decorator
@inline
function setting(settings: usize, offset: usize): v128 {
  return f32x4.splat(<f32>load<f64>(settings + offset));
}

/** 1 − a setting, in all lanes; the difference is rounded once. */
// @ts-ignore: decorator
@inline
function complement(settings: usize, offset: usize): v128 {
  return f32x4.splat(<f32>(1 - load<f64>(settings + offset)));
}

/** scale·min(1, clipNorm / (scale·‖g‖ + 1e-6)): PyTorch's clip_grad_norm_. A norm that is no number clips to NaN. */
function gradientFactor(n: i32, settings: usize, parts: usize): v128 {
  let factor = load<f64>(settings + GRADIENT_SCALE);
  const limit = load<f64>(settings + CLIP_NORM);
  if (limit < Infinity) {
    const norm = abs(factor) * sqrt(sumF64(parts, sumOfSquaresParts(n)));
    factor *= min<f64>(1, limit / (norm + 1e-6));
  }
  return f32x4.splat(<f32>factor);
}

/** mean + rest·(x − mean): (1 − rest)·mean + rest·x with factors that add up to 1. */
// @ts-ignore: decorator
@inline
function approach(mean: v128, x: v128, rest: v128): v128 {
  return madd(rest, f32x4.sub(x, mean), mean);
}

/**
 * The size below which a mean of gradients counts as 0. Where gradients are 0 for long, as those of pixels that few images
 * have are, a mean shrinks step by step until it is subnormal, and stays so: 0.9 times the smallest number is rounded to
 * itself. Processors take 100 cycles and more for a product of subnormals: without this, an epoch of 784-512-10 with
 * momentum took 3 times as long once 28 % of its velocities had become so. A step so small changes no weight.
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

/** Whether the settings ask for `penalized`: where not, the update is faster without it. */
function isPenalizing(settings: usize): bool {
  return load<f64>(settings + CLIP_VALUE) < Infinity || load<f64>(settings + WEIGHT_DECAY) != 0 ||
    load<f64>(settings + L1) != 0 || load<f64>(settings + L2) != 0;
}

/**
 * clamp(g, ±clipValue) + (weightDecay + l2)·w + l1·sign(w) for elements i … i + 3, l1 and l2 being 0 from `weightCount`
 * on. The sign of 0 is 0; a NaN stays one.
 */
// @ts-ignore: decorator
@inline
function penalized(w: v128, g: v128, i: i32, weightCount: i32, settings: usize): v128 {
  const limit = setting(settings, CLIP_VALUE);
  g = f32x4.pmax(f32x4.pmin(g, limit), f32x4.neg(limit));
  const isWeight = i32x4.lt_s(i32x4.add(i32x4.splat(i), i32x4(0, 1, 2, 3)), i32x4.splat(weightCount));
  const sign = v128.or(setting(settings, L1), v128.and(w, f32x4.splat(-0.0)));
  g = f32x4.add(g, v128.and(sign, v128.and(isWeight, f32x4.ne(w, f32x4.splat(0)))));
  const decay = f32x4.add(setting(settings, WEIGHT_DECAY), v128.and(setting(settings, L2), isWeight));
  return madd(decay, w, g);
}

/**
 * `sgdUpdate` of elements i … i + count − 1 (1 … 4). Inlined with a constant count, which saves a branch at each load and
 * store: measured, half the time.
 */
// @ts-ignore: decorator
@inline
function sgdQuad(
  i: i32, count: i32, weightCount: i32, settings: usize, penalizing: bool, factor: v128, step: v128,
  momentum: v128, isNesterov: bool, p: usize, g: usize, velocity: usize,
): void {
  const at = <usize>i << 2;
  const w = loadFirst(p + at, count);
  let d = f32x4.mul(loadFirst(g + at, count), factor);
  if (penalizing) d = penalized(w, d, i, weightCount, settings);
  if (velocity != 0) {
    const v = unlessBelow(NEGLIGIBLE, madd(momentum, loadFirst(velocity + at, count), d));
    storeFirst(velocity + at, v, count);
    d = isNesterov ? madd(momentum, v, d) : v;
  }
  storeFirst(p + at, madd(step, d, w), count);
}

/**
 * Stochastic gradient descent: p ← p − learningRate·d with d = g where `velocity` is 0; else velocity ← momentum·velocity
 * + g and d = velocity, or, Nesterov's, d = g + momentum·velocity.
 */
export function sgdUpdate(
  n: i32, weightCount: i32, settings: usize, parts: usize, p: usize, g: usize, velocity: usize,
  thread: i32, threads: i32,
): void {
  const factor = gradientFactor(n, settings, parts);
  const penalizing = isPenalizing(settings);
  const step = f32x4.neg(setting(settings, LEARNING_RATE));
  const momentum = setting(settings, MOMENTUM);
  const nesterov = load<f64>(settings + NESTEROV) != 0;
  const end = firstElement(n, BLOCK, thread + 1, threads);
  let i = firstElement(n, BLOCK, thread, threads);
  for (; i <= end - 4; i += 4) {
    sgdQuad(i, 4, weightCount, settings, penalizing, factor, step, momentum, nesterov, p, g, velocity);
  }
  if (i < end) {
    sgdQuad(i, end - i, weightCount, settings, penalizing, factor, step, momentum, nesterov, p, g, velocity);
  }
}

/** AdaGrad: squareSum ← squareSum + g²; p ← p − learningRate·g / (√squareSum + epsilon). */
export function adagradUpdate(
  n: i32, weightCount: i32, settings: usize, parts: usize, p: usize, g: usize, squareSum: usize,
  thread: i32, threads: i32,
): void {
  const factor = gradientFactor(n, settings, parts);
  const penalizing = isPenalizing(settings);
  const step = f32x4.neg(setting(settings, LEARNING_RATE));
  const epsilon = setting(settings, EPSILON);
  const end = firstElement(n, BLOCK, thread + 1, threads);
  for (let i = firstElement(n, BLOCK, thread, threads); i < end; i += 4) {
    const at = <usize>i << 2;
    const count = end - i;
    const w = loadFirst(p + at, count);
    let d = f32x4.mul(loadFirst(g + at, count), factor);
    if (penalizing) d = penalized(w, d, i, weightCount, settings);
    const s = madd(d, d, loadFirst(squareSum + at, count));
    storeFirst(squareSum + at, s, count);
    const root = f32x4.add(f32x4.sqrt(s), epsilon);
    storeFirst(p + at, f32x4.add(w, f32x4.div(f32x4.mul(step, d), root)), count);
  }
}

/**
 * RMSProp: squareMean ← α·squareMean + (1 − α)·g²; d = g / (√squareMean + epsilon). With `gradientMean`, centred:
 * gradientMean ← α·gradientMean + (1 − α)·g, and d = g / (√(squareMean − gradientMean²) + epsilon), a difference below 0,
 * which only rounding gives, counting as 0. With `velocity`: velocity ← momentum·velocity + d, d = velocity. Then
 * p ← p − learningRate·d. Either pointer is 0 where there is none.
 */
export function rmspropUpdate(
  n: i32, weightCount: i32, settings: usize, parts: usize, p: usize, g: usize, squareMean: usize,
  gradientMean: usize, velocity: usize, thread: i32, threads: i32,
): void {
  const factor = gradientFactor(n, settings, parts);
  const penalizing = isPenalizing(settings);
  const step = f32x4.neg(setting(settings, LEARNING_RATE));
  const epsilon = setting(settings, EPSILON);
  const rest = complement(settings, BETA2);
  const momentum = setting(settings, MOMENTUM);
  const end = firstElement(n, BLOCK, thread + 1, threads);
  for (let i = firstElement(n, BLOCK, thread, threads); i < end; i += 4) {
    const at = <usize>i << 2;
    const count = end - i;
    const w = loadFirst(p + at, count);
    let d = f32x4.mul(loadFirst(g + at, count), factor);
    if (penalizing) d = penalized(w, d, i, weightCount, settings);
    let s = unlessBelow(LEAST_NORMAL, approach(loadFirst(squareMean + at, count), f32x4.mul(d, d), rest));
    storeFirst(squareMean + at, s, count);
    if (gradientMean != 0) {
      const mean = unlessBelow(NEGLIGIBLE, approach(loadFirst(gradientMean + at, count), d, rest));
      storeFirst(gradientMean + at, mean, count);
      s = f32x4.pmax(madd(f32x4.neg(mean), mean, s), f32x4.splat(0));
    }
    d = f32x4.div(d, f32x4.add(f32x4.sqrt(s), epsilon));
    if (velocity != 0) {
      d = unlessBelow(NEGLIGIBLE, madd(momentum, loadFirst(velocity + at, count), d));
      storeFirst(velocity + at, d, count);
    }
    storeFirst(p + at, madd(step, d, w), count);
  }
}

/** `adamUpdate` of elements i … i + count − 1 (1 … 4). */
// @ts-ignore: decorator
@inline
function adamQuad(
  i: i32, count: i32, weightCount: i32, settings: usize, penalizing: bool, factor: v128, step: v128,
  rest1: v128, rest2: v128, kept: v128, correction: v128, epsilon: v128, p: usize, g: usize, m: usize, v: usize,
): void {
  const at = <usize>i << 2;
  const w = loadFirst(p + at, count);
  let d = f32x4.mul(loadFirst(g + at, count), factor);
  if (penalizing) d = penalized(w, d, i, weightCount, settings);
  const first = unlessBelow(NEGLIGIBLE, approach(loadFirst(m + at, count), d, rest1));
  const second = unlessBelow(LEAST_NORMAL, approach(loadFirst(v + at, count), f32x4.mul(d, d), rest2));
  storeFirst(m + at, first, count);
  storeFirst(v + at, second, count);
  const root = madd(f32x4.sqrt(second), correction, epsilon);
  storeFirst(p + at, madd(kept, w, f32x4.div(f32x4.mul(step, first), root)), count);
}

/**
 * Adam: m ← β₁·m + (1 − β₁)·g; v ← β₂·v + (1 − β₂)·g²;
 * p ← (1 − learningRate·decoupledDecay)·p − learningRate / (1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + epsilon).
 * AdamW has a decoupled decay, Adam none.
 */
export function adamUpdate(
  n: i32, weightCount: i32, settings: usize, parts: usize, p: usize, g: usize, m: usize, v: usize,
  thread: i32, threads: i32,
): void {
  const factor = gradientFactor(n, settings, parts);
  const penalizing = isPenalizing(settings);
  const epsilon = setting(settings, EPSILON);
  const rest1 = complement(settings, BETA1);
  const rest2 = complement(settings, BETA2);
  const learningRate = load<f64>(settings + LEARNING_RATE);
  const kept = f32x4.splat(<f32>(1 - learningRate * load<f64>(settings + DECOUPLED_DECAY)));
  const step = f32x4.splat(<f32>(-learningRate / (1 - load<f64>(settings + BETA1_POWER))));
  const correction = f32x4.splat(<f32>(1 / sqrt(1 - load<f64>(settings + BETA2_POWER))));
  const end = firstElement(n, BLOCK, thread + 1, threads);
  let i = firstElement(n, BLOCK, thread, threads);
  for (; i <= end - 4; i += 4) {
    adamQuad(i, 4, weightCount, settings, penalizing, factor, step, rest1, rest2, kept, correction, epsilon, p, g, m, v);
  }
  if (i < end) {
    adamQuad(
      i, end - i, weightCount, settings, penalizing, factor, step, rest1, rest2, kept, correction, epsilon, p, g, m, v,
    );
  }
}
