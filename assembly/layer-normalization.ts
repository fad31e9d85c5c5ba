// Layer normalisation (Ba, Kiros & Hinton, "Layer normalization", 2016), with the definitions of PyTorch 1.13's LayerNorm
// over the last dimension. Matrices are rows × columns, row-major without gaps; γ and β have an element for each column,
// mean and inverse one for each row.
import { loadPart, madd, storePart, sumLanes } from './lanes';
import { firstElement, firstOf } from './share';

/** Σⱼ (xⱼ − shift) over n floats. */
// @ts-ignore: decorator
@inline
function sumDifferences(x: usize, n: i32, shift: f32): f32 {
  const s = f32x4.splat(shift);
  let sum = f32x4.splat(0);
  for (; n >= 4; n -= 4, x += 16) sum = f32x4.add(sum, f32x4.sub(v128.load(x), s));
  if (n > 0) sum = f32x4.add(sum, f32x4.sub(loadPart(x, n, shift), s));
  return sumLanes(sum);
}

/** Σⱼ (xⱼ − mean)² over n floats. */
// @ts-ignore: decorator
@inline
function sumSquares(x: usize, n: i32, mean: f32): f32 {
  const m = f32x4.splat(mean);
  let sum = f32x4.splat(0);
  let difference: v128;
  for (; n >= 4; n -= 4, x += 16) {
    difference = f32x4.sub(v128.load(x), m);
    sum = madd(difference, difference, sum);
  }
  if (n > 0) {
    difference = f32x4.sub(loadPart(x, n, mean), m);
    sum = madd(difference, difference, sum);
  }
  return sumLanes(sum);
}

/** x̂ = (x − mean)·inverse of a part of a row. */
// @ts-ignore: decorator
@inline
function normalized(n: i32, x: usize, mean: v128, inverse: v128): v128 {
  return f32x4.mul(f32x4.sub(loadPart(x, n), mean), inverse);
}

/** y ← γ·x̂ + β for a part of a row. */
// @ts-ignore: decorator
@inline
function normalize(n: i32, x: usize, y: usize, gamma: usize, beta: usize, mean: v128, inverse: v128): void {
  storePart(y, madd(normalized(n, x, mean, inverse), loadPart(gamma, n), loadPart(beta, n)), n);
}

/**
 * y ← γ·x̂ + β with x̂ = (x − mean)·inverse and inverse = 1 / √(variance + epsilon). Mean and variance (the biased one)
 * are a row's, in two passes. y may be x. mean and inverse are kept for the gradients. Threads divide the rows.
 */
export function layerNormalization(
  x: usize, y: usize, rows: i32, columns: i32, gamma: usize, beta: usize, epsilon: f32, mean: usize,
  inverse: usize, thread: i32, threads: i32,
): void {
  const row = <usize>columns << 2;
  const end = firstOf(rows, thread + 1, threads);
  for (let i = firstOf(rows, thread, threads); i < end; ++i) {
    const xi = x + <usize>i * row;
    const yi = y + <usize>i * row;
    // Differences from the first element: no digits are lost where the mean is large beside the deviation.
    const shift = load<f32>(xi);
    const m = shift + sumDifferences(xi, columns, shift) / <f32>columns;
    const s = <f32>1 / sqrt<f32>(sumSquares(xi, columns, m) / <f32>columns + epsilon);
    store<f32>(mean + (<usize>i << 2), m);
    store<f32>(inverse + (<usize>i << 2), s);
    const means = f32x4.splat(m);
    const inverses = f32x4.splat(s);
    let j: usize = 0;
    for (; j + 16 <= row; j += 16) normalize(4, xi + j, yi + j, gamma + j, beta + j, means, inverses);
    if (j < row) normalize(<i32>(row - j) >> 2, xi + j, yi + j, gamma + j, beta + j, means, inverses);
  }
}

/** g = γ·dy of a part of a row; 0 in the lanes beyond. */
// @ts-ignore: decorator
@inline
function weighted(n: i32, dy: usize, gamma: usize): v128 {
  return f32x4.mul(loadPart(gamma, n), loadPart(dy, n));
}

