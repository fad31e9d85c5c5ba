// What the modules themselves must be, so that two of them, and several instances, can share one memory.
import { expect, test } from 'vitest'
import * as platform from '#platform'

const sources = {
  simd: () => import('wasm:simd'),
  'simd-supplement': () => import('wasm:simd-supplement'),
  'simd-threads': () => import('wasm:simd-threads'),
  'simd-threads-supplement': () => import('wasm:simd-threads-supplement'),
  relaxed: () => import('wasm:relaxed'),
  'relaxed-supplement': () => import('wasm:relaxed-supplement'),
  'relaxed-threads': () => import('wasm:relaxed-threads'),
  'relaxed-threads-supplement': () => import('wasm:relaxed-threads-supplement'),
  'simd-sparsity': () => import('wasm:simd-sparsity'),
  'simd-threads-sparsity': () => import('wasm:simd-threads-sparsity'),
  'relaxed-sparsity': () => import('wasm:relaxed-sparsity'),
  'relaxed-threads-sparsity': () => import('wasm:relaxed-threads-sparsity'),
  relaxed256: () => import('wasm:relaxed256'),
  'relaxed256-threads': () => import('wasm:relaxed256-threads'),
  'relaxed256-sparsity': () => import('wasm:relaxed256-sparsity'),
  'relaxed256-threads-sparsity': () => import('wasm:relaxed256-threads-sparsity'),
}

/** The ids of the sections of a module, in order: WebAssembly Core Specification 2.0, 5.5.2. */
function sections(bytes: Uint8Array): number[] {
  const ids: number[] = []
  for (let at = 8; at < bytes.length; ) {
    ids.push(bytes[at] ?? 0)
    let size = 0
    let shift = 0
    let byte = 0x80
    while (byte & 0x80) {
      byte = bytes[++at] ?? 0
      size |= (byte & 0x7f) << shift
      shift += 7
    }
    at += 1 + size
  }
  return ids
}

const [GLOBALS, CODE, DATA] = [6, 10, 11]

test.each(Object.entries(sources))('%s has neither globals nor data', async (_, load) => {
  const ids = sections(new Uint8Array(await platform.decodeGzip((await load()).default)))
  expect(ids).toContain(CODE)
  expect(ids).not.toContain(GLOBALS)
  expect(ids).not.toContain(DATA)
})
