// Buffers: allocation, growth, subarrays, freeing and reuse.
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import {
  AllocationError,
  ArgumentError,
  createKernels,
  DisposedError,
  type F32Buffer,
  type Kernels,
} from '../../src/kernels/index.ts'
import { builds } from '../support/builds.ts'

const MEBIBYTE = 2 ** 20

describe.each(builds)('%s build', build => {
  let kernels: Kernels

  beforeEach(async () => {
    kernels = await createKernels({ build })
  })

  test.each(['f32', 'u8', 'i32'] as const)(
    '%s: zeros, aligned to 64 bytes, of the length asked for',
    kind => {
      for (const length of [0, 1, 3, 64, 1000]) {
        const buffer = kernels[kind](length)
        expect(buffer.length).toBe(length)
        expect(buffer.view).toHaveLength(length)
        expect(buffer.view.byteOffset).toBe(buffer.pointer)
        expect(buffer.pointer % 64).toBe(0)
        expect(buffer.view.every(value => value === 0)).toBe(true)
        buffer.view.fill(1)
      }
    },
  )

  test('views have their buffers’ types', () => {
    expect(kernels.f32(1).view).toBeInstanceOf(Float32Array)
    expect(kernels.u8(1).view).toBeInstanceOf(Uint8Array)
    expect(kernels.i32(1).view).toBeInstanceOf(Int32Array)
  })

  test('freed memory comes back, and comes back zeroed', () => {
    const first = kernels.f32(1000)
    const { pointer } = first
    first.view.fill(7)
    first.free()
    const second = kernels.i32(1000)
    expect(second.pointer).toBe(pointer)
    expect(second.view.every(value => value === 0)).toBe(true)
  })

  test.each([
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ])('neighbours freed in the order %i, %i, %i make one block again', (...order) => {
    const neighbours = [kernels.f32(100), kernels.f32(200), kernels.f32(300)]
    const pointer = neighbours[0]?.pointer
    const behind = kernels.f32(1)
    for (const index of order) neighbours[index]?.free()
    expect(kernels.f32(600).pointer).toBe(pointer)
    expect(behind.view[0]).toBe(0)
  })

  test('memory does not grow while freed blocks serve', () => {
    const warmUp = kernels.f32(MEBIBYTE)
    const size = warmUp.view.buffer.byteLength
    warmUp.free()
    for (let i = 0; i < 1000; i++) kernels.f32(MEBIBYTE - i).free()
    expect(kernels.f32(1).view.buffer.byteLength).toBe(size)
  })

  test('a handle’s view shows its data after memory has grown', () => {
    const small = kernels.f32(3)
    small.view.set([1, 2, 3])
    const part = small.subarray(1)
    const before = small.view.buffer
    const large = kernels.u8(64 * MEBIBYTE)
    large.view.fill(255)
    expect(small.view.buffer).not.toBe(before)
    expect([...small.view]).toEqual([1, 2, 3])
    expect([...part.view]).toEqual([2, 3])
    kernels.sscal(3, 2, small, 1)
    expect([...small.view]).toEqual([2, 4, 6])
    part.view[0] = 9
    expect([...small.view]).toEqual([2, 9, 6])
  })

  test('a kernel that needs scratch memory may grow memory: views still show their data', () => {
    const n = 600
    const [a, b, c] = [kernels.f32(n * n), kernels.f32(n * n), kernels.f32(n * n)]
    a.view.fill(1)
    b.view.fill(2)
    kernels.sgemm('N', 'N', n, n, n, 1, a, n, b, n, 0, c, n)
    expect(a.view.every(value => value === 1)).toBe(true)
    expect(b.view.every(value => value === 2)).toBe(true)
    expect(c.view.every(value => value === 2 * n)).toBe(true)
  })

  test('subarray shares memory; begin and end count in elements', () => {
    const whole = kernels.i32(10)
    whole.view.set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    const part = whole.subarray(3, 7)
    expect(part.pointer).toBe(whole.pointer + 12)
    expect([...part.view]).toEqual([3, 4, 5, 6])
    expect([...part.subarray(1).view]).toEqual([4, 5, 6])
    expect(whole.subarray(10).length).toBe(0)
    part.view[0] = -3
    expect(whole.view[3]).toBe(-3)
  })

  test.each([
    [-1, 2],
    [0, 11],
    [5, 4],
    [0.5, 4],
    [0, Number.NaN],
  ])('subarray(%s, %s) of 10 elements throws', (begin, end) => {
    expect(() => kernels.f32(10).subarray(begin, end)).toThrow(ArgumentError)
  })

  test('freeing twice is harmless, also where the memory has another owner by then', () => {
    const first = kernels.f32(100)
    first.free()
    const second = kernels.f32(100)
    second.view.fill(5)
    first.free()
    const third = kernels.f32(100)
    third.view.fill(6)
    expect(second.view.every(value => value === 5)).toBe(true)
  })

  test('freeing a subarray does nothing', () => {
    const whole = kernels.f32(100)
    whole.view.fill(5)
    whole.subarray(0).free()
    kernels.f32(100).view.fill(6)
    expect(whole.view.every(value => value === 5)).toBe(true)
  })

  describe('use after free throws DisposedError:', () => {
    const uses: [string, (freed: F32Buffer, fine: F32Buffer) => unknown][] = [
      ['view', freed => freed.view],
      ['pointer', freed => freed.pointer],
      ['subarray', freed => freed.subarray(0, 1)],
      ['an argument that is written', (freed, fine) => kernels.saxpy(4, 1, fine, 1, freed, 1)],
      [
        'an argument that is read',
        (freed, fine) => kernels.sgemm('N', 'N', 2, 2, 2, 1, freed, 2, fine, 2, 0, fine, 2),
      ],
      ['an argument of a reduction', (freed, fine) => kernels.sdot(4, fine, 1, freed, 1)],
      ['an argument of an activation', (freed, fine) => kernels.activation('relu', freed, fine)],
      ['an argument of a loss', (freed, fine) => kernels.meanSquaredError(fine, freed, fine)],
      ['an argument for random numbers', freed => kernels.randomUniform(freed, 0, 1, 0, 0)],
    ]

    test.each(uses)('%s', (_, use) => {
      const freed = kernels.f32(4)
      const fine = kernels.f32(4)
      fine.view.set([1, 2, 3, 4])
      freed.free()
      expect(() => use(freed, fine)).toThrow(DisposedError)
      expect([...fine.view]).toEqual([1, 2, 3, 4])
    })

    test('a subarray whose buffer was freed', () => {
      const whole = kernels.f32(4)
      const part = whole.subarray(1)
      expect(part.view).toHaveLength(3)
      whole.free()
      expect(() => part.view).toThrow(DisposedError)
    })

    test('labels of a loss', () => {
      const labels = kernels.i32(2)
      const logits = kernels.f32(4)
      labels.free()
      expect(() => kernels.softmaxCrossEntropy(logits, labels, logits, 2, 2)).toThrow(DisposedError)
    })
  })

  test.each([-1, 0.5, Number.NaN, Infinity, -Infinity])('a length of %s throws ArgumentError', length => {
    expect(() => kernels.f32(length)).toThrow(ArgumentError)
    expect(() => kernels.u8(length)).toThrow(String(length))
    expect(() => kernels.i32(length)).toThrow(ArgumentError)
  })

  test.each([2 ** 31, 2 ** 40, Number.MAX_SAFE_INTEGER])(
    '%d floats throw AllocationError, and all goes on',
    length => {
      const before = kernels.f32(4)
      before.view.set([1, 2, 3, 4])
      expect(() => kernels.f32(length)).toThrow(AllocationError)
      expect([...before.view]).toEqual([1, 2, 3, 4])
      const after = kernels.f32(100_000)
      after.view.fill(2)
      kernels.saxpy(4, 10, before, 1, after, 1)
      expect([...after.view.subarray(0, 5)]).toEqual([12, 22, 32, 42, 2])
    },
  )

  test('a buffer of other kernels throws ArgumentError', async () => {
    const strange = (await createKernels({ build })).f32(4)
    const own = kernels.f32(4)
    expect(() => kernels.sdot(4, own, 1, strange, 1)).toThrow(ArgumentError)
    expect(() => kernels.activation('relu', strange, own)).toThrow(ArgumentError)
    expect(() => kernels.sgemm('N', 'N', 2, 2, 2, 1, own, 2, own, 2, 0, strange, 2)).toThrow(ArgumentError)
  })

  test('property: however buffers come and go, they never overlap, and keep what was written', () => {
    const operation = fc.oneof(
      fc.record({ length: fc.integer({ min: 0, max: 50_000 }) }),
      fc.record({ free: fc.nat({ max: 30 }) }),
    )
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), operations => {
        let live: { buffer: F32Buffer; mark: number }[] = []
        for (const [mark, step] of operations.entries()) {
          if ('length' in step) {
            const buffer = kernels.f32(step.length)
            expect(buffer.view.every(value => value === 0)).toBe(true)
            buffer.view.fill(mark + 1)
            live.push({ buffer, mark: mark + 1 })
          } else {
            live[step.free]?.buffer.free()
            live = live.filter((_, i) => i !== step.free)
          }
        }
        const intact = live.every(({ buffer, mark }) => buffer.view.every(value => value === mark))
        for (const { buffer } of live) buffer.free()
        expect(intact).toBe(true)
      }),
      { seed: 1, numRuns: 100 },
    )
  })
})
