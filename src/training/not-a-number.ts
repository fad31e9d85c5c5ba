// Engines choose which NaN an operation gives: its sign and its payload.

/** The bits of a NaN without a payload. */
const NAN_BITS = 0x7fc00000

/** Gives every NaN the same bits in every runtime. */
export function clearNaNs(values: Float32Array): void {
  for (let i = 0; i < values.length; ++i) {
    if (!Number.isNaN(values[i])) continue
    new Uint32Array(values.buffer, values.byteOffset, values.length)[i] = NAN_BITS
  }
}
