// Reads a file whole, for tests that want its bytes.
import type { ByteFile } from '../../src/platform/platform.ts'

/** All bytes of a file, whose chunks may come in the same memory. */
export async function readAll(file: ByteFile): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array<ArrayBuffer>[] = []
  for await (const chunk of file.chunks()) parts.push(chunk.slice())
  return new Uint8Array(await new Blob(parts).arrayBuffer())
}
