// Random numbers from Philox4x32-10 (Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011).
import { at } from './element.ts'
import { normalQuantile } from './normal.ts'

/** Four 32-bit words. */
export type Block = [number, number, number, number]

/** The upper and the lower 32 bits of a product of two 32-bit words; no number on the way exceeds 2⁴⁹. */
const high = (a: number, b: number) =>
  Math.floor(((a >>> 16) * b + Math.floor(((a & 0xffff) * b) / 0x10000)) / 0x10000)
const low = (a: number, b: number) => Math.imul(a, b) >>> 0

/**
 * The block of a counter (c0 … c3) and a key (k0, k1). Ten rounds of
 * (c0, c1, c2, c3) ← (high(M1·c2) ^ c1 ^ k0, low(M1·c2), high(M0·c0) ^ c3 ^ k1, low(M0·c0)), after each of which
 * (k0, k1) ← (k0 + W0, k1 + W1) mod 2³². Numbers, not bigints: it is an eighth of the time, and tests draw millions.
 */
export function philox4x32(counter: Block, key: [number, number]): Block {
  let [c0, c1, c2, c3] = counter
  let [k0, k1] = key
  for (let round = 0; round < 10; round++) {
    ;[c0, c1, c2, c3] = [
      (high(0xcd9e8d57, c2) ^ c1 ^ k0) >>> 0,
      low(0xcd9e8d57, c2),
      (high(0xd2511f53, c0) ^ c3 ^ k1) >>> 0,
      low(0xd2511f53, c0),
    ]
    k0 = (k0 + 0x9e3779b9) >>> 0
    k1 = (k1 + 0xbb67ae85) >>> 0
  }
  return [c0, c1, c2, c3]
}

/**
 * `length` numbers low + (high − low)·u with u = (word >>> 8)·2⁻²⁴ in [0, 1), each operation rounded to f32. Number i
 * takes word i mod 4 of the block with counter (⌊i / 4⌋, 0, stream, 0) and key (seed, 0).
 */
export function uniform(
  length: number,
  low: number,
  high: number,
  seed: number,
  stream: number,
): Float32Array<ArrayBuffer> {
  const values = new Float32Array(length)
  const offset = Math.fround(low)
  const range = Math.fround(Math.fround(high) - offset)
  for (let i = 0; i < length; i += 4) {
    const words = philox4x32([i / 4, 0, stream, 0], [seed, 0])
    words.slice(0, length - i).forEach((word, lane) => {
      values[i + lane] = offset + Math.fround(range * ((word >>> 8) * 2 ** -24))
    })
  }
  return values
}

/**
 * `length` numbers mean + deviation·z in f64, where Φ(z) = tail + (1 − 2·tail)·u and u = (word + ½)·2⁻³²: normally
 * distributed, without that share at either end. Number i takes word i mod 4 of the block with counter
 * (⌊i / 4⌋, 2, stream, 0) and key (seed, 0).
 */
export function normal(
  length: number,
  mean: number,
  deviation: number,
  tail: number,
  seed: number,
  stream: number,
): Float64Array {
  const values = new Float64Array(length)
  for (let i = 0; i < length; i += 4) {
    const words = philox4x32([i / 4, 2, stream, 0], [seed, 0])
    words.slice(0, length - i).forEach((word, lane) => {
      const u = (word + 0.5) / 2 ** 32
      values[i + lane] = mean + deviation * normalQuantile(tail + (1 - 2 * tail) * u)
    })
  }
  return values
}

/**
 * Shuffles in place (Fisher–Yates): for i from n − 1 down to 1, element i changes places with element j, uniform in
 * 0–i. j = high32(w·(i + 1)); words w are drawn until low32(w·(i + 1)) ≥ (2³² − (i + 1)) mod (i + 1). Source: Lemire,
 * "Fast random integer generation in an interval", 2019. Words come in order from the blocks with counter (0, 1,
 * stream, 0), (1, 1, stream, 0), … and key (seed, 0).
 */
export function shuffle(x: Int32Array, seed: number, stream: number): void {
  const words = shuffleWords(seed, stream)
  for (let i = x.length - 1; i > 0; i--) {
    const range = BigInt(i + 1)
    let product: bigint
    do product = BigInt(words.next().value) * range
    while ((product & 0xffffffffn) < (2n ** 32n - range) % range)
    const j = Number(product >> 32n)
    const value = at(x, i)
    x[i] = at(x, j)
    x[j] = value
  }
}

function* shuffleWords(seed: number, stream: number): Generator<number, never> {
  for (let block = 0; ; block++) yield* philox4x32([block, 1, stream, 0], [seed, 0])
}
