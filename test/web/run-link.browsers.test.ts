// A link to a training in both browsers: trained, asked for by the Link button, opened by somebody else, and trained again.
import type { Page } from 'puppeteer-core'
import { encode } from 'uqr'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type BorrowedBrowser, borrowBrowser } from '../support/borrowed-browser.ts'
import { isTrained, PAGE_FOLDER, pressTrain, untilShown } from '../support/page-training.ts'
import { type StaticServer, serve } from '../support/static-server.ts'
import { inaccessible, visit } from '../support/visited-page.ts'

let server: StaticServer
beforeAll(async () => {
  server = await serve({ '/': PAGE_FOLDER })
})
afterAll(() => server.close())

describe.each(['Chromium', 'Firefox'] as const)('%s', name => {
  let borrowed: BorrowedBrowser
  // For each try: what is kept in the browser must not meet the next.
  beforeEach(async () => {
    borrowed = await borrowBrowser(name)
  })
  afterEach(() => borrowed.close())

  const says = (page: Page, said: RegExp) =>
    expect.poll(() => page.$eval('#run-link', line => line.textContent)).toMatch(said)

  test('the link repeats the run to the bit, and the page says so', async () => {
    const { page, errors, violations } = await visit(
      borrowed.context,
      `${server.url}/?lang=en#chapter=mnist&mnist.epochs=1&mnist.rate=0.3&mnist.seed=7`,
    )
    await pressTrain(page)
    const { weights } = await untilShown(page.mainFrame(), now => isTrained(now) && now.weights !== '')
    await says(page, /address now repeats this run/)

    // By the keyboard.
    await page.focus('#link')
    await page.keyboard.press('Enter')
    const field = await page.waitForSelector('.link-panel[open] input')
    const link = (await field?.evaluate(input => (input as HTMLInputElement).value)) ?? ''
    const asked = new URLSearchParams(new URL(link).hash.slice(1))
    expect(asked.get('mnist.epoch')).toBe('1')
    expect(asked.get('mnist.weights')).toMatch(new RegExp(`^(simd|relaxed)-${weights.slice(0, 16)}$`))
    expect([asked.get('mnist.rate'), asked.get('mnist.seed')]).toEqual(['0.3', '7'])
    await expect
      .poll(() => page.$eval('.link-panel [role=status]', line => line.textContent))
      .toMatch(/copied|select the link/)
    const modules = await page.$eval('.qr path', path => path.getAttribute('d'))
    const dark = [...(modules ?? '').matchAll(/M(\d+) (\d+)h1v1h-1z/g)].map(([, x, y]) => `${x} ${y}`)
    const { data } = encode(link, { border: 4 })
    expect(dark).toEqual(data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`${x} ${y}`] : []))))
    expect(await inaccessible(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.waitForFunction(() => !document.querySelector('.link-panel'))
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('link')
    expect([errors, await violations()]).toEqual([[], []])
    await page.close()

    const someone = await borrowed.browser.createBrowserContext()
    const { page: other } = await visit(someone, link)
    await says(other, new RegExp(`after epoch 1 begins with ${weights.slice(0, 16)}\\.`))
    await pressTrain(other)
    await says(other, /after epoch 1 the weights are the same, bit for bit/)
    await other.close()

    const { page: third } = await visit(someone, link.replace('mnist.seed=7', 'mnist.seed=8'))
    await pressTrain(third)
    await says(third, /after epoch 1 the weights are others/)
    await someone.close()
  })
})
