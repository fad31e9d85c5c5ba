// The register-tiled inner kernels of sgemm: C ← α·A·B + β·C for one microtile.
//
// a: micropanel of A, MR × kc, element (i, k) at k·MR + i. b: micropanel of B, kc × NR, element (k, j) at k·NR + j.
// c: MR × NR elements, rows `ldc` bytes apart. β = 0 overwrites c without reading it.
// Each element of C is summed over k in ascending order in one accumulator.

/** One row of the microtile leaves its two accumulators. */
// @ts-ignore: decorator
@inline
function storeRow(c: usize, low: v128, high: v128, alpha: v128, beta: f32): void {
  low = f32x4.mul(low, alpha);
  high = f32x4.mul(high, alpha);
  if (beta != 0) {
    const b = f32x4.splat(beta);
    low = f32x4.add(low, f32x4.mul(b, v128.load(c)));
    high = f32x4.add(high, f32x4.mul(b, v128.load(c, 16)));
  }
  v128.store(c, low);
  v128.store(c, high, 16);
}

/** 4 × 8 with separate multiply and add: 8 accumulators, the same bits on every machine. */
export function microkernel4x8(kc: i32, a: usize, b: usize, alpha: f32, beta: f32, c: usize, ldc: usize): void {
  let c00 = f32x4.splat(0), c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0), c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0), c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0), c31 = f32x4.splat(0);
  for (const end = b + (<usize>kc << 5); b < end; a += 16, b += 32) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let ai = v128.load_splat<f32>(a);
    c00 = f32x4.add(c00, f32x4.mul(ai, b0));
    c01 = f32x4.add(c01, f32x4.mul(ai, b1));
    ai = v128.load_splat<f32>(a, 4);
    c10 = f32x4.add(c10, f32x4.mul(ai, b0));
    c11 = f32x4.add(c11, f32x4.mul(ai, b1));
    ai = v128.load_splat<f32>(a, 8);
    c20 = f32x4.add(c20, f32x4.mul(ai, b0));
    c21 = f32x4.add(c21, f32x4.mul(ai, b1));
    ai = v128.load_splat<f32>(a, 12);
    c30 = f32x4.add(c30, f32x4.mul(ai, b0));
    c31 = f32x4.add(c31, f32x4.mul(ai, b1));
  }
  const scale = f32x4.splat(alpha);
  storeRow(c, c00, c01, scale, beta);
  storeRow((c += ldc), c10, c11, scale, beta);
  storeRow((c += ldc), c20, c21, scale, beta);
  storeRow((c += ldc), c30, c31, scale, beta);
}

/** 6 × 8 with fused (where the machine has it) multiply-add: 12 accumulators. */
export function microkernel6x8(kc: i32, a: usize, b: usize, alpha: f32, beta: f32, c: usize, ldc: usize): void {
  let c00 = f32x4.splat(0), c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0), c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0), c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0), c31 = f32x4.splat(0);
  let c40 = f32x4.splat(0), c41 = f32x4.splat(0);
  let c50 = f32x4.splat(0), c51 = f32x4.splat(0);
  for (const end = b + (<usize>kc << 5); b < end; a += 24, b += 32) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let ai = v128.load_splat<f32>(a);
    c00 = f32x4.relaxed_madd(ai, b0, c00);
    c01 = f32x4.relaxed_madd(ai, b1, c01);
    ai = v128.load_splat<f32>(a, 4);
    c10 = f32x4.relaxed_madd(ai, b0, c10);
    c11 = f32x4.relaxed_madd(ai, b1, c11);
    ai = v128.load_splat<f32>(a, 8);
    c20 = f32x4.relaxed_madd(ai, b0, c20);
    c21 = f32x4.relaxed_madd(ai, b1, c21);
    ai = v128.load_splat<f32>(a, 12);
    c30 = f32x4.relaxed_madd(ai, b0, c30);
    c31 = f32x4.relaxed_madd(ai, b1, c31);
    ai = v128.load_splat<f32>(a, 16);
    c40 = f32x4.relaxed_madd(ai, b0, c40);
    c41 = f32x4.relaxed_madd(ai, b1, c41);
    ai = v128.load_splat<f32>(a, 20);
    c50 = f32x4.relaxed_madd(ai, b0, c50);
    c51 = f32x4.relaxed_madd(ai, b1, c51);
  }
  const scale = f32x4.splat(alpha);
  storeRow(c, c00, c01, scale, beta);
  storeRow((c += ldc), c10, c11, scale, beta);
  storeRow((c += ldc), c20, c21, scale, beta);
  storeRow((c += ldc), c30, c31, scale, beta);
  storeRow((c += ldc), c40, c41, scale, beta);
  storeRow((c += ldc), c50, c51, scale, beta);
}
