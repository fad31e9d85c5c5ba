// Activation functions h(a) and their derivatives, element by element. Lecture, section 2.
import { IDENTITY, LEAKY_RELU, RELU, SIGMOID, STEP, TANH } from './generated/activations';
import { loadPart, storePart } from './lanes';
import { sigmoid4, tanh4 } from './math';

// Where the host puts what curves.ts exports under these names, in the table that the modules share.
// @ts-ignore: decorator
@inline
const CURVE: u32 = 1;
// @ts-ignore: decorator
@inline
const CURVE_GRADIENT: u32 = 2;

/** v where x > 0, else v·slope. */
// @ts-ignore: decorator
@inline
function leak4(x: v128, v: v128, slope: v128): v128 {
  return v128.bitselect(v, f32x4.mul(v, slope), f32x4.gt(x, f32x4.splat(0)));
}

/** 1 where x > 0; elsewhere 0, or NaN: 0 with the bits of x added where x is not equal to itself. */
// @ts-ignore: decorator
@inline
function step4(x: v128): v128 {
  const one = v128.and(f32x4.gt(x, f32x4.splat(0)), f32x4.splat(1));
  return v128.or(one, v128.and(x, f32x4.ne(x, x)));
}

/** y ← max(x, 0). Rectifiers have loops of their own: to choose for each vector would take as long again. */
function relu(x: usize, y: usize, n: i32): void {
  const zero = f32x4.splat(0);
  for (; n >= 4; n -= 4, x += 16, y += 16) v128.store(y, f32x4.max(v128.load(x), zero));
  if (n > 0) storePart(y, f32x4.max(loadPart(x, n), zero), n);
}

/** y ← x where x > 0, else x·slope. */
function leakyRelu(x: usize, y: usize, n: i32, slope: f32): void {
  const s = f32x4.splat(slope);
  for (; n >= 4; n -= 4, x += 16, y += 16) v128.store(y, leak4(v128.load(x), v128.load(x), s));
  if (n > 0) storePart(y, leak4(loadPart(x, n), loadPart(x, n), s), n);
}

/**
 * y ← h(x) for n floats; y may be x. A NaN stays NaN. `slope` is the activation's parameter. All kinds above TANH are
 * curves.ts's, in the second module.
 */
export function activation(kind: i32, x: usize, y: usize, n: i32, slope: f32): void {
  if (kind == IDENTITY) return memory.copy(y, x, <usize>n << 2);
  if (kind == RELU) return relu(x, y, n);
  if (kind == LEAKY_RELU) return leakyRelu(x, y, n, slope);
  if (kind > TANH) return call_indirect<void>(CURVE, kind, x, y, n, slope);
  for (; n > 0; n -= 4, x += 16, y += 16) {
    let v = loadPart(x, n, 1);
    switch (kind) {
      case STEP: v = step4(v); break;
      case SIGMOID: v = sigmoid4(v); break;
      case TANH: v = tanh4(v); break;
    }
    storePart(y, v, n);
  }
}

/** dx ← dy where x > 0, else 0. */
function reluGradient(x: usize, dy: usize, dx: usize, n: i32): void {
  const zero = f32x4.splat(0);
  for (; n >= 4; n -= 4, x += 16, dy += 16, dx += 16) {
    v128.store(dx, v128.and(v128.load(dy), f32x4.gt(v128.load(x), zero)));
  }
  if (n > 0) storePart(dx, v128.and(loadPart(dy, n), f32x4.gt(loadPart(x, n), zero)), n);
}

/** dx ← dy where x > 0, else dy·slope. */
function leakyReluGradient(x: usize, dy: usize, dx: usize, n: i32, slope: f32): void {
  const s = f32x4.splat(slope);
  for (; n >= 4; n -= 4, x += 16, dy += 16, dx += 16) {
    v128.store(dx, leak4(v128.load(x), v128.load(dy), s));
  }
  if (n > 0) storePart(dx, leak4(loadPart(x, n), loadPart(dy, n), s), n);
}

/**
 * dx ← dy · h′(x) for n floats, given x and y = h(x); dx may be dy. Where the derivative is undefined at 0, it is that
 * for x < 0; at the ends of hard sigmoid and hard tanh it is 0. Those that need the sums (the table in
 * src/kernels/activations.ts) read x alone, the others y alone. Step and ReLU read x, and y serves them as well. ELU's
 * alpha is 0 or more, so that y has the sign of x.
 */
export function activationGradient(
  kind: i32, x: usize, y: usize, dy: usize, dx: usize, n: i32, slope: f32,
): void {
  if (kind == IDENTITY) return memory.copy(dx, dy, <usize>n << 2);
  if (kind == RELU) return reluGradient(x, dy, dx, n);
  if (kind == LEAKY_RELU) return leakyReluGradient(x, dy, dx, n, slope);
  if (kind > TANH) return call_indirect<void>(CURVE_GRADIENT, kind, x, y, dy, dx, n, slope);
  const one = f32x4.splat(1);
  for (; n > 0; n -= 4, x += 16, y += 16, dy += 16, dx += 16) {
    const yv = loadPart(y, n);
    let d = loadPart(dy, n);
    switch (kind) {
      case STEP: d = f32x4.splat(0); break;
      case SIGMOID: d = f32x4.mul(d, f32x4.mul(yv, f32x4.sub(one, yv))); break;
      case TANH: d = f32x4.mul(d, f32x4.sub(one, f32x4.mul(yv, yv))); break;
    }
    storePart(dx, d, n);
  }
}
