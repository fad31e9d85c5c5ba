// What browsers report where an affinity mask allows them fewer processors, as the guide docs/threads-and-csp.md says.
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { chromium } from '../support/chromium.js'
import { findBrowser } from '../support/find-browser.js'
import { firefox } from '../support/firefox.js'
import { startBrowser } from '../support/stock-browsers.ts'

afterEach(() => vi.unstubAllEnvs())

test.skipIf(process.platform !== 'linux' || availableParallelism() < cpus().length).each([
  ['Chromium', chromium, 1],
  ['Firefox', firefox, cpus().length],
] as const)('%s on one processor', async (name, browser, processors) => {
  const folder = await mkdtemp(join(tmpdir(), 'wasmlp-bound-'))
  const bound = join(folder, 'bound')
  await writeFile(bound, `#!/bin/sh\nexec taskset -c 0 "${findBrowser(browser)}" "$@"\n`)
  await chmod(bound, 0o755)
  vi.stubEnv(browser.variable, bound)
  const stock = await startBrowser(name)
  try {
    const page = await stock.browser.newPage()
    expect(await page.evaluate(() => navigator.hardwareConcurrency)).toBe(processors)
  } finally {
    await stock.close()
    await rm(folder, { recursive: true })
  }
})
