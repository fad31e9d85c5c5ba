// The register-tiled inner kernels of sgemm: C ← α·A·B + β·C for one microtile.
//
// `a` has mr × kc elements of A where they lie, rows `lda` bytes apart. A microtile of more than mr rows reads the last
// one again for those that are missing. `b` is a micropanel of B, kc × NR, with element (k, j) at k·NR + j. `c` is the
// whole microtile, MR × NR elements, rows `ldc` bytes apart. β = 0 overwrites c without reading it. kc > 0. Each
// element of C is summed over k in ascending order in one accumulator.
//
// The loops take several steps of k in a pass, each with its own exit, for two reasons. V8 checks its stack in every
// pass. And V8 11 and 12 (Node 20, 22) move all loads of a straight piece of code to its beginning. Without a branch
// between two steps, their loads together exceed its 15 vector registers and are spilled.
import { madd } from './lanes';

/** v + β·c in two roundings, in every build: so do the parts of sgemm that take no microtile (gemm.ts). */
// @ts-ignore: decorator
@inline
function plusScaled(v: v128, beta: v128, c: v128): v128 {
  return f32x4.add(v, f32x4.mul(beta, c));
}

/** 2 rows × `columns`, 12 or 16, which the compiler knows. */
// @ts-ignore: decorator
@inline
function microkernel2xN(
  columns: i32, mr: i32, kc: i32, a: usize, lda: usize, b: usize, alpha: f32, beta: f32, c: usize, ldc: usize,
): void {
  let c00 = f32x4.splat(0), c01 = f32x4.splat(0), c02 = f32x4.splat(0), c03 = f32x4.splat(0);
  let c10 = f32x4.splat(0), c11 = f32x4.splat(0), c12 = f32x4.splat(0), c13 = f32x4.splat(0);
  let ai: v128, b0: v128, b1: v128, b2: v128, b3 = f32x4.splat(0);
  // The pointers lag by three steps, though nothing before the operands is read. So they advance after the first step
  // of a pass, not at its end beside the stack check: 3 % faster on Node 20, 11 % on Node 24.
  let a0 = a - 12;
  let a1 = a0 + <usize>(mr - 1) * lda;
  b -= 192;
  for (;;) {
    b0 = v128.load(b, 192), b1 = v128.load(b, 208), b2 = v128.load(b, 224);
    if (columns > 12) b3 = v128.load(b, 240);
    ai = v128.load_splat<f32>(a0, 12);
    c00 = madd(ai, b0, c00), c01 = madd(ai, b1, c01), c02 = madd(ai, b2, c02);
    if (columns > 12) c03 = madd(ai, b3, c03);
    ai = v128.load_splat<f32>(a1, 12);
    c10 = madd(ai, b0, c10), c11 = madd(ai, b1, c11), c12 = madd(ai, b2, c12);
    if (columns > 12) c13 = madd(ai, b3, c13);
    if (kc == 1) break;
    a0 += 16, a1 += 16, b += 256;
    b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32);
    if (columns > 12) b3 = v128.load(b, 48);
    ai = v128.load_splat<f32>(a0);
    c00 = madd(ai, b0, c00), c01 = madd(ai, b1, c01), c02 = madd(ai, b2, c02);
    if (columns > 12) c03 = madd(ai, b3, c03);
    ai = v128.load_splat<f32>(a1);
    c10 = madd(ai, b0, c10), c11 = madd(ai, b1, c11), c12 = madd(ai, b2, c12);
    if (columns > 12) c13 = madd(ai, b3, c13);
    if (kc == 2) break;
    b0 = v128.load(b, 64), b1 = v128.load(b, 80), b2 = v128.load(b, 96);
    if (columns > 12) b3 = v128.load(b, 112);
    ai = v128.load_splat<f32>(a0, 4);
    c00 = madd(ai, b0, c00), c01 = madd(ai, b1, c01), c02 = madd(ai, b2, c02);
    if (columns > 12) c03 = madd(ai, b3, c03);
    ai = v128.load_splat<f32>(a1, 4);
    c10 = madd(ai, b0, c10), c11 = madd(ai, b1, c11), c12 = madd(ai, b2, c12);
    if (columns > 12) c13 = madd(ai, b3, c13);
    if (kc == 3) break;
    b0 = v128.load(b, 128), b1 = v128.load(b, 144), b2 = v128.load(b, 160);
    if (columns > 12) b3 = v128.load(b, 176);
    ai = v128.load_splat<f32>(a0, 8);
    c00 = madd(ai, b0, c00), c01 = madd(ai, b1, c01), c02 = madd(ai, b2, c02);
    if (columns > 12) c03 = madd(ai, b3, c03);
    ai = v128.load_splat<f32>(a1, 8);
    c10 = madd(ai, b0, c10), c11 = madd(ai, b1, c11), c12 = madd(ai, b2, c12);
    if (columns > 12) c13 = madd(ai, b3, c13);
    kc -= 4;
    if (kc == 0) break;
  }
  const scale = f32x4.splat(alpha);
  c00 = f32x4.mul(c00, scale), c01 = f32x4.mul(c01, scale), c02 = f32x4.mul(c02, scale);
  if (columns > 12) c03 = f32x4.mul(c03, scale);
  c10 = f32x4.mul(c10, scale), c11 = f32x4.mul(c11, scale), c12 = f32x4.mul(c12, scale);
  if (columns > 12) c13 = f32x4.mul(c13, scale);
  if (beta != 0) {
    const old = f32x4.splat(beta);
    c00 = plusScaled(c00, old, v128.load(c));
    c01 = plusScaled(c01, old, v128.load(c, 16));
    c02 = plusScaled(c02, old, v128.load(c, 32));
    if (columns > 12) c03 = plusScaled(c03, old, v128.load(c, 48));
    c10 = plusScaled(c10, old, v128.load(c + ldc));
    c11 = plusScaled(c11, old, v128.load(c + ldc, 16));
    c12 = plusScaled(c12, old, v128.load(c + ldc, 32));
    if (columns > 12) c13 = plusScaled(c13, old, v128.load(c + ldc, 48));
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(c, c02, 32);
  if (columns > 12) v128.store(c, c03, 48);
  v128.store(c + ldc, c10);
  v128.store(c + ldc, c11, 16);
  v128.store(c + ldc, c12, 32);
  if (columns > 12) v128.store(c + ldc, c13, 48);
}

