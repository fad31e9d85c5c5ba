// Random numbers from Philox4x32-10, a counter-based generator (Salmon, Moraes, Dror & Shaw, "Parallel random numbers:
// as easy as 1, 2, 3", 2011). A block of four 32-bit words is a function of a 128-bit counter and a 64-bit key. So
// there is no state to keep, and any element can be computed alone.
//
// key = (seed, 0); counter = (block, purpose, stream, step); a stream and a step that are not needed are 0.
// Purposes: UNIFORM 0, SHUFFLE 1, NORMAL 2 (normal.ts), DROPOUT 3 (dropout.ts), AUGMENT 4 (augment.ts).
import { storeTail } from './lanes';

// @ts-ignore: decorator
@inline
const UNIFORM: u32 = 0;
// @ts-ignore: decorator
@inline
const SHUFFLE: u32 = 1;
// @ts-ignore: decorator
@inline
export const AUGMENT: u32 = 4;

/** The four words of one block. */
// @ts-ignore: decorator
@inline
export function philox4x32(c0: u32, c1: u32, c2: u32, c3: u32, k0: u32, k1: u32): v128 {
  for (let round = 0; round < 10; ++round) {
    const p0 = <u64>c0 * 0xD2511F53;
    const p1 = <u64>c2 * 0xCD9E8D57;
    c0 = <u32>(p1 >> 32) ^ c1 ^ k0;
    c2 = <u32>(p0 >> 32) ^ c3 ^ k1;
    c1 = <u32>p1;
    c3 = <u32>p0;
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
  let words = i32x4.splat(c0);
  words = i32x4.replace_lane(words, 1, c1);
  words = i32x4.replace_lane(words, 2, c2);
  return i32x4.replace_lane(words, 3, c3);
}

/** xᵢ ← low + (high − low)·u, u = (word >>> 8)·2⁻²⁴ in [0, 1), for n floats. */
export function randomUniform(x: usize, n: i32, low: f32, high: f32, seed: u32, stream: u32): void {
  const offset = f32x4.splat(low);
  const scale = f32x4.splat(high - low);
  for (let block: u32 = 0; n > 0; ++block, n -= 4, x += 16) {
    const words = i32x4.shr_u(philox4x32(block, UNIFORM, stream, 0, seed, 0), 8);
    const u = f32x4.mul(f32x4.convert_i32x4_s(words), f32x4.splat(5.9604644775390625e-8));
    const value = f32x4.add(offset, f32x4.mul(scale, u));
    if (n >= 4) v128.store(x, value);
    else storeTail(x, value, n);
  }
}

/**
 * Fisher–Yates: for i from n − 1 down to 1, xᵢ (i32) changes places with xⱼ. j is uniform in 0–i by Lemire's
 * multiplication with rejection ("Fast random integer generation in an interval", 2019). `words`: 16 bytes of scratch,
 * aligned to 16.
 */
export function shuffle(x: usize, n: i32, seed: u32, stream: u32, words: usize): void {
  let block: u32 = 0;
  let word = 4;
  for (let i: u32 = n - 1; <i32>i > 0; --i) {
    const range = i + 1;
    let product: u64;
    do {
      if (word == 4) {
        v128.store(words, philox4x32(block++, SHUFFLE, stream, 0, seed, 0));
        word = 0;
      }
      product = <u64>load<u32>(words + (<usize>word << 2)) * <u64>range;
      ++word;
    } while (<u32>product < range && <u32>product < (0 - range) % range);
    const p = x + (<usize>i << 2);
    const q = x + (<usize>(product >> 32) << 2);
    const value = load<i32>(p);
    store<i32>(p, load<i32>(q));
    store<i32>(q, value);
  }
}
