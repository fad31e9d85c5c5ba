// Vectors of 256 bits in Node. V8 can join neighbouring pairs of WebAssembly's vectors into one of AVX2, in the code that
// it optimises. It does so by a flag of the whole process that it calls experimental: so only in the versions of Node
// that the tests run it in.
import { setFlagsFromString } from 'node:v8'
import { gunzipSync } from 'node:zlib'
import type { VectorSwitch, WideModuleName } from './platform.ts'

/**
 * The major versions of Node that test/package/vectors.package.test.ts tries, with their default of
 * --wasm-tiering-budget, which nothing tells at run time. V8 prints an error where it does not know a flag: none is
 * tried out. Node 22 knows them all, but multiplies at half the speed.
 */
const TIERING_BUDGETS: Readonly<Record<string, number>> = { 24: 13_000_000, 26: 13_000_000 }

/** Of Node's options, those that make V8 compile otherwise than it was tried, or that forbid to change flags. */
const V8_OPTIONS =
  /--(?:no[-_]?)?(?:wasm|liftoff|jitless|turbo|max[-_]opt|single[-_]threaded|freeze[-_]flags)[\w-]*/

/** What Node says of itself, as far as it counts here. */
interface NodeProcess {
  readonly arch: string
  readonly execArgv: readonly string[]
  readonly env: { readonly NODE_OPTIONS?: string | undefined }
  readonly versions: { readonly node: string; readonly v8?: string }
}

/** Why V8 cannot be asked in a process, in words; undefined where it can. */
export function refusalIn({ arch, execArgv, env, versions }: NodeProcess): string | undefined {
  const [major = ''] = versions.node.split('.')
  // Others that call themselves Node, such as Deno and Electron, have a V8 of another name.
  if (!/-node\.\d+$/.test(versions.v8 ?? '')) return 'this runtime is not Node itself'
  const tested = Object.keys(TIERING_BUDGETS)
  if (!tested.includes(major)) return `Node ${major} is not one of those tested, ${tested.join(' and ')}`
  if (arch !== 'x64') return `the processor's architecture is ${arch}, not x64`
  const [option] = V8_OPTIONS.exec([...execArgv, env.NODE_OPTIONS].join(' ')) ?? []
  return option && `Node was started with ${option}`
}

const setJoined: VectorSwitch['setJoined'] = isOn =>
  setFlagsFromString(`--${isOn ? '' : 'no-'}experimental-wasm-revectorize`)

/**
 * The first calls of a function run code that is not optimised, where no vectors are joined. With these flags V8
 * optimises each function at the end of its first or second call. What is instantiated afterwards has the usual budget.
 */
const withOptimizedCode: VectorSwitch['withOptimizedCode'] = async run => {
  const [major = ''] = process.versions.node.split('.')
  setFlagsFromString('--wasm-sync-tier-up')
  setFlagsFromString('--wasm-tiering-budget=1')
  try {
    return await run()
  } finally {
    setFlagsFromString(`--wasm-tiering-budget=${TIERING_BUDGETS[major]}`)
    setFlagsFromString('--no-wasm-sync-tier-up')
  }
}

const sources: Record<WideModuleName, () => Promise<{ default: string }>> = {
  relaxed256: () => import('wasm:relaxed256'),
  'relaxed256-threads': () => import('wasm:relaxed256-threads'),
  'relaxed256-sparsity': () => import('wasm:relaxed256-sparsity'),
  'relaxed256-threads-sparsity': () => import('wasm:relaxed256-threads-sparsity'),
  // Nothing in it is written for a width.
  'relaxed256-supplement': () => import('wasm:relaxed-supplement'),
  'relaxed256-threads-supplement': () => import('wasm:relaxed-threads-supplement'),
}

/** A custom section of the name "256", which means nothing. */
const SECTION = Uint8Array.of(0, 4, 3, 0x32, 0x35, 0x36)

/**
 * A module's bytes. V8 shares the code of modules whose bytes are equal: the section keeps code with joined vectors from
 * the build `relaxed`, and the other way round.
 */
const loadModule: VectorSwitch['loadModule'] = async name => {
  const { default: base64 } = await sources[name]()
  return new Uint8Array(Buffer.concat([gunzipSync(Buffer.from(base64, 'base64')), SECTION]))
}

const refusal: VectorSwitch['refusal'] = () => refusalIn(process)

export const vectorSwitch: VectorSwitch = { refusal, setJoined, withOptimizedCode, loadModule }
