// What this runtime can run.
import * as platform from '#platform'
import { checkOptions } from '../check-options.ts'
import { type BuildChoice, type Capabilities, chooseBuild } from '../wasm/builds.ts'
import { limitThreads, type ThreadChoice } from '../wasm/threads.ts'

/**
 * The build of the kernels that models and data sets use here, how many threads a model may use, why, and which builds
 * this runtime accepts. Loads nothing: it can be asked before there is a model.
 *
 * Throws {@link UnsupportedError} where the runtime cannot run the build that was asked for, or any: what it says then
 * can be shown to people.
 *
 * @example
 * const { build, reason } = capabilities()
 * console.log(`${build}: ${reason}`) // relaxed: this runtime has relaxed SIMD
 * console.log(capabilities().threadsReason) // in a page that is not cross-origin isolated: how to serve it
 */
export function capabilities(options: { build?: BuildChoice; threads?: ThreadChoice } = {}): Capabilities {
  checkOptions('capabilities', options, "{ build: 'simd' }", { build: 1, threads: 1 })
  const { build = 'auto', threads = 'auto' } = options
  return { ...chooseBuild(build), ...limitThreads(threads, platform.threadSupport()) }
}
