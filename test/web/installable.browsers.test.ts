// The page as an application: Chromium finds nothing that would keep it from being installed, and it opens without a network.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decode } from 'fast-png'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PAGE_FOLDER, pressTrain, untilShown } from '../support/page-training.ts'
import { type StaticServer, serve } from '../support/static-server.ts'
import { type StockBrowser, startBrowser } from '../support/stock-browsers.ts'
import { visit } from '../support/visited-page.ts'

const manifest = JSON.parse(readFileSync(join(PAGE_FOLDER, 'manifest.webmanifest'), 'utf8'))

let server: StaticServer
let stock: StockBrowser
beforeAll(async () => {
  server = await serve({ '/': PAGE_FOLDER })
  stock = await startBrowser('Chromium')
})
afterAll(async () => {
  await stock.close()
  await server.close()
})

test('icons have the sizes that the manifest says, and a maskable one has no clear edge', () => {
  for (const { src, type, sizes, purpose } of manifest.icons) {
    const bytes = readFileSync(join(PAGE_FOLDER, src))
    if (type === 'image/svg+xml') {
      expect(String(bytes)).toMatch(/^<svg /)
      continue
    }
    const { width, height, data, channels } = decode(bytes)
    expect(`${width}x${height}`).toBe(sizes)
    expect(channels).toBe(4)
    expect(data[3]).toBe(purpose === 'maskable' ? 255 : 0)
  }
})

test('it is named in both languages', () => {
  expect([manifest.name, manifest.name_localized.ko]).toEqual(['wasmlp: neural networks', 'wasmlp: 신경망'])
})

test('it can be installed, and is opened without a network', async () => {
  const { page, errors, violations } = await visit(
    stock.browser,
    `${server.url}/?lang=en#chapter=mnist&mnist.epochs=1`,
  )
  const session = await page.createCDPSession()
  const { errors: manifestErrors, data } = await session.send('Page.getAppManifest')
  expect(manifestErrors).toEqual([])
  expect(JSON.parse(data ?? '')).toEqual(manifest)
  expect((await session.send('Page.getInstallabilityErrors')).installabilityErrors).toEqual([])

  await pressTrain(page)
  await untilShown(page.mainFrame(), ({ offline }) => offline === 'kept')
  expect([errors, await violations()]).toEqual([[], []])
  await server.close()
  await page.goto(`${server.url}/`)
  await page.waitForSelector('#tab-network')
  const kept = await page.evaluate(
    async files => {
      const found = await Promise.all(files.map(file => caches.match(new URL(file, document.baseURI))))
      return files.filter((_, i) => !found[i])
    },
    ['manifest.webmanifest', ...manifest.icons.map(({ src }: { src: string }) => src)],
  )
  expect(kept).toEqual([])
})
