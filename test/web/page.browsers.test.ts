// Every chapter of the built page, in both browsers, light in both languages, and dark: nothing in the console, nothing that
// the policy forbids, nothing that axe finds, and nothing that scrolls sideways. Dark differs by colours, Korean by text: what
// both together have, one of them has.
import { readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { BrowserContext } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chapters } from '../../src/web/chapters.ts'
import { type BorrowedBrowser, borrowBrowser } from '../support/borrowed-browser.ts'
import { PAGE_FOLDER } from '../support/page-training.ts'
import { type StaticServer, serve } from '../support/static-server.ts'
import { startBrowser } from '../support/stock-browsers.ts'
import { inaccessible, visit } from '../support/visited-page.ts'

let server: StaticServer
/** Answers to the page's own script that are held back; undefined while none is. */
let held: ServerResponse[] | undefined
beforeAll(async () => {
  server = await serve({ '/': PAGE_FOLDER }, (_, response, path) => {
    if (!held || !/\/index-[^/]+\.js$/.test(path)) return false
    held.push(response)
    return true
  })
})
afterAll(() => server.close())

const ids = chapters.map(({ id }) => id)

describe.each([
  ['Chromium', 'light'],
  ['Chromium', 'dark'],
  ['Firefox', 'light'],
  ['Firefox', 'dark'],
] as const)('%s, %s', (name, scheme) => {
  let context: BrowserContext
  let close: () => Promise<void>
  beforeAll(async () => {
    if (name === 'Firefox' && scheme === 'dark') {
      const stock = await startBrowser(name, { 'layout.css.prefers-color-scheme.content-override': 0 })
      context = stock.browser.defaultBrowserContext()
      close = stock.close
    } else {
      ;({ context, close } = await borrowBrowser(name))
    }
  })
  afterAll(() => close())

  const open = async (id: string, language: string, width = 1280) => {
    const visited = await visit(context, `${server.url}/?lang=${language}#chapter=${id}`, {
      width,
      ...(name === 'Chromium' && { scheme }),
    })
    await visited.page.waitForSelector(`#panel-${id} .chapter:not([aria-busy])`)
    return visited
  }

  const languages = scheme === 'light' ? ['en', 'ko'] : ['en']

  test.each(ids.flatMap(id => languages.map(language => [id, language] as const)))(
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

  if (scheme === 'dark') return // what follows is of no colour

  test.each(ids)('%s: its exhibits are made one by one', async id => {
    const page = await context.newPage()
    await page.evaluateOnNewDocument(() => {
      const made: number[] = []
      Object.assign(globalThis, { made })
      new MutationObserver(records => {
        const added = records.flatMap(({ addedNodes }) => [...addedNodes])
        const exhibits = added.flatMap(node =>
          node instanceof Element
            ? [...node.querySelectorAll('.exhibit'), ...(node.matches('.exhibit') ? [node] : [])]
            : [],
        )
        if (exhibits.length > 0) made.push(exhibits.length)
      }).observe(document, { childList: true, subtree: true })
    })
    await page.goto(`${server.url}/#chapter=${id}`)
    await page.waitForSelector(`#panel-${id} .chapter:not([aria-busy])`)
    const made = await page.evaluate(() => (globalThis as unknown as { made: number[] }).made)
    expect(made.length).toBeGreaterThan(2)
    expect(Math.max(...made)).toBe(1)
    await page.close()
  })

  test.each(ids)('%s fits 320 pixels', async id => {
    const { page } = await open(id, 'ko', 320)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
    await page.close()
  })
})

// The files are the same for every browser.
describe('what is downloaded before the visitor does something', () => {
  let borrowed: BorrowedBrowser
  beforeAll(async () => {
    borrowed = await borrowBrowser('Chromium')
  })
  afterAll(() => borrowed.close())

  test.each(ids)(
    '%s: 120 KB of code, gzipped (MNIST, which fetches what a training needs before the press: 140), and the digits; the code does not wait for the page’s own',
    async id => {
      const most = id === 'mnist' ? 140_000 : 120_000
      const first = server.requests.length
      const { page } = await visit(borrowed.context, `${server.url}/#chapter=${id}`)
      await page.waitForSelector(`#panel-${id} .exhibit`)
      /** What a chapter cannot be shown without. */
      const codeSince = (start: number) =>
        server.requests
          .slice(start)
          .filter(path => /\/(chapter|wasmlp|kernels|engine)-[^/]+\.(js|css)$/.test(path))
          .sort()
      const needed = codeSince(first)
      await page.waitForNetworkIdle()
      await page.close()
      let [code, digits] = [0, 0]
      for (const path of new Set(server.requests.slice(first))) {
        if (path === '/favicon.ico') continue
        const bytes = readFileSync(join(PAGE_FOLDER, path.endsWith('/') ? `${path}index.html` : path))
        if (path.includes('/digits-')) digits += bytes.length
        else code += gzipSync(bytes).length
      }
      expect(code).toBeLessThan(most)
      expect(code).toBeGreaterThan(10_000)
      expect(digits).toBeLessThan(390_000)

      expect(needed.length).toBeGreaterThan(2)
      held = []
      const again = await borrowed.context.newPage()
      try {
        const second = server.requests.length
        again.goto(`${server.url}/#chapter=${id}`).catch(() => {})
        await expect.poll(() => codeSince(second)).toEqual(needed)
      } finally {
        for (const response of held) response.destroy()
        held = undefined
        await again.close()
      }
    },
  )
})
