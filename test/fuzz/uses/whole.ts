// The bytes of a stream.
import { joined } from '../mutate-bytes.ts'

/** All chunks in one array. */
export async function whole(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk.slice())
  return joined(...parts)
}
