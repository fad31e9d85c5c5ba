// CRC-32 as in PNG, zip and gzip. Node's own exists only since 20.15 and 22.2.
//
// Sources: https://www.w3.org/TR/png-3/#D-CRCAppendix; four bytes at a time (slicing): M. E. Kounavis and F. L. Berry,
// "A Systematic Approach to Building High Performance Software-Based CRC Generators", 2005.

const first = new Int32Array(256).map((_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; ++bit) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1
  return crc
})
/** The table for bytes with one more byte after them. */
const next = (table: Int32Array) => table.map(crc => (first[crc & 0xff] ?? 0) ^ (crc >>> 8))
const second = next(first)
const third = next(second)
const fourth = next(third)

/** The checksum of the bytes, 0 to 2³² − 1; `before` is that of the bytes before them. */
export function crc32(bytes: Uint8Array, before = 0): number {
  // Signed, since V8 keeps larger numbers on the heap.
  let crc = ~before
  let at = 0
  for (const end = bytes.length & ~3; at < end; at += 4) {
    crc ^= (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)
    crc ^= ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)
    crc =
      (fourth[crc & 0xff] ?? 0) ^
      (third[(crc >>> 8) & 0xff] ?? 0) ^
      (second[(crc >>> 16) & 0xff] ?? 0) ^
      (first[crc >>> 24] ?? 0)
  }
  for (; at < bytes.length; ++at) crc = (first[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0) ^ (crc >>> 8)
  return ~crc >>> 0
}
