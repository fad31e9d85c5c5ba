// The page as one file, opened from a disk: it trains, keeps what it learned where the browser keeps anything, and asks for
// nothing.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chapters } from '../../src/web/chapters.ts'
import { type BorrowedBrowser, borrowBrowser } from '../support/borrowed-browser.ts'
import { isTrained, PAGE_FOLDER, pressTrain, untilShown } from '../support/page-training.ts'
import { inaccessible, visit } from '../support/visited-page.ts'

const FILE = resolve(PAGE_FOLDER, '../wasmlp-lecture.html')

test('at most 1.2 MB, and 800 KB gzipped', () => {
  const bytes = readFileSync(FILE)
  expect(bytes.length).toBeLessThan(1_200_000)
  expect(gzipSync(bytes).length).toBeLessThan(800_000)
})

describe.each(['Chromium', 'Firefox'] as const)('%s', name => {
  let borrowed: BorrowedBrowser
  beforeAll(async () => {
    borrowed = await borrowBrowser(name)
  })
  afterAll(() => borrowed.close())

  const open = (state: string, language = 'en') =>
    visit(borrowed.context, `${pathToFileURL(FILE)}?lang=${language}#${state}`)

  /** What a page asks for from now on, but for itself and what is inside it. */
  function requestsOf(page: Page): string[] {
    const requests: string[] = []
    page.on('request', request => {
      const url = request.url()
      if (!/^(blob|data):/.test(url) && !url.startsWith(String(pathToFileURL(FILE)))) requests.push(url)
    })
    return requests
  }

  test('it trains, and goes on after a reload', async () => {
    const { page, errors, violations } = await open('chapter=mnist&mnist.epochs=1')
    const requests = requestsOf(page)
    await pressTrain(page)
    const trained = await untilShown(page.mainFrame(), shown => isTrained(shown) && shown.weights !== '')
    expect(trained.computes).toContain('In a worker')
    expect([trained.keeps, trained.offline]).toEqual(['browser', 'one-file'])
    expect(await inaccessible(page)).toEqual([])

    await page.reload()
    const stored = await untilShown(page.mainFrame(), ({ status }) => status.startsWith('Stored'))
    expect([stored.button, stored.epochs]).toEqual(['Go on', 1])
    await pressTrain(page)
    await untilShown(page.mainFrame(), shown => isTrained(shown) && shown.epochs === 2)
    expect([errors, await violations(), requests]).toEqual([[], [], []])
    await page.close()
  })

  test('it offers only what it has, and says in a sentence what it has not', async () => {
    const { page } = await open('chapter=mnist')
    await page.waitForSelector('#train')
    const text = await page.evaluate(() => document.querySelector('#page')?.textContent)
    expect(text).not.toContain('11.5 MB')
    expect(text).toContain('This page is one file, with everything inside: it works without a network.')
    await page.close()
  })

  test('every chapter, in both languages', async () => {
    for (const language of ['en', 'ko']) {
      const { page, errors, violations } = await open('', language)
      const requests = requestsOf(page)
      await page.waitForSelector('[role=tab]')
      for (const { id } of chapters) {
        await page.click(`#tab-${id}`)
        await page.waitForSelector(`#panel-${id} .exhibit`)
      }
      expect(await page.evaluate(() => document.documentElement.lang)).toBe(language)
      expect([errors, await violations(), requests]).toEqual([[], [], []])
      await page.close()
    }
  })
})
