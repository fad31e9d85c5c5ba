// Elastic distortion: a smooth random field of displacements (Simard, Steinkraus & Platt, "Best practices for
// convolutional neural networks applied to visual document analysis", 2003), for each of the two axes.
//
// There, a uniform random number in ±1 at each pixel is smoothed by a Gaussian of width sigma and multiplied by alpha.
// The field has mean 0, standard deviation alpha / (sigma·√(12π)) and correlation exp(−d² / 4·sigma²) at distance d.
// Here the random numbers stand on a lattice of points `spacing` pixels apart. They are smoothed by (1 2 1) / 4 along
// both axes and interpolated by the cubic B-spline. The spline's variance is spacing²/3, that of (1 2 1) / 4 is
// spacing²/2. With spacing = sigma·√(6/5) they add up to sigma². That takes 100 random numbers for an image of 28 × 28
// and sigma 6 instead of 784. Against the Gaussian the field has the same standard deviation on average, within 0.4 %
// at every pixel; its correlation differs by 0.034 at most. Each number is a sum of four random bytes, so displacements
// are close to normally distributed (excess kurtosis −0.05). The lattice goes on beyond the image's edges, so the field
// is nowhere weaker.
import { sumLanes } from './lanes';
import { AUGMENT, philox4x32 } from './random';

/** The first block of random numbers. */
// @ts-ignore: decorator
@inline
const ELASTIC: u32 = 1 << 30;

/**
 * 1 / standard deviation of a field made of sums of four bytes, √21845 each. Smoothing by (1 2 1) makes it 16 times too
 * large. 24264/80640 is the factor of the B-spline and (1 2 1), for both axes together.
 */
// @ts-ignore: decorator
@inline
const UNIT: f64 = 1.0 / (147.80054127099804 * 16 * (24264.0 / 80640));

/** The lattice's cell that pixel i lies in. */
// @ts-ignore: decorator
@inline
function cellOf(i: i32, spacing: f64): i32 {
  return <i32>(<f64>i / spacing);
}

/** Points of the lattice along an axis of n pixels: 4 around the last cell, and 2 more which (1 2 1) takes. */
// @ts-ignore: decorator
@inline
function points(n: i32, spacing: f64): i32 {
  return cellOf(n - 1, spacing) + 6;
}

/** Floats of the lattices for both axes, with room for vectors that reach beyond. */
// @ts-ignore: decorator
@inline
function latticeLength(width: i32, height: i32, spacing: f64): i32 {
  return ((2 * points(height, spacing) + 2) * points(width, spacing) + 11) & ~3;
}

/** Floats from one row of a field to the next. */
// @ts-ignore: decorator
@inline
export function fieldStride(width: i32): usize {
  return ((<usize>width + 3) & ~3) << 2;
}

/** Bytes of scratch memory for one image: the fields at the rows of points, for either axis, a row of each, lattices. */
export function elasticWorkspace(width: i32, height: i32, spacing: f64): usize {
  const lattice = <usize>latticeLength(width, height, spacing) << 2;
  return lattice + (2 * <usize>points(height, spacing) + 2) * fieldStride(width);
}

/** The cubic B-spline's weights of the four points around a place, f (0–1) of a cell behind the second. */
// @ts-ignore: decorator
@inline
function splineWeights(f: f32): v128 {
  const x = f32x4.splat(f);
  let w = f32x4.mul(x, f32x4(-1.0 / 6, 0.5, -0.5, 1.0 / 6));
  w = f32x4.mul(f32x4.add(w, f32x4(0.5, -1, 0.5, 0)), x);
  w = f32x4.mul(f32x4.add(w, f32x4(-0.5, 0, 0.5, 0)), x);
  return f32x4.add(w, f32x4(1.0 / 6, 2.0 / 3, 1.0 / 6, 0));
}

