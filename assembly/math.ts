// Exponential, logarithm and what is built from them, four f32 at a time.
//
// Each is computed in f64 and rounded once. The result is correctly rounded but for a few arguments near a tie: at most
// 0.51 ULP over all floats, subnormal results included (`npm run test:exhaustive`). Only operations that IEEE 754
// defines to the bit are used, so every machine and build gives the same results.

/** f on the two halves of an f32x4: promoted, computed in f64x2, rounded back. */
// @ts-ignore: decorator
@inline
export function joinHalves(low: v128, high: v128): v128 {
  return v128.shuffle<f32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
}

// @ts-ignore: decorator
@inline
export function lowHalf(x: v128): v128 {
  return f64x2.promote_low_f32x4(x);
}

// @ts-ignore: decorator
@inline
export function highHalf(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3));
}

/** NaN where x is NaN, else x within [low, high]. */
// @ts-ignore: decorator
@inline
export function clamp(x: v128, low: f64, high: f64): v128 {
  return f64x2.pmax(f64x2.pmin(x, f64x2.splat(high)), f64x2.splat(low));
}

/** p·x + c. */
// @ts-ignore: decorator
@inline
export function horner(p: v128, x: v128, c: f64): v128 {
  return f64x2.add(f64x2.mul(p, x), f64x2.splat(c));
}

/** n = round(x / ln 2), so that exp(x) = 2ⁿ·exp(x − n·ln 2). */
// @ts-ignore: decorator
@inline
function exponentOf(x: v128): v128 {
  return f64x2.nearest(f64x2.mul(x, f64x2.splat(1.4426950408889634)));
}

/** exp(r) − 1 for r = x − n·ln 2, |r| ≤ ln 2 / 2: Taylor's series up to r⁸; the first term left out is below 2⁻³⁰·r. */
// @ts-ignore: decorator
@inline
function expm1Reduced(x: v128, n: v128): v128 {
  const r = f64x2.sub(x, f64x2.mul(n, f64x2.splat(0.6931471805599453)));
  let p = f64x2.splat(1.0 / 40320);
  p = horner(p, r, 1.0 / 5040);
  p = horner(p, r, 1.0 / 720);
  p = horner(p, r, 1.0 / 120);
  p = horner(p, r, 1.0 / 24);
  p = horner(p, r, 1.0 / 6);
  p = horner(p, r, 0.5);
  p = horner(p, r, 1);
  return f64x2.mul(p, r);
}

/** 2ⁿ for whole n in −1022 … 1023. */
// @ts-ignore: decorator
@inline
function powerOfTwo(n: v128): v128 {
  const whole = i64x2.extend_low_i32x4_s(i32x4.trunc_sat_f64x2_s_zero(n));
  return i64x2.shl(i64x2.add(whole, i64x2.splat(1023)), 52);
}

/** exp(x) in f64, for |x| below 700. */
// @ts-ignore: decorator
@inline
export function expF64(x: v128): v128 {
  const n = exponentOf(x);
  const scale = powerOfTwo(n);
  return f64x2.add(scale, f64x2.mul(scale, expm1Reduced(x, n)));
}

/** exp(x) − 1 in f64, for |x| below 700, to full relative accuracy near 0. */
// @ts-ignore: decorator
@inline
export function expm1F64(x: v128): v128 {
  const n = exponentOf(x);
  const scale = powerOfTwo(n);
  return f64x2.add(f64x2.sub(scale, f64x2.splat(1)), f64x2.mul(scale, expm1Reduced(x, n)));
}

/**
 * log(x) in f64, for normal f64 x > 0 (every f32 > 0 is one). x = 2ᵏ·m with m in [√½, √2); with s = (m − 1) / (m + 1),
 * log m = 2·artanh s = 2·(s + s³/3 + s⁵/5 + …). |s| ≤ 0.172, and the first term left out is below 2⁻³⁸·s.
 */
// @ts-ignore: decorator
@inline
export function logF64(x: v128): v128 {
  const k = i64x2.shr_s(i64x2.sub(x, i64x2.splat(0x3FE6A09E667F3BCD)), 52);
  const m = i64x2.sub(x, i64x2.shl(k, 52));
  const s = f64x2.div(f64x2.sub(m, f64x2.splat(1)), f64x2.add(m, f64x2.splat(1)));
  const z = f64x2.mul(s, s);
  let p = f64x2.splat(2.0 / 13);
  p = horner(p, z, 2.0 / 11);
  p = horner(p, z, 2.0 / 9);
  p = horner(p, z, 2.0 / 7);
  p = horner(p, z, 2.0 / 5);
  p = horner(p, z, 2.0 / 3);
  p = horner(p, z, 2);
  const exponent = f64x2.convert_low_i32x4_s(v128.shuffle<i32>(k, k, 0, 2, 0, 2));
  return f64x2.add(f64x2.mul(exponent, f64x2.splat(0.6931471805599453)), f64x2.mul(p, s));
}

