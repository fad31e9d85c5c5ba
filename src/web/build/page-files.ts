// Tells the service worker which files the page has.
import { createHash } from 'node:crypto'
import type { Plugin } from 'vite'

export const SERVICE_WORKER = 'service-worker.js'

/** Fills in PAGE_FILES and PAGE_VERSION. */
export const pageFiles = (): Plugin => ({
  name: 'page-files',
  enforce: 'post',
  generateBundle: {
    order: 'post',
    handler(_, bundle) {
      const hash = createHash('sha256')
      const files = ['./']
      for (const [name, output] of Object.entries(bundle).sort(([a], [b]) => (a < b ? -1 : 1))) {
        hash.update(name).update(output.type === 'chunk' ? output.code : output.source)
        if (name !== SERVICE_WORKER && name !== 'index.html') files.push(name)
      }
      const worker = bundle[SERVICE_WORKER]
      if (worker?.type !== 'chunk') this.error(`the bundle has no ${SERVICE_WORKER}`)
      worker.code = worker.code
        .replaceAll('PAGE_FILES', JSON.stringify(files))
        .replaceAll('PAGE_VERSION', JSON.stringify(hash.digest('hex').slice(0, 16)))
    },
  },
})
