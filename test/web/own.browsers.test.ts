// The chapter on the visitor's own data in both browsers, as a visitor uses it: a sample, a file, a bad file, pictures.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ElementHandle, Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { shapePicture } from '../../src/web/chapters/own/sample-pictures.ts'
import { encodePng } from '../support/encode-png.ts'
import { exhibitsOf } from '../support/exhibit-page.ts'
import { PAGE_FOLDER } from '../support/page-training.ts'
import { type StaticServer, serve } from '../support/static-server.ts'
import { type StockBrowser, startBrowser } from '../support/stock-browsers.ts'
import { inaccessible, type Visit, visit } from '../support/visited-page.ts'

const pngOf = (samples: Uint8Array) => encodePng({ width: 64, height: 64, depth: 8, colourType: 2, samples })

let server: StaticServer
let folder: string
beforeAll(async () => {
  server = await serve({ '/': PAGE_FOLDER })
  folder = await mkdtemp(join(tmpdir(), 'wasmlp-own-'))
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

describe.each(['Chromium', 'Firefox'] as const)('%s', name => {
  let stock: StockBrowser
  let visited: Visit
  let page: Page
  beforeAll(async () => {
    stock = await startBrowser(name)
  }, 60_000)
  afterAll(() => stock.close())
  afterEach(async () => {
    expect(await inaccessible(page)).toEqual([])
    expect([visited.errors, await visited.violations()]).toEqual([[], []])
    await page.close()
  }, 60_000)

  const { press, says, textOf, part } = exhibitsOf(() => page)
  const open = async () => {
    visited = await visit(stock.browser, `${server.url}/?lang=en&build=simd#chapter=own`)
    page = visited.page
    await page.waitForSelector('[data-exhibit=own-data] .drop')
  }
  const choose = async (label: string, ...paths: string[]) => {
    const input = await page.waitForSelector(
      `::-p-xpath(//label[.//span[text()="${label}"]]//input[@type="file"])`,
    )
    await (input as ElementHandle<HTMLInputElement>).uploadFile(...paths)
  }
  const file = async (fileName: string, content: string | Uint8Array) => {
    const path = join(folder, `${name}-${fileName}`)
    await writeFile(path, content)
    return path
  }

  test('a table: the sample is learned, tested, asked, kept and loaded again', async () => {
    await open()
    await press('own-data', 'Use the sample table')
    await says('own-data', 'fruit.csv: 240 rows, 5 columns.', '#table-state')
    await expect.poll(() => textOf('own-data', '.preview')).toMatch(/numbers, .* 5 missing/)
    await press('own-learning', 'Learn')
    await says('own-learning', /^Learned: 60 epochs, 388 parameters\./)
    await says(
      'own-result',
      /^8\d\.\d% of the 47 tested are right\. The most frequent .* 5 rows lacked a value/,
    )
    await expect.poll(() => textOf('own-result', '.numbers')).toContain('tangerine')
    await says('own-ask', /^fruit: .*, with a probability of .* In the table it is /)

    const weight = await part('own-ask', 'textbox', 'weight')
    await weight.click({ count: 3 })
    await weight.type('heavy')
    await says('own-ask', 'Every number is needed.')
    for (const [field, value] of [
      ['weight', '110'],
      ['diameter', '5.8'],
      ['sugar', '4.4'],
    ] as const) {
      const input = await part('own-ask', 'textbox', field)
      await input.click({ count: 3 })
      await input.type(value)
    }
    await (await part('own-ask', 'combobox', 'colour')).select('yellow')
    await says('own-ask', /^fruit: lemon, with a probability of (9\d|100)/)

    const nameField = await part('own-keep', 'textbox', 'Name')
    await nameField.type('my fruit')
    await press('own-keep', 'Save')
    await says('own-keep', '"my fruit" is saved in this browser.')

    await page.reload()
    await page.waitForSelector('[data-exhibit=own-keep]')
    await press('own-keep', 'Load "my fruit"')
    await says('own-keep', '"my fruit" is loaded.')
    await says('own-ask', /^fruit: /)
    await press('own-keep', 'Delete "my fruit"')
    await says('own-keep', 'is deleted.')
  })

  test('a table: a file of numbers, another column, and files that are none', async () => {
    await open()
    await choose('Choose a file', await file('broken.csv', 'a,b\n1,2\n3\n'))
    await says('own-data', /was not read\. .*line 3: the row has 1 fields/, '#table-state')
    await choose('Choose a file', await file('picture.csv', pngOf(shapePicture('circle', 1))))
    await says('own-data', 'was not read.', '#table-state')
    const rows = Array.from({ length: 100 }, (_, i) => `${i % 10},${(i * 7) % 13},${1000.5 + 50 * (i % 10)}`)
    await page.$eval(
      '.drop',
      (place, text) => {
        const dataTransfer = new DataTransfer()
        dataTransfer.items.add(new File([text], 'prices.csv'))
        place.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }))
      },
      `size;age;price\n${rows.join('\n').replaceAll(',', ';')}\n`,
    )
    await says('own-data', /prices\.csv: 100 rows, 3 columns\. Fields end at a semicolon/, '#table-state')
    await press('own-learning', 'Learn')
    await says('own-learning', /^Learned/)
    await says('own-result', /^On average, the 20 predictions are [\d.]+ off\./)
    await says('own-ask', /^price: 1,/)
  })

  test('pictures: files by class, the sample, and a picture by hand', async () => {
    await open()
    await (await page.waitForSelector('::-p-aria([name="Pictures"][role="radio"])'))?.click()
    const picture = async (shape: 'circle' | 'square', i: number) =>
      file(`${shape}-${i}.png`, pngOf(shapePicture(shape, i)))
    for (const shape of ['circle', 'square'] as const) {
      const field = await part('own-data', 'textbox', 'Name of a class')
      await field.click({ count: 3 })
      await field.type(shape)
      await choose('Add its pictures', await picture(shape, 1), await picture(shape, 2))
    }
    await says('own-data', '4 pictures of 2 classes.', '#pictures-state')
    await choose('Add its pictures', await file('text.png', 'no picture'))
    await says('own-data', /1 could not be decoded as pictures: .*text\.png/, '#pictures-state')

    await press('own-data', 'Use sample shapes')
    await says('own-data', '180 pictures of 3 classes.', '#pictures-state')
    await press('own-learning', 'Learn')
    await says('own-learning', /^Learned/)
    await says('own-result', /% of the 36 tested are right/)
    await says('own-ask', /with a probability of .* It is /)
    await choose('Choose a picture', await picture('circle', 500))
    await says('own-ask', /^\w+, with a probability of [\d.]+%\.$/)
  })
})
