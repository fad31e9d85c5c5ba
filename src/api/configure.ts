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
}

/**
 * Sets where workers' scripts and kernels are loaded from. Otherwise they come from text in the package's modules.
 * Only a Content-Security-Policy without `worker-src blob:` needs this. Call it before anything else. The policy must
 * have `'wasm-unsafe-eval'` in its `script-src` in any case.
 *
 * Throws {@link ArgumentError} for an invalid address, and {@link UnsupportedError} for `workerUrl` in Node.
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
  if (!(typeof url === 'string' || isUrl(url)) || String(url) === '') {
    throw new ArgumentError(`${name} is ${describeValue(url)}: expected the address of a directory`)
  }
  return platform.locate(url).replace(/\/?$/, '/')
}
