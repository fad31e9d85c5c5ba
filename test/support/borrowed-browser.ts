// A browser as users have it that runs already, for tests that need no preferences, no profile and no crash of their own:
// starting Firefox costs more than many a test. Nothing of the file before is in it: each gets a context of its own, with
// its own storage, caches, service workers and locks, which in Chromium is that of a private window.
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import puppeteer, { type Browser, type BrowserContext } from 'puppeteer-core'
import { inject } from 'vitest'
import type {} from './browser-lender.ts' // declares what it provides
import type { BrowserName } from './stock-browsers.ts'

export interface BorrowedBrowser {
  readonly browser: Browser
  /** The borrower's own. */
  readonly context: BrowserContext
  /** Closes the context, and returns the browser. */
  close(): Promise<void>
}

/** Borrows a browser of the project's lender, which starts one where none is idle. */
export async function borrowBrowser(name: BrowserName): Promise<BorrowedBrowser> {
  const lender = connect(inject('browserLender'), '127.0.0.1')
  lender.write(`${name}\n`)
  const endpoint = await new Promise<string>((resolve, reject) => {
    createInterface({ input: lender }).once('line', resolve)
    lender.once('error', reject)
    lender.once('close', () => reject(new Error(`no ${name} could be started`)))
  })
  const protocol = name === 'Firefox' ? 'webDriverBiDi' : 'cdp'
  const browser = await puppeteer.connect({ browserWSEndpoint: endpoint, protocol })
  const context = await browser.createBrowserContext()
  return {
    browser,
    context,
    async close() {
      await context.close()
      await browser.disconnect()
      lender.end('returned\n')
    },
  }
}
