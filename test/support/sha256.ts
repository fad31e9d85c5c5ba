import type { LayerParameters } from '../../src/index.ts'

/** SHA-256, in hexadecimal, of all bits of a model's parameters, layer by layer, weights before bias. */
export async function hashParameters(parameters: readonly LayerParameters[]): Promise<string> {
  const blob = new Blob(parameters.flatMap(({ weights, bias }) => [weights.slice(), bias.slice()]))
  const digest = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer())
  return [...new Uint8Array(digest)].map(byte => byte.toString(16).padStart(2, '0')).join('')
}
