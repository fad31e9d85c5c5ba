// What a worker cannot load by itself: code and kernels, by the names of the modules that they are inlined in.
import { type ScriptSource, scriptSource } from '../wasm/asset-urls.ts'
import { loadModuleSource, type ModuleName } from '../wasm/module-sources.ts'

/** The scripts that the engine in a worker is made of; only `engine` is loaded at once: see rollup.plugins.js. */
type ScriptName = 'engine' | 'evaluation' | 'mnist' | 'supplement' | 'team'

export type AssetName = `script:${ScriptName}` | `wasm:${ModuleName}`

/** `engine` comes first, since the others register with it. */
const scripts: Record<ScriptName, () => Promise<{ default: string }>> = {
  engine: () => import('script:engine'),
  evaluation: () => import('script:evaluation'),
  mnist: () => import('script:mnist'),
  supplement: () => import('script:supplement'),
  team: () => import('script:team'),
}

/** A script of the engine. */
export async function loadScript(name: ScriptName): Promise<ScriptSource> {
  const elsewhere = scriptSource(name, '')
  return elsewhere === '' ? (await scripts[name]()).default : elsewhere
}

/** All scripts in one, for a worker that can load none later. */
export async function loadAllScripts(): Promise<string> {
  const all = await Promise.all(Object.values(scripts).map(load => load()))
  return all.map(script => script.default).join(';')
}

/** A script, or a module as {@link loadModuleSource} gives it. */
export function loadAsset(name: AssetName): Promise<ScriptSource | Uint8Array> {
  if (name.startsWith('wasm:')) return loadModuleSource(name.slice(5) as ModuleName)
  return loadScript(name.slice(7) as ScriptName)
}
