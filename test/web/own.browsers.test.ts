// The chapter on the visitor's own data in both browsers, as a visitor uses it: a sample, a file, a bad file, pictures.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ElementHandle, Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { shapePicture } from '../../src/web/chapters/own/sample-pictures.ts'
import { type BorrowedBrowser, borrowBrowser } from '../support/borrowed-browser.ts'
import { encodePng } from '../support/encode-png.ts'
import { exhibitsOf } from '../support/exhibit-page.ts'
import { PAGE_FOLDER } from '../support/page-training.ts'
import { type StaticServer, serve } from '../support/static-server.ts'
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
  let borrowed: BorrowedBrowser
  let visited: Visit
  let page: Page
  beforeAll(async () => {
    borrowed = await borrowBrowser(name)
  })
  afterAll(() => borrowed.close())
  afterEach(async () => {
    expect(await inaccessible(page)).toEqual([])
    expect([visited.errors, await visited.violations()]).toEqual([[], []])
    await page.close()
  })

  const { press, says, textOf, part } = exhibitsOf(() => page)
  const open = async () => {
    visited = await visit(borrowed.context, `${server.url}/?lang=en&build=simd#chapter=own`)
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

  test('pictures: a folder by class, chosen and dropped', async () => {
    await open()
    await (await page.waitForSelector('::-p-aria([name="Pictures"][role="radio"])'))?.click()
    const shapes = join(folder, `${name}-shapes`)
    const paths: string[] = []
    for (const shape of ['circle', 'square'] as const) {
      await mkdir(join(shapes, shape), { recursive: true })
      for (const i of [1, 2, 3]) paths.push(join(shapes, shape, `${shape}-${i}.png`))
    }
    for (const path of paths) {
      const [, shape, i] = /(circle|square)-(\d)/.exec(path) ?? []
      await writeFile(path, pngOf(shapePicture(shape as 'circle' | 'square', Number(i))))
    }
    // As systems have it in folders.
    await writeFile(join(shapes, 'circle', '.DS_Store'), 'no picture')

    if (name === 'Chromium') await choose('Choose a folder', shapes)
    else {
      // The protocol chooses no folder in Firefox: these are its files, and what it says of their folders.
      await page.evaluate(() => {
        Object.defineProperty(File.prototype, 'webkitRelativePath', {
          get(this: File) {
            return `shapes/${this.name.split('-')[0]}/${this.name}`
          },
        })
      })
      await choose('Choose a folder', ...paths)
    }
    await says('own-data', /^6 pictures of 2 classes\.$/, '#pictures-state')
    await expect.poll(() => textOf('own-data', '.picture-classes')).toMatch(/circle 3 .*square 3 /)

    if (name === 'Chromium') await dropFolder(page, shapes)
    else await dropEntries(page, await Promise.all(paths.map(async path => [...(await readFile(path))])))
    await says('own-data', /^12 pictures of 2 classes\.$/, '#pictures-state')
    await expect.poll(() => textOf('own-data', '.picture-classes')).toMatch(/circle 6 .*square 6 /)
    await press('own-data', 'Remove circle')
    await says('own-data', /^6 pictures of 1 class/, '#pictures-state')
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

/** Drags a folder of this computer into the page, as its file manager does. Chromium only. */
async function dropFolder(page: Page, path: string): Promise<void> {
  const place = await page.waitForSelector('.drop')
  const { x, y } = (await place?.clickablePoint()) ?? { x: 0, y: 0 }
  const session = await page.createCDPSession()
  const data = { items: [], files: [path], dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x, y, data })
  }
  await session.detach()
}

/** Drops entries as a folder of three circles and three squares has them, two at a time; no protocol drags one in Firefox. */
const dropEntries = (page: Page, pictures: readonly number[][]) =>
  page.$eval(
    '.drop',
    (place, pictures) => {
      const files = pictures.map((bytes, i) => ({
        name: `${i}.png`,
        isFile: true,
        isDirectory: false,
        file: (take: (file: File) => void) => take(new File([Uint8Array.from(bytes)], `${i}.png`)),
      }))
      const folderOf = (name: string, entries: readonly object[]) => ({
        name,
        isFile: false,
        isDirectory: true,
        createReader() {
          let at = 0
          return {
            readEntries(take: (some: readonly object[]) => void) {
              take(entries.slice(at, at + 2))
              at += 2
            },
          }
        },
      })
      const folder = folderOf('shapes', [
        folderOf('circle', [...files.slice(0, 3), { ...files[0], name: '.DS_Store' }]),
        folderOf('square', files.slice(3)),
      ])
      const event = new Event('drop', { bubbles: true, cancelable: true })
      const item = { webkitGetAsEntry: () => folder, getAsFile: () => null }
      Object.defineProperty(event, 'dataTransfer', { value: { types: ['Files'], files: [], items: [item] } })
      place.dispatchEvent(event)
    },
    pictures,
  )
