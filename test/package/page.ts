// Pages of the projects, from a static host, in a real browser.
import { createReadStream, existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { type Browser, chromium } from 'playwright'
import { findChromium } from '../support/chromium.js'

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.wasm': 'application/wasm',
}

/** What makes a page cross-origin isolated, so that threads can share memory. */
export const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

/** Serves a directory's files, and nothing more, until it is closed. */
export async function serveFiles(directory: string, headers: Record<string, string> = {}) {
  const server = createServer(({ url = '/' }, response) => {
    const path = normalize(decodeURIComponent(new URL(url, 'http://localhost').pathname))
    const file = join(directory, path.endsWith('/') ? `${path}index.html` : path)
    if (!existsSync(file)) return response.writeHead(404).end()
    response.writeHead(200, {
      'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
      ...headers,
    })
    return createReadStream(file).pipe(response)
  })
  await new Promise<void>(resolve => server.listen(0, 'localhost', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://localhost:${port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: findChromium() ?? '', args: ['--no-sandbox'] })

/** The texts of a page's elements, once each has one. Rejects where the page throws, or says anything to the console. */
export async function readPage(browser: Browser, url: string, ...selectors: string[]): Promise<string[]> {
  const page = await browser.newPage()
  try {
    const failure = new Promise<never>((_, reject) => {
      page.on('pageerror', error => reject(error))
      page.on('console', message => {
        const isIcon = message.location().url.endsWith('/favicon.ico') // for which browsers ask by themselves
        if (message.type() === 'error' && !isIcon) reject(new Error(`${url} says: ${message.text()}`))
      })
    })
    const texts = async () => {
      await page.goto(url)
      return Promise.all(
        selectors.map(async selector => {
          const element = page.locator(selector, { hasText: /./ })
          await element.waitFor({ timeout: 120_000, state: 'attached' })
          return (await element.textContent()) ?? ''
        }),
      )
    }
    return await Promise.race([texts(), failure])
  } finally {
    await page.close()
  }
}
