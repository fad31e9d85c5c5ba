// configure({ vectors }): what `capabilities` says where vectors of 256 bits cannot be had.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { useVectors } from '../../src/api/vectors.ts'
import { capabilities, configure } from '../../src/index.ts'
import { createKernels } from '../../src/kernels/index.ts'
import { KNOWN_SUMS } from '../../src/kernels/self-test.ts'
import { vectorSwitch } from '../../src/platform/node-vectors.ts'
import type { VectorSwitch } from '../../src/platform/platform.ts'
import { setWideVectors } from '../../src/wasm/builds.ts'
import { builds, fastest } from '../support/builds.ts'

/** Node's switch, which does nothing here but keep what it was told. */
function createSwitch(refusal?: string) {
  const told: boolean[] = []
  const vectors: VectorSwitch = {
    refusal: () => refusal,
    setJoined: isOn => told.push(isOn),
    withOptimizedCode: run => run(),
    loadModule: vi.fn(),
  }
  return { told, vectors }
}

beforeEach(() => setWideVectors(undefined))
afterEach(() => setWideVectors(undefined))

describe('vectors of 256 bits', () => {
  test('were not asked for: the build is as ever', async () => {
    expect(capabilities().reason).not.toContain('vectors')
    expect(() => capabilities({ build: 'relaxed256' })).toThrow(
      "build 'relaxed256' cannot be had: call configure({ vectors: 256 }) first, and await it",
    )
    await expect(createKernels({ build: 'relaxed256' })).rejects.toMatchObject({ code: 'ERR_UNSUPPORTED' })
  })

  test('are refused: nothing is tried', async () => {
    const { told, vectors } = createSwitch('Node 25 is not one of those tested')
    await useVectors(256, vectors)
    expect(told).toEqual([])
    expect(capabilities().build).toBe(fastest)
    expect(() => capabilities({ build: 'relaxed256' })).toThrow(
      "build 'relaxed256' cannot be had: Node 25 is not one of those tested",
    )
    await useVectors(128, vectors)
    expect(capabilities().reason).not.toContain('vectors')
  })

  test('fail their self-test: they are turned off again', async () => {
    const { told, vectors } = createSwitch()
    vi.mocked(vectors.loadModule).mockRejectedValue(new Error('no such module'))
    await useVectors(256, vectors)
    expect(told).toEqual([true, false])
    expect(capabilities().build).toBe(fastest)
  })

  test.runIf(builds.includes('relaxed'))(
    'give other bits than are known: likewise, with the reason',
    async () => {
      const { told, vectors } = createSwitch()
      await useVectors(256, { ...vectors, loadModule: vectorSwitch.loadModule }, { ...KNOWN_SUMS, sgemm: 1 })
      expect(told).toEqual([true, false])
      expect(capabilities().reason).toContain('since the self-test found other bits in sgemm')
    },
  )

  test('once they are on, `auto` and `relaxed` take them, and 128 takes them back', async () => {
    setWideVectors({ isOn: true, reason: 'all is well' })
    expect(capabilities()).toMatchObject({ build: 'relaxed256', reason: 'all is well' })
    expect(capabilities({ build: 'relaxed256' }).build).toBe('relaxed256')
    expect(capabilities({ build: 'relaxed' }).build).toBe('relaxed256')
    expect(capabilities({ build: 'simd' }).build).toBe('simd')
    await useVectors(128, createSwitch().vectors)
    expect(capabilities().build).toBe(fastest)
  })

  test.each([0, 512, '256', null])('%j is no width', async vectors => {
    await expect(configure({ vectors: vectors as 256 })).rejects.toMatchObject({
      code: 'ERR_ARGUMENT',
      message: expect.stringContaining('expected 128 or 256'),
    })
  })
})
