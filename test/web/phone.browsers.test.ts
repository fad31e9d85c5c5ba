// The page on a phone: a slow link, a slow processor, and a finger, which draws without moving the page.
import type { Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type BorrowedBrowser, borrowBrowser } from '../support/borrowed-browser.ts'
import { isTrained, PAGE_FOLDER, shown, untilShown } from '../support/page-training.ts'
import { type StaticServer, serve } from '../support/static-server.ts'
import { visit } from '../support/visited-page.ts'

const PHONE = { width: 390, height: 844 }

/** Lighthouse's phone: a slow 4G link. Bytes a second, milliseconds a request. */
const SLOW_4G = { download: 1_600_000 / 8, upload: 750_000 / 8, latency: 150 }

let server: StaticServer
beforeAll(async () => {
  server = await serve({ '/': PAGE_FOLDER })
})
afterAll(() => server.close())

/** A stroke down the middle of the pad, and how far the page moved meanwhile, in pixels. */
async function drawByFinger(page: Page): Promise<number> {
  await page.waitForSelector('article:not([aria-busy])')
  const pad = await page.waitForSelector('.pad')
  await pad?.evaluate(element => element.scrollIntoView({ block: 'center' }))
  let box = await pad?.boundingBox()
  for (let still = 0; still < 10; ) {
    await page.evaluate(() => new Promise(requestAnimationFrame))
    const now = await pad?.boundingBox()
    still = now?.y === box?.y ? still + 1 : 0
    box = now
  }
  if (!box) throw new Error('there is no pad')
  const { x, y, width, height } = box
  const before = await page.evaluate(() => scrollY)
  await page.touchscreen.touchStart(x + width / 2, y + 0.15 * height)
  for (let i = 1; i <= 10; i++) {
    await page.touchscreen.touchMove(x + width / 2, y + (0.15 + 0.07 * i) * height)
  }
  await page.touchscreen.touchEnd()
  return page.evaluate(before => Math.abs(scrollY - before), before)
}

describe.each(['Chromium', 'Firefox'] as const)('%s', name => {
  let borrowed: BorrowedBrowser
  beforeEach(async () => {
    borrowed = await borrowBrowser(name)
  })
  afterEach(() => borrowed.close())

  test('it trains by a tap, and reads what a finger draws', async () => {
    const { page, errors } = await visit(
      borrowed.context,
      `${server.url}/?lang=en#chapter=mnist&mnist.epochs=2`,
      PHONE,
    )
    if (name === 'Chromium') {
      // Firefox can be slowed by no driver. What has come is the page's first part: the rest comes through the link.
      await page.emulateNetworkConditions(SLOW_4G)
      await page.emulateCPUThrottling(4)
      await page.setCacheEnabled(false)
      await page.reload()
    }
    const train = await page.waitForSelector('#train:not([disabled])')
    await train?.tap()
    await untilShown(page.mainFrame(), isTrained, 110_000)
    expect((await shown(page.mainFrame())).epochs).toBe(2)

    expect(await drawByFinger(page)).toBe(0)
    await page.waitForFunction(() =>
      /It reads 1 \([\d.]+%\)/.test(document.querySelector('[data-exhibit=draw]')?.textContent ?? ''),
    )
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    )
    expect(errors).toEqual([])
  })
})
