// Makes a file of the module that runs programs in a worker: it shares what the page's own modules are made of.
import { join } from 'node:path'
import type { Plugin } from 'vite'

const NAME = 'virtual:program-worker'
const PRELOAD = 'vite/preload-helper'

/** @param root the page's sources */
export const programWorker = (root: string): Plugin => ({
  name: 'program-worker',
  enforce: 'post',
  resolveId: id => (id === NAME ? `\0${NAME}` : null),
  load(id) {
    if (id !== `\0${NAME}`) return null
    const file = this.emitFile({
      type: 'chunk',
      id: join(root, 'programs/program-worker.ts'),
      name: 'program-worker',
    })
    return `export const programWorkerUrl = import.meta.ROLLUP_FILE_URL_${file}`
  },
  transform(code, id) {
    if (!id.includes(PRELOAD)) return null
    // What Vite puts before a page's imports looks for the page's document, which a worker has none of.
    const inPages = code
      .replace('deps && deps.length > 0', 'typeof document !== "undefined" && deps && deps.length > 0')
      .replace('window.dispatchEvent', 'globalThis.dispatchEvent')
    if (inPages === code) this.error(`${id} is not as it was: can a worker still import by it?`)
    return { code: inPages, map: null }
  },
})
