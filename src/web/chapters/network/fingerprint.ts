// A few digits by which the same weights are known.
import type { LayerParameters } from 'wasmlp'

/** FNV-1a over the bytes of all weights and biases. */
export function fingerprintOf(parameters: readonly LayerParameters[]): string {
  let hash = 0x811c9dc5
  for (const values of parameters.flatMap(({ weights, bias }) => [weights, bias])) {
    for (const byte of new Uint8Array(values.buffer, values.byteOffset, values.byteLength)) {
      hash = Math.imul(hash ^ byte, 0x01000193)
    }
  }
  return (hash >>> 0).toString(16).padStart(8, '0')
}
