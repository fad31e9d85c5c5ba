// The page's training, in both browsers: by the keyboard, in two tabs, without a long task, and to the bits of Node.

import type { BrowserContext } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { dataset, dense, sequential } from 'wasmlp'
import { type BorrowedBrowser, borrowBrowser } from '../support/borrowed-browser.ts'
import { longTasks, watchTasks } from '../support/long-tasks.ts'
import { pageDigits } from '../support/page-digits.ts'
import { isTrained, PAGE_FOLDER, pressTrain, type Shown, untilShown } from '../support/page-training.ts'
import { hashParameters } from '../support/sha256.ts'
import { type StaticServer, serve } from '../support/static-server.ts'
import { startBrowser } from '../support/stock-browsers.ts'
import { inaccessible, visit } from '../support/visited-page.ts'

/** SHA-256 of the weights after so many epochs on the digits inside the page, in Node. */
async function hashOfNode(epochs: number): Promise<string> {
  const { images, labels } = pageDigits('train', 6000)
  using data = await dataset({ inputs: images, labels, imageShape: [28, 28], build: 'simd' })
  const layers = [dense(512, { activation: 'relu' }), dense(10, { activation: 'softmax' })]
  using model = await sequential(layers, { inputSize: 784, seed: 1, build: 'simd' })
  model.compile({ learningRate: 0.5 })
  await model.fit(data, { epochs, batchSize: 100 })
  return hashParameters(await model.getParameters())
}

declare global {
  interface Window {
    /** How often the status changed. */
    changes?: number
    /** How often the button lost the focus. */
    blurs?: number
  }
}

let server: StaticServer
beforeAll(async () => {
  server = await serve({ '/': PAGE_FOLDER })
})
afterAll(() => server.close())

describe.each(['Chromium', 'Firefox'] as const)('%s', name => {
  let borrowed: BorrowedBrowser
  /** In which nothing is kept from the test before. */
  let context: BrowserContext
  beforeAll(async () => {
    borrowed = await borrowBrowser(name)
  })
  afterAll(() => borrowed.close())
  beforeEach(async () => {
    context = await borrowed.browser.createBrowserContext()
  })
  afterEach(() => context.close())

  const open = (settings: string) =>
    visit(context, `${server.url}/?lang=en&build=simd#chapter=mnist&${settings}`)

  test('nothing is stored, and nothing installed, before the visitor does something; nothing is loaded again', async () => {
    const { page } = await open('')
    let loads = 0
    page.on('load', () => {
      loads += 1
    })
    await page.waitForSelector('#train')
    await page.waitForNetworkIdle({ idleTime: 500 })
    const kept = () =>
      page.evaluate(async () => {
        const registrations = await navigator.serviceWorker.getRegistrations()
        const databases = await indexedDB.databases()
        return registrations.length + databases.length + localStorage.length + (await caches.keys()).length
      })
    expect(await kept()).toBe(0)
    await pressTrain(page)
    await untilShown(page.mainFrame(), isTrained)
    await untilShown(page.mainFrame(), ({ offline }) => offline === 'kept')
    expect(await kept()).toBeGreaterThan(0)
    expect(loads).toBe(0)
  })

  test('it trains at once on the digits inside the page, to the bits of Node', async () => {
    const before = server.requests.length
    const { page, errors, violations } = await open('mnist.epochs=2')
    await pressTrain(page)
    const { weights, epochs } = await untilShown(page.mainFrame(), ({ weights }) => weights !== '')
    expect(epochs).toBe(2)
    expect(weights).toBe(await hashOfNode(2))
    expect(server.requests.slice(before).filter(path => path.startsWith('/mnist/'))).toEqual([])
    expect(await inaccessible(page)).toEqual([])
    expect([errors, await violations()]).toEqual([[], []])
  })

  test('the status tells of the training, and the button keeps the focus', async () => {
    const { page } = await open('mnist.epochs=8')
    await page.waitForSelector('#train:not([disabled])')
    await page.evaluate(() => {
      window.changes = 0
      window.blurs = 0
      const status = document.querySelector('#status')
      if (status) {
        new MutationObserver(() => {
          window.changes = (window.changes ?? 0) + 1
        }).observe(status, { childList: true, characterData: true, subtree: true })
      }
      document.querySelector('#train')?.addEventListener('blur', () => {
        window.blurs = (window.blurs ?? 0) + 1
      })
    })
    await pressTrain(page)
    await untilShown(page.mainFrame(), ({ button, epochs }) => button === 'Pause' && epochs > 1)
    await page.keyboard.press('Enter')
    await untilShown(page.mainFrame(), ({ status }) => status.startsWith('Paused.'))
    expect(await inaccessible(page)).toEqual([])
    await page.keyboard.press('Enter')
    await untilShown(page.mainFrame(), isTrained)
    const { changes, blurs, focused } = await page.evaluate(() => ({
      changes: window.changes,
      blurs: window.blurs,
      focused: document.activeElement?.id,
    }))
    expect([blurs, focused]).toEqual([0, 'train'])
    expect(changes).toBeGreaterThan(2) // how often at most: test/web/live.test.ts
  })

  test('two tabs: the second trains on its own and says so, and the first’s checkpoints are its own', async () => {
    const first = await open('mnist.epochs=50')
    await pressTrain(first.page)
    await untilShown(first.page.mainFrame(), ({ button, epochs }) => button === 'Pause' && epochs > 0)
    await first.page.keyboard.press('Enter')
    const paused = await untilShown(first.page.mainFrame(), ({ button }) => button === 'Resume')
    expect(paused.keeps).toBe('browser')

    const second = await open('mnist.epochs=1')
    await pressTrain(second.page)
    const other = await untilShown(second.page.mainFrame(), ({ weights }) => weights !== '')
    expect(other.keeps).toBe('other-tab')
    expect(other.epochs).toBe(1)
    expect(other.weights).toBe(await hashOfNode(1))
    await second.page.close()

    await first.page.bringToFront()
    await first.page.reload()
    const again = await untilShown(first.page.mainFrame(), ({ status }) => status.startsWith('Stored'))
    expect(again.epochs).toBe(paused.epochs)
  })
})

// Which Chromium alone tells: how long the processor was held, whatever else this machine does. Hashing in JavaScript took
// seconds.
test('Chromium: reading all of MNIST from where it is kept does not hold the page’s thread', async () => {
  const stock = await startBrowser('Chromium')
  const address = `${server.url}/?lang=en&build=simd#chapter=mnist&mnist.images=60000&mnist.epochs=50`
  const { page } = await visit(stock.browser, address)
  const learns = ({ status }: Shown) => /^Epoch \d+, batch/.test(status)
  await pressTrain(page)
  await untilShown(page.mainFrame(), learns)
  await page.reload()
  await untilShown(page.mainFrame(), ({ status }) => /^(Stored|Ready)/.test(status))
  await watchTasks(page)
  await pressTrain(page)
  await untilShown(page.mainFrame(), learns)
  expect(await longTasks(page)).toEqual([])
  await stock.close()
})
