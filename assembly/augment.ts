// Augmentation: images of a batch, each moved, turned, scaled, sheared and bent at random, with noise. What happens to
// an image depends on the seed, the step and its row in the batch alone. No operation is one that `relaxed` builds fuse,
// so that all builds give the same bytes.
//
// Output pixel (x, y) takes the input image's value at A·(x, y) + d(x, y), interpolated linearly between the four
// pixels around. A is an affine map, d the elastic field (elastic.ts). Random numbers have the counter (block, AUGMENT,
// row, step). Blocks 0 and 1 are the map's, those from 2³⁰ on the elastic field's, those from 2³¹ on the noise's.
//
// `limits` is a block of floats; random numbers are drawn uniformly between a low and a high limit:
//    0, 4 shift to the right, in pixels;  8, 12 shift downwards
//   16, 20 factor by which the image becomes wider;  24, 28 higher
//   32 the elastic field's standard deviation in pixels, 0 for none;  36 its lattice's spacing (elastic.ts)
//   40 the noise's standard deviation, where a white pixel is 255;  44 1 if pixels that are 0 stay so, else 0
//   48 what is outside the image, 0–255
//   64 + 16·class: 0, 4 rotation, in quarter turns, against the clock;  8, 12 shear, the angle in quarter turns
import { bendRow, drawFields, elasticWorkspace, fieldStride } from './elastic';
import { logF64, sinQuarterTurns } from './math';
import { AUGMENT, philox4x32 } from './random';
import { firstOf, take } from './share';

// @ts-ignore: decorator
@inline
const NOISE: u32 = 1 << 31;
/** Where the angles' limits begin. */
// @ts-ignore: decorator
@inline
const ANGLES: usize = 64;
/** Bytes of a map, at the front of each thread's scratch memory. */
// @ts-ignore: decorator
@inline
const MAP: usize = 32;

/** Bytes from one row of the framed copy of an image to the next: one pixel before it, two behind. */
// @ts-ignore: decorator
@inline
function frameStride(width: i32): usize {
  return <usize>width + 3;
}

/** Bytes of the framed copy. */
// @ts-ignore: decorator
@inline
function frameBytes(width: i32, height: i32): usize {
  return (frameStride(width) * (<usize>height + 3) + 15) & ~15;
}

/** Bytes of scratch memory that each thread needs for images of a size. */
export function augmentWorkspace(width: i32, height: i32, limits: usize): usize {
  let bytes = MAP + frameBytes(width, height);
  if (load<f32>(limits, 32) != 0) bytes += elasticWorkspace(width, height, <f64>load<f32>(limits, 36));
  return (bytes + 63) & ~63;
}

/** Row by row, the copy of an image within the frame that `framed` has already. */
function copyIntoFrame(image: usize, width: i32, height: i32, framed: usize): void {
  const stride = frameStride(width);
  let to = framed + stride + 1;
  for (let y = 0; y < height; ++y, to += stride) {
    let p = to;
    let n = width;
    for (; n >= 16; n -= 16, p += 16, image += 16) v128.store(p, v128.load(image));
    for (; n >= 4; n -= 4, p += 4, image += 4) store<u32>(p, load<u32>(image));
    for (; n > 0; --n, ++p, ++image) store<u8>(p, load<u8>(image));
  }
}

/** Uniform between the limits at `limits`, from one random word. */
// @ts-ignore: decorator
@inline
function draw(limits: usize, word: u32): f64 {
  const low = <f64>load<f32>(limits);
  return low + (<f64>load<f32>(limits, 4) - low) * (<f64>(word >>> 8) * 5.9604644775390625e-8);
}

/** Four values from the framed copy at columns sx and rows sy, which lie within the frame, interpolated linearly. */
// @ts-ignore: decorator
@inline
function sample(framed: usize, stride: usize, sx: v128, sy: v128): v128 {
  const column = i32x4.trunc_sat_f32x4_s(sx);
  const row = i32x4.trunc_sat_f32x4_s(sy);
  const offset = i32x4.add(i32x4.mul(row, i32x4.splat(<i32>stride)), column);
  const p0 = framed + <usize>i32x4.extract_lane(offset, 0);
  const p1 = framed + <usize>i32x4.extract_lane(offset, 1);
  const p2 = framed + <usize>i32x4.extract_lane(offset, 2);
  const p3 = framed + <usize>i32x4.extract_lane(offset, 3);
  // In each lane the four pixels around: upper left, upper right, lower left, lower right.
  let pixels = v128.load_lane<u16>(p0, i32x4.splat(0), 0);
  pixels = v128.load_lane<u16>(p0 + stride, pixels, 1);
  pixels = v128.load_lane<u16>(p1, pixels, 2);
  pixels = v128.load_lane<u16>(p1 + stride, pixels, 3);
  pixels = v128.load_lane<u16>(p2, pixels, 4);
  pixels = v128.load_lane<u16>(p2 + stride, pixels, 5);
  pixels = v128.load_lane<u16>(p3, pixels, 6);
  pixels = v128.load_lane<u16>(p3 + stride, pixels, 7);
  if (!v128.any_true(pixels)) return i32x4.splat(0);
  const byte = i32x4.splat(0xff);
  const upperLeft = f32x4.convert_i32x4_s(v128.and(pixels, byte));
  const upperRight = f32x4.convert_i32x4_s(v128.and(i32x4.shr_u(pixels, 8), byte));
  const lowerLeft = f32x4.convert_i32x4_s(v128.and(i32x4.shr_u(pixels, 16), byte));
  const lowerRight = f32x4.convert_i32x4_s(i32x4.shr_u(pixels, 24));
  const fx = f32x4.sub(sx, f32x4.convert_i32x4_s(column));
  const fy = f32x4.sub(sy, f32x4.convert_i32x4_s(row));
  const upper = f32x4.add(upperLeft, f32x4.mul(fx, f32x4.sub(upperRight, upperLeft)));
  const lower = f32x4.add(lowerLeft, f32x4.mul(fx, f32x4.sub(lowerRight, lowerLeft)));
  return f32x4.add(upper, f32x4.mul(fy, f32x4.sub(lower, upper)));
}