/** 2 × 16 with separate multiply and add: 8 accumulators, the same bits on every machine. */
export function microkernel2x16(
  mr: i32, kc: i32, a: usize, lda: usize, b: usize, alpha: f32, beta: f32, c: usize, ldc: usize,
): void {
  microkernel2xN(16, mr, kc, a, lda, b, alpha, beta, c, ldc);
}

/** The first 12 columns of a 2 × 16 microtile, for an edge; what c has in the last 4 is left alone. */
export function microkernel2x12(
  mr: i32, kc: i32, a: usize, lda: usize, b: usize, alpha: f32, beta: f32, c: usize, ldc: usize,
): void {
  microkernel2xN(12, mr, kc, a, lda, b, alpha, beta, c, ldc);
}

/** 6 × 8 with fused (where the machine has it) multiply-add: 12 accumulators. */
export function microkernel6x8(
  mr: i32, kc: i32, a: usize, lda: usize, b: usize, alpha: f32, beta: f32, c: usize, ldc: usize,
): void {
  let c00 = f32x4.splat(0), c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0), c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0), c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0), c31 = f32x4.splat(0);
  let c40 = f32x4.splat(0), c41 = f32x4.splat(0);
  let c50 = f32x4.splat(0), c51 = f32x4.splat(0);
  let ai: v128, b0: v128, b1: v128;
  let a0 = a;
  let a1 = a + <usize>min(1, mr - 1) * lda;
  let a2 = a + <usize>min(2, mr - 1) * lda;
  let a3 = a + <usize>min(3, mr - 1) * lda;
  let a4 = a + <usize>min(4, mr - 1) * lda;
  let a5 = a + <usize>min(5, mr - 1) * lda;
  for (;;) {
    b0 = v128.load(b), b1 = v128.load(b, 16);
    ai = v128.load_splat<f32>(a0);
    c00 = madd(ai, b0, c00), c01 = madd(ai, b1, c01);
    ai = v128.load_splat<f32>(a1);
    c10 = madd(ai, b0, c10), c11 = madd(ai, b1, c11);
    ai = v128.load_splat<f32>(a2);
    c20 = madd(ai, b0, c20), c21 = madd(ai, b1, c21);
    ai = v128.load_splat<f32>(a3);
    c30 = madd(ai, b0, c30), c31 = madd(ai, b1, c31);
    ai = v128.load_splat<f32>(a4);
    c40 = madd(ai, b0, c40), c41 = madd(ai, b1, c41);
    ai = v128.load_splat<f32>(a5);
    c50 = madd(ai, b0, c50), c51 = madd(ai, b1, c51);
    if (kc == 1) break;
    b0 = v128.load(b, 32), b1 = v128.load(b, 48);
    ai = v128.load_splat<f32>(a0, 4);
    c00 = madd(ai, b0, c00), c01 = madd(ai, b1, c01);
    ai = v128.load_splat<f32>(a1, 4);
    c10 = madd(ai, b0, c10), c11 = madd(ai, b1, c11);
    ai = v128.load_splat<f32>(a2, 4);
    c20 = madd(ai, b0, c20), c21 = madd(ai, b1, c21);
    ai = v128.load_splat<f32>(a3, 4);
    c30 = madd(ai, b0, c30), c31 = madd(ai, b1, c31);
    ai = v128.load_splat<f32>(a4, 4);
    c40 = madd(ai, b0, c40), c41 = madd(ai, b1, c41);
    ai = v128.load_splat<f32>(a5, 4);
    c50 = madd(ai, b0, c50), c51 = madd(ai, b1, c51);
    a0 += 8, a1 += 8, a2 += 8;
    a3 += 8, a4 += 8, a5 += 8;
    b += 64;
    kc -= 2;
    if (kc == 0) break;
  }
  const scale = f32x4.splat(alpha);
  c00 = f32x4.mul(c00, scale), c01 = f32x4.mul(c01, scale);
  c10 = f32x4.mul(c10, scale), c11 = f32x4.mul(c11, scale);
  c20 = f32x4.mul(c20, scale), c21 = f32x4.mul(c21, scale);
  c30 = f32x4.mul(c30, scale), c31 = f32x4.mul(c31, scale);
  c40 = f32x4.mul(c40, scale), c41 = f32x4.mul(c41, scale);
  c50 = f32x4.mul(c50, scale), c51 = f32x4.mul(c51, scale);
  if (beta != 0) {
    const old = f32x4.splat(beta);
    c00 = plusScaled(c00, old, v128.load(c));
    c01 = plusScaled(c01, old, v128.load(c, 16));
    c10 = plusScaled(c10, old, v128.load(c + ldc));
    c11 = plusScaled(c11, old, v128.load(c + ldc, 16));
    c20 = plusScaled(c20, old, v128.load(c + 2 * ldc));
    c21 = plusScaled(c21, old, v128.load(c + 2 * ldc, 16));
    c30 = plusScaled(c30, old, v128.load(c + 3 * ldc));
    c31 = plusScaled(c31, old, v128.load(c + 3 * ldc, 16));
    c40 = plusScaled(c40, old, v128.load(c + 4 * ldc));
    c41 = plusScaled(c41, old, v128.load(c + 4 * ldc, 16));
    c50 = plusScaled(c50, old, v128.load(c + 5 * ldc));
    c51 = plusScaled(c51, old, v128.load(c + 5 * ldc, 16));
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(c + ldc, c10);
  v128.store(c + ldc, c11, 16);
  v128.store(c + 2 * ldc, c20);
  v128.store(c + 2 * ldc, c21, 16);
  v128.store(c + 3 * ldc, c30);
  v128.store(c + 3 * ldc, c31, 16);
  v128.store(c + 4 * ldc, c40);
  v128.store(c + 4 * ldc, c41, 16);
  v128.store(c + 5 * ldc, c50);
  v128.store(c + 5 * ldc, c51, 16);
}