/** Four sums of four signed bytes, each with its mean of −2 taken away. */
// @ts-ignore: decorator
@inline
function byteSums(words: v128): v128 {
  const sums = i32x4.extadd_pairwise_i16x8_s(i16x8.extadd_pairwise_i8x16_s(words));
  return f32x4.convert_i32x4_s(i32x4.add(sums, i32x4.splat(2)));
}

/** xᵢ ← xᵢ + 2·xᵢ₊₁ + xᵢ₊₂ for all floats from x up to `end`, where i counts steps of `step` bytes. */
function smooth(x: usize, end: usize, step: usize): void {
  for (; x < end; x += 16) {
    const middle = v128.load(x + step);
    const ends = f32x4.add(v128.load(x), v128.load(x + 2 * step));
    v128.store(x, f32x4.add(ends, f32x4.add(middle, middle)));
  }
}

/**
 * Draws the fields of one image: its lattices, interpolated along the rows. `fields` is scratch memory, aligned to 16
 * bytes. It keeps a row of `width` floats for every row of points, `fieldStride` bytes apart, first for x, then for y.
 * `limits` are those of augment.ts.
 */
export function drawFields(
  width: i32, height: i32, limits: usize, row: u32, step: u32, seed: u32, fields: usize,
): void {
  const scale = f32x4.splat(<f32>(<f64>load<f32>(limits, 32) * UNIT));
  const spacing = <f64>load<f32>(limits, 36);
  const stride = fieldStride(width);
  const columns = points(width, spacing);
  const ld = <usize>columns << 2;
  const lines = 2 * points(height, spacing);
  const lattice = fields + <usize>(lines + 2) * stride;
  const end = lattice + <usize>lines * ld;
  let block = ELASTIC;
  for (let x = lattice; x < end; x += 16, ++block) {
    v128.store(x, f32x4.mul(byteSums(philox4x32(block, AUGMENT, row, step, seed, 0)), scale));
  }
  // All points in one go: the last two of each row, and the last two rows, come out wrong and count for nothing.
  smooth(lattice, end, 4);
  smooth(lattice, end, ld);
  for (let x = 0; x < width; ++x) {
    const cell = cellOf(x, spacing);
    const weights = splineWeights(<f32>(<f64>x / spacing - <f64>cell));
    let from = lattice + (<usize>cell << 2);
    let to = fields + (<usize>x << 2);
    for (let line = 0; line < lines; ++line, from += ld, to += stride) {
      store<f32>(to, sumLanes(f32x4.mul(weights, v128.load(from))));
    }
  }
}

/** Interpolates row y of both fields between the rows of points; returns where it is, `fieldStride` bytes for each axis. */
export function bendRow(width: i32, height: i32, spacing: f64, y: i32, fields: usize): usize {
  const stride = fieldStride(width);
  const lines = <usize>points(height, spacing);
  const cell = cellOf(y, spacing);
  const weights = splineWeights(<f32>(<f64>y / spacing - <f64>cell));
  const w0 = v128.shuffle<f32>(weights, weights, 0, 0, 0, 0);
  const w1 = v128.shuffle<f32>(weights, weights, 1, 1, 1, 1);
  const w2 = v128.shuffle<f32>(weights, weights, 2, 2, 2, 2);
  const w3 = v128.shuffle<f32>(weights, weights, 3, 3, 3, 3);
  const result = fields + 2 * lines * stride;
  let to = result;
  for (let axis: usize = 0; axis < 2; ++axis) {
    let from = fields + (axis * lines + <usize>cell) * stride;
    for (const end = from + stride; from < end; from += 16, to += 16) {
      const upper = f32x4.add(f32x4.mul(w0, v128.load(from)), f32x4.mul(w1, v128.load(from + stride)));
      const lower = f32x4.mul(w2, v128.load(from + 2 * stride));
      v128.store(to, f32x4.add(upper, f32x4.add(lower, f32x4.mul(w3, v128.load(from + 3 * stride)))));
    }
  }
  return result;
}
