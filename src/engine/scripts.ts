// The scripts of the engine in a worker: see rollup.plugins.js.
import { type ScriptSource, scriptSource } from '../platform/asset-urls.ts'

/** Only `engine` is loaded at once. */
export type ScriptName = 'engine' | 'evaluation' | 'mnist' | 'sparsity' | 'supplement' | 'team'

/** `engine` comes first, since the others register with it. */
const scripts: Record<ScriptName, () => Promise<{ default: string }>> = {
  engine: () => import('script:engine'),
  evaluation: () => import('script:evaluation'),
  mnist: () => import('script:mnist'),
  sparsity: () => import('script:sparsity'),
  supplement: () => import('script:supplement'),
  team: () => import('script:team'),
}

export async function loadScript(name: ScriptName): Promise<ScriptSource> {
  const elsewhere = scriptSource(name, '')
  return elsewhere === '' ? (await scripts[name]()).default : elsewhere
}

/** All scripts in one, for a worker that cannot load any later. */
export async function loadAllScripts(): Promise<string> {
  const all = await Promise.all(Object.values(scripts).map(load => load()))
  return all.map(script => script.default).join(';')
}
