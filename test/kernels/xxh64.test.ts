// The checksum against its twin, and both against values that are known.
import { describe, expect, test } from 'vitest'
import { xxh64 as twin } from '../../src/reference/xxh64.ts'
import { Arena } from '../../src/wasm/arena.ts'
import { builds } from '../support/builds.ts'
import { createFullRuntime } from '../support/full-runtime.ts'

/** Published values, seed 0. */
const known: [string, bigint][] = [
  ['', 0xef46db3751d8e999n],
  ['a', 0xd24ec4f1a98c6e5bn],
  ['abc', 0x44bc2cf5ad770999n],
]

describe.each(builds)('%s', async build => {
  const { memory, kernels } = await createFullRuntime(build)

  function xxh64(bytes: Uint8Array, seed: bigint, offset = 0): bigint {
    const arena = new Arena(memory)
    try {
      const { pointer, view } = arena.u8(bytes.length + offset + 1)
      view.fill(0xa5)
      view.set(bytes, offset)
      return BigInt.asUintN(64, kernels.xxh64(pointer + offset, bytes.length, seed))
    } finally {
      arena.free()
    }
  }

  test.each(known)('%j', (text, hash) => {
    const bytes = new TextEncoder().encode(text)
    expect(xxh64(bytes, 0n)).toBe(hash)
    expect(twin(bytes, 0n)).toBe(hash)
  })

  test.each([0n, 1n, 0xffff_ffff_ffff_ffffn, 0x8000_0000_0000_0000n])('the twin’s bits, seed %i', seed => {
    for (const length of [...Array(130).keys(), 1000, 4099]) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * i * 31 + length) % 251)
      expect(xxh64(bytes, seed, length % 4), `${length} bytes`).toBe(twin(bytes, seed))
    }
  })

  test('each bit of a message matters', () => {
    const bytes = Uint8Array.from({ length: 71 }, (_, i) => i)
    const hashes = new Set([xxh64(bytes, 0n)])
    for (let bit = 0; bit < 8 * bytes.length; ++bit) {
      const flipped = bytes.slice()
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      hashes.add(xxh64(flipped, 0n))
    }
    expect(hashes.size).toBe(8 * bytes.length + 1)
  })
})
