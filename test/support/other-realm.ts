// The built package in a realm of its own, as Jest's sandbox has it: its own arrays and errors, while Node's modules, and so
// the messages of workers, are of the realm around it. Nothing here may end up in both.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, resolve } from 'node:path'
import { createContext, runInContext } from 'node:vm'

/** What a test environment hands over of the realm around it. */
const SHARED = [
  'AbortController',
  'AbortSignal',
  'Blob',
  'DOMException',
  'MessageChannel',
  'URL',
  'TextDecoder',
  'TextEncoder',
  'clearTimeout',
  'console',
  'performance',
  'process',
  'setImmediate',
  'setTimeout',
  'structuredClone',
]

export interface OtherRealm {
  /** The exports of a CommonJS file, evaluated in the realm with all that it requires by path. */
  load(file: string): Record<string, unknown>
  /** What an expression gives in the realm, where `given` are variables. */
  run(code: string, given?: Record<string, unknown>): unknown
}

export function otherRealm(): OtherRealm {
  const outside: Record<string, unknown> = { Buffer }
  for (const name of SHARED) outside[name] = Reflect.get(globalThis, name)
  const context = createContext(outside)
  const loaded = new Map<string, { exports: Record<string, unknown> }>()

  function load(file: string): Record<string, unknown> {
    const present = loaded.get(file)
    if (present) return present.exports
    const module = { exports: {} }
    loaded.set(file, module)
    const builtin = createRequire(file)
    const require = (id: string) => (id.startsWith('.') ? load(resolve(dirname(file), id)) : builtin(id))
    const code = `(function (module, exports, require) {${readFileSync(file, 'utf8')}\n})`
    runInContext(code, context, { filename: file })(module, module.exports, require)
    return module.exports
  }

  return {
    load,
    run: (code, given = {}) =>
      runInContext(`(({ ${Object.keys(given).join(', ')} }) => ${code})`, context)(given),
  }
}
