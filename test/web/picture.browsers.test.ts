// The picture of the page in the README: the plane of the first chapter, once its network tells two spirals apart.
import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type BorrowedBrowser, borrowBrowser } from '../support/borrowed-browser.ts'
import { exhibitsOf, waitFor } from '../support/exhibit-page.ts'
import { type StaticServer, serve } from '../support/static-server.ts'
import { visit } from '../support/visited-page.ts'

const root = resolve(import.meta.dirname, '../..')
/** In the README; `npm run picture` puts the one that is made here in its place. */
const published = resolve(root, 'docs/figures/page.webp')
const made = resolve(root, 'build/page-picture.webp')

let server: StaticServer
let borrowed: BorrowedBrowser
beforeAll(async () => {
  server = await serve({ '/': resolve(root, 'build/page') })
  borrowed = await borrowBrowser('Chromium')
})
afterAll(async () => {
  await borrowed.close()
  await server.close()
})

/** Width and height of a WebP file, by the header of its extended format: each less one, in 24 bits. */
function sizeOf(file: string): [width: number, height: number] {
  const bytes = readFileSync(file)
  expect(bytes.toString('latin1', 8, 16)).toBe('WEBPVP8X')
  return [bytes.readUIntLE(24, 3) + 1, bytes.readUIntLE(27, 3) + 1]
}

test('the README shows the page: a network that tells two spirals apart', async () => {
  const settings = [
    'points=spirals',
    'noise=0',
    'layers=8-tanh.8-tanh',
    'optimizer=adam',
    'rate=0.01',
    'epoch=200',
  ].map(setting => `&network.${setting}`)
  const visited = await visit(
    borrowed.context,
    `${server.url}/?lang=en#chapter=network${settings.join('')}`,
    {
      width: 1120,
      height: 900,
      scheme: 'light',
    },
  )
  const page: Page = visited.page
  const { goTo, says } = exhibitsOf(() => page)
  // It begins to compute when it is near.
  await goTo('plane')
  await says('plane', /^Epoch 200: .* 100\.0% and 100\.0% are right/)
  await page.mouse.move(0, 0)
  const exhibit = await waitFor(page, '[data-exhibit=plane]')
  // Down to the end of the network: the settings below are for who opens the page.
  const clip = { x: 0, y: 0, width: 1040, height: 738 }
  await exhibit.screenshot({ path: made, type: 'webp', quality: 70, clip })
  expect(sizeOf(made)).toEqual([clip.width, clip.height])
  expect(sizeOf(published)).toEqual([clip.width, clip.height])
  expect(statSync(published).size).toBeLessThan(80_000)
  expect(visited.errors).toEqual([])
})
