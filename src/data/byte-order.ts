// Elements in files of big-endian machines.

/** Turns big-endian elements into the host's byte order, in place. They begin at a multiple of their size. */
export function toHostOrder({ buffer, byteOffset, byteLength }: Uint8Array, elementSize: number): void {
  if (elementSize === 1 || new Uint8Array(Uint16Array.of(1).buffer)[0] !== 1) return
  if (elementSize === 2) {
    const halves = new Uint16Array(buffer, byteOffset, byteLength / 2)
    for (let i = 0; i < halves.length; ++i) halves[i] = ((halves[i] ?? 0) << 8) | ((halves[i] ?? 0) >> 8)
    return
  }
  const words = new Int32Array(buffer, byteOffset, byteLength / 4)
  for (let i = 0; i < words.length; ++i) words[i] = swapped(words[i] ?? 0)
  if (elementSize === 4) return
  for (let i = 0; i < words.length; i += 2) {
    const first = words[i] ?? 0
    words[i] = words[i + 1] ?? 0
    words[i + 1] = first
  }
}

/** The same four bytes, the last first. */
function swapped(word: number): number {
  const pairs = ((word & 0x00ff00ff) << 8) | ((word >>> 8) & 0x00ff00ff)
  return (pairs << 16) | (pairs >>> 16)
}
