// Normally distributed random numbers: uniform ones through the inverse of the normal distribution function. Each
// depends on one word of Philox alone, and a truncated distribution needs no second draw.
import { logF64 } from './math';
import { philox4x32 } from './random';

// @ts-ignore: decorator
@inline
const NORMAL: u32 = 2;

/**
 * z with Φ(z) = p for 2⁻³³ ≤ p ≤ 1 − 2⁻³³. Wichura, "Algorithm AS 241: the percentage points of the normal
 * distribution", 1988, PPND7. Its relative error is about 10⁻⁷. Its third branch is for p below 10⁻¹⁰.
 */
function normalQuantile(p: f64): f64 {
  const q = p - 0.5;
  if (abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return q * (((59.109374720 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179) /
      (((67.187563600 * r + 78.757757664) * r + 17.895169469) * r + 1);
  }
  const tail = min(p, 1 - p);
  const r = sqrt(-f64x2.extract_lane(logF64(f64x2.splat(tail)), 0)) - 1.6;
  const z = (((0.17023821103 * r + 1.3067284816) * r + 2.7568153900) * r + 1.4234372777) /
    ((0.12021132975 * r + 0.73700164250) * r + 1);
  return q < 0 ? -z : z;
}

/**
 * xᵢ ← mean + deviation·z for n floats, where Φ(z) = tail + (1 − 2·tail)·u and u = (word + ½)·2⁻³². For tail = 0 that
 * is the normal distribution, at most 6.3 deviations from the mean. Otherwise that share is missing at either end.
 * Element i has word i mod 4 of block ⌊i / 4⌋.
 */
export function randomNormal(
  x: usize, n: i32, mean: f32, deviation: f32, tail: f64, seed: u32, stream: u32,
): void {
  let words = i32x4.splat(0);
  for (let i = 0; i < n; ++i, x += 4) {
    if ((i & 3) == 0) words = philox4x32(<u32>i >> 2, NORMAL, stream, 0, seed, 0);
    else words = v128.shuffle<i32>(words, words, 1, 2, 3, 0);
    const u = (<f64><u32>i32x4.extract_lane(words, 0) + 0.5) * 2.3283064365386963e-10;
    store<f32>(x, <f32>(<f64>mean + <f64>deviation * normalQuantile(tail + (1 - 2 * tail) * u)));
  }
}
