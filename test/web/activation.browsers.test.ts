// The chapter on activation functions in both browsers, used as a person would: by mouse, by keyboard, and read.
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type BorrowedBrowser, borrowBrowser } from '../support/borrowed-browser.ts'
import { exhibitsOf, waitFor } from '../support/exhibit-page.ts'
import { type StaticServer, serve } from '../support/static-server.ts'
import { inaccessible, type Visit, visit } from '../support/visited-page.ts'

let server: StaticServer
beforeAll(async () => {
  server = await serve({ '/': resolve(import.meta.dirname, '../../build/page') })
})
afterAll(() => server.close())

describe.each(['Chromium', 'Firefox'] as const)('%s', name => {
  let borrowed: BorrowedBrowser
  let opened: Visit
  beforeAll(async () => {
    borrowed = await borrowBrowser(name)
  })
  afterAll(() => borrowed.close())

  const open = async (settings = '', language = 'en') => {
    opened = await visit(borrowed.context, `${server.url}/?lang=${language}#chapter=activation${settings}`)
    await opened.page.waitForSelector('[data-exhibit=functions] svg')
    return opened.page
  }

  /** Nothing was written to the console, forbidden, or hard to reach. */
  const leave = async () => {
    const { page, errors, violations } = opened
    expect(await inaccessible(page)).toEqual([])
    expect([errors, await violations()]).toEqual([[], []])
    await page.close()
  }

  const { goTo, textOf, says, part, press, keys } = exhibitsOf(() => opened.page)

  describe('functions and slopes', () => {
    test('the sigmoid’s slope is never above 0.25; the point follows the mouse, the slider and the keys', async () => {
      const page = await open()
      await expect
        .poll(() => textOf('functions'))
        .toBe(
          'At a = 1.00, h(a) is 0.731 and the slope is 0.197. The slope is largest at a = 0: 0.25. It is never above that.',
        )
      await expect.poll(() => textOf('functions', '.exhibit-picture')).toContain('never above 0.25')

      const point = await part('functions', 'slider', 'The point on the curve')
      const box = await point.boundingBox()
      if (!box) throw new Error('the point is not in the picture')
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
      await page.mouse.move(x, y)
      await page.mouse.down()
      await page.mouse.move(x + 60, y, { steps: 4 })
      await page.mouse.up()
      const dragged = Number(/a = (\d\.\d\d),/.exec(await textOf('functions'))?.[1])
      expect(dragged).toBeGreaterThan(1.5)

      await keys('functions', 'slider', 'a', 'Home')
      await expect
        .poll(() => textOf('functions'))
        .toContain('At a = −5.00, h(a) is 0.007 and the slope is 0.007.')
      await keys('functions', 'slider', 'The point on the curve', 'ArrowRight', 'ArrowRight')
      await expect.poll(() => textOf('functions')).toContain('At a = −4.90')
      await leave()
    })

    test('the step jumps, and ReLU has every slope from 0 to 1 at 0', async () => {
      const page = await open()
      await (await part('functions', 'radio', 'Step')).click()
      await press('functions', 'Go to a = 0')
      await expect
        .poll(() => textOf('functions'))
        .toContain(
          'At a = 0 there is no derivative: h jumps from 0 to 1, and the slope would be infinite. The kernel takes 0.',
        )
      // The arrow keys go from one function to the next, as in any group of radio buttons.
      await keys('functions', 'radio', 'Step', 'ArrowRight', 'ArrowRight')
      await (await part('functions', 'radio', 'ReLU')).isVisible()
      await expect.poll(() => textOf('functions')).toContain('the sub-differential is [0, 1]')
      await expect.poll(() => textOf('functions', '.readouts')).toContain('[0, 1]')
      expect(await page.$$eval('[data-exhibit=functions] .fan .line', lines => lines.length)).toBe(11)
      await leave()
    })

    test('all 19 have a formula, a range and a name', async () => {
      const page = await open()
      await (await waitFor(page, '[data-exhibit=functions] summary')).click()
      const tiles = await page.$$('[data-exhibit=functions] input[type=radio]')
      expect(tiles).toHaveLength(19)
      const seen = new Set<string>()
      for (const tile of tiles) {
        await tile.click()
        seen.add(await textOf('functions', '.function-head'))
        expect(await page.$$('[data-exhibit=functions] .function-formulas math')).toHaveLength(2)
        await expect.poll(() => textOf('functions', '.facts')).not.toContain('NaN')
      }
      expect(seen.size).toBe(19)
      await leave()
    })

    test('opens as its address says', async () => {
      await open('&activation.function=leakyRelu&activation.a=-2', 'ko')
      await expect
        .poll(() => textOf('functions'))
        .toContain('a = −2.00에서 h(a)는 −0.200, 기울기는 0.100입니다.')
      await leave()
    })
  })

  test('the chain: 0.22 and 0.043 from 0.67 and 0.73, and 0.0001 from two slopes of 0.01', async () => {
    await open()
    const lecture =
      'Forward, 1 becomes 0.73, and 0.73 becomes 0.67. Back: 1 · (1 − 0.67) · 0.67 = 0.22, then 0.22 · (1 − 0.73) · 0.73 = 0.043.'
    await expect.poll(() => textOf('chain')).toContain(lecture)
    await press('chain', 'Two slopes of 0.01')
    await expect.poll(() => textOf('chain')).toContain('= 0.01, then 0.01 · (1 − 0.9899) · 0.9899 = 0.0001.')
    await press('chain', 'The steepest')
    await expect.poll(() => textOf('chain')).toContain('= 0.063.')
    await press('chain', '0.67 and 0.73')
    await expect.poll(() => textOf('chain')).toContain(lecture)
    await keys('chain', 'slider', 'Second output', 'ArrowRight')
    await expect.poll(() => textOf('chain')).toContain('1 · (1 − 0.68) · 0.68 = 0.22')
    await keys('chain', 'slider', 'Input', 'Home')
    await expect.poll(() => textOf('chain')).toContain('Forward, −6 becomes 0.0025')
    await leave()
  })

  test('softmax: 0.018, 0.245 and 0.737, whatever C is, until exp overflows', async () => {
    await open()
    const columns = (tone: string) =>
      opened.page.$$eval(`[data-exhibit=softmax] .columns.${tone} strong`, found =>
        found.map(element => element.textContent),
      )
    const right = ['0.018', '0.245', '0.737']
    expect(await columns('blue')).toEqual(right)
    expect(await columns('orange')).toEqual(right)
    await expect.poll(() => textOf('softmax')).toContain('0.018 + 0.245 + 0.737 = 1.')

    const slider = await part('softmax', 'slider', 'C')
    await keys('softmax', 'slider', 'C', 'End')
    expect(await columns('blue')).toEqual(right)
    expect(await columns('orange')).toEqual(['NaN', 'NaN', 'NaN'])
    await expect.poll(() => textOf('softmax')).toContain('With C = 110 exp overflows')
    await keys('softmax', 'slider', 'C', 'Home')
    expect(await columns('blue')).toEqual(right)
    await expect.poll(() => textOf('softmax')).toContain('With C = −110 every exp is 0')
    expect(await slider.evaluate(element => element === document.activeElement)).toBe(true)

    await press('softmax', 'The lecture’s numbers')
    await keys('softmax', 'slider', 'Score a₁', 'End')
    await expect.poll(() => textOf('softmax')).toContain('The largest score, a₁')
    await leave()
  })

  test('ten layers: the gradients move while both train; pausing keeps the focus', async () => {
    const page = await open()
    await goTo('vanishing')
    await says('vanishing', 'Before training')
    expect(await page.$$('[data-exhibit=vanishing] .dot')).toHaveLength(20)
    const before = await page.$eval('[data-exhibit=vanishing] .line', line => line.getAttribute('d'))
    await keys('vanishing', 'button', 'One batch', 'Enter')
    await says('vanishing', 'After 1 batch,')
    await keys('vanishing', 'button', 'Train', 'Enter')
    await says('vanishing', 'right and the ReLUs')
    await page.waitForFunction(
      before => document.querySelector('[data-exhibit=vanishing] .line')?.getAttribute('d') !== before,
      { polling: 'raf' },
      before,
    )
    const focused = () => page.evaluate(() => document.activeElement?.textContent)
    await expect.poll(() => focused()).toBe('Pause')
    await page.keyboard.press('Enter')
    await page.waitForSelector('[data-exhibit=vanishing] ::-p-aria([name="Train"][role="button"])')
    await expect.poll(() => focused()).toBe('Train')
    await leave()
  })

  test('units die, the more the larger the learning rate; with leaky ReLU none does', async () => {
    await open()
    await goTo('dying')
    await says('dying', 'Before training no unit is dead.')
    await press('dying', 'Train')
    await says('dying', 'After 30 of 30 batches')
    // The same bits as in Node: test/web/activation-training.test.ts.
    await expect
      .poll(() => textOf('dying'))
      .toContain('0 of 100 units are dead at a learning rate of 0.1, 35 at 1 and 90 at 3.')
    await says(
      'dying',
      'Pixels have 16 shades of grey in this page and 256 in MNIST’s files',
      '.exhibit-side',
    )
    await (await part('dying', 'radio', 'Leaky ReLU')).click()
    await says('dying', 'Before training no unit is dead.')
    await press('dying', 'Train')
    await says('dying', 'With leaky ReLU,')
    await expect.poll(() => textOf('dying')).toContain('a slope of 0.1 remains: none is dead.')
    await expect.poll(() => textOf('dying', '.exhibit-picture')).not.toMatch(/[1-9]\d* of 100 dead/)
    await leave()
  })
})
