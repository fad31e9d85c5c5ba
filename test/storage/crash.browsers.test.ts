// Pages and browsers that die in the middle of a write: what is stored is wholly old or wholly new, in the browsers that
// users have.
import { resolve } from 'node:path'
import type { BrowserContext, Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type * as Storage from '../../src/storage/index.ts'
import { borrowBrowser } from '../support/borrowed-browser.ts'
import { type StaticServer, serve } from '../support/static-server.ts'
import { type StockBrowser, startBrowser } from '../support/stock-browsers.ts'

/** What the page has, which is loaded in browsers: there alone it can be used. */
declare const wasmlp: typeof Storage
const script =
  '<script type="module">import * as wasmlp from "/wasmlp/storage.js"; globalThis.wasmlp = wasmlp</script>'

let server: StaticServer
/** The Content-Security-Policy that pages have. */
let policy: string | undefined
beforeAll(async () => {
  server = await serve(
    { '/wasmlp/': resolve(import.meta.dirname, '../../dist/browser') },
    (_, response, path) => {
      if (path !== '/') return false
      response
        .writeHead(200, { 'content-type': 'text/html', ...(policy && { 'content-security-policy': policy }) })
        .end(`<!doctype html><title>storage</title>${script}`)
      return true
    },
  )
})
afterAll(() => server.close())

const MEBIBYTE = 2 ** 20

async function openPage(context: BrowserContext): Promise<Page> {
  const page = await context.newPage()
  await page.goto(`${server.url}/`)
  return page
}

/** Writes without end, each time another length of another value, and resolves when the third write is under way. */
const writeOn = (page: Page, backend: Storage.StorageBackend, first: number) =>
  page.evaluate(
    async (backend: Storage.StorageBackend, first: number, unit: number) => {
      const store = (await wasmlp.openStorage({ backend })).checkpoints('crash')
      let value = first
      const write = () => store.write('x', new Uint8Array(unit * (1 + (value % 4))).fill(value))
      for (let i = 0; i < 2; ++i) {
        await write()
        value = (value % 250) + 1
      }
      void (async () => {
        for (;;) {
          await write()
          value = (value % 250) + 1
        }
      })()
    },
    backend,
    first,
    MEBIBYTE,
  )

/** What is stored, and how many unfinished files there were in the origin private file system before it was opened. */
const look = (page: Page, backend: Storage.StorageBackend) =>
  page.evaluate(async (backend: Storage.StorageBackend) => {
    const countUnfinished = async () => {
      let count = 0
      try {
        let folder = await navigator.storage.getDirectory()
        for (const name of ['wasmlp', 'wasmlp', 'temporary']) folder = await folder.getDirectoryHandle(name)
        for await (const _ of folder.keys()) count += 1
      } catch {} // nothing is stored yet
      return count
    }
    const before = await countUnfinished()
    const storage = await wasmlp.openStorage({ backend })
    const after = await countUnfinished()
    const bytes: Uint8Array = await storage.checkpoints('crash').read('x')
    await storage.close()
    return { before, after, length: bytes.length, values: [...new Set(bytes)] }
  }, backend)

async function expectWhole(stock: StockBrowser, backend: Storage.StorageBackend): Promise<number> {
  const page = await openPage(stock.browser.defaultBrowserContext())
  const { before, after, length, values } = await look(page, backend)
  await page.close()
  expect(values).toHaveLength(1)
  expect(length).toBe(MEBIBYTE * (1 + ((values[0] ?? 0) % 4)))
  expect(after).toBe(0)
  return before
}

/** Milliseconds, from 0 to 60: where in its writes the victim is, nobody knows. */
const moment = () => new Promise(resolve => setTimeout(resolve, 60 * Math.random()))

describe.each(['Chromium', 'Firefox'] as const)('%s', name => {
  let stock: StockBrowser
  beforeAll(async () => {
    stock = await startBrowser(name)
  })
  afterAll(() => stock.close())

  test('what is taken unless another is named', async () => {
    const page = await openPage(stock.browser.defaultBrowserContext())
    const taken = await page.evaluate(async () => {
      const storage = await wasmlp.openStorage({ name: 'choice' })
      await storage.close()
      return storage.backend
    })
    await page.close()
    expect(taken).toBe(name === 'Firefox' ? 'indexedDB' : 'opfs')
  })

  test.each(['opfs', 'indexedDB'] as const)('pages that are closed while they write: %s', async backend => {
    let unfinished = 0
    // On, while no page has died within a write.
    const isDue = (round: number) => round < 8 || (backend === 'opfs' && unfinished === 0 && round < 40)
    for (let round = 0; isDue(round); ++round) {
      const page = await openPage(stock.browser.defaultBrowserContext())
      await writeOn(page, backend, 1 + round * 17)
      await moment()
      await page.close()
      unfinished += await expectWhole(stock, backend)
    }
    // Otherwise nothing was tested.
    if (backend === 'opfs') expect(unfinished).toBeGreaterThan(0)
  })

  // Firefox's moves in the origin private file system do not outlive every kill: 'auto' takes IndexedDB there.
  test.each(name === 'Firefox' ? (['indexedDB'] as const) : (['opfs', 'indexedDB'] as const))(
    'a browser that is killed while a page writes: %s',
    async backend => {
      for (let round = 0; round < 2; ++round) {
        const page = await openPage(stock.browser.defaultBrowserContext())
        await writeOn(page, backend, 1 + round * 29)
        await moment()
        await stock.crash()
        await expectWhole(stock, backend)
      }
    },
  )
})

test('Chromium’s quota: a typed error, the old entries as they were, and room again when something is deleted', async () => {
  // A private window, as a borrowed one is, has no such quota.
  const stock = await startBrowser('Chromium')
  try {
    for (const backend of ['opfs', 'indexedDB'] as const) {
      const page = await openPage(stock.browser.defaultBrowserContext())
      const session = await page.createCDPSession()
      await session.send('Storage.overrideQuotaForOrigin', { origin: server.url, quotaSize: 20 * MEBIBYTE })
      const result = await page.evaluate(
        async (backend: Storage.StorageBackend, unit: number) => {
          const storage = await wasmlp.openStorage({ backend, name: backend })
          const store = storage.checkpoints('quota')
          await store.write('x', new Uint8Array(4 * unit).fill(1))
          const noise = new Uint32Array(10 * unit) // which does not get smaller when it is compressed
          for (let i = 1; i < noise.length; ++i) noise[i] = Math.imul(noise[i - 1] ?? 0, 1664525) + 1013904223
          const error = await store.write('x', new Uint8Array(noise.buffer)).catch(error => error)
          const after: Uint8Array = await store.read('x')
          await store.remove('x')
          await store.write('x', new Uint8Array(4 * unit).fill(2))
          const again: Uint8Array = await store.read('x')
          await store.clear()
          return {
            isStorageError: error instanceof wasmlp.StorageError,
            code: error.code,
            message: error.message,
            cause: error.cause?.name,
            after: [after.length, ...new Set(after)],
            again: [again.length, ...new Set(again)],
          }
        },
        backend,
        MEBIBYTE,
      )
      expect(result).toEqual({
        isStorageError: true,
        code: 'ERR_STORAGE_QUOTA',
        message:
          'the checkpoint "x" of "quota" (41.9 MB) cannot be written: there is no room for it. What was stored before ' +
          'is as it was: delete what is not needed any more',
        cause: 'QuotaExceededError',
        after: [4 * MEBIBYTE, 1],
        again: [4 * MEBIBYTE, 2],
      })
      await page.close()
    }
  } finally {
    await stock.close()
  }
})

describe('where the origin private file system cannot be used, it is IndexedDB', () => {
  /** Saves something by 'auto' and finds it again; which backend it was. */
  const saveAndLoad = (page: Page) =>
    page.evaluate(async () => {
      const storage = await wasmlp.openStorage()
      await storage.checkpoints('kept').write('x', Uint8Array.of(1, 2, 3))
      const again = await wasmlp.openStorage()
      return [storage.backend, ...(await again.checkpoints('kept').read('x'))]
    })

  test('in private windows of Firefox', async () => {
    const stock = await startBrowser('Firefox', { 'browser.privatebrowsing.autostart': true })
    try {
      expect(await saveAndLoad(await openPage(stock.browser.defaultBrowserContext()))).toEqual([
        'indexedDB',
        1,
        2,
        3,
      ])
    } finally {
      await stock.close()
    }
  })

  test.each(['Chromium', 'Firefox'] as const)(
    'in %s, where a page’s Content-Security-Policy allows no worker of ours',
    async name => {
      const { context, close } = await borrowBrowser(name)
      try {
        policy = "worker-src 'none'"
        expect(await saveAndLoad(await openPage(context))).toEqual(['indexedDB', 1, 2, 3])
      } finally {
        policy = undefined
        await close()
      }
    },
  )
})
