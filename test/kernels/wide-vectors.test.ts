// The build for vectors of 256 bits: to the bit what the build `relaxed` gives, and what its self-test knows.
import { describe, expect, test } from 'vitest'
import { differingKernels, KNOWN_SUMS, sumsOf } from '../../src/kernels/self-test.ts'
import type { Runtime } from '../../src/wasm/runtime.ts'
import { builds } from '../support/builds.ts'
import { createFullRuntime } from '../support/full-runtime.ts'

/** 1, T − 1, T, T + 1 and 2T + 1 of microtiles of 6 rows and of 8 or 16 columns; steps in twos, and more than a block. */
const rowCounts = [1, 5, 6, 7, 13]
const columnCounts = [1, 3, 7, 8, 9, 15, 16, 17, 33]
const stepCounts = [1, 2, 3, 300]
const scalings = [
  [1, 0],
  [-0.5, 1],
  [0.7, 0.75],
] as const
const transposes = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
] as const

/** Numbers in [−1, 1) that no two neighbours share. */
const numbers = (length: number) => Float32Array.from({ length }, (_, i) => Math.sin(i * 12.9898))

const LARGEST = 33 * 300

/** Multiplies in all these ways, into C of `ld` columns; the bits of C. */
function multiply({ kernels, memory }: Runtime) {
  const [a, b, c] = [memory.f32(13 * 300), memory.f32(LARGEST), memory.f32(13 * 40)]
  a.view.set(numbers(a.length))
  b.view.set(numbers(b.length).reverse())
  const start = numbers(c.length)
  const workspace = memory.scratch(kernels.sgemmWorkspace(13, 40, 300)).pointer
  return (
    m: number,
    n: number,
    k: number,
    [ta, tb]: (typeof transposes)[number],
    alpha: number,
    beta: number,
  ) => {
    c.view.set(start)
    const [lda, ldb, ldc] = [ta ? m : k, tb ? k : n, n + 5]
    kernels.sgemm(ta, tb, m, n, k, alpha, a.pointer, lda, b.pointer, ldb, beta, c.pointer, ldc, workspace)
    return new Uint32Array(c.view.slice().buffer)
  }
}

describe.runIf(builds.includes('relaxed'))('vectors of 256 bits', () => {
  test('sgemm: the bits of relaxed, in all C and around it', async () => {
    const relaxed = multiply(await createFullRuntime('relaxed'))
    const wide = multiply(await createFullRuntime('relaxed256'))
    let cases = 0
    const different: string[] = []
    for (const m of rowCounts)
      for (const n of columnCounts)
        for (const k of stepCounts)
          for (const transpose of transposes)
            for (const [alpha, beta] of scalings) {
              const expected = relaxed(m, n, k, transpose, alpha, beta)
              const found = wide(m, n, k, transpose, alpha, beta)
              cases += 1
              if (found.some((word, i) => word !== expected[i]))
                different.push(`${m} × ${n} × ${k}, ${transpose}`)
            }
    expect(cases).toBe(2160)
    expect(different).toEqual([])
  })

  test.each(['relaxed', 'relaxed256'] as const)('%s gives what the self-test knows', async build => {
    const runtime = await createFullRuntime(build)
    await runtime.loadSparsity()
    expect(sumsOf(runtime)).toEqual(KNOWN_SUMS)
  })

  test('the self-test names the kernels whose results are others', async () => {
    const runtime = await createFullRuntime('relaxed256')
    await runtime.loadSparsity()
    expect(differingKernels(runtime, KNOWN_SUMS)).toBeUndefined()
    for (const name of Object.keys(KNOWN_SUMS))
      expect(differingKernels(runtime, { ...KNOWN_SUMS, [name]: 1 })).toBe(name)
  })
})
