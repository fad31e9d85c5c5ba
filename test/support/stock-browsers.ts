// The browsers of this machine as users have them: processes that can be killed, with a profile that outlives them. By a
// second driver beside Playwright, which Vitest's browser mode needs: Playwright 1.65 starts a stock Firefox ESR 153, and
// then no page in it (it sends `emulation.setMediaFeaturesOverride`, which that does not know).
import { readdirSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import puppeteer, { type Browser, type LaunchOptions } from 'puppeteer-core'
import { chromium } from './chromium.js'
import { adviceFor, findBrowser } from './find-browser.js'
import { firefox } from './firefox.js'

/** In browsers that are shared, a name of this machine that is no secure context. */
export const PLAIN_HOST = 'page.test'

export type BrowserName = 'Chromium' | 'Firefox'

/** Firefox's settings, by their names in about:config. */
export type FirefoxPreferences = Readonly<Record<string, boolean | number | string>>

export interface StockBrowser {
  /** The one that runs now. */
  readonly browser: Browser
  /** Ends its processes at once, as when the power fails, and starts it again on the same profile. */
  crash(): Promise<void>
  /** Ends it, and removes its profile. */
  close(): Promise<void>
  /** The same at once, and where no driver is connected. */
  end(): Promise<void>
}

/** What Chromium is started with. */
export interface ChromiumSettings {
  arguments?: readonly string[]
  /** By their names in the file Preferences of its profile. */
  preferences?: object
}

/** One that runs without a driver: any may connect to it, one at a time. */
export interface DetachedBrowser {
  /** Where a driver connects to it. */
  readonly endpoint: string
  /** Ends its processes at once, and removes its profile. */
  end(): Promise<void>
}

/** Starts a browser without a window, on a profile of its own. Throws where it is not installed. */
export async function startBrowser(
  name: BrowserName,
  preferences: FirefoxPreferences = {},
  chromiumSettings: ChromiumSettings = {},
): Promise<StockBrowser> {
  const folder = await mkdtemp(join(tmpdir(), 'wasmlp-browser-'))
  const profile = join(folder, 'profile')
  // Which those that are killed leave something in.
  const temporary = join(folder, 'tmp')
  await mkdir(temporary)
  const options = { headless: true, userDataDir: profile, env: { ...process.env, TMPDIR: temporary } }
  if (name === 'Chromium' && chromiumSettings.preferences) {
    await mkdir(join(profile, 'Default'), { recursive: true })
    await writeFile(join(profile, 'Default/Preferences'), JSON.stringify(chromiumSettings.preferences))
  }
  const start = () => launch[name](options, preferences, chromiumSettings)
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 5 })
  let browser = await start()
  return {
    get browser() {
      return browser
    },
    async crash() {
      await kill(browser, profile)
      browser = await start()
    },
    async close() {
      await browser.close()
      await remove()
    },
    async end() {
      await kill(browser, profile)
      await remove()
    },
  }
}

/** Starts a browser that drivers connect to, and nobody drives yet. */
export async function startDetached(name: BrowserName): Promise<DetachedBrowser> {
  const stock = await startBrowser(
    name,
    { 'network.dns.localDomains': PLAIN_HOST },
    { arguments: [`--host-resolver-rules=MAP ${PLAIN_HOST} 127.0.0.1`] },
  )
  const { browser } = stock
  const endpoint = browser.wsEndpoint()
  await browser.disconnect()
  return { endpoint, end: () => stock.end() }
}

const launch: Record<
  BrowserName,
  (
    options: LaunchOptions,
    preferences: FirefoxPreferences,
    chromiumSettings: ChromiumSettings,
  ) => Promise<Browser>
> = {
  Chromium: (options, _, { arguments: more = [] }) =>
    puppeteer.launch({ ...options, executablePath: pathOf(chromium), args: ['--no-sandbox', ...more] }),
  Firefox: (options, preferences) =>
    puppeteer.launch({
      ...options,
      browser: 'firefox',
      protocol: 'webDriverBiDi',
      executablePath: pathOf(firefox),
      extraPrefsFirefox: {
        'app.update.enabled': false,
        'network.captive-portal-service.enabled': false,
        ...preferences,
      },
    }),
}

function pathOf(browser: typeof chromium): string {
  const path = findBrowser(browser)
  if (path === undefined) throw new Error(adviceFor(browser))
  return path
}

async function kill(browser: Browser, profile: string): Promise<void> {
  const child = browser.process()
  if (child?.pid === undefined) throw new Error('the browser has no process')
  const group = -child.pid // which its driver makes it the leader of
  if (child.exitCode === null && child.signalCode === null) {
    await new Promise<void>(resolve => {
      child.once('exit', () => resolve())
      process.kill(group, 'SIGKILL')
    })
  }
  // Its driver puts Firefox's profile in order, and does not say when it has.
  while (readdirSync(profile).some(name => name.endsWith('.puppeteer'))) await setImmediate()
}
