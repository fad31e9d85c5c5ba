// The modules of the builds as they come. A build that is not chosen is not loaded.
import { assetUrls } from '../platform/asset-urls.ts'
import type { BuildName } from './builds.ts'

/** A build's first module, for one thread or for threads that share its memory. */
export type CoreName = BuildName | `${BuildName}-threads`

/** A build's second and third module, which are loaded when they are first needed. */
export type Part = 'supplement' | 'sparsity'

/** A module. */
export type ModuleName = CoreName | `${CoreName}-${Part}`

const sources: Record<ModuleName, () => Promise<{ default: string }>> = {
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

/** A module: its bytes from where `configure` says, or else gzipped, in base64. */
export async function loadModuleSource(name: ModuleName): Promise<string | Uint8Array<ArrayBuffer>> {
  const { wasmUrl } = assetUrls()
  if (wasmUrl === undefined) return (await sources[name]()).default
  const { readModule } = await import('./module-file.ts')
  return readModule(`${wasmUrl}${name}.wasm`)
}
