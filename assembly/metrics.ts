// What the evaluation of a regression sums over the rows of a batch, beside the losses. And the check of targets before
// anything is computed. Row i of a batch is sample indices[i] (i32) of the data set.
import { DISTRIBUTIONS, SIGNS, WEIGHTS } from './generated/target-rules';
import { firstOf } from './share';
import { sampleOf } from './losses';

/**
 * Adds up a regression's metrics over the rows of y (rows × columns) and of `targets` (samples × columns), in f64 and
 * in the order of the rows. For each two columns, `sums` has five pairs (f64). The first is a number s that is near t;
 * the others are the sums of t − s, (t − s)², |y − t| and (y − t)².
 */
export function regressionSums(
  y: usize, targets: usize, indices: usize, sums: usize, rows: i32, columns: i32, thread: i32, threads: i32,
): void {
  const row = <usize>columns << 2;
  const pairs = (columns + 1) >> 1;
  const end = firstOf(pairs, thread + 1, threads);
  for (let pair = firstOf(pairs, thread, threads); pair < end; ++pair) {
    const column = <usize>pair << 3;
    const at = sums + <usize>pair * 80;
    const isSingle = 2 * pair + 1 == columns;
    const shift = v128.load(at);
    let t1 = v128.load(at, 16), t2 = v128.load(at, 32), absolute = v128.load(at, 48), squared = v128.load(at, 64);
    for (let i = 0; i < rows; ++i) {
      const yi = y + <usize>i * row + column;
      const ti = targets + sampleOf(indices, i) * row + column;
      const t = f64x2.promote_low_f32x4(isSingle ? v128.load32_zero(ti) : v128.load64_zero(ti));
      const v = f64x2.promote_low_f32x4(isSingle ? v128.load32_zero(yi) : v128.load64_zero(yi));
      const deviation = f64x2.sub(t, shift);
      const error = f64x2.sub(v, t);
      t1 = f64x2.add(t1, deviation);
      t2 = f64x2.add(t2, f64x2.mul(deviation, deviation));
      absolute = f64x2.add(absolute, f64x2.abs(error));
      squared = f64x2.add(squared, f64x2.mul(error, error));
    }
    v128.store(at, t1, 16);
    v128.store(at, t2, 32);
    v128.store(at, absolute, 48);
    v128.store(at, squared, 64);
  }
}

/**
 * The first row of x (rows × columns) that breaks the rule, or −1. UNIT_INTERVAL: each element is 0–1. SIGNS: each is −1
 * or 1. DISTRIBUTIONS: each is 0–1, with a sum of 1 ± 0.001 in each row. WEIGHTS: each is 0 or more, and finite.
 */
export function firstInvalidRow(rule: i32, x: usize, rows: i32, columns: i32): i32 {
  const largest: f32 = rule == WEIGHTS ? f32.MAX_VALUE : 1;
  for (let i = 0; i < rows; ++i) {
    let sum: f64 = 0;
    for (let j = 0; j < columns; ++j, x += 4) {
      const value = load<f32>(x);
      const isValid = rule == SIGNS ? abs(value) == 1 : value >= 0 && value <= largest;
      if (!isValid) return i;
      sum += value;
    }
    if (rule == DISTRIBUTIONS && !(abs(sum - 1) <= 0.001)) return i;
  }
  return -1;
}
