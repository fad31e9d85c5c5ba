// Packing: copies a block of A or B into micropanels, the order in which the microkernel reads them. Edges are filled
// with zeros up to a whole panel, in the packed copy only: nothing outside the block is read.
import { MR, NR } from './tiles';

/** Transposes a 4 × 4 block: rows at s, s + ld, …; columns to d, d + step, …; strides in bytes. */
// @ts-ignore: decorator
@inline
function transpose4x4(s: usize, ld: usize, d: usize, step: usize): void {
  const r0 = v128.load(s);
  const r1 = v128.load(s + ld);
  const r2 = v128.load(s + 2 * ld);
  const r3 = v128.load(s + 3 * ld);
  const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const t1 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const t2 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(d, v128.shuffle<f32>(t0, t2, 0, 1, 4, 5));
  v128.store(d + step, v128.shuffle<f32>(t0, t2, 2, 3, 6, 7));
  v128.store(d + 2 * step, v128.shuffle<f32>(t1, t3, 0, 1, 4, 5));
  v128.store(d + 3 * step, v128.shuffle<f32>(t1, t3, 2, 3, 6, 7));
}

/** Transposes 2 rows × 4 columns: rows at s, s + ld; column pairs to d, d + step, …; strides in bytes. */
// @ts-ignore: decorator
@inline
function transpose2x4(s: usize, ld: usize, d: usize, step: usize): void {
  const r0 = v128.load(s);
  const r1 = v128.load(s + ld);
  const low = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const high = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  v128.store_lane<u64>(d, low, 0);
  v128.store_lane<u64>(d + step, low, 1);
  v128.store_lane<u64>(d + 2 * step, high, 0);
  v128.store_lane<u64>(d + 3 * step, high, 1);
}

/**
 * Packs `length` vectors of `width` elements into panels of `panel` elements a vector, where the elements of a vector
 * lie `ld` apart in the source and the vectors are neighbours: A as stored, or Bᵀ. ld in bytes.
 */
// @ts-ignore: decorator
@inline
function packStrided(panel: i32, width: i32, length: i32, src: usize, ld: usize, dst: usize): void {
  const step = <usize>panel << 2;
  for (; width > 0; width -= panel) {
    let s = src;
    let k = 0;
    if (width >= panel) {
      for (; k <= length - 4; k += 4) {
        transpose4x4(s, ld, dst, step);
        if (panel == 6) transpose2x4(s + 4 * ld, ld, dst + 16, step);
        if (panel == 8) transpose4x4(s + 4 * ld, ld, dst + 16, step);
        s += 16;
        dst += 4 * step;
      }
    }
    for (; k < length; ++k) {
      let from = s;
      for (let i = 0; i < panel; ++i) {
        store<f32>(dst, i < width ? load<f32>(from) : 0);
        from += ld;
        dst += 4;
      }
      s += 4;
    }
    src += <usize>panel * ld;
  }
}

/**
 * Packs `length` vectors of `width` elements into panels of `panel` elements a vector, where the elements of a vector
 * are neighbours in the source and the vectors lie `ld` apart: B as stored, or Aᵀ. ld in bytes.
 */
// @ts-ignore: decorator
@inline
function packContiguous(panel: i32, width: i32, length: i32, src: usize, ld: usize, dst: usize): void {
  for (; width > 0; width -= panel) {
    let s = src;
    if (width >= panel) {
      for (let k = 0; k < length; ++k) {
        v128.store(dst, v128.load(s));
        if (panel == 6) store<u64>(dst, load<u64>(s, 16), 16);
        if (panel == 8) v128.store(dst, v128.load(s, 16), 16);
        s += ld;
        dst += <usize>panel << 2;
      }
    } else {
      for (let k = 0; k < length; ++k) {
        for (let i = 0; i < panel; ++i) {
          store<f32>(dst, i < width ? load<f32>(s + (<usize>i << 2)) : 0);
          dst += 4;
        }
        s += ld;
      }
    }
    src += <usize>panel << 2;
  }
}

/** Packs mc × kc elements of op(A), beginning at `a`, into micropanels of MR rows. lda in elements. */
export function packA(transposed: bool, mc: i32, kc: i32, a: usize, lda: i32, packed: usize): void {
  if (transposed) packContiguous(MR, mc, kc, a, <usize>lda << 2, packed);
  else packStrided(MR, mc, kc, a, <usize>lda << 2, packed);
}

/** Packs kc × nc elements of op(B), beginning at `b`, into micropanels of NR columns. ldb in elements. */
export function packB(transposed: bool, kc: i32, nc: i32, b: usize, ldb: i32, packed: usize): void {
  if (transposed) packStrided(NR, nc, kc, b, <usize>ldb << 2, packed);
  else packContiguous(NR, nc, kc, b, <usize>ldb << 2, packed);
}