/** dx ← inverse·(g − shift + slope·x̂) for a part of a row. */
// @ts-ignore: decorator
@inline
function inputGradient(
  n: i32, x: usize, dy: usize, dx: usize, gamma: usize, mean: v128, inverse: v128, shift: v128, slope: v128,
): void {
  const centred = f32x4.sub(weighted(n, dy, gamma), shift);
  storePart(dx, f32x4.mul(inverse, madd(slope, normalized(n, x, mean, inverse), centred)), n);
}

/**
 * dx ← inverse·(g − Σⱼ g / columns − x̂·Σⱼ g·x̂ / columns) with g = γ·dy, row by row; dx may be dy, whose other use,
 * layerNormalizationParameterGradient, comes first then. Threads divide the rows.
 */
export function layerNormalizationGradient(
  x: usize, dy: usize, dx: usize, rows: i32, columns: i32, gamma: usize, mean: usize, inverse: usize,
  thread: i32, threads: i32,
): void {
  const row = <usize>columns << 2;
  const end = firstOf(rows, thread + 1, threads);
  for (let i = firstOf(rows, thread, threads); i < end; ++i) {
    const xi = x + <usize>i * row;
    const dyi = dy + <usize>i * row;
    const dxi = dx + <usize>i * row;
    const means = v128.load_splat<f32>(mean + (<usize>i << 2));
    const inverses = v128.load_splat<f32>(inverse + (<usize>i << 2));
    let sum = f32x4.splat(0);
    let product = f32x4.splat(0);
    let g: v128;
    let j: usize = 0;
    for (; j + 16 <= row; j += 16) {
      g = weighted(4, dyi + j, gamma + j);
      sum = f32x4.add(sum, g);
      product = madd(g, normalized(4, xi + j, means, inverses), product);
    }
    const tail = <i32>(row - j) >> 2;
    if (tail > 0) {
      g = weighted(tail, dyi + j, gamma + j);
      sum = f32x4.add(sum, g);
      product = madd(g, normalized(tail, xi + j, means, inverses), product);
    }
    const shift = f32x4.splat(sumLanes(sum) / <f32>columns);
    const slope = f32x4.splat(-sumLanes(product) / <f32>columns);
    for (j = 0; j + 16 <= row; j += 16) {
      inputGradient(4, xi + j, dyi + j, dxi + j, gamma + j, means, inverses, shift, slope);
    }
    if (tail > 0) inputGradient(tail, xi + j, dyi + j, dxi + j, gamma + j, means, inverses, shift, slope);
  }
}

/** dβ ← dβ + dy and dγ ← dγ + dy·x̂ for a part of a row. */
// @ts-ignore: decorator
@inline
function addGradient(n: i32, x: usize, dy: usize, mean: v128, inverse: v128, dGamma: usize, dBeta: usize): void {
  const d = loadPart(dy, n);
  storePart(dGamma, madd(d, normalized(n, x, mean, inverse), loadPart(dGamma, n)), n);
  storePart(dBeta, f32x4.add(loadPart(dBeta, n), d), n);
}

/** dγ ← Σᵢ dy·x̂ + accumulate·dγ and dβ ← Σᵢ dy + accumulate·dβ; `accumulate` is 0 or 1. Threads divide the columns. */
export function layerNormalizationParameterGradient(
  x: usize, dy: usize, rows: i32, columns: i32, mean: usize, inverse: usize, accumulate: f32, dGamma: usize,
  dBeta: usize, thread: i32, threads: i32,
): void {
  const first = <usize>firstElement(columns, 16, thread, threads) << 2;
  const end = <usize>firstElement(columns, 16, thread + 1, threads) << 2;
  const row = <usize>columns << 2;
  if (accumulate == 0) {
    memory.fill(dGamma + first, 0, end - first);
    memory.fill(dBeta + first, 0, end - first);
  }
  for (let i = 0; i < rows; ++i, x += row, dy += row, mean += 4, inverse += 4) {
    const m = v128.load_splat<f32>(mean);
    const s = v128.load_splat<f32>(inverse);
    let j = first;
    for (; j + 16 <= end; j += 16) addGradient(4, x + j, dy + j, m, s, dGamma + j, dBeta + j);
    if (j < end) addGradient(<i32>(end - j) >> 2, x + j, dy + j, m, s, dGamma + j, dBeta + j);
  }
}
