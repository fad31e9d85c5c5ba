// Puts the package's workers beside the page as files, so that its policy needs no blobs. The same scripts stand
// as texts in the package's modules, which pages would download for nothing: only one without an origin, as in a sandboxed
// frame, starts workers from texts, and takes them from the files.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

/** A module of the package with the text of a worker's script. */
const WITH_SCRIPT = /\/worker-(\w+)\.js$/

/** Characters; no other text of those modules is as long. */
const SHORTEST_SCRIPT = 1000

/** Emits the files, fills in ENGINE_FILES, and leaves the texts out.
 * @param dist the package's folder for browsers */
export function engineFiles(dist: string): Plugin {
  let folder = ''
  return {
    name: 'engine-files',
    buildStart() {
      const files = readdirSync(join(dist, 'workers'))
        .filter(name => name.endsWith('.js'))
        .map(name => ({ name: `workers/${name}`, source: readFileSync(join(dist, 'workers', name)) }))
      // What keeping/worker-probe.ts starts.
      files.push({ name: 'workers/probe.js', source: Buffer.from('postMessage(0)\n') })
      const hash = createHash('sha256')
      for (const { name, source } of files) hash.update(name).update(source)
      folder = `assets/engine-${hash.digest('hex').slice(0, 8)}/`
      for (const { name, source } of files) this.emitFile({ type: 'asset', fileName: folder + name, source })
    },
    transform(code, id) {
      if (id.endsWith('/src/web/engine.ts'))
        return {
          code: code.replaceAll(/(?<!const )ENGINE_FILES/g, JSON.stringify(folder)),
          map: null,
          moduleSideEffects: true, // package.json says that modules have none.
        }
      const [, name] = (id.startsWith(dist) && WITH_SCRIPT.exec(id)) || []
      if (name === undefined) return null
      const [text, ...more] = longTexts(this.parse(code))
      if (!text || more.length > 0) return this.error(`${id} has not one script, but ${more.length + 1}`)
      // Modules are beside the folder, whoever loads them. Vite would take the plain form for a file of its own.
      const path = folder.replace(/^assets/, '.')
      const url = `new URL(${JSON.stringify(`${path}workers/${name}.js`)}, String(import.meta.url))`
      const fetched = `(globalThis.origin === 'null' ? await fetch(${url}).then(file => file.text()) : '')`
      return { code: code.slice(0, text.start) + fetched + code.slice(text.end), map: null }
    },
  }
}

interface Text {
  readonly start: number
  readonly end: number
}

/** Where the long texts of a syntax tree stand. */
function longTexts(node: unknown): Text[] {
  if (typeof node !== 'object' || node === null) return []
  const { type, value, start, end } = node as Record<string, unknown>
  if (type !== 'Literal') return Object.values(node).flatMap(longTexts)
  const isLong = typeof value === 'string' && value.length >= SHORTEST_SCRIPT
  return isLong ? [{ start: Number(start), end: Number(end) }] : []
}
