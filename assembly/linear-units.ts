// ELU, SELU, GELU, SiLU and Mish, and the derivatives of the last three, four f32 at a time. Computed in f64 and rounded once,
// as all of math.ts is: at most 0.52 ULP.
import { clamp, expF64, expm1F64, highHalf, horner, joinHalves, lowHalf } from './math';

// Below these bounds the exponentials are 0 in f32, whatever they are multiplied by.
// @ts-ignore: decorator
@inline
const GELU_BOUND: f64 = 15;
// @ts-ignore: decorator
@inline
const SILU_BOUND: f64 = 120;

function eluF64(x: v128, scale: f64, alpha: f64): v128 {
  const zero = f64x2.splat(0);
  const negative = f64x2.pmax(f64x2.pmin(x, zero), f64x2.splat(-110));
  const curve = f64x2.mul(f64x2.splat(alpha), expm1F64(negative));
  return f64x2.mul(f64x2.splat(scale), f64x2.add(f64x2.pmax(x, zero), curve));
}

/** scale·x for x > 0, else scale·alpha·(exp(x) − 1). */
export function elu4(x: v128, scale: f64, alpha: f64): v128 {
  return joinHalves(eluF64(lowHalf(x), scale, alpha), eluF64(highHalf(x), scale, alpha));
}

/**
 * Φ(x), the normal distribution function, for x in ±15, where e = exp(−x² / 2). Φ(−a) = exp(−a² / 2)·p(t)·s for a ≥ 0,
 * with s = 1 / (a + 3.75) and t = (a − 3.75)·s. p is the polynomial through the Chebyshev nodes of 0 ≤ a ≤ 15. The
 * relative error is below 2⁻³⁰.
 */
// @ts-ignore: decorator
@inline
function normalF64(x: v128, e: v128): v128 {
  const a = f64x2.abs(x);
  const s = f64x2.div(f64x2.splat(1), f64x2.add(a, f64x2.splat(3.75)));
  const t = f64x2.mul(f64x2.sub(a, f64x2.splat(3.75)), s);
  let p = f64x2.splat(-0.000057965289291110223);
  p = horner(p, t, -0.00009577899206887455);
  p = horner(p, t, 0.0004656484527262482);
  p = horner(p, t, 0.0005991200852048634);
  p = horner(p, t, -0.004162170206171723);
  p = horner(p, t, 0.001170869091884756);
  p = horner(p, t, 0.037489231208082584);
  p = horner(p, t, -0.1515171149841256);
  p = horner(p, t, 0.3529398671253351);
  p = horner(p, t, -0.5881884107964404);
  p = horner(p, t, 0.750294072085064);
  const tail = f64x2.mul(e, f64x2.mul(p, s));
  return v128.bitselect(tail, f64x2.sub(f64x2.splat(1), tail), f64x2.lt(x, f64x2.splat(0)));
}

/** exp(−x² / 2). */
// @ts-ignore: decorator
@inline
function bellF64(x: v128): v128 {
  return expF64(f64x2.mul(f64x2.splat(-0.5), f64x2.mul(x, x)));
}

function geluF64(x: v128): v128 {
  const v = clamp(x, -GELU_BOUND, GELU_BOUND);
  return f64x2.mul(f64x2.pmax(x, f64x2.splat(-GELU_BOUND)), normalF64(v, bellF64(v)));
}

/** x·Φ(x). */
export function gelu4(x: v128): v128 {
  return joinHalves(geluF64(lowHalf(x)), geluF64(highHalf(x)));
}

function geluDerivativeF64(x: v128): v128 {
  const v = clamp(x, -GELU_BOUND, GELU_BOUND);
  const e = bellF64(v);
  const density = f64x2.mul(e, f64x2.splat(0.3989422804014327)); // 1 / √(2π)
  return f64x2.add(normalF64(v, e), f64x2.mul(v, density));
}

/** Φ(x) + x·φ(x). */
export function geluDerivative4(x: v128): v128 {
  return joinHalves(geluDerivativeF64(lowHalf(x)), geluDerivativeF64(highHalf(x)));
}

// √(8 / π), and 0.044715 of it.
// @ts-ignore: decorator
@inline
const TANH_LINEAR: f64 = 1.5957691216057308;
// @ts-ignore: decorator
@inline
const TANH_CUBIC: f64 = 0.07135481627260025;

/** a·x + b·x³. */
// @ts-ignore: decorator
@inline
function cubic(x: v128, a: f64, b: f64): v128 {
  return f64x2.mul(x, horner(f64x2.splat(b), f64x2.mul(x, x), a));
}

