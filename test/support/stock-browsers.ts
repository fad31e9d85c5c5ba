// The browsers of this machine as users have them: processes that can be killed, with a profile that outlives them.
import { readdirSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import puppeteer, { type Browser } from 'puppeteer-core'
import { findChromium } from './chromium.js'
import { launchFirefox } from './firefox.js'

/** Starts a browser on a profile. Throws where it is not installed. */
export const stockBrowsers: Record<'Chromium' | 'Firefox', (profile: string) => Promise<Browser>> = {
  Chromium: profile => {
    const executablePath = findChromium()
    if (!executablePath) throw new Error('This test needs Chromium: see test/support/chromium.js')
    return puppeteer.launch({ executablePath, headless: true, userDataDir: profile, args: ['--no-sandbox'] })
  },
  Firefox: profile => launchFirefox({ profile }),
}

/** Ends a browser's processes at once, as when the power fails: none is left to tidy up, or to hold a lock. */
export async function killBrowser(browser: Browser, profile: string): Promise<void> {
  const child = browser.process()
  if (child?.pid === undefined) throw new Error('the browser has no process')
  const group = -child.pid // which its driver makes it the leader of
  await new Promise<void>(resolve => {
    child.once('exit', () => resolve())
    process.kill(group, 'SIGKILL')
  })
  // Its driver puts Firefox's profile in order, and does not say when it has.
  while (readdirSync(profile).some(name => name.endsWith('.puppeteer'))) await setImmediate()
}
