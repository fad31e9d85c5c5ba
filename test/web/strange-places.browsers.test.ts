// The page where a browser gives it less than it could use: it trains all the same, and says in a sentence what is lost.
import { readdirSync } from 'node:fs'
import type { BrowserContext } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type BorrowedBrowser, borrowBrowser } from '../support/borrowed-browser.ts'
import { isTrained, PAGE_FOLDER, pressTrain, shown, untilShown } from '../support/page-training.ts'
import { type StaticServer, serve } from '../support/static-server.ts'
import { PLAIN_HOST, startBrowser } from '../support/stock-browsers.ts'
import { inaccessible, visit } from '../support/visited-page.ts'

/** The chapter that trains; an epoch is enough here. */
const CHAPTER = '?lang=en#chapter=mnist&mnist.epochs=1'

/** A file that the page needs only for its service worker. */
const spare = `/assets/${readdirSync(`${PAGE_FOLDER}/assets`).find(name => name.startsWith('diagnosis-'))}`

const privateWindow = {
  Chromium: () => borrowBrowser('Chromium'),
  async Firefox() {
    const stock = await startBrowser('Firefox', { 'browser.privatebrowsing.autostart': true })
    return { context: stock.browser.defaultBrowserContext(), close: stock.close }
  },
}

let server: StaticServer
let headers: Record<string, string> = {}
let missing: string | undefined
/** What service workers fetched of the page's files, and how many of them at once. */
let fetched: string[] = []
let mostAtOnce = 0
let atOnce = 0

beforeAll(async () => {
  server = await serve({ '/': PAGE_FOLDER }, (request, response, path) => {
    if (request.headers.referer?.endsWith('/service-worker.js')) {
      fetched.push(path)
      atOnce += 1
      mostAtOnce = Math.max(mostAtOnce, atOnce)
      response.once('close', () => {
        atOnce -= 1
      })
    }
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    if (path === missing) response.writeHead(503).end()
    else if (path === '/embed')
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end(
          '<!doctype html><iframe sandbox="allow-scripts" src="./?lang=en#chapter=mnist&mnist.epochs=1" width="800" height="600"></iframe>',
        )
    else return false
    return true
  })
})
afterAll(() => server.close())
afterEach(() => {
  headers = {}
  missing = undefined
  fetched = []
  mostAtOnce = 0
})

