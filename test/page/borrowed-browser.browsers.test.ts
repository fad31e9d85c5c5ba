// Test files that share a browser do not meet: what a page of one context stores, registers and locks, pages of the same
// address in another context do not have.
import type { BrowserContext } from 'puppeteer-core'
import { expect, test } from 'vitest'
import { borrowBrowser } from '../support/borrowed-browser.ts'
import { serve } from '../support/static-server.ts'

test.each(['Chromium', 'Firefox'] as const)('%s', async name => {
  const server = await serve({}, (_, response, path) => {
    const type = path === '/worker.js' ? 'text/javascript' : 'text/html'
    response.writeHead(200, { 'content-type': type }).end(type === 'text/html' && '<!doctype html>')
    return true
  })
  const { browser, context, close } = await borrowBrowser(name)
  const open = async (context: BrowserContext) => {
    const page = await context.newPage()
    await page.goto(`${server.url}/`)
    return page
  }
  const keptIn = async (context: BrowserContext) =>
    (await open(context)).evaluate(async () => ({
      storage: localStorage.length,
      databases: (await indexedDB.databases()).length,
      caches: (await caches.keys()).length,
      workers: (await navigator.serviceWorker.getRegistrations()).length,
      locks: (await navigator.locks.query()).held?.length,
    }))
  try {
    const first = await open(context)
    await first.evaluate(async () => {
      localStorage.setItem('x', 'kept')
      await new Promise((resolve, reject) => {
        Object.assign(indexedDB.open('x'), { onsuccess: resolve, onerror: reject })
      })
      await caches.open('x')
      await navigator.serviceWorker.register('/worker.js')
      await new Promise<void>(resolve => {
        void navigator.locks.request('x', () => new Promise(() => resolve()))
      })
    })
    expect(await keptIn(context)).toEqual({ storage: 1, databases: 1, caches: 1, workers: 1, locks: 1 })
    const other = await browser.createBrowserContext()
    expect(await keptIn(other)).toEqual({ storage: 0, databases: 0, caches: 0, workers: 0, locks: 0 })
    await other.close()
  } finally {
    await close()
    await server.close()
  }
})
