// The hash of a network's weights, which tells whether two are the same to the last bit.
import type { LayerParameters } from 'wasmlp'

/** SHA-256 of all parameters' bytes, or undefined where the page has no `crypto.subtle`, as over plain http. */
export async function weightsHash(parameters: readonly LayerParameters[]): Promise<string | undefined> {
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle
  if (!subtle) return undefined
  const blob = new Blob(parameters.flatMap(({ weights, bias }) => [weights.slice(), bias.slice()]))
  const digest = await subtle.digest('SHA-256', await blob.arrayBuffer())
  return [...new Uint8Array(digest)].map(byte => byte.toString(16).padStart(2, '0')).join('')
}
