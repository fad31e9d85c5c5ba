// sgemm: the five loops around the microkernel (BLIS; Van Zee & van de Geijn, 2015).
import { multiplyRow } from './gemv';
import { microkernel2x12, microkernel2x16, microkernel6x16, microkernel6x8 } from './microkernel';
import { packA, packB } from './pack';
import { KC, MC, MR, NC, NR } from './tiles';

// @ts-ignore: decorator
@inline
const TILE_BYTES: usize = <usize>(MR * NR) << 2;

// @ts-ignore: decorator
@inline
function roundUp(x: i32, multiple: i32): i32 {
  return ((x + multiple - 1) / multiple) * multiple;
}

/** Bytes of a packed block of `panels` elements a step and `kc` steps, in whole cache lines. */
// @ts-ignore: decorator
@inline
function blockBytes(panels: i32, kc: i32): usize {
  return ((<usize>panels * <usize>kc << 2) + 63) & ~63;
}

/** Bytes of scratch memory that an sgemm of this size needs: one edge microtile, a block of A and one of B. */
export function sgemmWorkspace(m: i32, n: i32, k: i32): usize {
  const kc = min(k, KC);
  return TILE_BYTES + blockBytes(min(m, MC), kc) + blockBytes(roundUp(min(n, NC), NR), kc);
}

// @ts-ignore: decorator
@inline
function microkernel(
  mr: i32, nr: i32, kc: i32, a: usize, lda: usize, b: usize, alpha: f32, beta: f32, c: usize, ldc: usize,
): void {
  if (VECTOR_BITS == 256) microkernel6x16(mr, kc, a, lda, b, alpha, beta, c, ldc);
  else if (ASC_FEATURE_RELAXED_SIMD) microkernel6x8(mr, kc, a, lda, b, alpha, beta, c, ldc);
  else if (nr > 12) microkernel2x16(mr, kc, a, lda, b, alpha, beta, c, ldc);
  else microkernel2x12(mr, kc, a, lda, b, alpha, beta, c, ldc);
}

/** C (m × n) ← β·C, without reading C where β = 0. ldc in bytes. */
function scaleC(m: i32, n: i32, beta: f32, c: usize, ldc: usize): void {
  if (beta == 1) return;
  for (let i = 0; i < m; ++i) {
    const end = c + (<usize>n << 2);
    for (let p = c; p < end; p += 4) store<f32>(p, beta == 0 ? 0 : beta * load<f32>(p));
    c += ldc;
  }
}

/** The corner (m × n) of a microtile goes to C: C ← tile + β·C. ldc in bytes. */
function storeCorner(m: i32, n: i32, tile: usize, beta: f32, c: usize, ldc: usize): void {
  for (let i = 0; i < m; ++i) {
    const end = <usize>n << 2;
    let j: usize = 0;
    for (; j + 16 <= end; j += 16) {
      const product = v128.load(tile + j);
      const old = f32x4.splat(beta);
      v128.store(c + j, beta == 0 ? product : f32x4.add(product, f32x4.mul(old, v128.load(c + j))));
    }
    for (; j < end; j += 4) {
      const product = load<f32>(tile + j);
      store<f32>(c + j, beta == 0 ? product : product + beta * load<f32>(c + j));
    }
    tile += <usize>NR << 2;
    c += ldc;
  }
}

/** A block of A (mc × kc) times a packed block of B (kc × nc). lda and ldc in bytes; `tile` holds one microtile. */
function macrokernel(
  mc: i32, nc: i32, kc: i32,
  alpha: f32, a: usize, lda: usize, b: usize, beta: f32, c: usize, ldc: usize, tile: usize,
): void {
  const panelB = <usize>(NR * kc) << 2;
  for (let j = 0; j < nc; j += NR) {
    const nr = min(NR, nc - j);
    let rows = a;
    let cij = c + (<usize>j << 2);
    for (let i = 0; i < mc; i += MR) {
      const mr = min(MR, mc - i);
      if (mr == MR && nr == NR) {
        microkernel(MR, NR, kc, rows, lda, b, alpha, beta, cij, ldc);
      } else {
        microkernel(mr, nr, kc, rows, lda, b, alpha, 0, tile, <usize>NR << 2);
        storeCorner(mr, nr, tile, beta, cij, ldc);
      }
      rows += <usize>MR * lda;
      cij += <usize>MR * ldc;
    }
    b += panelB;
  }
}

/**
 * C ← α·op(A)·op(B) + β·C, row-major, single precision.
 *
 * op(A) is m × k, op(B) k × n, C m × n; lda, ldb, ldc in elements; pointers to bytes, aligned to 4. β = 0 overwrites C
 * without reading it; α = 0 or k = 0 leaves A and B unread. C must not overlap A or B. `workspace` has
 * `sgemmWorkspace(m, n, k)` bytes, aligned to 64. Each element is summed over k in ascending order, block after block
 * of KC, whatever m and n are.
 */
export function sgemm(
  transA: bool, transB: bool, m: i32, n: i32, k: i32,
  alpha: f32, a: usize, lda: i32, b: usize, ldb: i32, beta: f32, c: usize, ldc: i32,
  workspace: usize,
): void {
  const rowC = <usize>ldc << 2;
  if (k == 0 || alpha == 0) return scaleC(m, n, beta, c, rowC);
  if (m == 1 && !transA && !transB) {
    // The workspace has room for the sums of NC columns.
    for (let j = 0; j < n; j += NC) {
      for (let p = 0; p < k; p += KC) {
        const bp = b + ((<usize>p * <usize>ldb + <usize>j) << 2);
        const cj = c + (<usize>j << 2);
        const ap = a + (<usize>p << 2);
        multiplyRow(min(NC, n - j), min(KC, k - p), alpha, ap, bp, <usize>ldb << 2, p == 0 ? beta : 1, cj, workspace);
      }
    }
    return;
  }
  const tile = workspace;
  const blockA = tile + TILE_BYTES;
  const blockB = blockA + blockBytes(min(m, MC), min(k, KC));
  // Bytes from one row, and one column, of op(A) and op(B) to the next.
  const rowA: usize = transA ? 4 : <usize>lda << 2;
  const columnA: usize = transA ? <usize>lda << 2 : 4;
  const rowB: usize = transB ? 4 : <usize>ldb << 2;
  const columnB: usize = transB ? <usize>ldb << 2 : 4;
  for (let j = 0; j < n; j += NC) {
    const nc = min(NC, n - j);
    for (let p = 0; p < k; p += KC) {
      const kc = min(KC, k - p);
      packB(transB, kc, nc, b + <usize>p * rowB + <usize>j * columnB, ldb, blockB);
      const betaP: f32 = p == 0 ? beta : 1;
      for (let i = 0; i < m; i += MC) {
        const mc = min(MC, m - i);
        let rows = a + <usize>i * rowA + <usize>p * columnA;
        let ld = rowA;
        if (transA) {
          packA(mc, kc, rows, columnA, blockA);
          rows = blockA;
          ld = <usize>kc << 2;
        }
        macrokernel(mc, nc, kc, alpha, rows, ld, blockB, betaP, c + <usize>i * rowC + (<usize>j << 2), rowC, tile);
      }
    }
  }
}
