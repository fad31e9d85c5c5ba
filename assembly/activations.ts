// Activation functions h(a) and their derivatives, element by element. Lecture, section 2.
import { loadTail, storeTail } from './lanes';
import { exp4, log4, sigmoid4, softplus4, tanh4 } from './math';

// The numbers by which the host names a function. Those from EXP on are for `activation` alone.
export const IDENTITY: i32 = 0;
export const STEP: i32 = 1;
export const RELU: i32 = 2;
export const LEAKY_RELU: i32 = 3;
export const SIGMOID: i32 = 4;
export const TANH: i32 = 5;
export const SOFTPLUS: i32 = 6;
export const EXP: i32 = 7;
export const LOG: i32 = 8;

/** h(x). `kind` is a constant wherever this is inlined, so that one branch is left. A NaN stays NaN. */
// @ts-ignore: decorator
@inline
function apply(kind: i32, x: v128, slope: v128): v128 {
  if (kind == STEP) {
    // 1 where x > 0; elsewhere 0, or NaN: 0 with the bits of x added where x is not equal to itself.
    const one = v128.and(f32x4.gt(x, f32x4.splat(0)), f32x4.splat(1));
    return v128.or(one, v128.and(x, f32x4.ne(x, x)));
  }
  if (kind == RELU) return f32x4.max(x, f32x4.splat(0));
  if (kind == LEAKY_RELU) {
    return v128.bitselect(x, f32x4.mul(x, slope), f32x4.gt(x, f32x4.splat(0)));
  }
  if (kind == SIGMOID) return sigmoid4(x);
  if (kind == TANH) return tanh4(x);
  if (kind == SOFTPLUS) return softplus4(x);
  if (kind == EXP) return exp4(x);
  if (kind == LOG) return log4(x);
  return x;
}

// @ts-ignore: decorator
@inline
function map(kind: i32, x: usize, y: usize, n: i32, slope: f32): void {
  const slopes = f32x4.splat(slope);
  for (; n >= 4; n -= 4, x += 16, y += 16) v128.store(y, apply(kind, v128.load(x), slopes));
  if (n > 0) storeTail(y, apply(kind, loadTail(x, n, 1), slopes), n);
}

/** y ← h(x) for n floats; y may be x. `slope` is leaky ReLU's alone. */
export function activation(kind: i32, x: usize, y: usize, n: i32, slope: f32): void {
  switch (kind) {
    case IDENTITY: return memory.copy(y, x, <usize>n << 2);
    case STEP: return map(STEP, x, y, n, slope);
    case RELU: return map(RELU, x, y, n, slope);
    case LEAKY_RELU: return map(LEAKY_RELU, x, y, n, slope);
    case SIGMOID: return map(SIGMOID, x, y, n, slope);
    case TANH: return map(TANH, x, y, n, slope);
    case SOFTPLUS: return map(SOFTPLUS, x, y, n, slope);
    case EXP: return map(EXP, x, y, n, slope);
    case LOG: return map(LOG, x, y, n, slope);
  }
}

/** dy · h′(x), where y = h(x). */
// @ts-ignore: decorator
@inline
function applyGradient(kind: i32, x: v128, y: v128, dy: v128, slope: v128): v128 {
  if (kind == STEP) return f32x4.splat(0);
  if (kind == RELU) return v128.and(dy, f32x4.gt(x, f32x4.splat(0)));
  if (kind == LEAKY_RELU) {
    return v128.bitselect(dy, f32x4.mul(dy, slope), f32x4.gt(x, f32x4.splat(0)));
  }
  if (kind == SIGMOID) return f32x4.mul(dy, f32x4.mul(y, f32x4.sub(f32x4.splat(1), y)));
  if (kind == TANH) return f32x4.mul(dy, f32x4.sub(f32x4.splat(1), f32x4.mul(y, y)));
  if (kind == SOFTPLUS) return f32x4.mul(dy, sigmoid4(x));
  return dy;
}

// @ts-ignore: decorator
@inline
function mapGradient(kind: i32, x: usize, y: usize, dy: usize, dx: usize, n: i32, slope: f32): void {
  const slopes = f32x4.splat(slope);
  for (; n >= 4; n -= 4, x += 16, y += 16, dy += 16, dx += 16) {
    v128.store(dx, applyGradient(kind, v128.load(x), v128.load(y), v128.load(dy), slopes));
  }
  if (n > 0) {
    storeTail(dx, applyGradient(kind, loadTail(x, n, 0), loadTail(y, n, 0), loadTail(dy, n, 0), slopes), n);
  }
}

/**
 * dx ← dy · h′(x) for n floats, given x and y = h(x); dx may be dy. Where the derivative is undefined, at 0, the value
 * for x < 0 is taken. Sigmoid and tanh read y alone, softplus and leaky ReLU x alone; ReLU reads x, for which y serves
 * as well.
 */
export function activationGradient(
  kind: i32, x: usize, y: usize, dy: usize, dx: usize, n: i32, slope: f32,
): void {
  switch (kind) {
    case IDENTITY: return memory.copy(dx, dy, <usize>n << 2);
    case STEP: return mapGradient(STEP, x, y, dy, dx, n, slope);
    case RELU: return mapGradient(RELU, x, y, dy, dx, n, slope);
    case LEAKY_RELU: return mapGradient(LEAKY_RELU, x, y, dy, dx, n, slope);
    case SIGMOID: return mapGradient(SIGMOID, x, y, dy, dx, n, slope);
    case TANH: return mapGradient(TANH, x, y, dy, dx, n, slope);
    case SOFTPLUS: return mapGradient(SOFTPLUS, x, y, dy, dx, n, slope);
  }
}
