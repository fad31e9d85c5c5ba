// Dropout (Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", 2014), inverted, as
// in PyTorch. What is kept is scaled up in training, and inference has nothing to do.
import { loadPart, storePart } from './lanes';
import { firstOf } from './share';

// @ts-ignore: decorator
@inline
const DROPOUT: u32 = 3;

/** High words of the products of four pairs of u32. */
// @ts-ignore: decorator
@inline
function multiplyHigh(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(i64x2.extmul_low_i32x4_u(a, b), i64x2.extmul_high_i32x4_u(a, b), 1, 3, 5, 7);
}

/** 1 / (1 − rate) where (word >>> 8)·2⁻²⁴ ≥ rate, else 0. */
// @ts-ignore: decorator
@inline
function factorOf(words: v128, rate: v128, scale: v128): v128 {
  const u = f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(words, 8)), f32x4.splat(5.9604644775390625e-8));
  return v128.and(scale, f32x4.ge(u, rate));
}

/** y ← x·factor for the n floats that are left, at most four. */
// @ts-ignore: decorator
@inline
function multiply(x: usize, y: usize, n: i32, factor: v128): void {
  if (n > 0) storePart(y, f32x4.mul(loadPart(x, n), factor), n);
}

/**
 * yᵢ ← xᵢ·mᵢ for n floats; y may be x. mᵢ is 0 with probability `rate` (0–1), else 1 / (1 − rate). Element i is kept
 * where u ≥ rate, with u = (word >>> 8)·2⁻²⁴ in [0, 1). The word is number i mod 4 of Philox's block ⌊i / 4⌋
 * (random.ts), with key (seed, 0) and counter (block, DROPOUT, stream, step). `step` points to a u32. No mask is kept:
 * the gradient dx ← dy·m is the same call on dy. NaN · 0 is NaN.
 */
export function dropout(
  x: usize, y: usize, n: i32, rate: f32, seed: u32, stream: u32, step: usize, thread: i32, threads: i32,
): void {
  const rates = f32x4.splat(rate);
  const scale = f32x4.splat(1 / (1 - rate));
  const m0 = i32x4.splat(0xD2511F53);
  const m1 = i32x4.splat(0xCD9E8D57);
  // Sixteen elements at a time: four blocks, of which a vector holds the same word.
  const end = firstOf((n + 15) >> 4, thread + 1, threads);
  for (let group = firstOf((n + 15) >> 4, thread, threads); group < end; ++group) {
    let c0 = i32x4.add(i32x4.splat(group << 2), i32x4(0, 1, 2, 3));
    let c1 = i32x4.splat(DROPOUT);
    let c2 = i32x4.splat(stream);
    let c3 = v128.load_splat<u32>(step);
    let k0 = seed;
    let k1: u32 = 0;
    for (let round = 0; round < 10; ++round) {
      const high0 = multiplyHigh(c0, m0);
      const high1 = multiplyHigh(c2, m1);
      const low0 = i32x4.mul(c0, m0);
      const low1 = i32x4.mul(c2, m1);
      c0 = v128.xor(v128.xor(high1, c1), i32x4.splat(k0));
      c2 = v128.xor(v128.xor(high0, c3), i32x4.splat(k1));
      c1 = low1;
      c3 = low0;
      k0 += 0x9E3779B9;
      k1 += 0xBB67AE85;
    }
    const f0 = factorOf(c0, rates, scale);
    const f1 = factorOf(c1, rates, scale);
    const f2 = factorOf(c2, rates, scale);
    const f3 = factorOf(c3, rates, scale);
    // The transpose: factors of one block after another.
    const a = v128.shuffle<f32>(f0, f1, 0, 4, 1, 5);
    const b = v128.shuffle<f32>(f2, f3, 0, 4, 1, 5);
    const c = v128.shuffle<f32>(f0, f1, 2, 6, 3, 7);
    const d = v128.shuffle<f32>(f2, f3, 2, 6, 3, 7);
    const left = n - (group << 4);
    const p = x + (<usize>group << 6);
    const q = y + (<usize>group << 6);
    multiply(p, q, left, v128.shuffle<f32>(a, b, 0, 1, 4, 5));
    multiply(p + 16, q + 16, left - 4, v128.shuffle<f32>(a, b, 2, 3, 6, 7));
    multiply(p + 32, q + 32, left - 8, v128.shuffle<f32>(c, d, 0, 1, 4, 5));
    multiply(p + 48, q + 48, left - 12, v128.shuffle<f32>(c, d, 2, 3, 6, 7));
  }
}
