// Gzip files whose end DecompressionStream treats differently in each runtime: browsers that users have give Node's answers.
import { resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type * as Wasmlp from '../../src/index.ts'
import { parseIdx } from '../../src/index.ts'
import { borrowBrowser } from '../support/borrowed-browser.ts'
import { encodeIdx } from '../support/encode-idx.ts'
import { type StaticServer, serve } from '../support/static-server.ts'

/** What the page has. */
declare const wasmlp: typeof Wasmlp
const page =
  '<!doctype html><title>gzip</title>' +
  '<script type="module">import * as wasmlp from "/wasmlp/index.js"; globalThis.wasmlp = wasmlp</script>'

const content = encodeIdx(
  'uint8',
  [5000],
  Uint8Array.from({ length: 5000 }, (_, i) => (i * i) >> 4),
)
const whole = gzipSync(content)
const files: Record<string, Uint8Array[]> = {
  whole: [whole],
  'padded with a zero': [whole, Uint8Array.of(0)],
  'padded with many zeros': [whole, new Uint8Array(100_000)],
  'with another byte behind': [whole, Uint8Array.of(1)],
  'with a text behind': [whole, new TextEncoder().encode('more')],
  'of two members': [gzipSync(content.subarray(0, 999)), gzipSync(content.subarray(999))],
  'with an empty member first': [gzipSync(''), whole],
  'with an empty member last': [whole, gzipSync('')],
  'cut short': [whole.subarray(0, -9)],
  'with half a member behind': [whole, whole.subarray(0, 20)],
  'with another checksum': [whole.subarray(0, -6), Uint8Array.of(1), whole.subarray(-5)],
  'that has too much in it': [gzipSync(Buffer.concat([content, Uint8Array.of(0)]))],
}
const bytesOf = (parts: readonly Uint8Array[]) => [...Buffer.concat(parts)]

const NODE: Record<string, string> = {
  whole: '5000 elements',
  'padded with a zero': '5000 elements',
  'padded with many zeros': '5000 elements',
  'with another byte behind': 'ERR_DATA_TRAILING',
  'with a text behind': 'ERR_DATA_TRAILING',
  'of two members': '5000 elements',
  'with an empty member first': '5000 elements',
  'with an empty member last': '5000 elements',
  'cut short': 'ERR_DATA_TRUNCATED',
  'with half a member behind': 'ERR_DATA_TRUNCATED',
  'with another checksum': 'ERR_DATA_CORRUPT',
  'that has too much in it': 'ERR_DATA_TRAILING',
}

let server: StaticServer
beforeAll(async () => {
  server = await serve(
    { '/wasmlp/': resolve(import.meta.dirname, '../../dist/browser') },
    (_, response, path) => {
      if (path === '/') response.writeHead(200, { 'content-type': 'text/html' }).end(page)
      return path === '/'
    },
  )
})
afterAll(() => server.close())

test('Node', async () => {
  for (const [name, parts] of Object.entries(files)) {
    const outcome = await parseIdx(Uint8Array.from(bytesOf(parts))).then(
      ({ data }) => `${data.length} elements`,
      error => error.code,
    )
    expect(outcome, name).toBe(NODE[name])
  }
})

describe.each(['Chromium', 'Firefox'] as const)('%s', name => {
  test('answers as Node does', async () => {
    const borrowed = await borrowBrowser(name)
    try {
      const tab = await borrowed.context.newPage()
      await tab.goto(`${server.url}/`)
      const outcomes: Record<string, string> = {}
      for (const [file, parts] of Object.entries(files)) {
        outcomes[file] = await tab.evaluate(
          (bytes: number[]) =>
            wasmlp.parseIdx(Uint8Array.from(bytes)).then(
              ({ data }) => `${data.length} elements`,
              error => error.code,
            ),
          bytesOf(parts),
        )
      }
      expect(outcomes).toEqual(NODE)
    } finally {
      await borrowed.close()
    }
  })
})
