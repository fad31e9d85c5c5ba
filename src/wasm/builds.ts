// Which build of the kernels runs here.
import * as platform from '#platform'
import { describeValue } from '../describe-value.ts'
import { ArgumentError, UnsupportedError } from '../errors.ts'
import { lacking } from '../lacking.ts'

/** The builds of the kernels: see {@link Capabilities}. */
export type BuildName = 'simd' | 'relaxed' | 'relaxed256'

/** What runs, and why. */
export interface Capabilities {
  /**
   * The build in use. `simd` gives the same bits everywhere; `relaxed` fuses multiply and add where the CPU does.
   * `relaxed256` gives the bits of `relaxed` with vectors of 256 bits, in Node, once {@link configure} has turned them on.
   */
  build: BuildName
  /** Why this build was chosen, in words. */
  reason: string
  /** Whether this runtime accepts fixed-width SIMD, and relaxed SIMD's multiply-add. */
  simd: boolean
  relaxedSimd: boolean
  /** The most threads that compute together, including the calling one. Their number changes no bit of any result. */
  threads: number
  /** Why there are not more, in words. */
  threadsReason: string
}

/** What a runtime can do for a choice of build, whatever the threads. */
export type BuildSupport = Omit<Capabilities, 'threads' | 'threadsReason'>

/** What a caller can ask for: `auto` takes the fastest build that the runtime accepts. */
export type BuildChoice = 'auto' | BuildName

/** What came of asking for vectors of 256 bits. */
interface WideVectors {
  readonly isOn: boolean
  /** Why they are on, or why they are not, in words. */
  readonly reason: string
}

/** Undefined while nobody has asked. */
let wideVectors: WideVectors | undefined

/** Has `auto` and `relaxed` take the build for vectors of 256 bits, or not. */
export function setWideVectors(found: WideVectors | undefined): void {
  wideVectors = found
}

/** The build `relaxed256`, where it is the choice. Throws {@link UnsupportedError} where it cannot be had. */
function wideBuild(choice: BuildChoice): Pick<BuildSupport, 'build' | 'reason'> | undefined {
  if (choice === 'auto' || choice === 'relaxed')
    return wideVectors?.isOn ? { build: 'relaxed256', reason: wideVectors.reason } : undefined
  if (choice !== 'relaxed256') return undefined
  if (wideVectors?.isOn) return { build: choice, reason: "build 'relaxed256' was asked for" }
  const reason = wideVectors?.reason ?? 'call configure({ vectors: 256 }) first, and await it'
  throw new UnsupportedError(`build 'relaxed256' cannot be had: ${reason}`)
}

/** A reason for another build, and why its vectors have 128 bits, if others were asked for. */
const withoutWide = (reason: string) =>
  wideVectors ? `${reason}; vectors have 128 bits, since ${wideVectors.reason}` : reason

// (module (func (result v128) i32.const 0 i8x16.splat))
const SIMD_PROBE = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11,
]
// (module (func (param v128) (result v128) local.get 0 local.get 0 local.get 0 f32x4.relaxed_madd))
const RELAXED_MADD_PROBE = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 6, 1, 96, 1, 123, 1, 123, 3, 2, 1, 0, 10, 13, 1, 11, 0, 32, 0, 32, 0, 32, 0,
  253, 133, 2, 11,
]

const accepts = (probe: number[]) =>
  typeof WebAssembly !== 'undefined' && WebAssembly.validate(new Uint8Array(probe))

/**
 * Whether modules may be compiled here at all; only an attempt can tell. Throws {@link UnsupportedError} where the
 * page's policy forbids it, or the response that a worker's file came with.
 */
export function checkPolicy(): void {
  try {
    new WebAssembly.Module(new Uint8Array(SIMD_PROBE))
  } catch (error) {
    throw new UnsupportedError(
      `WebAssembly is forbidden here (${error}): add 'wasm-unsafe-eval' to script-src in the Content-Security-Policy of ` +
        'the page, and of the files under workerUrl',
    )
  }
}

/**
 * Whether this is the V8 of Node 22 or older. It has too few registers for the relaxed build's microkernel: sgemm runs
 * at half the speed of the simd build. Float16Array came with V8 13.5, Firefox 129 and Safari 18.2.
 */
const isOldV8 = () => !('Float16Array' in globalThis)

/**
 * Picks a build by compiling the very instruction that it needs. Throws {@link ArgumentError} for an unknown name, and
 * {@link UnsupportedError} where the runtime rejects the build.
 */
export function chooseBuild(choice: BuildChoice): BuildSupport {
  const simd = accepts(SIMD_PROBE)
  const relaxedSimd = accepts(RELAXED_MADD_PROBE)
  if (!simd) {
    throw lacking('WebAssembly with SIMD')
  }
  checkPolicy()
  if (platform.loadVectorSwitch) {
    const wide = wideBuild(choice)
    if (wide) return { ...wide, simd, relaxedSimd }
  }
  switch (choice) {
    case 'auto': {
      if (!relaxedSimd)
        return { build: 'simd', reason: 'this runtime has no relaxed SIMD', simd, relaxedSimd }
      const reason = isOldV8()
        ? 'this runtime has relaxed SIMD, but its sgemm is the slower one in V8 before 13.5'
        : 'this runtime has relaxed SIMD'
      const build = isOldV8() ? 'simd' : 'relaxed'
      return { build, reason: platform.loadVectorSwitch ? withoutWide(reason) : reason, simd, relaxedSimd }
    }
    case 'simd':
      return { build: 'simd', reason: "build 'simd' was asked for", simd, relaxedSimd }
    case 'relaxed':
      if (relaxedSimd) {
        const reason = "build 'relaxed' was asked for"
        return {
          build: 'relaxed',
          reason: platform.loadVectorSwitch ? withoutWide(reason) : reason,
          simd,
          relaxedSimd,
        }
      }
      throw new UnsupportedError(
        "build 'relaxed' was asked for, but this runtime has no relaxed SIMD: use build 'simd' or 'auto', or Node 22, " +
          'Chrome 114, Firefox 146 or later',
      )
    default:
      throw new ArgumentError(`unknown build ${describeValue(choice)}: expected 'auto', 'simd' or 'relaxed'`)
  }
}
