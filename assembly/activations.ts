// Activation functions h(a) and their derivatives, element by element. Lecture, section 2.
import { loadTail, storeTail } from './lanes';
import {
  elu4, gelu4, geluDerivative4, geluTanh4, geluTanhDerivative4, silu4, siluDerivative4,
} from './linear-units';
import { exp4, log4, sigmoid4, softplus4, tanh4 } from './math';

// The numbers by which the host names a function. Those from EXP on are for `activation` alone.
export const IDENTITY: i32 = 0;
export const STEP: i32 = 1;
export const RELU: i32 = 2;
export const LEAKY_RELU: i32 = 3;
export const SIGMOID: i32 = 4;
export const TANH: i32 = 5;
export const SOFTPLUS: i32 = 6;
export const ELU: i32 = 7;
export const SELU: i32 = 8;
export const GELU: i32 = 9;
export const GELU_TANH: i32 = 10;
export const SILU: i32 = 11;
export const HARD_SIGMOID: i32 = 12;
export const HARD_TANH: i32 = 13;
export const SOFTSIGN: i32 = 14;
export const EXP: i32 = 15;
export const LOG: i32 = 16;

// Klambauer et al., "Self-normalizing neural networks", 2017.
// @ts-ignore: decorator
@inline
const SELU_SCALE: f64 = 1.0507009873554805;
// @ts-ignore: decorator
@inline
const SELU_ALPHA: f64 = 1.6732632423543772;

/** h(x) for the kinds that take longer than the choice among them: one loop serves all. */
function curve(kind: i32, x: v128, slope: v128): v128 {
  switch (kind) {
    case SIGMOID: return sigmoid4(x);
    case TANH: return tanh4(x);
    case SOFTPLUS: return softplus4(x);
    case ELU: return elu4(x, 1, <f64>f32x4.extract_lane(slope, 0));
    case SELU: return elu4(x, SELU_SCALE, SELU_ALPHA);
    case GELU: return gelu4(x);
    case GELU_TANH: return geluTanh4(x);
    case SILU: return silu4(x);
    case HARD_SIGMOID: {
      const raised = f32x4.max(f32x4.add(x, f32x4.splat(3)), f32x4.splat(0));
      return f32x4.div(f32x4.min(raised, f32x4.splat(6)), f32x4.splat(6));
    }
    case HARD_TANH: return f32x4.min(f32x4.max(x, f32x4.splat(-1)), f32x4.splat(1));
    case SOFTSIGN: {
      // The largest float stands for ∞, of which ∞ / ∞ is not to be taken.
      const a = f32x4.pmin(f32x4.abs(x), f32x4.splat(f32.MAX_VALUE));
      const y = f32x4.div(a, f32x4.add(f32x4.splat(1), a));
      return v128.or(y, v128.and(x, f32x4.splat(-0.0)));
    }
    case EXP: return exp4(x);
    case LOG: return log4(x);
  }
  return x;
}

/** h(x) for the kinds of one or two instructions; `kind` is a constant, so that one branch is left. */
// @ts-ignore: decorator
@inline
function rectify(kind: i32, x: v128, slope: v128): v128 {
  if (kind == STEP) {
    // 1 where x > 0; elsewhere 0, or NaN: 0 with the bits of x added where x is not equal to itself.
    const one = v128.and(f32x4.gt(x, f32x4.splat(0)), f32x4.splat(1));
    return v128.or(one, v128.and(x, f32x4.ne(x, x)));
  }
  if (kind == RELU) return f32x4.max(x, f32x4.splat(0));
  return v128.bitselect(x, f32x4.mul(x, slope), f32x4.gt(x, f32x4.splat(0))); // LEAKY_RELU
}

// @ts-ignore: decorator
@inline
function map(curved: bool, kind: i32, x: usize, y: usize, n: i32, slope: f32): void {
  const s = f32x4.splat(slope);
  for (; n >= 4; n -= 4, x += 16, y += 16) {
    const v = v128.load(x);
    v128.store(y, curved ? curve(kind, v, s) : rectify(kind, v, s));
  }
  if (n <= 0) return;
  const v = loadTail(x, n, 1);
  storeTail(y, curved ? curve(kind, v, s) : rectify(kind, v, s), n);
}

