// Checksums of files, by the kernel XXH64.
import { Arena } from '../wasm/arena.ts'
import type { Runtime } from '../wasm/runtime.ts'

/** Bytes that are hashed at once. */
const CHUNK = 256 * 1024

/** See {@link Engine.checksum}. */
export async function checksum(runtime: Runtime, bytes: Uint8Array): Promise<bigint> {
  await runtime.loadExtras()
  const { memory, kernels } = runtime
  const arena = new Arena(memory)
  try {
    const chunk = arena.scratch(CHUNK)
    let hash = 0n
    for (let begin = 0; begin < bytes.length; begin += CHUNK) {
      const part = bytes.subarray(begin, begin + CHUNK)
      chunk.view.set(part)
      hash = BigInt.asUintN(64, kernels.xxh64(chunk.pointer, part.length, hash))
    }
    return hash
  } finally {
    arena.free()
  }
}
