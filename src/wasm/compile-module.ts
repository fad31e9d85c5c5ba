// The modules of the builds, compiled.
import * as platform from '#platform'
import { checkPolicy } from './builds.ts'
import type { LoadModule, ModuleName } from './module-sources.ts'

/** By name. A closing engine clears it: a server may never answer for one. */
export const modules = new Map<ModuleName, Promise<WebAssembly.Module>>()

/** A compiled module; compiled once, however often it is instantiated. */
export function compileModule(name: ModuleName, load: LoadModule): Promise<WebAssembly.Module> {
  let module = modules.get(name)
  if (!module) {
    module = load(name).then(async source => {
      const bytes = typeof source === 'string' ? await platform.decodeGzip(source) : source
      return WebAssembly.compile(bytes).catch(error => {
        if (error.name !== 'RangeError') checkPolicy()
        throw error
      })
    })
    modules.set(name, module)
    // A failure to load is not kept: the next call tries again.
    module.catch(() => modules.delete(name))
  }
  return module
}
