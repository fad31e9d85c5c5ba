// All of MNIST, 11.5 MB, from a server that goes down on the way: the page says so, and goes on where it was.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type BorrowedBrowser, borrowBrowser } from '../support/borrowed-browser.ts'
import { PAGE_FOLDER, pressTrain, shown, untilShown } from '../support/page-training.ts'
import { type StaticServer, serve } from '../support/static-server.ts'
import { visit } from '../support/visited-page.ts'

const IMAGES = '/mnist/train-images-idx3-ubyte.gz'
/** How many bytes come before the server goes down. */
const CUT = 4_500_000

describe.each(['Chromium', 'Firefox'] as const)('%s', name => {
  let borrowed: BorrowedBrowser
  let server: StaticServer
  let isDown = false
  let goDown = () => {}
  const ranges: (string | undefined)[] = []
  beforeAll(async () => {
    const bytes = readFileSync(join(PAGE_FOLDER, IMAGES))
    server = await serve({ '/': PAGE_FOLDER }, (request, response, path) => {
      if (path !== IMAGES) return false
      if (isDown) {
        response.writeHead(503).end()
        return true
      }
      const { range } = request.headers
      ranges.push(range)
      const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0)
      response.writeHead(range ? 206 : 200, {
        'content-type': 'application/gzip',
        'content-length': bytes.length - from,
        etag: '"mnist"',
        ...(range && { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
      })
      if (range) {
        response.end(bytes.subarray(from))
        return true
      }
      goDown = () => {
        isDown = true
        response.destroy()
      }
      response.write(bytes.subarray(0, CUT))
      return true
    })
  })
  afterAll(() => server.close())
  // For each try: what is kept in the browser must not meet the next.
  beforeEach(async () => {
    isDown = false
    ranges.length = 0
    borrowed = await borrowBrowser(name)
  })
  afterEach(() => borrowed.close())

  test('what has come is not fetched again', async () => {
    const { page } = await visit(borrowed.context, `${server.url}/?lang=en#chapter=mnist&mnist.images=60000`)
    await pressTrain(page)
    // Of what is on its way when a connection breaks, a browser gives the page nothing.
    await untilShown(
      page.mainFrame(),
      ({ status }) => Number(/^Fetching .* ([\d.]+) MB/.exec(status)?.[1]) >= 3,
    )
    goDown()
    await page.waitForSelector('#status.failed')
    expect((await shown(page.mainFrame())).button).toBe('Try again')
    // Not even the page itself is there to remember it.
    await page.reload()
    isDown = false
    await pressTrain(page)
    await untilShown(page.mainFrame(), ({ status }) => status.startsWith('Epoch 1, batch'))
    expect(ranges).toEqual([undefined, expect.stringMatching(/^bytes=\d+-$/)])
    expect(Number(/\d+/.exec(ranges[1] ?? '')?.[0])).toBeGreaterThanOrEqual(2 ** 20)
  })
})
