// Inputs that are scaled, (x − μ)·s with s = 1 / σ, before the first dense layer. A dense batch is scaled as it stands. A
// sparse one stays as it is, and the scaling is folded into the product: ((x − μ)·s)·W + b = x·W′ + b′.
//
// W is inputs × units, row-major without gaps, b has an element for each unit, μ and s one for each input.
import { accumulatePart, loadPart, madd, storePart } from './lanes';
import { firstElement, firstOf } from './share';

// @ts-ignore: decorator
@inline
function scalePart(n: i32, x: usize, y: usize, mean: usize, scale: usize): void {
  storePart(y, f32x4.mul(f32x4.sub(loadPart(x, n), loadPart(mean, n)), loadPart(scale, n)), n);
}

/** y ← (x − μ)·s, rows × columns; y may be x. Threads divide the rows. */
export function scaleRows(
  x: usize, y: usize, rows: i32, columns: i32, mean: usize, scale: usize, thread: i32, threads: i32,
): void {
  const row = <usize>columns << 2;
  const end = firstOf(rows, thread + 1, threads);
  for (let i = firstOf(rows, thread, threads); i < end; ++i) {
    const at = <usize>i * row;
    let j: usize = 0;
    for (; j + 16 <= row; j += 16) scalePart(4, x + at + j, y + at + j, mean + j, scale + j);
    if (j < row) scalePart(<i32>(row - j) >> 2, x + at + j, y + at + j, mean + j, scale + j);
  }
}

/** W′ ← s·W and b′ ← b′ − μ·W′ for a part of a row. */
// @ts-ignore: decorator
@inline
function foldPart(n: i32, w: usize, folded: usize, bias: usize, scale: v128, negativeMean: v128): void {
  const v = f32x4.mul(scale, loadPart(w, n));
  storePart(folded, v, n);
  storePart(bias, madd(negativeMean, v, loadPart(bias, n)), n);
}

/** W′ᵢⱼ ← sᵢ·Wᵢⱼ and b′ⱼ ← bⱼ − Σᵢ μᵢ·W′ᵢⱼ, inputs in ascending order. Threads divide the units. */
export function foldInputScaling(
  inputs: i32, units: i32, w: usize, b: usize, mean: usize, scale: usize, foldedW: usize, foldedB: usize,
  thread: i32, threads: i32,
): void {
  const first = <usize>firstElement(units, 16, thread, threads) << 2;
  const end = <usize>firstElement(units, 16, thread + 1, threads) << 2;
  const row = <usize>units << 2;
  memory.copy(foldedB + first, b + first, end - first);
  for (let i = 0; i < inputs; ++i, w += row, foldedW += row, mean += 4, scale += 4) {
    const s = v128.load_splat<f32>(scale);
    const m = f32x4.neg(v128.load_splat<f32>(mean));
    let j = first;
    for (; j + 16 <= end; j += 16) foldPart(4, w + j, foldedW + j, foldedB + j, s, m);
    if (j < end) foldPart(<i32>(end - j) >> 2, w + j, foldedW + j, foldedB + j, s, m);
  }
}

/** dW ← s·(G − μ·c) + accumulate·dW for a part of a row. */
// @ts-ignore: decorator
@inline
function unfoldPart(
  n: i32, g: usize, c: usize, scale: v128, negativeMean: v128, accumulate: f32, dw: usize,
): void {
  const centred = madd(negativeMean, loadPart(c, n), loadPart(g, n));
  accumulatePart(dw, f32x4.mul(scale, centred), n, accumulate);
}

/**
 * From G = Σ xᵀ·dz and c = Σ dz, the gradients by W′ and b′ of a batch: dWᵢⱼ ← sᵢ·(Gᵢⱼ − μᵢ·cⱼ) + accumulate·dWᵢⱼ and
 * db ← c + accumulate·db; `accumulate` is 0 or 1. dW may be G; db may be c where `accumulate` is 0. Threads divide the
 * inputs, and the units of db.
 */
export function unfoldInputScaling(
  inputs: i32, units: i32, g: usize, c: usize, mean: usize, scale: usize, accumulate: f32, dw: usize, db: usize,
  thread: i32, threads: i32,
): void {
  const row = <usize>units << 2;
  const end = firstOf(inputs, thread + 1, threads);
  for (let i = firstOf(inputs, thread, threads); i < end; ++i) {
    const at = <usize>i * row;
    const s = v128.load_splat<f32>(scale + (<usize>i << 2));
    const m = f32x4.neg(v128.load_splat<f32>(mean + (<usize>i << 2)));
    let j: usize = 0;
    for (; j + 16 <= row; j += 16) unfoldPart(4, g + at + j, c + j, s, m, accumulate, dw + at + j);
    if (j < row) unfoldPart(<i32>(row - j) >> 2, g + at + j, c + j, s, m, accumulate, dw + at + j);
  }
  if (db == c) return;
  const last = <usize>firstElement(units, 16, thread + 1, threads) << 2;
  for (let j = <usize>firstElement(units, 16, thread, threads) << 2; j < last; j += 16) {
    const n = <i32>(last - j) >> 2;
    accumulatePart(db + j, loadPart(c + j, n), n, accumulate);
  }
}
