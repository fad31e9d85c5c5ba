// Packing: copies a block of B into micropanels, the order in which the microkernel reads them, and a block of Aᵀ into
// rows. Edges of B are filled with zeros up to a whole panel, in the packed copy only: nothing outside the block is read.
import { NR } from './tiles';

/** Transposes a 4 × 4 block: rows at s, s + ld, …; columns to d, d + step, …; strides in bytes. */
// @ts-ignore: decorator
@inline
export function transpose4x4(s: usize, ld: usize, d: usize, step: usize): void {
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

/** Packs mc × kc elements of A into rows without gaps from its transpose, kc × mc elements. lda in bytes. */
export function packA(mc: i32, kc: i32, a: usize, lda: usize, packed: usize): void {
  const step = <usize>kc << 2;
  let k = 0;
  for (; k <= kc - 4; k += 4) {
    let s = a;
    let d = packed;
    let i = 0;
    for (; i <= mc - 4; i += 4) {
      transpose4x4(s, lda, d, step);
      s += 16;
      d += step << 2;
    }
    for (; i < mc; ++i) {
      store<f32>(d, load<f32>(s));
      store<f32>(d, load<f32>(s + lda), 4);
      store<f32>(d, load<f32>(s + 2 * lda), 8);
      store<f32>(d, load<f32>(s + 3 * lda), 12);
      s += 4;
      d += step;
    }
    a += lda << 2;
    packed += 16;
  }
  for (; k < kc; ++k) {
    let d = packed;
    for (let s = a, end = a + (<usize>mc << 2); s < end; s += 4) {
      store<f32>(d, load<f32>(s));
      d += step;
    }
    a += lda;
    packed += 4;
  }
}

/** Packs kc × nc elements of B from its transpose, nc × kc elements. ldb in bytes. */
function packTransposedB(kc: i32, nc: i32, b: usize, ldb: usize, packed: usize): void {
  const step = <usize>NR << 2;
  for (; nc > 0; nc -= NR) {
    let s = b;
    let k = 0;
    if (nc >= NR) {
      for (; k <= kc - 4; k += 4) {
        for (let j = 0; j < NR; j += 4) transpose4x4(s + <usize>j * ldb, ldb, packed + (<usize>j << 2), step);
        s += 16;
        packed += 4 * step;
      }
    }
    for (; k < kc; ++k) {
      let from = s;
      for (let j = 0; j < NR; ++j) {
        store<f32>(packed, j < nc ? load<f32>(from) : 0);
        from += ldb;
        packed += 4;
      }
      s += 4;
    }
    b += <usize>NR * ldb;
  }
}

/** Packs kc × nc elements of B as they are stored. ldb in bytes. */
function packStoredB(kc: i32, nc: i32, b: usize, ldb: usize, packed: usize): void {
  for (; nc > 0; nc -= NR) {
    let s = b;
    if (nc >= NR) {
      for (let k = 0; k < kc; ++k) {
        v128.store(packed, v128.load(s));
        v128.store(packed, v128.load(s, 16), 16);
        if (NR == 16) {
          v128.store(packed, v128.load(s, 32), 32);
          v128.store(packed, v128.load(s, 48), 48);
        }
        s += ldb;
        packed += NR << 2;
      }
    } else {
      for (let k = 0; k < kc; ++k) {
        for (let j = 0; j < NR; ++j) {
          store<f32>(packed, j < nc ? load<f32>(s + (<usize>j << 2)) : 0);
          packed += 4;
        }
        s += ldb;
      }
    }
    b += NR << 2;
  }
}

/** Packs kc × nc elements of op(B), beginning at `b`, into micropanels of NR columns. ldb in elements. */
export function packB(transposed: bool, kc: i32, nc: i32, b: usize, ldb: i32, packed: usize): void {
  if (transposed) packTransposedB(kc, nc, b, <usize>ldb << 2, packed);
  else packStoredB(kc, nc, b, <usize>ldb << 2, packed);
}
