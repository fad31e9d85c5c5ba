// A prediction that is not a number, in the browsers that users have: V8 and SpiderMonkey give other bits for the same
// operations, the model does not.
import { resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type * as Wasmlp from '../../src/index.ts'
import { activationNames } from '../../src/index.ts'
import { borrowBrowser } from '../support/borrowed-browser.ts'
import { type StaticServer, serve } from '../support/static-server.ts'

/** What the page has. */
declare const wasmlp: typeof Wasmlp
const page =
  '<!doctype html><title>NaN</title>' +
  '<script type="module">import * as wasmlp from "/wasmlp/index.js"; globalThis.wasmlp = wasmlp</script>'

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

test.each(['Chromium', 'Firefox'] as const)('%s', async name => {
  const borrowed = await borrowBrowser(name)
  try {
    const opened = await borrowed.context.newPage()
    await opened.goto(server.url)
    await opened.waitForFunction('globalThis.wasmlp')
    const found = await opened.evaluate(
      async (activations: Wasmlp.ActivationName[]) => {
        const { dense, sequential } = wasmlp
        // Quiet and signalling ones, of both signs, with and without a payload.
        const patterns = [0x7fc00000, 0xffc00000, 0x7fc00123, 0xffffffff, 0x7f800001]
        const inputs = new Float32Array(Uint32Array.from(patterns).buffer)
        const bits: [string, number[]][] = []
        for (const activation of activations) {
          const model = await sequential([dense(1, { activation })], { inputSize: 1, build: 'simd' })
          const outputs = await model.predict(inputs)
          bits.push([activation, outputs.map(row => new Uint32Array(row.buffer, row.byteOffset, 1)[0] ?? 0)])
        }
        return bits
      },
      [...activationNames],
    )
    expect(found).toEqual(activationNames.map(activation => [activation, Array(5).fill(0x7fc00000)]))
  } finally {
    await borrowed.close()
  }
})
