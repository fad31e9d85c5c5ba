// The chapter on batch training in both browsers, as a visitor uses it: raced, dragged, typed, pressed, and read.
import { resolve } from 'node:path'
import type { Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type BorrowedBrowser, borrowBrowser } from '../support/borrowed-browser.ts'
import { exhibitsOf } from '../support/exhibit-page.ts'
import { longTasks, watchTasks } from '../support/long-tasks.ts'
import { type StaticServer, serve } from '../support/static-server.ts'
import { inaccessible, type Visit, visit } from '../support/visited-page.ts'

let server: StaticServer
beforeAll(async () => {
  server = await serve({ '/': resolve(import.meta.dirname, '../../build/page') })
})
afterAll(() => server.close())

describe.each(['Chromium', 'Firefox'] as const)('%s', name => {
  let borrowed: BorrowedBrowser
  let visited: Visit
  let page: Page
  beforeAll(async () => {
    borrowed = await borrowBrowser(name)
  })
  afterAll(() => borrowed.close())

  const open = async (settings = '', language = 'en') => {
    const address = `${server.url}/?lang=${language}#chapter=batch${settings}`
    visited = await visit(borrowed.context, address, { height: 900 })
    page = visited.page
    await page.waitForSelector('[data-exhibit=memory] .track')
  }
  /** Nothing was written to the console, forbidden, or hard to reach. */
  afterEach(async () => {
    expect(await inaccessible(page)).toEqual([])
    expect([visited.errors, await visited.violations()]).toEqual([[], []])
    await page.close()
  })

  const { goTo, textOf, says, part, press, keys, type } = exhibitsOf(() => page)

  test('shapes: 100 × 784 · 784 × 512 · 512 × 10 → 100 × 10', async () => {
    await open()
    await says('shapes', '100 × 784 · 784 × 512 · 512 × 10 → 100 × 10')
    await says('shapes', '40,652,800 multiplications')
    await press('shapes', '1,000 images')
    await says('shapes', '1,000 × 784 · 784 × 512 · 512 × 10 → 1,000 × 10')
    await keys('shapes', 'slider', 'Batch size', 'Home')
    await says('shapes', '1 × 784 · 784 × 512 · 512 × 10 → 1 × 10')
    const picture = await page.$eval('[data-exhibit=shapes] svg', svg => svg.getAttribute('aria-label'))
    expect(picture).toBe('Four arrays, drawn to one scale: X 1 × 784, W₁ 784 × 512, W₂ 512 × 10, Y 1 × 10.')
    const [x = 0, w1 = 0] = await page.$$eval('[data-exhibit=shapes] rect', rects =>
      rects.map(rect => Number(rect.getAttribute('width'))),
    )
    expect(x / w1).toBeCloseTo(784 / 512, 2)
  })

  test('the gradient of the bias: 5 7 9, pressed column by column', async () => {
    await open()
    await says('bias', 'No column is summed yet.')
    await press('bias', 'Sum column 2')
    await says('bias', 'Column 2: 2 + 5 = 7.')
    // By keys alone: the focus stays where it was pressed.
    await keys('bias', 'button', 'Sum column 1', 'Enter', 'Tab', 'Tab', 'Enter')
    await says('bias', 'Column 1: 1 + 4 = 5. Column 2: 2 + 5 = 7. Column 3: 3 + 6 = 9. ∂L/∂B = (5, 7, 9)')
    expect(await page.evaluate(() => document.activeElement?.ariaLabel)).toBe('Sum column 3')
    await expect.poll(() => textOf('bias', 'tfoot')).toBe('∂L/∂B 5 7 9')
    await type('bias', 'spinbutton', 'Sample 2, column 3', '-0.5')
    await says('bias', 'Column 3: 3 + (−0.5) = 2.5.')
    await press('bias', 'Add a sample')
    await says('bias', 'the shape (3, 3) becomes (3)')
    await press('bias', 'The lecture’s numbers')
    await press('bias', 'All columns')
    await says('bias', 'the shape (2, 3) becomes (3)')
  })

  test('the calculator: 600 iterations, 3,000 updates, and numbers that do not divide', async () => {
    await open()
    await says('calculator', '60,000 / 100 = 600 iterations an epoch.')
    await says('calculator', '5 epochs × 600 iterations = 3,000 updates')
    await press('calculator', 'Example 1: 1 epoch')
    await says('calculator', '1 epoch × 600 iterations = 600 updates')
    await type('calculator', 'spinbutton', 'Samples', '1050')
    await says(
      'calculator',
      '1,050 / 100, rounded up, is 11 iterations an epoch. The last batch, in orange, has 50.',
    )
    await expect
      .poll(() => textOf('calculator', '.results'))
      .toBe('Iterations an epoch 11 Updates in all 11 Images in the last batch 50')
  })

  test('the exercise: its answer after a try, 300 and 3,000 in all', async () => {
    await open()
    const everything = () => textOf('calculator', '.exercise')
    await expect.poll(() => everything()).not.toMatch(/300|3,000/)
    await press('calculator', 'Check')
    await expect.poll(() => everything()).toContain('the answer comes after your try')
    await type('calculator', 'textbox', 'Iterations an epoch', '30')
    await type('calculator', 'textbox', 'Updates in all', '3000')
    await page.keyboard.press('Enter')
    await says('calculator', 'The updates are right, the iterations are not yet.', '.verdict')
    await expect.poll(() => everything()).not.toContain('300 iterations')
    await press('calculator', 'Show the answer')
    await says(
      'calculator',
      '60,000 / 200 = 300 iterations an epoch, and 10 × 300 = 3,000 updates',
      '.verdict',
    )
    await type('calculator', 'textbox', 'Iterations an epoch', '300')
    await press('calculator', 'Check')
    await says('calculator', 'Both are right.', '.verdict')
  })

  test('memory: the package refuses all 60,000 images with 8,192 units', async () => {
    await open()
    await goTo('memory')
    await says('memory', /With 8,192 hidden units, a batch of 100 needs \d+ MB, .* It fits\./)
    await keys('memory', 'slider', 'Batch size', 'End')
    await says(
      'memory',
      /AllocationError: batches of 60,000 need about [\d,]+ MB of linear memory, and [\d,]+ MB of 4,295 MB are free/,
      '.refusal',
    )
    await (await part('memory', 'radio', '512')).evaluate(radio => radio.click())
    await says('memory', /With 512 hidden units, a batch of 60,000 needs 9\d\d MB, .* It fits\./)
  })

  test('the race, with no long task', async () => {
    await open('&batch.seed=3')
    // Its tasks by the processor's time, whatever else this machine does. Firefox tells of none.
    if (name === 'Chromium') await watchTasks(page)
    await says('race', 'The race has not begun.')
    await press('race', 'Start')
    await says('race', /Ahead: /)
    await press('race', 'Pause')
    await part('race', 'button', 'Go on')
    const paused = await textOf('race', '.standings')
    await press('race', 'Go on')
    await expect.poll(() => textOf('race', '.standings')).not.toBe(paused)
    await page.waitForSelector('[data-exhibit=race] [data-state=finished]', { timeout: 200_000 })
    await says('race', /After about 2\.\d s of computing each.*After exactly one epoch.*An epoch takes/)
    const rows = await page.$$eval('[data-exhibit=race] tbody tr', rows =>
      rows.map(row => [...row.children].map(cell => cell.textContent)),
    )
    expect(rows.map(([size]) => size)).toEqual(['1', '10', '100', '1,000', 'all (6,000)'])
    const losses = rows.map(cells => Number(cells[4]))
    expect(losses[4]).toBe(Math.max(...losses))
    if (name === 'Chromium') expect(await longTasks(page)).toEqual([])
    for (const width of [390, 320]) {
      await page.setViewport({ width, height: 800 })
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
    }
    await press('race', 'Start over')
    await says('race', 'The race has not begun.')
  })

  test('in Korean', async () => {
    await open('', 'ko')
    await press('bias', '모든 열')
    await says('bias', '∂L/∂B = (5, 7, 9)입니다. 형상 (2, 3)이 (3)이 됩니다.')
    await says('calculator', '5에폭 × 600번 반복 = 가중치 갱신 3,000번.')
    await says('shapes', '100 × 784 · 784 × 512 · 512 × 10 → 100 × 10')
  })
})