/** max(x, −bound) / (1 + exp(−u)). */
// @ts-ignore: decorator
@inline
function gateF64(x: v128, u: v128, bound: f64): v128 {
  const e = expF64(f64x2.neg(u));
  return f64x2.div(f64x2.pmax(x, f64x2.splat(-bound)), f64x2.add(f64x2.splat(1), e));
}

/** The derivative of x·σ(u), given u and du = u′: σ(u) + x·σ(u)·σ(−u)·u′, with σ(−u) = exp(−u)·σ(u). */
// @ts-ignore: decorator
@inline
function gateDerivativeF64(x: v128, u: v128, du: v128): v128 {
  const one = f64x2.splat(1);
  const e = expF64(f64x2.neg(u));
  const s = f64x2.div(one, f64x2.add(one, e));
  return f64x2.mul(s, f64x2.add(one, f64x2.mul(f64x2.mul(x, du), f64x2.mul(e, s))));
}

function geluTanhF64(x: v128): v128 {
  const v = clamp(x, -GELU_BOUND, GELU_BOUND);
  return gateF64(x, cubic(v, TANH_LINEAR, TANH_CUBIC), GELU_BOUND);
}

/** x·(1 + tanh(√(2 / π)·(x + 0.044715·x³))) / 2, for which (1 + tanh(u / 2)) / 2 = σ(u) loses nothing at x ≪ 0. */
export function geluTanh4(x: v128): v128 {
  return joinHalves(geluTanhF64(lowHalf(x)), geluTanhF64(highHalf(x)));
}

function geluTanhDerivativeF64(x: v128): v128 {
  const v = clamp(x, -GELU_BOUND, GELU_BOUND);
  const du = horner(f64x2.splat(3 * TANH_CUBIC), f64x2.mul(v, v), TANH_LINEAR);
  return gateDerivativeF64(v, cubic(v, TANH_LINEAR, TANH_CUBIC), du);
}

export function geluTanhDerivative4(x: v128): v128 {
  return joinHalves(geluTanhDerivativeF64(lowHalf(x)), geluTanhDerivativeF64(highHalf(x)));
}

function siluF64(x: v128): v128 {
  return gateF64(x, clamp(x, -SILU_BOUND, SILU_BOUND), SILU_BOUND);
}

/** x·σ(x). */
export function silu4(x: v128): v128 {
  return joinHalves(siluF64(lowHalf(x)), siluF64(highHalf(x)));
}

function siluDerivativeF64(x: v128): v128 {
  const v = clamp(x, -SILU_BOUND, SILU_BOUND);
  return gateDerivativeF64(v, v, f64x2.splat(1));
}

/** σ(x)·(1 + x·σ(−x)). */
export function siluDerivative4(x: v128): v128 {
  return joinHalves(siluDerivativeF64(lowHalf(x)), siluDerivativeF64(highHalf(x)));
}

// Where tanh(log(1 + exp(x))) is 1 in f64.
// @ts-ignore: decorator
@inline
const MISH_TOP: f64 = 40;

/** With e = exp(x), tanh(log(1 + e)) = n / (n + 2), n = e·(e + 2): nothing is lost at x ≪ 0. */
function mishF64(x: v128): v128 {
  const e = expF64(clamp(x, -SILU_BOUND, MISH_TOP));
  const two = f64x2.splat(2);
  const n = f64x2.mul(e, f64x2.add(e, two));
  return f64x2.mul(f64x2.pmax(x, f64x2.splat(-SILU_BOUND)), f64x2.div(n, f64x2.add(n, two)));
}

/** x·tanh(log(1 + exp(x))). */
export function mish4(x: v128): v128 {
  return joinHalves(mishF64(lowHalf(x)), mishF64(highHalf(x)));
}

/** n / (n + 2) + x·4·e·(e + 1) / (n + 2)². */
function mishDerivativeF64(x: v128): v128 {
  const v = clamp(x, -SILU_BOUND, MISH_TOP);
  const e = expF64(v);
  const two = f64x2.splat(2);
  const n = f64x2.mul(e, f64x2.add(e, two));
  const s = f64x2.div(f64x2.splat(1), f64x2.add(n, two));
  const slope = f64x2.mul(f64x2.mul(f64x2.splat(4), e), f64x2.mul(f64x2.add(e, f64x2.splat(1)), f64x2.mul(s, s)));
  return f64x2.add(f64x2.mul(n, s), f64x2.mul(v, slope));
}

export function mishDerivative4(x: v128): v128 {
  return joinHalves(mishDerivativeF64(lowHalf(x)), mishDerivativeF64(highHalf(x)));
}
