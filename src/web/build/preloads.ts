// Has the browser fetch what the open chapter needs while it fetches the page's own code, which would ask for it only once it
// runs: each such turn is a round trip of the link. Which chapter that is stands in the address, and a short script reads it.
import { createHash } from 'node:crypto'
import type { Plugin, Rolldown } from 'vite'

type Bundle = Rolldown.OutputBundle

const CHAPTER = /\/chapters\/(\w+)\/chapter\.tsx$/

/** The kernels that a chapter computes with in the page: all take the build whose bits are the same everywhere. */
const WITH_KERNELS = /\/dist\/browser\/kernels\.js$/
const KERNELS = ['kernels-simd', 'kernels-simd-supplement']

/**
 * What a chapter's first press needs besides, chunks and other files by their names. The link is idle from when the chapter
 * has come until that press. What takes longest comes first: the others find room beside it.
 */
const NEXT: Readonly<Record<string, readonly string[]>> = {
  mnist: [
    'digits-train.bin',
    'worker-engine',
    'storage',
    'open-backend',
    'opfs',
    'training-run-parts',
    'sequential-parts',
    'digits-test.bin',
  ],
}

/**
 * Writes the script into the page, before its styles, for which a browser lets scripts wait; and its hash into the policy.
 * @param first the chapter that is open where the address names none
 */
export const preloads = (first: string): Plugin => ({
  name: 'preloads',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler(html, { path, bundle, chunk }) {
      if (path !== '/index.html' || !bundle || !chunk) return undefined
      const page = new Set([chunk.fileName, ...neededBy(chunk, bundle)])
      const files = Object.fromEntries(
        chaptersOf(bundle).map(([id, chapter]) => {
          const now = [chapter.fileName, ...neededBy(chapter, bundle)].filter(file => !page.has(file))
          const known = new Set([...page, ...now])
          return [id, [now, neededNext(id, bundle).filter(file => !known.has(file))]]
        }),
      )
      if (!(first in files)) throw new Error(`the bundle has no chapter ${first}`)
      const script = scriptFor(files, first)
      const hash = createHash('sha256').update(script).digest('base64')
      const withPolicy = html.replace("script-src 'self'", `script-src 'self' 'sha256-${hash}'`)
      if (withPolicy === html) throw new Error('index.html has no policy for scripts')
      const styles = withPolicy.indexOf('<link rel="stylesheet"')
      if (styles < 0) throw new Error('index.html has no styles')
      return `${withPolicy.slice(0, styles)}<script>${script}</script>\n    ${withPolicy.slice(styles)}`
    },
  },
})

const chaptersOf = (bundle: Bundle): [id: string, chunk: Rolldown.OutputChunk][] =>
  Object.values(bundle).flatMap(output => {
    const [, id] = (output.type === 'chunk' && CHAPTER.exec(output.facadeModuleId ?? '')) || []
    return id !== undefined && output.type === 'chunk' ? [[id, output]] : []
  })

/** The files that a chunk cannot run without: those that it imports, the largest first, and styles. */
function neededBy(chunk: Rolldown.OutputChunk, bundle: Bundle): string[] {
  const chunks = new Set([chunk])
  for (const { imports, moduleIds } of chunks) {
    const names = moduleIds.some(id => WITH_KERNELS.test(id)) ? KERNELS : []
    for (const output of Object.values(bundle)) {
      if (output.type !== 'chunk') continue
      if (imports.includes(output.fileName) || names.includes(output.name)) chunks.add(output)
    }
  }
  const styles = [...chunks].flatMap(({ viteMetadata }) => [...(viteMetadata?.importedCss ?? [])])
  chunks.delete(chunk)
  const bySize = [...chunks].sort((a, b) => b.code.length - a.code.length)
  return [...styles, ...bySize.map(({ fileName }) => fileName)]
}

/** The files that a chapter's first press needs. */
function neededNext(id: string, bundle: Bundle): string[] {
  const files = (NEXT[id] ?? []).flatMap(name => {
    for (const output of Object.values(bundle)) {
      if (output.type === 'asset' && output.names.includes(name)) return [output.fileName]
      if (output.type === 'chunk' && output.name === name)
        return [output.fileName, ...neededBy(output, bundle)]
    }
    throw new Error(`the bundle has no ${name}`)
  })
  return [...new Set(files)]
}

/** Links as those that the code itself makes later, which then finds the files on their way. */
const scriptFor = (
  files: Readonly<Record<string, readonly (readonly string[])[]>>,
  first: string,
): string => `{const files=${JSON.stringify(files)},asked=/.*[?#&]chapter=(\\w+)/.exec(location.search+location.hash)
const load=file=>new Promise(done=>{const link=document.createElement('link'),type=file.split('.').pop()
link.rel=type==='js'?'modulepreload':'preload';link.as={js:'script',css:'style'}[type]||'fetch'
link.crossOrigin='';link.onload=done;link.href='./'+file;document.head.append(link)})
const [now,next]=files[asked&&asked[1]]||files.${first}
Promise.all(now.map(load)).then(()=>next.forEach(load))}`