describe.each(['Chromium', 'Firefox'] as const)('%s', name => {
  describe('as it comes', () => {
    let borrowed: BorrowedBrowser
    /** In which nothing is kept from the test before. */
    let context: BrowserContext
    beforeAll(async () => {
      borrowed = await borrowBrowser(name)
    })
    afterAll(() => borrowed.close())
    beforeEach(async () => {
      context = await borrowed.browser.createBrowserContext()
    })
    afterEach(() => context.close())

    test('a file fails while the service worker installs: it trains in a worker, and the page says that it is not kept', async () => {
      missing = spare
      const { page } = await visit(context, `${server.url}/${CHAPTER}`)
      await pressTrain(page)
      expect((await untilShown(page.mainFrame(), isTrained)).computes).toContain('In a worker')
      const { offline } = await untilShown(page.mainFrame(), ({ offline }) => offline !== 'working')
      expect(offline).toBe('failed')

      // On the next visit, it goes on where it was; and one after the other, so that the visitor's files find room.
      missing = undefined
      await page.reload()
      await untilShown(page.mainFrame(), ({ offline }) => offline === 'waiting')
      await page.keyboard.press('Tab')
      await untilShown(page.mainFrame(), ({ offline }) => offline === 'kept')
      const named = fetched.filter(path => path.startsWith('/assets/'))
      expect(named.filter((path, i) => named.indexOf(path) < i)).toEqual([spare])
      expect(named.length).toBeGreaterThan(20)
      expect(mostAtOnce).toBe(1)
    })

    test('over plain http it trains, and says why it shows no hash', async () => {
      const url = server.url.replace('127.0.0.1', PLAIN_HOST)
      const { page, errors } = await visit(context, `${url}/${CHAPTER}`)
      expect(await page.evaluate(() => isSecureContext)).toBe(false)
      await pressTrain(page)
      const { offline } = await untilShown(page.mainFrame(), isTrained)
      expect(offline).toBe('insecure')
      expect(await page.$('#no-hash')).not.toBeNull()
      expect(await inaccessible(page)).toEqual([])
      expect(errors).toEqual([])
    })

    test('over plain http two tabs ask each other: the second trains on its own, and says so', async () => {
      const url = `${server.url.replace('127.0.0.1', PLAIN_HOST)}/?lang=en#chapter=mnist`
      const first = await visit(context, `${url}&mnist.epochs=50`)
      expect(await first.page.evaluate(() => navigator.locks)).toBeUndefined()
      await pressTrain(first.page)
      await untilShown(first.page.mainFrame(), ({ button, epochs }) => button === 'Pause' && epochs > 0)
      await first.page.keyboard.press('Enter')
      const paused = await untilShown(first.page.mainFrame(), ({ button }) => button === 'Resume')
      expect(paused.keeps).toBe('browser')

      const second = await visit(context, `${url}&mnist.epochs=1`)
      await pressTrain(second.page)
      const other = await untilShown(second.page.mainFrame(), isTrained)
      expect([other.keeps, other.epochs]).toEqual(['other-tab', 1])
      expect(await inaccessible(second.page)).toEqual([])
      await second.page.close()

      await first.page.bringToFront()
      await first.page.reload()
      const again = await untilShown(first.page.mainFrame(), ({ status }) => status.startsWith('Stored'))
      expect([again.epochs, again.keeps]).toEqual([paused.epochs, 'browser'])
      expect([first.errors, second.errors]).toEqual([[], []])
    })

    test('in a sandboxed frame it trains, and says that nothing is kept', async () => {
      headers = { 'access-control-allow-origin': '*' } // without an origin, it fetches its own files as another's
      const { page } = await visit(context, `${server.url}/embed`)
      const frame = page.frames()[1]
      if (!frame) throw new Error('there is no frame')
      await pressTrain(page, frame)
      const { keeps } = await untilShown(frame, isTrained)
      expect(keeps).toBe('unavailable')
    })

    test('where its server’s policy forbids workers it trains in the page, and says so', async () => {
      headers = { 'content-security-policy': "worker-src 'none'" }
      const { page } = await visit(context, `${server.url}/${CHAPTER}`)
      await pressTrain(page)
      const { computes } = await untilShown(page.mainFrame(), isTrained)
      expect(computes).toContain('In the page itself')
      expect(computes).not.toContain('In a worker')
    })
  })

  test('where nothing may be stored it trains, and says that nothing is kept', async () => {
    const stock = await startBrowser(
      name,
      { 'network.cookie.cookieBehavior': 2 },
      { preferences: { profile: { default_content_setting_values: { cookies: 2 } } } },
    )
    try {
      const { page, errors } = await visit(stock.browser, `${server.url}/${CHAPTER}`)
      expect(
        await page.evaluate(() => {
          try {
            return typeof localStorage
          } catch {
            return 'denied'
          }
        }),
      ).toBe('denied')
      await pressTrain(page)
      const { keeps } = await untilShown(page.mainFrame(), isTrained)
      expect(keeps).toBe('unavailable')
      expect(await inaccessible(page)).toEqual([])
      expect(errors).toEqual([])
      // What it has is enough to go on in this page.
      await pressTrain(page)
      await untilShown(page.mainFrame(), ({ button, epochs }) => button === 'Go on' && epochs === 2)
    } finally {
      await stock.close()
    }
  })

  test('in a private window it trains', async () => {
    const { context, close } = await privateWindow[name]()
    try {
      const page = await context.newPage()
      await page.goto(`${server.url}/${CHAPTER}`)
      await pressTrain(page)
      await untilShown(page.mainFrame(), isTrained)
    } finally {
      await close()
    }
  })
})

test('with 3 MB of room, which Chromium can be given, it trains, and says that nothing more is kept', async () => {
  // A private context has no such limit.
  const stock = await startBrowser('Chromium')
  try {
    const { page } = await visit(stock.browser, 'about:blank')
    const session = await page.createCDPSession()
    await session.send('Storage.overrideQuotaForOrigin', { origin: server.url, quotaSize: 3e6 })
    await page.goto(`${server.url}/${CHAPTER}`)
    await pressTrain(page)
    const { keeps } = await untilShown(page.mainFrame(), isTrained)
    expect(keeps).toBe('full')
    expect((await shown(page.mainFrame())).isFailed).toBe(false)
  } finally {
    await stock.close()
  }
})
