// A page as its visitor opens it, and what a visitor does not see: errors in the console, and what its policy forbade.
import axe from 'axe-core'
import type { Browser, BrowserContext, Page } from 'puppeteer-core'

export interface Visit {
  readonly page: Page
  /** Errors of scripts and of the console. */
  readonly errors: string[]
  /** What the Content-Security-Policy has forbidden so far. */
  violations(): Promise<string[]>
}

export interface VisitOptions {
  width?: number
  height?: number
  /** Chromium only: Firefox has a preference for it. */
  scheme?: 'light' | 'dark'
}

declare global {
  interface Window {
    forbidden?: string[]
  }
}

/** Opens an address in a new tab. */
export async function visit(
  browser: Browser | BrowserContext,
  url: string,
  options: VisitOptions = {},
): Promise<Visit> {
  const { width = 1280, height = 800, scheme } = options
  const page = await browser.newPage()
  page.setDefaultTimeout(60_000) // others use this machine too
  await page.setViewport({ width, height })
  if (scheme) await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }])
  const errors: string[] = []
  page.on('pageerror', error => errors.push(String(error)))
  page.on('console', message => {
    if (message.type() === 'error') errors.push(message.text())
  })
  await page.evaluateOnNewDocument(() => {
    window.forbidden = []
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      window.forbidden?.push(`${violatedDirective}: ${blockedURI}`)
    })
  })
  await page.goto(url)
  return { page, errors, violations: () => page.evaluate(() => window.forbidden ?? []) }
}

/** What axe finds wrong in a page as it stands: rule, element and reason. */
export async function inaccessible(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof import('axe-core') }).axe.run({
      resultTypes: ['violations'], // of others, the elements are not asked for
    }),
  )
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
  )
}
