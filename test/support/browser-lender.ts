// Starts the browsers that test files share, and lends each to one file at a time, over a socket: the global setup of the
// project `browsers`. A browser whose borrower goes without returning it is ended, and another is started when it is needed.

import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { TestProject } from 'vitest/node'
import { type BrowserName, type DetachedBrowser, startDetached } from './stock-browsers.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The port where browsers are borrowed. */
    browserLender: number
  }
}

export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const idle = { Chromium: [] as DetachedBrowser[], Firefox: [] as DetachedBrowser[] }
  const running = new Set<DetachedBrowser>()

  async function lend(socket: Socket): Promise<void> {
    let browser: DetachedBrowser | undefined
    let name: BrowserName | undefined
    socket.on('error', () => {}) // of a borrower that was ended
    // It says what it wants, and at the end that it has returned it.
    for await (const line of createInterface({ input: socket })) {
      if (line === 'returned') {
        if (name && browser) idle[name].push(browser)
        browser = undefined
      } else {
        name = line === 'Firefox' ? 'Firefox' : 'Chromium'
        browser = idle[name].pop() ?? (await startDetached(name))
        running.add(browser)
        socket.write(`${browser.endpoint}\n`)
      }
    }
    if (!browser) return
    running.delete(browser)
    await browser.end()
  }

  const server = createServer(socket => {
    lend(socket).catch(error => socket.destroy(error))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  provide('browserLender', (server.address() as AddressInfo).port)
  return async () => {
    server.close()
    await Promise.all([...running].map(browser => browser.end()))
  }
}
