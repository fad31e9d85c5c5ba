// The engine in a worker: the whole of the script that runs there. It is built into text (rollup.plugins.js), since a
// worker that is started from a string needs no path; what it imports later it asks its host for.
import * as platform from '#platform'
import { setAssetUrls } from '../platform/asset-urls.ts'
import type { HostRoot, WorkerRoot } from './engine-worker.ts'
import { Link, type LinkMessage } from './link.ts'
import { closeLocalThreads, localEngine } from './local.ts'
import type { ScriptName } from './scripts.ts'

declare global {
  /** The chunks that have run, by their file names. */
  var wasmlpChunks: Record<string, unknown>
  /** What `import()` has become in this script. */
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

// What others throw goes through this thread: it need not know their classes.
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

/** A page's Content-Security-Policy may allow a worker, and yet no scripts that this gets by `blob:`. */
function canLoadScripts(): boolean {
  try {
    platform.runScript('')
    return true
  } catch {
    return false
  }
}

void platform.holdLife().then(life => host.onStart(life, canLoadScripts()))
