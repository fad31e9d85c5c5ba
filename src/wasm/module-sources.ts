// The modules of the builds as they come. A build that is not chosen is not loaded.
import * as platform from '#platform'
import { DataError } from '../errors.ts'
import { assetUrls } from '../platform/asset-urls.ts'
import type { BuildName } from './builds.ts'

/** A build's first module, for one thread or for threads that share its memory. */
export type CoreName = BuildName | `${BuildName}-threads`

/** A module: a build's first, or the second, which is loaded when it is first needed. */
export type ModuleName = CoreName | `${CoreName}-supplement`

const sources: Record<ModuleName, () => Promise<{ default: string }>> = {
  simd: () => import('wasm:simd'),
  relaxed: () => import('wasm:relaxed'),
  'simd-threads': () => import('wasm:simd-threads'),
  'relaxed-threads': () => import('wasm:relaxed-threads'),
  'simd-supplement': () => import('wasm:simd-supplement'),
  'relaxed-supplement': () => import('wasm:relaxed-supplement'),
  'simd-threads-supplement': () => import('wasm:simd-threads-supplement'),
  'relaxed-threads-supplement': () => import('wasm:relaxed-threads-supplement'),
}

/** Where a runtime gets its modules from: bytes, or text as {@link loadModuleSource} gives it. */
export type LoadModule = (name: ModuleName) => Promise<string | Uint8Array<ArrayBuffer>>

/** A module: its bytes from where `configure` says, or else gzipped, in base64. */
export async function loadModuleSource(name: ModuleName): Promise<string | Uint8Array<ArrayBuffer>> {
  const { wasmUrl } = assetUrls()
  return wasmUrl === undefined ? (await sources[name]()).default : read(`${wasmUrl}${name}.wasm`)
}

async function read(url: string): Promise<Uint8Array<ArrayBuffer>> {
  const file = await platform.open(url)
  if (!file)
    throw new DataError('ERR_DATA_NOT_FOUND', `${url} is not there: copy the package's files wasm/*.wasm`)
  const chunks: Uint8Array<ArrayBuffer>[] = []
  for await (const chunk of file.chunks()) chunks.push(chunk.slice())
  return new Uint8Array(await new Blob(chunks).arrayBuffer())
}
