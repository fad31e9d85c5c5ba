// In the one file, kernels stand as they are, since the file is compressed as a whole: and those of the build `relaxed` as what
// distinguishes them from those of `simd`, which is a tenth of them.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

const KERNELS = /\/kernels-(simd|relaxed)((?:-supplement|-sparsity)?)\.js$/

/** A module's text: the base64 of a gzipped WebAssembly module. */
const TEXT = /"(H4sI[A-Za-z0-9+/=]+)"/

/** @param dist the package's folder for browsers */
export const kernelTexts = (dist: string): Plugin => ({
  name: 'kernel-texts',
  enforce: 'pre',
  load(id) {
    const [, build, kind = ''] = (id.startsWith(dist) && KERNELS.exec(id)) || []
    if (build === undefined) return null
    const stored = (build: string) => storedIn(join(dist, `kernels-${build}${kind}.js`))
    if (build === 'simd') return `export default btoa(${literal(stored('simd'))})`
    const parts = difference(stored('simd'), stored('relaxed'))
    return `import simd from './kernels-simd${kind}.js'
const base = atob(simd)
export default btoa([${parts.map(part => (typeof part === 'string' ? literal(part) : JSON.stringify(part))).join()}]
  .map(part => (typeof part === 'string' ? part : base.slice(part[0], part[0] + part[1]))).join(''))`
  },
})

/** What a module has, gzipped without being compressed: its bytes as characters. */
function storedIn(file: string): string {
  const [, text] = TEXT.exec(readFileSync(file, 'utf8')) ?? []
  if (text === undefined) throw new Error(`${file} has no gzipped text`)
  return gzipSync(gunzipSync(Buffer.from(text, 'base64')), { level: 0 }).toString('latin1')
}

/** Bytes that are found again. */
const LEAST = 12

/** A text as pieces of another one, [begin, length], and what is between them. */
export function difference(base: string, text: string): (string | [begin: number, length: number])[] {
  const places = new Map<string, number>()
  for (let i = base.length - LEAST; i >= 0; --i) places.set(base.slice(i, i + LEAST), i)
  const parts: (string | [number, number])[] = []
  let [begin, at, next] = [0, 0, 0]
  while (at < text.length) {
    // The piece that follows the last one is as likely as not where that ended.
    const found = [next + (at - begin), places.get(text.slice(at, at + LEAST)) ?? -1]
      .map(from => [from, lengthOf(base, from, text, at)] as const)
      .sort((a, b) => b[1] - a[1])[0]
    const [from = -1, length = 0] = found ?? []
    if (length < LEAST) {
      at += 1
      continue
    }
    if (at > begin) parts.push(text.slice(begin, at))
    parts.push([from, length])
    at += length
    begin = at
    next = from + length
  }
  if (at > begin) parts.push(text.slice(begin))
  return parts
}

/** For how many characters two texts are the same, each from a place of its own. */
function lengthOf(base: string, from: number, text: string, at: number): number {
  let length = 0
  while (from >= 0 && at + length < text.length && base[from + length] === text[at + length]) length += 1
  return length
}

/** A text of characters up to 255, as short in UTF-8 as can be. */
const literal = (text: string): string =>
  `'${text.replaceAll(/[\\'\n\r\0]/g, character => ESCAPED[character] ?? character)}'`
const ESCAPED: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '\n': '\\n',
  '\r': '\\r',
  '\0': '\\x00',
}
