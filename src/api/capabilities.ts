// What this runtime can run.
import * as platform from '#platform'
import { checkOptions } from '../check-options.ts'
import { type BuildChoice, type Capabilities, chooseBuild } from '../wasm/builds.ts'
import { limitThreads, type ThreadChoice } from '../wasm/threads.ts'

/**
 * Says which build of the kernels models and data sets use here, how many threads a model may use, and why. It also
 * lists the builds that this runtime accepts. Loads nothing, so it can be called before there is a model.
 *
 * Throws {@link UnsupportedError} where the runtime cannot run the build that was asked for, or cannot run any. Its
 * message can be shown to users.
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
