// The modules of the builds, compiled.
import * as platform from '#platform'
import { checkPolicy } from './builds.ts'
import type { LoadModule, ModuleName } from './module-sources.ts'

const modules = new Map<ModuleName, Promise<WebAssembly.Module>>()
const loading = new Set<ModuleName>()

/** Has the next call load anew what is not there yet, since a server may never answer. */
export function forgetLoading(): void {
  for (const name of loading) modules.delete(name)
}

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
    loading.add(name)
    // A failure to load is not kept: the next call tries again.
    module.then(
      () => loading.delete(name),
      () => modules.delete(name),
    )
  }
  return module
}