/** Four numbers of the standard normal distribution, from two pairs of random words (Box & Muller, 1958). */
function normals(words: v128): v128 {
  const unit = f64x2.splat(2.3283064365386963e-10);
  const u = f64x2.mul(f64x2.add(f64x2.convert_low_i32x4_u(words), f64x2.splat(1)), unit);
  const radius = f64x2.sqrt(f64x2.mul(logF64(u), f64x2.splat(-2)));
  const high = v128.shuffle<i32>(words, words, 2, 3, 2, 3);
  const angle = f64x2.mul(f64x2.convert_low_i32x4_u(high), f64x2.splat(9.313225746154785e-10));
  const cosine = f64x2.mul(radius, sinQuarterTurns(f64x2.add(angle, f64x2.splat(1))));
  const sine = f64x2.mul(radius, sinQuarterTurns(angle));
  return v128.shuffle<f32>(f32x4.demote_f64x2_zero(cosine), f32x4.demote_f64x2_zero(sine), 0, 1, 4, 5);
}

/** Four values with noise, but for those that round to 0 where `keepZeros` has ones. */
// @ts-ignore: decorator
@inline
function addNoise(value: v128, words: v128, deviation: v128, keepZeros: v128): v128 {
  const noisy = f32x4.add(value, f32x4.mul(normals(words), deviation));
  const isZero = f32x4.eq(f32x4.nearest(value), f32x4.splat(0));
  return v128.bitselect(value, noisy, v128.and(isZero, keepZeros));
}

/** Stores the first n (1 or more, 4 at most) of four values as bytes, rounded, within 0–255. */
// @ts-ignore: decorator
@inline
function storePixels(y: usize, n: i32, value: v128): void {
  const words = i32x4.trunc_sat_f32x4_s(f32x4.nearest(value));
  const halves = i16x8.narrow_i32x4_s(words, words);
  let bytes = <u32>i32x4.extract_lane(i8x16.narrow_i16x8_u(halves, halves), 0);
  if (n >= 4) {
    store<u32>(y, bytes);
  } else {
    for (; n > 0; --n, ++y, bytes >>= 8) store<u8>(y, <u8>bytes);
  }
}

/**
 * Draws an image's affine map and stores the way back, from the output to the framed copy. That is x′ = m₀·x + m₁·y +
 * m₂, y′ = m₃·x + m₄·y + m₅. Forwards the image is scaled, sheared, turned, all about its centre, and shifted. `angles`
 * are the limits of its class.
 */
function drawMap(
  width: i32, height: i32, limits: usize, angles: usize, row: u32, step: u32, seed: u32, map: usize,
): void {
  let words = philox4x32(0, AUGMENT, row, step, seed, 0);
  const rotation = draw(angles, i32x4.extract_lane(words, 0));
  const shear = draw(angles + 8, i32x4.extract_lane(words, 1));
  const wider = draw(limits + 16, i32x4.extract_lane(words, 2));
  const higher = draw(limits + 24, i32x4.extract_lane(words, 3));
  words = philox4x32(1, AUGMENT, row, step, seed, 0);
  const right = draw(limits, i32x4.extract_lane(words, 0));
  const down = draw(limits + 8, i32x4.extract_lane(words, 1));

  const turns = f64x2.replace_lane(f64x2.splat(rotation), 1, shear);
  const sines = sinQuarterTurns(turns);
  const cosines = sinQuarterTurns(f64x2.add(turns, f64x2.splat(1)));
  const sine = f64x2.extract_lane(sines, 0);
  const cosine = f64x2.extract_lane(cosines, 0);
  const tangent = f64x2.extract_lane(sines, 1) / f64x2.extract_lane(cosines, 1);
  const xx = (cosine + tangent * sine) / wider;
  const xy = (tangent * cosine - sine) / wider;
  const yx = sine / higher;
  const yy = cosine / higher;
  const centreX = 0.5 * <f64>(width - 1);
  const centreY = 0.5 * <f64>(height - 1);
  const fromX = centreX + right;
  const fromY = centreY + down;
  store<f32>(map, <f32>xx);
  store<f32>(map, <f32>xy, 4);
  store<f32>(map, <f32>(centreX + 1 - (xx * fromX + xy * fromY)), 8);
  store<f32>(map, <f32>yx, 12);
  store<f32>(map, <f32>yy, 16);
  store<f32>(map, <f32>(centreY + 1 - (yx * fromX + yy * fromY)), 20);
}

