// The page's training, as a visitor sees and steers it.
import { resolve } from 'node:path'
import type { Frame, Page } from 'puppeteer-core'

/** Where `npm run build:page` has put the page. */
export const PAGE_FOLDER = process.env.WASMLP_PAGE ?? resolve(import.meta.dirname, '../../build/page')

/** What the page shows of its training. */
export const shown = (frame: Frame) =>
  frame.evaluate(() => {
    const text = (selector: string) => document.querySelector(selector)?.textContent ?? ''
    return {
      state: document.querySelector<HTMLElement>('.controls')?.dataset.state,
      button: text('#train'),
      status: text('#status'),
      computes: text('#computes'),
      keeps: document.querySelector<HTMLElement>('#keeps')?.dataset.place,
      offline: document.querySelector<HTMLElement>('#offline')?.dataset.state,
      epochs: document.querySelectorAll('#epoch-rows tr').length,
      weights: text('#weights'),
      isFailed: document.querySelector('#status.failed') !== null,
    }
  })

export type Shown = Awaited<ReturnType<typeof shown>>

/** Presses the button by the keyboard, as soon as the page offers it. */
export async function pressTrain(page: Page, frame: Frame = page.mainFrame()): Promise<void> {
  const button = await frame.waitForSelector('#train:not([disabled])', { timeout: 60_000 })
  await button?.focus()
  await page.keyboard.press('Enter')
}

/** Waits until what the page shows is as asked; rejects with what it shows if it never is. */
export async function untilShown(
  frame: Frame,
  isRight: (shown: Shown) => boolean,
  timeout = 60_000,
): Promise<Shown> {
  const end = performance.now() + timeout
  for (;;) {
    const now = await shown(frame)
    if (isRight(now)) return now
    if (now.isFailed) throw new Error(`the page failed: ${JSON.stringify(now)}`)
    if (performance.now() > end) {
      const fetched = await frame.evaluate(() =>
        performance.getEntriesByType('resource').map(({ name, startTime, duration }) => {
          return `${name.split('/').pop()} ${Math.round(startTime)}+${Math.round(duration)}`
        }),
      )
      throw new Error(`it never was; the page: ${JSON.stringify(now)}; it has fetched ${fetched.join(', ')}`)
    }
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

/** Until a training has ended. */
export const isTrained = ({ button, epochs }: Shown) => button === 'Go on' && epochs > 0
