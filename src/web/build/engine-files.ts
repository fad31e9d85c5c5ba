// Puts the package's workers and kernels beside the page as files, so that its policy needs no blobs.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

/** Emits the files, and fills in ENGINE_FILES.
 * @param dist the package's folder for browsers */
export function engineFiles(dist: string): Plugin {
  let folder = ''
  return {
    name: 'engine-files',
    buildStart() {
      const files = ['workers', 'wasm'].flatMap(kind =>
        readdirSync(join(dist, kind))
          .filter(name => /\.(js|wasm)$/.test(name))
          .map(name => ({ name: `${kind}/${name}`, source: readFileSync(join(dist, kind, name)) })),
      )
      // What keeping/worker-probe.ts starts.
      files.push({ name: 'workers/probe.js', source: Buffer.from('postMessage(0)\n') })
      const hash = createHash('sha256')
      for (const { name, source } of files) hash.update(name).update(source)
      folder = `assets/engine-${hash.digest('hex').slice(0, 8)}/`
      for (const { name, source } of files) this.emitFile({ type: 'asset', fileName: folder + name, source })
    },
    transform(code, id) {
      if (!id.endsWith('/src/web/engine.ts')) return null
      return { code: code.replaceAll(/(?<!const )ENGINE_FILES/g, JSON.stringify(folder)), map: null }
    },
  }
}
