// Where the package's code and kernels are loaded from, for those who must say it.

import * as platform from '#platform'
import { isUrl } from '../brands.ts'
import { checkOptions } from '../check-options.ts'
import { describeValue } from '../describe-value.ts'
import { ArgumentError, UnsupportedError } from '../errors.ts'
import { setAssetUrls } from '../platform/asset-urls.ts'

/** Options of {@link configure}. Whatever is not given comes from the package's modules. */
export interface ConfigureOptions {
  /** Where copies of the package's files `wasm/*.wasm` are. */
  wasmUrl?: string | URL
  /** Where copies of the package's files `workers/*.js` are, on the page's own origin. Browsers only. */
  workerUrl?: string | URL
  /**
   * Bits of the vectors that the kernels compute with: 256 makes trainings some 1.4 times as fast, to the same bits.
   * Node 24 and 26 on x64 processors with AVX2 only. It sets a flag of V8 that V8 calls experimental,
   * `--experimental-wasm-revectorize`, for the whole process: all WebAssembly that is compiled from then on is compiled
   * with it, other packages' too. The kernels' results are then compared with known ones, which takes some 50
   * milliseconds. Where these differ, or the runtime is another, vectors keep 128 bits; `capabilities().reason` says why.
   */
  vectors?: 128 | 256
}

/**
 * Sets where workers' scripts and kernels are loaded from. Otherwise they come from text in the package's modules.
 * Only a Content-Security-Policy without `worker-src blob:` needs this. Call it before anything else. The policy must
 * have `'wasm-unsafe-eval'` in its `script-src` in any case.
 *
 * With `vectors`, it sets that alone unless an address is given, and must be awaited. It holds for models and data sets
 * that are created afterwards.
 *
 * Throws {@link ArgumentError} for an invalid address, and {@link UnsupportedError} for `workerUrl` in Node and `vectors`
 * in browsers. Rejects with {@link ArgumentError} for another number of bits.
 *
 * @example
 * // After: cp -r node_modules/wasmlp/dist/browser/{wasm,workers} public/wasmlp/
 * configure({ wasmUrl: '/wasmlp/wasm/', workerUrl: '/wasmlp/workers/' })
 *
 * // In Node, where this process is yours:
 * await configure({ vectors: 256 })
 * console.log(capabilities().reason)
 */
export function configure(options: ConfigureOptions & { vectors: 128 | 256 }): Promise<void>
export function configure(options: ConfigureOptions): void
export function configure(options: ConfigureOptions): Promise<void> | undefined {
  checkOptions('configure', options, "{ workerUrl: '/wasmlp/workers/' }", {
    wasmUrl: 1,
    workerUrl: 1,
    vectors: 1,
  })
  const { wasmUrl, workerUrl, vectors } = options
  if (workerUrl !== undefined && platform.name === 'node') {
    throw new UnsupportedError('workerUrl is for browsers: leave it out in Node, which has no such policy')
  }
  if (!platform.loadVectorSwitch && vectors !== undefined)
    throw new UnsupportedError('vectors is for Node: leave it out in browsers')
  if (vectors === undefined || wasmUrl !== undefined)
    setAssetUrls({ wasmUrl: directory('wasmUrl', wasmUrl), workerUrl: directory('workerUrl', workerUrl) })
  return platform.loadVectorSwitch && vectors !== undefined ? setVectors(vectors) : undefined
}

async function setVectors(bits: 128 | 256): Promise<void> {
  if (!platform.loadVectorSwitch) return
  if (bits !== 128 && bits !== 256)
    throw new ArgumentError(`vectors is ${describeValue(bits)}: expected 128 or 256`)
  const [{ useVectors }, vectors] = await Promise.all([import('./vectors.ts'), platform.loadVectorSwitch()])
  await useVectors(bits, vectors)
}

function directory(name: string, url: string | URL | undefined): string | undefined {
  if (url === undefined) return undefined
  if (!(typeof url === 'string' || isUrl(url)) || String(url) === '') {
    throw new ArgumentError(`${name} is ${describeValue(url)}: expected the address of a directory`)
  }
  return platform.locate(url).replace(/\/?$/, '/')
}
