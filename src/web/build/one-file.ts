// Puts the whole page into one HTML file, which opens from a disk: code and digits compressed, in base64, and a small script
// that starts them. It makes no request.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { deflateAsync } from '@gfx/zopfli'
import type { Plugin, Rolldown } from 'vite'
import { iconSvg } from './icon.ts'

/** The mode of Vite that builds it. */
export const ONE_FILE = 'one-file'

const FILE_NAME = 'wasmlp-lecture.html'

/** The package's modules that only a page from a server needs: threads, and MNIST from an address. */
const UNNEEDED = /\/dist\/browser\/(kernels-\w+-threads(-supplement)?|worker-team|team|fetch-mnist)\.js$/

/** Its code takes half of the file: Zopfli makes it a twentyfifth smaller than zlib does, in two seconds. */
const compress = (code: string) =>
  deflateAsync(Buffer.from(code), { numiterations: 5, blocksplittingmax: 15 })

/** Decompresses the code and runs it. Where that cannot be, the page says what it needs. */
const START = `(async () => {
  const bytes = Uint8Array.from(atob(document.getElementById('code').textContent), c => c.charCodeAt(0))
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'))
  const script = document.createElement('script')
  script.id = 'running-code'
  script.textContent = await new Response(stream).text()
  document.body.append(script)
})().catch(() => {
  document.getElementById('page').innerHTML =
    '<p lang="en">This page needs a browser of 2023 or later.</p><p lang="ko">2023년 이후의 브라우저가 필요합니다.</p>'
})`

/** @param template the page's index.html */
export const oneFile = (template: string): Plugin => ({
  name: 'one-file',
  enforce: 'post',
  load: id => (UNNEEDED.test(id.replaceAll('\\', '/')) ? 'export default ""' : null),
  generateBundle: {
    order: 'post',
    async handler(_, bundle) {
      const named = (end: string) =>
        Object.values(bundle).find(({ fileName }) => fileName.endsWith(end)) ??
        this.error(`there is no ${end}`)
      const entry = Object.values(bundle).find(output => output.type === 'chunk' && output.isEntry)
      if (entry?.type !== 'chunk') return this.error('there is no code')
      // Rolldown also gives a chunk of what nothing imports.
      const others = [...entry.imports, ...entry.dynamicImports].filter(name => name !== entry.fileName)
      if (others.length > 0) return this.error(`the code also needs ${others}`)
      const code = asScript(entry.code, this.parse(entry.code).body)
      const parts = {
        code: Buffer.from(await compress(code)).toString('base64'),
        'digits-train': base64Of(named('digits-train.bin')),
        'digits-test': base64Of(named('digits-test.bin')),
      }
      const source = compose(readFileSync(template, 'utf8'), String(sourceOf(named('.css'))), code, parts)
      for (const name of Object.keys(bundle)) delete bundle[name]
      this.emitFile({ type: 'asset', fileName: FILE_NAME, source })
    },
  },
})

interface Statement {
  readonly type: string
  readonly start: number
  readonly end: number
}

/** The code of a module as a script, which a worker from a blob can be in every browser. It has no address. */
function asScript(code: string, statements: readonly Statement[]): string {
  // Rolldown exports some of its own functions, for chunks that there are not.
  const own = statements.filter(({ type }) => type !== 'ExportNamedDeclaration')
  const text = own.map(({ start, end }) => code.slice(start, end)).join('\n')
  return `(async()=>{"use strict";${text.replaceAll('import.meta.url', '""').replaceAll('import.meta', '({})')}\n})()`
}

type Output = Rolldown.OutputAsset | Rolldown.OutputChunk

const sourceOf = (output: Output) => (output.type === 'chunk' ? output.code : output.source)
const base64Of = (output: Output) => Buffer.from(sourceOf(output)).toString('base64')

/** The file, from the page's own index.html. Every script and style is named to the policy by its hash. */
function compose(
  template: string,
  style: string,
  code: string,
  parts: Readonly<Record<string, string>>,
): string {
  const css = style.replaceAll('</', '<\\/').trim()
  const policy = [
    "default-src 'none'",
    // The package's worker takes its parts from blobs.
    `script-src ${hashOf(START)} ${hashOf(code)} 'wasm-unsafe-eval' blob:`,
    'worker-src blob:',
    `style-src ${hashOf(css)}`,
    'img-src data: blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  const data = Object.entries(parts).map(
    ([id, text]) => `<script type="text/plain" id="${id}">${text}</script>`,
  )
  const icon = `data:image/svg+xml;base64,${Buffer.from(iconSvg()).toString('base64')}`
  return replaceAll(template, [
    [/(?<=http-equiv="Content-Security-Policy" content=")[^"]*/, policy],
    [
      / *<script type="module".*<\/script>\n/,
      `    <link rel="icon" type="image/svg+xml" href="${icon}">\n    <style>${css}</style>\n`,
    ],
    [/(?= *<\/body>)/, `${data.join('\n')}\n<script>${START}</script>\n`],
  ])
}

/** Throws where something to replace is not there. */
function replaceAll(text: string, changes: readonly (readonly [RegExp, string])[]): string {
  return changes.reduce((text, [pattern, replacement]) => {
    if (!pattern.test(text)) throw new Error(`index.html has nothing like ${pattern}`)
    return text.replace(pattern, () => replacement)
  }, text)
}

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
