// Every chapter of the built page, in both browsers, light and dark, in both languages: nothing in the console, nothing that
// the policy forbids, nothing that axe finds, and nothing that scrolls sideways.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chapters } from '../../src/web/chapters.ts'
import { PAGE_FOLDER } from '../support/page-training.ts'
import { type StaticServer, serve } from '../support/static-server.ts'
import { type StockBrowser, startBrowser } from '../support/stock-browsers.ts'
import { inaccessible, visit } from '../support/visited-page.ts'

let server: StaticServer
beforeAll(async () => {
  server = await serve({ '/': PAGE_FOLDER })
})
afterAll(() => server.close())

const ids = chapters.map(({ id }) => id)

describe.each([
  ['Chromium', 'light'],
  ['Chromium', 'dark'],
  ['Firefox', 'light'],
  ['Firefox', 'dark'],
] as const)('%s, %s', (name, scheme) => {
  let stock: StockBrowser
  beforeAll(async () => {
    stock = await startBrowser(name, {
      'layout.css.prefers-color-scheme.content-override': scheme === 'dark' ? 0 : 1,
    })
  }, 60_000)
  afterAll(() => stock.close())

  const open = async (id: string, language: string, width = 1280) => {
    const visited = await visit(stock.browser, `${server.url}/?lang=${language}#chapter=${id}`, {
      width,
      ...(name === 'Chromium' && { scheme }),
    })
    await visited.page.waitForSelector(`#panel-${id} .exhibit`)
    return visited
  }

  test.each(ids.flatMap(id => ['en', 'ko'].map(language => [id, language] as const)))(
    '%s, %s',
    async (id, language) => {
      const { page, errors, violations } = await open(id, language)
      expect(await page.evaluate(() => document.documentElement.lang)).toBe(language)
      expect(
        await page.evaluate(scheme => matchMedia(`(prefers-color-scheme: ${scheme})`).matches, scheme),
      ).toBe(true)
      expect(await inaccessible(page)).toEqual([])
      expect([errors, await violations()]).toEqual([[], []])
      await page.close()
    },
  )

  test.each(ids)('%s fits 320 pixels', async id => {
    const { page } = await open(id, 'ko', 320)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
    await page.close()
  })
})
