// XXH64 by its specification (Yann Collet, xxHash fast digest algorithm), with integers of any size.

const PRIMES = [
  0x9e3779b185ebca87n,
  0xc2b2ae3d27d4eb4fn,
  0x165667b19e3779f9n,
  0x85ebca77c2b2ae63n,
  0x27d4eb2f165667c5n,
] as const
const [P1, P2, P3, P4, P5] = PRIMES

const wrap = (value: bigint) => BigInt.asUintN(64, value)
const rotate = (value: bigint, bits: bigint) => wrap(value << bits) | (value >> (64n - bits))
const round = (accumulator: bigint, lane: bigint) => wrap(rotate(wrap(accumulator + lane * P2), 31n) * P1)

export function xxh64(bytes: Uint8Array, seed: bigint): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let position = 0
  let hash = wrap(seed + P5)
  if (bytes.length >= 32) {
    const sums = [seed + P1 + P2, seed + P2, seed, seed - P1].map(wrap)
    for (; position + 32 <= bytes.length; position += 32) {
      for (const [i, sum] of sums.entries()) sums[i] = round(sum, view.getBigUint64(position + 8 * i, true))
    }
    const turns = [1n, 7n, 12n, 18n]
    hash = wrap(sums.reduce((total, sum, i) => total + rotate(sum, turns[i] ?? 0n), 0n))
    for (const sum of sums) hash = wrap((hash ^ round(0n, sum)) * P1 + P4)
  }
  hash = wrap(hash + BigInt(bytes.length))
  for (; position + 8 <= bytes.length; position += 8) {
    hash = wrap(rotate(hash ^ round(0n, view.getBigUint64(position, true)), 27n) * P1 + P4)
  }
  for (; position + 4 <= bytes.length; position += 4) {
    hash = wrap(rotate(hash ^ wrap(BigInt(view.getUint32(position, true)) * P1), 23n) * P2 + P3)
  }
  for (; position < bytes.length; ++position) {
    hash = wrap(rotate(hash ^ wrap(BigInt(view.getUint8(position)) * P5), 11n) * P1)
  }
  hash = wrap((hash ^ (hash >> 33n)) * P2)
  hash = wrap((hash ^ (hash >> 29n)) * P3)
  return hash ^ (hash >> 32n)
}
