// What a worker cannot load by itself: code and kernels, by the names of the modules that they are inlined in.
import { loadModuleText, type ModuleName } from '../wasm/builds.ts'

/** The scripts that the engine in a worker is made of; only the first is loaded at once: see rollup.plugins.js. */
type ScriptName = 'engine' | 'evaluation' | 'mnist' | 'supplement' | 'team'

export type AssetName = `script:${ScriptName}` | `wasm:${ModuleName}`

const scripts: Record<ScriptName, () => Promise<{ default: string }>> = {
  engine: () => import('script:engine'),
  evaluation: () => import('script:evaluation'),
  mnist: () => import('script:mnist'),
  supplement: () => import('script:supplement'),
  team: () => import('script:team'),
}

/** The text of a script; the bytes of a module, gzipped, in base64. */
export async function loadAsset(name: AssetName): Promise<string> {
  if (name.startsWith('wasm:')) return loadModuleText(name.slice(5) as ModuleName)
  return (await scripts[name.slice(7) as ScriptName]()).default
}
