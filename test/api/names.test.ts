// What can be asked before there is a model: the runtime's builds, and the names that layers take.
import { afterEach, describe, expect, expectTypeOf, test, vi } from 'vitest'
import {
  type ActivationName,
  activationNames,
  type BuildChoice,
  capabilities,
  dense,
  type InitializerName,
  initializerNames,
  sequential,
} from '../../src/index.ts'
import * as kernels from '../../src/kernels/index.ts'
import { TWINS } from '../../src/reference/activations.ts'
import { builds, fastest } from '../support/builds.ts'

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

describe('capabilities', () => {
  test.each<BuildChoice>(['auto', ...builds])('of %s are those that a model has', async build => {
    using model = await sequential([dense(1)], { inputSize: 1, build })
    expect(capabilities({ build })).toEqual(model.capabilities)
  })

  test('are those of auto unless a build is named', () => {
    expect(capabilities()).toEqual(capabilities({ build: 'auto' }))
    expect(capabilities().build).toBe(fastest)
  })

  test('take relaxed in a new engine, and simd in an old V8', () => {
    vi.spyOn(WebAssembly, 'validate').mockReturnValue(true)
    vi.stubGlobal('Float16Array', Float32Array)
    expect(capabilities()).toMatchObject({ build: 'relaxed', reason: 'this runtime has relaxed SIMD' })
    Reflect.deleteProperty(globalThis, 'Float16Array')
    expect(capabilities()).toMatchObject({
      build: 'simd',
      reason: expect.stringContaining('in V8 before 13.5'),
    })
    expect(capabilities({ build: 'relaxed' }).build).toBe('relaxed')
  })

  test('compile no kernels', () => {
    const compile = vi.spyOn(WebAssembly, 'compile')
    capabilities()
    expect(compile).not.toHaveBeenCalled()
  })

  test('say why nothing runs here', () => {
    vi.spyOn(WebAssembly, 'validate').mockReturnValue(false)
    expect(() => capabilities()).toThrow(
      expect.objectContaining({
        code: 'ERR_UNSUPPORTED',
        message: expect.stringContaining('needs WebAssembly with SIMD'),
      }),
    )
  })

  test('say why a build does not run here', () => {
    vi.spyOn(WebAssembly, 'validate').mockReturnValueOnce(true).mockReturnValueOnce(false)
    expect(() => capabilities({ build: 'relaxed' })).toThrow(
      expect.objectContaining({
        code: 'ERR_UNSUPPORTED',
        message: expect.stringContaining("use build 'simd'"),
      }),
    )
  })

  test('of an unknown build are refused', () => {
    expect(() => capabilities({ build: 'fast' as 'auto' })).toThrow(
      expect.objectContaining({ code: 'ERR_ARGUMENT' }),
    )
    expect(() => capabilities(null as never)).toThrow(expect.objectContaining({ code: 'ERR_ARGUMENT' }))
  })
})

describe('names', () => {
  test('activationNames are all that any layer takes, softmax and logSoftmax apart', () => {
    expect(activationNames).toEqual(Object.keys(TWINS))
    for (const activation of activationNames) expect(dense(2, { activation })).toMatchObject({ activation })
    expectTypeOf<(typeof activationNames)[number]>().toEqualTypeOf<ActivationName>()
    expect(kernels.activationNames).toBe(activationNames)
  })

  test('initializerNames are all that a layer takes', () => {
    expect(initializerNames).toEqual([
      ...['he', 'heFanOut', 'heNormal', 'xavier', 'xavierNormal', 'lecun', 'lecunNormal', 'orthogonal'],
      ...['zeros', 'uniform', 'normal', 'truncatedNormal'],
    ])
    for (const initializer of initializerNames)
      expect(dense(2, { initializer })).toMatchObject({ initializer })
    expectTypeOf<(typeof initializerNames)[number]>().toEqualTypeOf<InitializerName>()
  })

  test('cannot be changed', () => {
    expect(() => (activationNames as string[]).push('swish')).toThrow(TypeError)
    expect(() => (initializerNames as unknown as string[]).push('lsuv')).toThrow(TypeError)
  })
})
