// The modules of the builds as they come. A build that is not chosen is not loaded.
import * as platform from '#platform'
import { assetUrls } from '../platform/asset-urls.ts'
import type { WideModuleName } from '../platform/platform.ts'
import type { BuildName } from './builds.ts'

/** A build's first module, for one thread or for threads that share its memory. */
export type CoreName = BuildName | `${BuildName}-threads`

/** A build's second and third module, which are loaded when they are first needed. */
export type Part = 'supplement' | 'sparsity'

/** A module. */
export type ModuleName = CoreName | `${CoreName}-${Part}`

const sources: Record<Exclude<ModuleName, WideModuleName>, () => Promise<{ default: string }>> = {
  simd: () => import('wasm:simd'),
  relaxed: () => import('wasm:relaxed'),
  'simd-threads': () => import('wasm:simd-threads'),
  'relaxed-threads': () => import('wasm:relaxed-threads'),
  'simd-supplement': () => import('wasm:simd-supplement'),
  'relaxed-supplement': () => import('wasm:relaxed-supplement'),
  'simd-threads-supplement': () => import('wasm:simd-threads-supplement'),
  'relaxed-threads-supplement': () => import('wasm:relaxed-threads-supplement'),
  'simd-sparsity': () => import('wasm:simd-sparsity'),
  'relaxed-sparsity': () => import('wasm:relaxed-sparsity'),
  'simd-threads-sparsity': () => import('wasm:simd-threads-sparsity'),
  'relaxed-threads-sparsity': () => import('wasm:relaxed-threads-sparsity'),
}

/** Where a runtime gets its modules from: bytes, or text as {@link loadModuleSource} gives it. */
export type LoadModule = (name: ModuleName) => Promise<string | Uint8Array<ArrayBuffer>>

const isWide = (name: ModuleName): name is WideModuleName => name.startsWith('relaxed256')

/**
 * A module: its bytes from where `configure` says, or else gzipped, in base64. Those for vectors of 256 bits are no files
 * that anyone copies.
 */
export async function loadModuleSource(name: ModuleName): Promise<string | Uint8Array<ArrayBuffer>> {
  if (platform.loadVectorSwitch && isWide(name)) return (await platform.loadVectorSwitch()).loadModule(name)
  const { wasmUrl } = assetUrls()
  if (wasmUrl === undefined) return (await sources[name as keyof typeof sources]()).default
  const { readModule } = await import('./module-file.ts')
  return readModule(`${wasmUrl}${name}.wasm`)
}
