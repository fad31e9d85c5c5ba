// The page on paper: all its pictures are drawn, on white and without buttons, or a sentence says that they are not there yet.
import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chapters } from '../../src/web/chapters.ts'
import { type BorrowedBrowser, borrowBrowser } from '../support/borrowed-browser.ts'
import { PAGE_FOLDER } from '../support/page-training.ts'
import { type StaticServer, serve } from '../support/static-server.ts'
import type { BrowserName } from '../support/stock-browsers.ts'
import { visit } from '../support/visited-page.ts'

/** What is printed of an exhibit. */
interface Printed {
  readonly name: string
  /** Pictures with nothing in them. */
  readonly empty: number
  /** Sentences that say what is not there yet. */
  readonly missing: number
}

declare global {
  interface Window {
    printed?: Printed[]
  }
}

let server: StaticServer
beforeAll(async () => {
  server = await serve({ '/': PAGE_FOLDER })
})
afterAll(() => server.close())

let borrowed: BorrowedBrowser
/** Lends a browser to the tests of a block. */
function borrows(name: BrowserName): void {
  beforeAll(async () => {
    borrowed = await borrowBrowser(name)
  })
  afterAll(() => borrowed.close())
}

/** Prints, and looks at what the page had drawn when the browser took it. */
async function print(page: Page): Promise<Printed[]> {
  const bytes = await page.pdf({ format: 'A4' })
  expect(String.fromCharCode(...bytes.subarray(0, 5))).toBe('%PDF-')
  return page.evaluate(() => window.printed ?? [])
}

/** Notes what there is when the browser begins to print, after the page was told so, or when the page asks it to. */
const watch = (page: Page) =>
  page.evaluate(() => {
    const isEmpty = (canvas: HTMLCanvasElement) => {
      const { width, height } = canvas
      const pixels = canvas.getContext('2d')?.getImageData(0, 0, width || 1, height || 1).data ?? []
      return !pixels.some(value => value > 0)
    }
    const note = () => {
      window.printed = [...document.querySelectorAll<HTMLElement>('[data-exhibit]')]
        .filter(exhibit => exhibit.offsetParent !== null)
        .map(exhibit => ({
          name: exhibit.dataset.exhibit ?? '',
          // What is empty of the pad that one draws on is printed white.
          empty: [...exhibit.querySelectorAll<HTMLCanvasElement>('canvas[role=img], .pad canvas')].filter(
            isEmpty,
          ).length,
          missing: exhibit.querySelectorAll('[data-missing]').length,
        }))
    }
    addEventListener('beforeprint', note)
    // A dialog that nobody closes.
    window.print = () => {
      dispatchEvent(new Event('beforeprint'))
      dispatchEvent(new Event('afterprint'))
    }
  })

const WAYS = {
  'by the keyboard': async (page: Page) => {
    await page.keyboard.down('Control')
    await page.keyboard.press('p')
    await page.keyboard.up('Control')
  },
  // Without scrolling to it, as a press would.
  'by the button': (page: Page) => page.$eval('#print', button => (button as HTMLElement).click()),
}

describe.each(['Chromium', 'Firefox'] as const)('%s', name => {
  borrows(name)

  test.each(
    chapters.flatMap(({ id }) => Object.keys(WAYS).map(way => [id, way as keyof typeof WAYS] as const)),
  )('%s, %s, is printed whole the first time', async (id, way) => {
    const { page, errors } = await visit(borrowed.context, `${server.url}/?lang=en#chapter=${id}`)
    await page.waitForSelector(`#panel-${id} .exhibit`)
    await watch(page)
    await WAYS[way](page)
    const printed = await (await page.waitForFunction(() => window.printed)).jsonValue()
    // Also what was not made when it was asked for.
    const exhibits = await page.$$eval(`#panel-${id} [data-exhibit]`, all =>
      all.map(one => one.getAttribute('data-exhibit')),
    )
    expect(printed?.map(({ name }) => name)).toEqual(exhibits)
    expect(printed?.filter(({ empty, missing }) => empty > 0 || missing > 0)).toEqual([])
    expect(errors).toEqual([])
    await page.close()
  })
})

// Firefox prints no page when it is driven.
describe('by the browser’s own menu', () => {
  borrows('Chromium')

  test.each(chapters.map(({ id }) => id))('%s is printed whole without being scrolled', async id => {
    const { page, errors } = await visit(borrowed.context, `${server.url}/?lang=en#chapter=${id}`, {
      scheme: 'dark',
    })
    await page.waitForSelector(`#panel-${id} article:not([aria-busy]) .exhibit:last-child`)
    await watch(page)
    const first = await print(page)
    expect(first.length).toBeGreaterThan(0)
    expect(first.filter(({ empty, missing }) => empty > 0 && missing === 0)).toEqual([])
    // What was asked for comes without the visitor's doing.
    await expect
      .poll(async () => (await print(page)).filter(({ empty, missing }) => empty > 0 || missing > 0), {
        interval: 500,
      })
      .toEqual([])

    await page.emulateMediaType('print')
    const seen = await page.evaluate(() => ({
      ground: getComputedStyle(document.body).backgroundColor,
      ink: getComputedStyle(document.body).color,
      buttons: [...document.querySelectorAll<HTMLElement>('.button')]
        .filter(button => button.offsetParent !== null)
        .map(button => button.textContent),
      // Words in them would be larger than those around them.
      enlarged: [...document.querySelectorAll<HTMLElement>('.plot')].filter(
        plot => plot.offsetWidth > Number.parseFloat(plot.style.getPropertyValue('--drawn')) + 1,
      ).length,
      // What does not fit is cut on paper.
      cut: [...document.querySelectorAll('pre')].filter(code => code.scrollWidth > code.clientWidth).length,
    }))
    expect(seen).toEqual({
      ground: 'rgb(255, 255, 255)',
      ink: 'rgb(0, 0, 0)',
      buttons: [],
      enlarged: 0,
      cut: 0,
    })
    expect(errors).toEqual([])
    await page.close()
  })
})