/** 6 × 16: 24 accumulators, which V8 joins to 12 of 256 bits. */
export function microkernel6x16(
  mr: i32, kc: i32, a: usize, lda: usize, b: usize, alpha: f32, beta: f32, c: usize, ldc: usize,
): void {
  let c00 = f32x4.splat(0), c01 = f32x4.splat(0), c02 = f32x4.splat(0), c03 = f32x4.splat(0);
  let c10 = f32x4.splat(0), c11 = f32x4.splat(0), c12 = f32x4.splat(0), c13 = f32x4.splat(0);
  let c20 = f32x4.splat(0), c21 = f32x4.splat(0), c22 = f32x4.splat(0), c23 = f32x4.splat(0);
  let c30 = f32x4.splat(0), c31 = f32x4.splat(0), c32 = f32x4.splat(0), c33 = f32x4.splat(0);
  let c40 = f32x4.splat(0), c41 = f32x4.splat(0), c42 = f32x4.splat(0), c43 = f32x4.splat(0);
  let c50 = f32x4.splat(0), c51 = f32x4.splat(0), c52 = f32x4.splat(0), c53 = f32x4.splat(0);
  let ai: v128, b0: v128, b1: v128, b2: v128, b3: v128;
  let a0 = a;
  let a1 = a + <usize>min(1, mr - 1) * lda;
  let a2 = a + <usize>min(2, mr - 1) * lda;
  let a3 = a + <usize>min(3, mr - 1) * lda;
  let a4 = a + <usize>min(4, mr - 1) * lda;
  let a5 = a + <usize>min(5, mr - 1) * lda;
  for (;;) {
    b0 = v128.load(b, 0), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48);
    ai = v128.load_splat<f32>(a0, 0);
    c00 = madd(ai, b0, c00), c01 = madd(ai, b1, c01), c02 = madd(ai, b2, c02), c03 = madd(ai, b3, c03);
    ai = v128.load_splat<f32>(a1, 0);
    c10 = madd(ai, b0, c10), c11 = madd(ai, b1, c11), c12 = madd(ai, b2, c12), c13 = madd(ai, b3, c13);
    ai = v128.load_splat<f32>(a2, 0);
    c20 = madd(ai, b0, c20), c21 = madd(ai, b1, c21), c22 = madd(ai, b2, c22), c23 = madd(ai, b3, c23);
    ai = v128.load_splat<f32>(a3, 0);
    c30 = madd(ai, b0, c30), c31 = madd(ai, b1, c31), c32 = madd(ai, b2, c32), c33 = madd(ai, b3, c33);
    ai = v128.load_splat<f32>(a4, 0);
    c40 = madd(ai, b0, c40), c41 = madd(ai, b1, c41), c42 = madd(ai, b2, c42), c43 = madd(ai, b3, c43);
    ai = v128.load_splat<f32>(a5, 0);
    c50 = madd(ai, b0, c50), c51 = madd(ai, b1, c51), c52 = madd(ai, b2, c52), c53 = madd(ai, b3, c53);
    if (kc == 1) break;
    b0 = v128.load(b, 64), b1 = v128.load(b, 80), b2 = v128.load(b, 96), b3 = v128.load(b, 112);
    ai = v128.load_splat<f32>(a0, 4);
    c00 = madd(ai, b0, c00), c01 = madd(ai, b1, c01), c02 = madd(ai, b2, c02), c03 = madd(ai, b3, c03);
    ai = v128.load_splat<f32>(a1, 4);
    c10 = madd(ai, b0, c10), c11 = madd(ai, b1, c11), c12 = madd(ai, b2, c12), c13 = madd(ai, b3, c13);
    ai = v128.load_splat<f32>(a2, 4);
    c20 = madd(ai, b0, c20), c21 = madd(ai, b1, c21), c22 = madd(ai, b2, c22), c23 = madd(ai, b3, c23);
    ai = v128.load_splat<f32>(a3, 4);
    c30 = madd(ai, b0, c30), c31 = madd(ai, b1, c31), c32 = madd(ai, b2, c32), c33 = madd(ai, b3, c33);
    ai = v128.load_splat<f32>(a4, 4);
    c40 = madd(ai, b0, c40), c41 = madd(ai, b1, c41), c42 = madd(ai, b2, c42), c43 = madd(ai, b3, c43);
    ai = v128.load_splat<f32>(a5, 4);
    c50 = madd(ai, b0, c50), c51 = madd(ai, b1, c51), c52 = madd(ai, b2, c52), c53 = madd(ai, b3, c53);
    a0 += 8, a1 += 8, a2 += 8;
    a3 += 8, a4 += 8, a5 += 8;
    b += 128;
    kc -= 2;
    if (kc == 0) break;
  }
  const scale = f32x4.splat(alpha);
  c00 = f32x4.mul(c00, scale), c01 = f32x4.mul(c01, scale), c02 = f32x4.mul(c02, scale), c03 = f32x4.mul(c03, scale);
  c10 = f32x4.mul(c10, scale), c11 = f32x4.mul(c11, scale), c12 = f32x4.mul(c12, scale), c13 = f32x4.mul(c13, scale);
  c20 = f32x4.mul(c20, scale), c21 = f32x4.mul(c21, scale), c22 = f32x4.mul(c22, scale), c23 = f32x4.mul(c23, scale);
  c30 = f32x4.mul(c30, scale), c31 = f32x4.mul(c31, scale), c32 = f32x4.mul(c32, scale), c33 = f32x4.mul(c33, scale);
  c40 = f32x4.mul(c40, scale), c41 = f32x4.mul(c41, scale), c42 = f32x4.mul(c42, scale), c43 = f32x4.mul(c43, scale);
  c50 = f32x4.mul(c50, scale), c51 = f32x4.mul(c51, scale), c52 = f32x4.mul(c52, scale), c53 = f32x4.mul(c53, scale);
  if (beta != 0) {
    const old = f32x4.splat(beta);
    c00 = plusScaled(c00, old, v128.load(c + 0 * ldc, 0));
    c01 = plusScaled(c01, old, v128.load(c + 0 * ldc, 16));
    c02 = plusScaled(c02, old, v128.load(c + 0 * ldc, 32));
    c03 = plusScaled(c03, old, v128.load(c + 0 * ldc, 48));
    c10 = plusScaled(c10, old, v128.load(c + 1 * ldc, 0));
    c11 = plusScaled(c11, old, v128.load(c + 1 * ldc, 16));
    c12 = plusScaled(c12, old, v128.load(c + 1 * ldc, 32));
    c13 = plusScaled(c13, old, v128.load(c + 1 * ldc, 48));
    c20 = plusScaled(c20, old, v128.load(c + 2 * ldc, 0));
    c21 = plusScaled(c21, old, v128.load(c + 2 * ldc, 16));
    c22 = plusScaled(c22, old, v128.load(c + 2 * ldc, 32));
    c23 = plusScaled(c23, old, v128.load(c + 2 * ldc, 48));
    c30 = plusScaled(c30, old, v128.load(c + 3 * ldc, 0));
    c31 = plusScaled(c31, old, v128.load(c + 3 * ldc, 16));
    c32 = plusScaled(c32, old, v128.load(c + 3 * ldc, 32));
    c33 = plusScaled(c33, old, v128.load(c + 3 * ldc, 48));
    c40 = plusScaled(c40, old, v128.load(c + 4 * ldc, 0));
    c41 = plusScaled(c41, old, v128.load(c + 4 * ldc, 16));
    c42 = plusScaled(c42, old, v128.load(c + 4 * ldc, 32));
    c43 = plusScaled(c43, old, v128.load(c + 4 * ldc, 48));
    c50 = plusScaled(c50, old, v128.load(c + 5 * ldc, 0));
    c51 = plusScaled(c51, old, v128.load(c + 5 * ldc, 16));
    c52 = plusScaled(c52, old, v128.load(c + 5 * ldc, 32));
    c53 = plusScaled(c53, old, v128.load(c + 5 * ldc, 48));
  }
  v128.store(c + 0 * ldc, c00, 0);
  v128.store(c + 0 * ldc, c01, 16);
  v128.store(c + 0 * ldc, c02, 32);
  v128.store(c + 0 * ldc, c03, 48);
  v128.store(c + 1 * ldc, c10, 0);
  v128.store(c + 1 * ldc, c11, 16);
  v128.store(c + 1 * ldc, c12, 32);
  v128.store(c + 1 * ldc, c13, 48);
  v128.store(c + 2 * ldc, c20, 0);
  v128.store(c + 2 * ldc, c21, 16);
  v128.store(c + 2 * ldc, c22, 32);
  v128.store(c + 2 * ldc, c23, 48);
  v128.store(c + 3 * ldc, c30, 0);
  v128.store(c + 3 * ldc, c31, 16);
  v128.store(c + 3 * ldc, c32, 32);
  v128.store(c + 3 * ldc, c33, 48);
  v128.store(c + 4 * ldc, c40, 0);
  v128.store(c + 4 * ldc, c41, 16);
  v128.store(c + 4 * ldc, c42, 32);
  v128.store(c + 4 * ldc, c43, 48);
  v128.store(c + 5 * ldc, c50, 0);
  v128.store(c + 5 * ldc, c51, 16);
  v128.store(c + 5 * ldc, c52, 32);
  v128.store(c + 5 * ldc, c53, 48);
}
