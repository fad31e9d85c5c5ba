// The checksum of checkpoints: XXH64.
//
// Of 64-bit integers only, and so quick in WebAssembly. It tells any damage but one in 2^64, and is no defence against
// people: whoever can change a file can change its checksum.
//
// Source: Yann Collet, xxHash fast digest algorithm, https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md

const PRIME_1: u64 = 0x9E3779B185EBCA87;
const PRIME_2: u64 = 0xC2B2AE3D27D4EB4F;
const PRIME_3: u64 = 0x165667B19E3779F9;
const PRIME_4: u64 = 0x85EBCA77C2B2AE63;
const PRIME_5: u64 = 0x27D4EB2F165667C5;

/** XXH64 of `length` bytes at `data`, which need no alignment. */
export function xxh64(data: usize, length: i32, seed: u64): u64 {
  const end = data + <usize>length;
  let hash: u64;
  if (length >= 32) {
    let a = seed + PRIME_1 + PRIME_2;
    let b = seed + PRIME_2;
    let c = seed;
    let d = seed - PRIME_1;
    do {
      a = round(a, load<u64>(data));
      b = round(b, load<u64>(data, 8));
      c = round(c, load<u64>(data, 16));
      d = round(d, load<u64>(data, 24));
      data += 32;
    } while (data + 32 <= end);
    hash = rotl(a, 1) + rotl(b, 7) + rotl(c, 12) + rotl(d, 18);
    hash = merge(merge(merge(merge(hash, a), b), c), d);
  } else {
    hash = seed + PRIME_5;
  }
  hash += <u64>length;
  for (; data + 8 <= end; data += 8) {
    hash = rotl(hash ^ round(0, load<u64>(data)), 27) * PRIME_1 + PRIME_4;
  }
  if (data + 4 <= end) {
    hash = rotl(hash ^ <u64>load<u32>(data) * PRIME_1, 23) * PRIME_2 + PRIME_3;
    data += 4;
  }
  for (; data < end; ++data) hash = rotl(hash ^ <u64>load<u8>(data) * PRIME_5, 11) * PRIME_1;
  hash = (hash ^ (hash >> 33)) * PRIME_2;
  hash = (hash ^ (hash >> 29)) * PRIME_3;
  return hash ^ (hash >> 32);
}

// @ts-ignore: decorator
@inline
function round(accumulator: u64, lane: u64): u64 {
  return rotl(accumulator + lane * PRIME_2, 31) * PRIME_1;
}

// @ts-ignore: decorator
@inline
function merge(hash: u64, accumulator: u64): u64 {
  return (hash ^ round(0, accumulator)) * PRIME_1 + PRIME_4;
}
