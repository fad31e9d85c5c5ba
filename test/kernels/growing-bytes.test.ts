// Bytes in linear memory that grow: what is there stays, and the memory grows by what is asked for.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Arena } from '../../src/wasm/arena.ts'
import { GrowingBytes } from '../../src/wasm/growing-bytes.ts'
import { LinearMemory } from '../../src/wasm/memory.ts'

const createMemory = () => new LinearMemory(new WebAssembly.Memory({ initial: 1 }), 100)

test('what is there stays, whatever is allocated and freed between', () => {
  const step = fc.record({
    more: fc.integer({ min: 1, max: 50_000 }),
    between: fc.integer({ min: 0, max: 70_000 }),
    frees: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), steps => {
      const memory = createMemory()
      const arena = new Arena(memory)
      const room = new GrowingBytes(arena)
      const others = []
      let length = 0
      for (const [i, { more, between, frees }] of steps.entries()) {
        room.reserve(length + more)
        room.bytes.fill(i + 1, length)
        length += more
        others.push(memory.u8(between))
        if (frees) others.splice(0, 1)[0]?.free()
      }
      let at = 0
      for (const [i, { more }] of steps.entries()) {
        expect(room.bytes.subarray(at, at + more).every(byte => byte === i + 1)).toBe(true)
        at += more
      }
      arena.free()
      for (const other of others) other.free()
      expect(memory.bytesInUse).toBe(0)
    }),
  )
})

test('alone at the end of memory, they grow where they are', () => {
  const memory = createMemory()
  const room = new GrowingBytes(new Arena(memory))
  room.reserve(1000)
  const { pointer } = room.buffer
  for (let bytes = 2000; bytes <= 16_000_000; bytes *= 2) {
    room.reserve(bytes)
    expect(room.buffer.pointer).toBe(pointer)
  }
  expect(memory.buffer.byteLength).toBeLessThan(room.bytes.length + 2 * 65536)
})
