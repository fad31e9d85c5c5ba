// Where the package's code and kernels are loaded from, for those who must say it.

import * as platform from '#platform'
import { checkOptions } from '../check-options.ts'
import { describeValue } from '../describe-value.ts'
import { ArgumentError, UnsupportedError } from '../errors.ts'
import { setAssetUrls } from '../platform/asset-urls.ts'

/** What {@link configure} takes. What is not given is taken from the package's modules. */
export interface ConfigureOptions {
  /** Where copies of the package's files `wasm/*.wasm` stand. */
  wasmUrl?: string | URL
  /** Where copies of the package's files `workers/*.js` stand, of the page's own origin. Only in browsers. */
  workerUrl?: string | URL
}

/**
 * Says where workers' scripts and kernels are, in place of the text in the package's modules, from which they are made
 * otherwise: for a Content-Security-Policy without `worker-src blob:`. Nobody else has a need for it. Call it before all
 * else. The policy must have `'wasm-unsafe-eval'` in its `script-src` in any case.
 *
 * Throws {@link ArgumentError} for what is no address, and {@link UnsupportedError} for `workerUrl` in Node.
 *
 * @example
 * // After: cp -r node_modules/wasmlp/dist/browser/{wasm,workers} public/wasmlp/
 * configure({ wasmUrl: '/wasmlp/wasm/', workerUrl: '/wasmlp/workers/' })
 */
export function configure(options: ConfigureOptions): void {
  checkOptions('configure', options, "{ workerUrl: '/wasmlp/workers/' }", { wasmUrl: 1, workerUrl: 1 })
  const { wasmUrl, workerUrl } = options
  if (workerUrl !== undefined && platform.name === 'node') {
    throw new UnsupportedError('workerUrl is for browsers: leave it out in Node, which has no such policy')
  }
  setAssetUrls({ wasmUrl: directory('wasmUrl', wasmUrl), workerUrl: directory('workerUrl', workerUrl) })
}

function directory(name: string, url: string | URL | undefined): string | undefined {
  if (url === undefined) return undefined
  if (!(typeof url === 'string' || url instanceof URL) || String(url) === '') {
    throw new ArgumentError(`${name} is ${describeValue(url)}: expected the address of a directory`)
  }
  return platform.locate(url).replace(/\/?$/, '/')
}