/** log(1 + u) in f64 for 0 ≤ u ≤ 1, by artanh(u / (2 + u)); z ≤ 1/9, the first term left out is below 2⁻³⁵·u. */
// @ts-ignore: decorator
@inline
function log1pF64(u: v128): v128 {
  const s = f64x2.div(u, f64x2.add(u, f64x2.splat(2)));
  const z = f64x2.mul(s, s);
  let p = f64x2.splat(2.0 / 19);
  p = horner(p, z, 2.0 / 17);
  p = horner(p, z, 2.0 / 15);
  p = horner(p, z, 2.0 / 13);
  p = horner(p, z, 2.0 / 11);
  p = horner(p, z, 2.0 / 9);
  p = horner(p, z, 2.0 / 7);
  p = horner(p, z, 2.0 / 5);
  p = horner(p, z, 2.0 / 3);
  p = horner(p, z, 2);
  return f64x2.mul(p, s);
}

// Beyond these bounds exp(x), rounded to f32, is 0 or Infinity.
// @ts-ignore: decorator
@inline
const EXP_LOW: f64 = -110;
// @ts-ignore: decorator
@inline
const EXP_HIGH: f64 = 110;

/** exp(x): 0 at −∞, ∞ at ∞. */
export function exp4(x: v128): v128 {
  return joinHalves(
    expF64(clamp(lowHalf(x), EXP_LOW, EXP_HIGH)),
    expF64(clamp(highHalf(x), EXP_LOW, EXP_HIGH)),
  );
}

/** log(x): −∞ at ±0, NaN below 0, ∞ at ∞. */
export function log4(x: v128): v128 {
  const y = joinHalves(logF64(lowHalf(x)), logF64(highHalf(x)));
  const positive = v128.and(f32x4.gt(x, f32x4.splat(0)), f32x4.lt(x, f32x4.splat(Infinity)));
  const zero = f32x4.eq(x, f32x4.splat(0));
  // The square root gives what is left: ∞ at ∞, NaN below 0 and at NaN.
  return v128.bitselect(y, v128.bitselect(f32x4.splat(-Infinity), f32x4.sqrt(x), zero), positive);
}

// @ts-ignore: decorator
@inline
function sigmoidF64(x: v128): v128 {
  const e = expF64(clamp(f64x2.neg(x), EXP_LOW, EXP_HIGH));
  return f64x2.div(f64x2.splat(1), f64x2.add(f64x2.splat(1), e));
}

/** 1 / (1 + exp(−x)). */
export function sigmoid4(x: v128): v128 {
  return joinHalves(sigmoidF64(lowHalf(x)), sigmoidF64(highHalf(x)));
}

/** tanh |x| = E / (E + 2) with E = exp(2·|x|) − 1; from |x| = 20 on it rounds to 1. */
// @ts-ignore: decorator
@inline
function tanhF64(x: v128): v128 {
  const magnitude = f64x2.pmin(f64x2.abs(x), f64x2.splat(20));
  const e = expm1F64(f64x2.add(magnitude, magnitude));
  const y = f64x2.div(e, f64x2.add(e, f64x2.splat(2)));
  return v128.or(y, v128.and(x, f64x2.splat(-0.0)));
}

export function tanh4(x: v128): v128 {
  return joinHalves(tanhF64(lowHalf(x)), tanhF64(highHalf(x)));
}

// @ts-ignore: decorator
@inline
function softplusF64(x: v128): v128 {
  const e = expF64(f64x2.pmax(f64x2.neg(f64x2.abs(x)), f64x2.splat(EXP_LOW)));
  return f64x2.add(f64x2.max(x, f64x2.splat(0)), log1pF64(e));
}

/** log(1 + exp(x)) = max(x, 0) + log(1 + exp(−|x|)), which does not overflow. */
export function softplus4(x: v128): v128 {
  return joinHalves(softplusF64(lowHalf(x)), softplusF64(highHalf(x)));
}

/**
 * sin(t·π/2) in f64, with t in quarter turns, so that it is exact at the axes. t = n + r with |r| ≤ ½, then Taylor's
 * series of the sine or of the cosine. The first term left out is (r·π/2)¹³ / 13! for the sine, below 7e-12, and below
 * 4e-13 for the cosine. The cosine is sin of t + 1.
 */
export function sinQuarterTurns(t: v128): v128 {
  const n = f64x2.nearest(t);
  const r = f64x2.mul(f64x2.sub(t, n), f64x2.splat(1.5707963267948966));
  const z = f64x2.mul(r, r);
  let sine = f64x2.splat(-1.0 / 39916800);
  sine = horner(sine, z, 1.0 / 362880);
  sine = horner(sine, z, -1.0 / 5040);
  sine = horner(sine, z, 1.0 / 120);
  sine = horner(sine, z, -1.0 / 6);
  sine = horner(sine, z, 1);
  let cosine = f64x2.splat(1.0 / 479001600);
  cosine = horner(cosine, z, -1.0 / 3628800);
  cosine = horner(cosine, z, 1.0 / 40320);
  cosine = horner(cosine, z, -1.0 / 720);
  cosine = horner(cosine, z, 1.0 / 24);
  cosine = horner(cosine, z, -0.5);
  cosine = horner(cosine, z, 1);
  const quarter = i64x2.extend_low_i32x4_s(i32x4.trunc_sat_f64x2_s_zero(n));
  const isOdd = i64x2.neg(v128.and(quarter, i64x2.splat(1)));
  const sign = i64x2.shl(v128.and(quarter, i64x2.splat(2)), 62);
  return v128.xor(v128.bitselect(cosine, f64x2.mul(sine, r), isOdd), sign);
}