/** x within [0, high]. */
// @ts-ignore: decorator
@inline
function within(x: v128, high: i32): v128 {
  return f32x4.min(f32x4.max(x, f32x4.splat(0)), f32x4.splat(<f32>high));
}

/** One image of the batch, from the scratch memory that has its framed copy and its map, to `to`. */
function warp(width: i32, height: i32, limits: usize, row: u32, step: u32, seed: u32, workspace: usize, to: usize): void {
  const map = workspace;
  const framed = workspace + MAP;
  const stride = frameStride(width);
  const spacing = <f64>load<f32>(limits, 36);
  const fields = framed + frameBytes(width, height);
  const isElastic = load<f32>(limits, 32) != 0;
  if (isElastic) drawFields(width, height, limits, row, step, seed, fields);
  const noise = load<f32>(limits, 40);
  const keepZeros = i32x4.splat(load<f32>(limits, 44) != 0 ? -1 : 0);
  let block = NOISE;
  for (let y = 0; y < height; ++y) {
    const startX = f32x4.splat(load<f32>(map, 4) * <f32>y + load<f32>(map, 8));
    const startY = f32x4.splat(load<f32>(map, 16) * <f32>y + load<f32>(map, 20));
    let bend = isElastic ? bendRow(width, height, spacing, y, fields) : 0;
    for (let x = 0; x < width; x += 4, bend += 16) {
      const columns = f32x4.add(f32x4.splat(<f32>x), f32x4(0, 1, 2, 3));
      let sx = f32x4.add(f32x4.mul(v128.load_splat<f32>(map), columns), startX);
      let sy = f32x4.add(f32x4.mul(v128.load_splat<f32>(map, 12), columns), startY);
      if (isElastic) {
        sx = f32x4.add(sx, v128.load(bend));
        sy = f32x4.add(sy, v128.load(bend + fieldStride(width)));
      }
      let value = sample(framed, stride, within(sx, width + 1), within(sy, height + 1));
      if (noise != 0) {
        value = addNoise(value, philox4x32(block++, AUGMENT, row, step, seed, 0), f32x4.splat(noise), keepZeros);
      }
      const n = min(width - x, 4);
      storePixels(to, n, value);
      to += <usize>n;
    }
  }
}

/** Row r of `augmentImages`; the scratch memory has the frame. */
function augmentImage(
  images: usize, indices: usize, labels: usize, width: i32, height: i32, limits: usize, seed: u32, step: u32, y: usize,
  workspace: usize, r: i32,
): void {
  const size = <usize>width * <usize>height;
  const image = load<i32>(indices + (<usize>r << 2));
  const label = labels != 0 ? load<i32>(labels + (<usize>image << 2)) : 0;
  copyIntoFrame(images + <usize>image * size, width, height, workspace + MAP);
  drawMap(width, height, limits, limits + ANGLES + (<usize>label << 4), r, step, seed, workspace);
  warp(width, height, limits, r, step, seed, workspace, y + <usize>r * size);
}

/**
 * Row r of y (rows × width·height, u8) ← image indices[r] of `images` (width·height × u8 each), augmented. `labels` (i32,
 * one for each image of `images`) tell the classes whose angles are taken; 0 for those of class 0 throughout. `step`
 * points to the u32 that tells the steps of a training apart. `workspace`: augmentWorkspace for each thread.
 *
 * Where `taken` is 0, each thread has its share of the rows. Otherwise it points to an i32 that counts the rows taken,
 * over many calls by any threads. This call takes up to `most` of the rest. Returns how many rows it made.
 */
export function augmentImages(
  images: usize, indices: usize, labels: usize, rows: i32, width: i32, height: i32, limits: usize, seed: u32, step: usize,
  taken: usize, most: i32, y: usize, workspace: usize, thread: i32, threads: i32,
): i32 {
  workspace += <usize>thread * augmentWorkspace(width, height, limits);
  memory.fill(workspace + MAP, <u8>load<f32>(limits, 48), frameBytes(width, height));
  const number = load<u32>(step);
  const first = firstOf(rows, thread, threads);
  const count = taken != 0 ? most : firstOf(rows, thread + 1, threads) - first;
  for (let i = 0; i < count; ++i) {
    const r = taken != 0 ? take(taken) : first + i;
    if (r >= rows) return i;
    augmentImage(images, indices, labels, width, height, limits, seed, number, y, workspace, r);
  }
  return count;
}
