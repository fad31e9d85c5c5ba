// Elements in files of big-endian machines.

/** Turns big-endian elements into the host's byte order, in place. */
export function toHostOrder(bytes: Uint8Array, elementSize: number): void {
  if (elementSize === 1) return
  if (new Uint8Array(Uint16Array.of(1).buffer)[0] !== 1) return // the host's own is big-endian
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let offset = 0; offset < bytes.length; offset += elementSize) {
    if (elementSize === 2) view.setInt16(offset, view.getInt16(offset), true)
    else if (elementSize === 4) view.setInt32(offset, view.getInt32(offset), true)
    else {
      const first = view.getInt32(offset)
      view.setInt32(offset, view.getInt32(offset + 4), true)
      view.setInt32(offset + 4, first, true)
    }
  }
}
