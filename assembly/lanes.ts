// Vectors of four floats: their first 1–3 lanes, for the tails of arrays, beyond which nothing is read or written;
// their sum; the multiply-add of a build.

/** Loads `n` (1–3) floats at p; the other lanes are `fill`. */
// @ts-ignore: decorator
@inline
export function loadTail(p: usize, n: i32, fill: f32): v128 {
  let v = v128.load_lane<f32>(p, f32x4.splat(fill), 0);
  if (n > 1) v = v128.load_lane<f32>(p, v, 1, 4);
  if (n > 2) v = v128.load_lane<f32>(p, v, 2, 8);
  return v;
}

/** Stores the first `n` (1–3) lanes of v at p. */
// @ts-ignore: decorator
@inline
export function storeTail(p: usize, v: v128, n: i32): void {
  v128.store_lane<f32>(p, v, 0);
  if (n > 1) v128.store_lane<f32>(p, v, 1, 4);
  if (n > 2) v128.store_lane<f32>(p, v, 2, 8);
}

/** Loads the first 4 floats at p, or `n` where that is less (1–3): the other lanes are 0. */
// @ts-ignore: decorator
@inline
export function loadFirst(p: usize, n: i32): v128 {
  return n >= 4 ? v128.load(p) : loadTail(p, n, 0);
}

/** Stores the first 4 lanes of v at p, or `n` where that is less (1–3). */
// @ts-ignore: decorator
@inline
export function storeFirst(p: usize, v: v128, n: i32): void {
  if (n >= 4) v128.store(p, v);
  else storeTail(p, v, n);
}

/** loadTail where it is not worth its size: a recursion, since asc inlines all small functions that call none. */
function loadLanes(p: usize, n: i32, fill: f32): v128 {
  const rest = n > 1 ? loadLanes(p + 4, n - 1, fill) : f32x4.splat(fill);
  return v128.load_lane<f32>(p, v128.shuffle<f32>(rest, rest, 3, 0, 1, 2), 0);
}

/** storeTail where it is not worth its size. */
function storeLanes(p: usize, v: v128, n: i32): void {
  v128.store_lane<f32>(p, v, 0);
  if (n > 1) storeLanes(p + 4, v128.shuffle<f32>(v, v, 1, 2, 3, 0), n - 1);
}

/** Loads n floats at p, or four where n is 4 or more; the other lanes are `fill`. */
// @ts-ignore: decorator
@inline
export function loadPart(p: usize, n: i32, fill: f32 = 0): v128 {
  return n >= 4 ? v128.load(p) : loadLanes(p, n, fill);
}

/** Stores the first n lanes of v at p, or all four where n is 4 or more. */
// @ts-ignore: decorator
@inline
export function storePart(p: usize, v: v128, n: i32): void {
  if (n >= 4) v128.store(p, v);
  else storeLanes(p, v, n);
}

/** The first n lanes at p ← v + β·p, where β is 0, which overwrites, or 1. */
// @ts-ignore: decorator
@inline
export function accumulatePart(p: usize, v: v128, n: i32, beta: f32): void {
  storePart(p, beta == 0 ? v : f32x4.add(loadPart(p, n), v), n);
}

/** (v₀ + v₂) + (v₁ + v₃). */
// @ts-ignore: decorator
@inline
export function sumLanes(v: v128): f32 {
  const pairs = f32x4.add(v, v128.shuffle<f32>(v, v, 2, 3, 0, 1));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/** c + a·b, fused where the build is `relaxed`. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(c, f32x4.mul(a, b));
}