/** y ← h(x) for n floats; y may be x. A NaN stays NaN. `slope` is leaky ReLU's and, as its alpha, ELU's. */
export function activation(kind: i32, x: usize, y: usize, n: i32, slope: f32): void {
  switch (kind) {
    case IDENTITY: return memory.copy(y, x, <usize>n << 2);
    case STEP: return map(false, STEP, x, y, n, slope);
    case RELU: return map(false, RELU, x, y, n, slope);
    case LEAKY_RELU: return map(false, LEAKY_RELU, x, y, n, slope);
    default: return map(true, kind, x, y, n, slope);
  }
}

/** h′(x), where y = h(x), for the kinds that take longer than the choice among them. */
function curveDerivative(kind: i32, x: v128, y: v128, slope: v128): v128 {
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  switch (kind) {
    case SIGMOID: return f32x4.mul(y, f32x4.sub(one, y));
    case TANH: return f32x4.sub(one, f32x4.mul(y, y));
    case SOFTPLUS: return sigmoid4(x);
    // alpha·exp(x) = y + alpha.
    case ELU: return v128.bitselect(one, f32x4.add(y, slope), f32x4.gt(y, zero));
    case SELU: {
      const curved = f32x4.add(y, f32x4.splat(<f32>(SELU_SCALE * SELU_ALPHA)));
      return v128.bitselect(f32x4.splat(<f32>SELU_SCALE), curved, f32x4.gt(y, zero));
    }
    case GELU: return geluDerivative4(x);
    case GELU_TANH: return geluTanhDerivative4(x);
    case SILU: return siluDerivative4(x);
    case HARD_SIGMOID: {
      const inside = v128.and(f32x4.gt(y, zero), f32x4.lt(y, one));
      return v128.and(inside, f32x4.splat(1.0 / 6));
    }
    case HARD_TANH: return v128.and(one, f32x4.lt(f32x4.abs(y), one));
    case SOFTSIGN: {
      const rest = f32x4.sub(one, f32x4.abs(y)); // 1 / (1 + |x|)
      return f32x4.mul(rest, rest);
    }
  }
  return one;
}

/** dy · h′(x) for the others. */
// @ts-ignore: decorator
@inline
function rectifyGradient(kind: i32, x: v128, dy: v128, slope: v128): v128 {
  if (kind == STEP) return f32x4.splat(0);
  const positive = f32x4.gt(x, f32x4.splat(0));
  if (kind == RELU) return v128.and(dy, positive);
  return v128.bitselect(dy, f32x4.mul(dy, slope), positive); // LEAKY_RELU
}

// @ts-ignore: decorator
@inline
function mapGradient(
  curved: bool, kind: i32, x: usize, y: usize, dy: usize, dx: usize, n: i32, slope: f32,
): void {
  const s = f32x4.splat(slope);
  for (; n >= 4; n -= 4, x += 16, y += 16, dy += 16, dx += 16) {
    const v = v128.load(x);
    const d = v128.load(dy);
    const gradient = curved
      ? f32x4.mul(d, curveDerivative(kind, v, v128.load(y), s))
      : rectifyGradient(kind, v, d, s);
    v128.store(dx, gradient);
  }
  if (n <= 0) return;
  const v = loadTail(x, n, 0);
  const d = loadTail(dy, n, 0);
  const gradient = curved
    ? f32x4.mul(d, curveDerivative(kind, v, loadTail(y, n, 0), s))
    : rectifyGradient(kind, v, d, s);
  storeTail(dx, gradient, n);
}

/**
 * dx ← dy · h′(x) for n floats, given x and y = h(x); dx may be dy. Where the derivative is undefined, at 0, the value
 * for x < 0 is taken, and 0 at the ends of hard sigmoid and hard tanh. Leaky ReLU, softplus, GELU and SiLU read x
 * alone, all others y alone, but for step and ReLU, which read x, for which y serves as well. ELU's alpha is 0 or more,
 * so that y has the sign of x.
 */
export function activationGradient(
  kind: i32, x: usize, y: usize, dy: usize, dx: usize, n: i32, slope: f32,
): void {
  switch (kind) {
    case IDENTITY: return memory.copy(dx, dy, <usize>n << 2);
    case STEP: return mapGradient(false, STEP, x, y, dy, dx, n, slope);
    case RELU: return mapGradient(false, RELU, x, y, dy, dx, n, slope);
    case LEAKY_RELU: return mapGradient(false, LEAKY_RELU, x, y, dy, dx, n, slope);
    default: return mapGradient(true, kind, x, y, dy, dx, n, slope);
  }
}
