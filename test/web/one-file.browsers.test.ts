// The page as one file, opened from a disk: it trains, keeps what it learned where the browser keeps anything, and asks for
// nothing.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { Page } from 'puppeteer-core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
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
  // For each try: what is kept in the browser must not meet the next.
  beforeEach(async () => {
    borrowed = await borrowBrowser(name)
  })
  afterEach(() => borrowed.close())

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

  test('programs are run: as they stand, with its digits, stopped, and wrong', async () => {
    const { page, errors, violations } = await open('chapter=network&build=simd')
    const requests = requestsOf(page)
    let panel = ''
    const openProgram = async (chapter: string) => {
      panel = `#panel-${chapter} .program`
      await page.locator(`#tab-${chapter}`).click()
      await page.locator(`${panel} .primary`).click()
      await page.waitForSelector(`${panel} textarea`)
    }
    const textOf = (selector: string) =>
      page.$eval(`${panel} ${selector}`, element => element.textContent?.trim() ?? '')
    const says = (text: string | RegExp) => expect.poll(() => textOf('.program-output .status')).toMatch(text)
    const run = async (program: string | undefined, status: string | RegExp) => {
      if (program !== undefined) await page.locator(`${panel} textarea`).fill(program)
      await page.locator(`${panel} .primary`).click()
      await says(status)
    }
    const output = () => textOf('.program-output pre')

    await openProgram('network')
    await run(undefined, /^Finished after [\d.]+ s\.$/)
    await expect.poll(output).toBe('w = 2.000, b = -1.000')
    await run("console.log('before')\nfor (;;) {}\n", 'Running …')
    await expect.poll(output).toBe('before')
    await page.locator(`${panel} .primary`).click()
    await says('Stopped.')
    const inLine = 'It ended with an error in line'
    await run('const two = 2\n\nconst 3 = two\n', `${inLine} 3. SyntaxError: `)
    await run(
      "import {\n  dense,\n} from 'wasmlp'\nconst { createKernels } = await import('wasmlp/kernels')\nconsole.log(typeof createKernels, typeof document)\ndense(-1)\n",
      `${inLine} 6. ArgumentError: dense(-1): expected`,
    )
    await expect.poll(output).toBe('function undefined')
    await run("import { densee } from 'wasmlp'\n", /ended with an error.* SyntaxError: .*densee/)
    await run("import 'lodash'\n", /ended with an error.* TypeError: .*lodash/)

    await openProgram('mnist')
    expect(await textOf('.editor-frame .said')).toContain('6,000 training and 1,000 test images of this page')
    const program = await page.$eval(`${panel} textarea`, field => (field as HTMLTextAreaElement).value)
    const short = program.replace('epochs: 5', 'epochs: 1').replace('fit(train,', 'fit(train.slice(0, 600),')
    await run(short, /^Finished after/)
    await expect.poll(output).toMatch(/407,050[\s\S]*^1 \d\.\d+\n0\.\d+/m)
    await openProgram('own')
    await run(undefined, /^Finished after/)
    await expect.poll(output).toMatch(/of \d+ rows are right/)
    expect([errors, await violations(), requests]).toEqual([[], [], []])
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
