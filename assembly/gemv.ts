// A row times a matrix, as sgemm needs it for a single row of A.
import { loadTail, madd, storeTail } from './lanes';

/** c ← α·sum + β·c for four floats, as the microkernel leaves them; β = 0 does not read c. */
// @ts-ignore: decorator
@inline
function storeScaled(alpha: f32, sum: v128, beta: f32, c: usize): void {
  let result = f32x4.mul(sum, f32x4.splat(alpha));
  if (beta != 0) result = f32x4.add(result, f32x4.mul(f32x4.splat(beta), v128.load(c)));
  v128.store(c, result);
}

/**
 * C (1 × n) ← α·a·B + β·C for kc steps. B's rows are read one after the other, as they lie: to pack them, or to walk down
 * its columns, would take longer than to multiply. The sums are the microkernel's, bit for bit: each is over k in
 * ascending order, from 0. ldb in bytes; `sums` has room for n floats.
 */
export function multiplyRow(
  n: i32, kc: i32, alpha: f32, a: usize, b: usize, ldb: usize, beta: f32, c: usize, sums: usize,
): void {
  const whole = <usize>(n & ~3) << 2;
  const tail = n & 3;
  memory.fill(sums, 0, whole);
  const end = a + (<usize>kc << 2);
  let rest = f32x4.splat(0);
  if (tail > 0) {
    for (let p = a, q = b + whole; p < end; p += 4, q += ldb) {
      rest = madd(v128.load_splat<f32>(p), loadTail(q, tail, 0), rest);
    }
  }
  for (; a + 16 <= end; a += 16) {
    const a0 = v128.load_splat<f32>(a), a1 = v128.load_splat<f32>(a, 4);
    const a2 = v128.load_splat<f32>(a, 8), a3 = v128.load_splat<f32>(a, 12);
    const b1 = b + ldb, b2 = b1 + ldb, b3 = b2 + ldb;
    for (let j: usize = 0; j < whole; j += 16) {
      let sum = madd(a0, v128.load(b + j), v128.load(sums + j));
      sum = madd(a1, v128.load(b1 + j), sum);
      sum = madd(a2, v128.load(b2 + j), sum);
      v128.store(sums + j, madd(a3, v128.load(b3 + j), sum));
    }
    b = b3 + ldb;
  }
  for (; a < end; a += 4, b += ldb) {
    const value = v128.load_splat<f32>(a);
    for (let j: usize = 0; j < whole; j += 16) {
      v128.store(sums + j, madd(value, v128.load(b + j), v128.load(sums + j)));
    }
  }
  for (let j: usize = 0; j < whole; j += 16) storeScaled(alpha, v128.load(sums + j), beta, c + j);
  if (tail == 0) return;
  rest = f32x4.mul(rest, f32x4.splat(alpha));
  if (beta != 0) rest = f32x4.add(rest, f32x4.mul(f32x4.splat(beta), loadTail(c + whole, tail, 0)));
  storeTail(c + whole, rest, tail);
}
