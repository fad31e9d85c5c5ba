// The engine in a worker: the whole script that runs there. It is built into text (rollup.plugins.js), since a worker
// started from a string needs no path. Its later imports come from its host.
import * as platform from '#platform'
import { setAssetUrls } from '../platform/asset-urls.ts'
import { Link, type LinkMessage } from './link.ts'
import { closeLocalThreads, localEngine } from './local.ts'
import type { ScriptName } from './scripts.ts'
import type { HostRoot, WorkerRoot } from './worker-host.ts'

declare global {
  /** The chunks that have run, by file name. */
  var wasmlpChunks: Record<string, unknown>
  /** What `import()` becomes in this script. */
  var wasmlpImport: (specifier: string) => Promise<unknown>
}

const root: WorkerRoot = {
  engine(choice, urls) {
    setAssetUrls(urls)
    return localEngine(choice, host.loadModule)
  },
  closeThreads: closeLocalThreads,
  async close() {
    await closeLocalThreads()
    post({ ended: true })
  },
}

// Other threads' errors pass through: this thread need not know their classes.
const post = platform.listenToHost<LinkMessage>(message => link.receive(message))
const link = new Link(root, post)
const host = link.root<HostRoot>()

globalThis.wasmlpImport = async specifier => {
  if (!(specifier in globalThis.wasmlpChunks)) {
    const name = specifier.replace(/^\.\/|\.js$/g, '') as ScriptName
    await platform.runScript(await host.loadScript(name))
  }
  return globalThis.wasmlpChunks[specifier]
}

/** A page's Content-Security-Policy may allow a worker, but not its scripts from `blob:`. */
function canLoadScripts(): boolean {
  try {
    platform.runScript('')
    return true
  } catch {
    return false
  }
}

void platform.holdLife().then(life => host.onStart(life, canLoadScripts()))
