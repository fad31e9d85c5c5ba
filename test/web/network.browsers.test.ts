// Chapter 1 of the built page, as a visitor uses it: what is dragged, typed and pressed, and the lecture's numbers that
// come out on the screen.
import { resolve } from 'node:path'
import type { ElementHandle, Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createKernels } from 'wasmlp/kernels'
import { Plane } from '../../src/web/chapters/network/plane.model.ts'
import { type BorrowedBrowser, borrowBrowser } from '../support/borrowed-browser.ts'
import { exhibitsOf, waitFor } from '../support/exhibit-page.ts'
import { longTasks, watchTasks } from '../support/long-tasks.ts'
import { type StaticServer, serve } from '../support/static-server.ts'
import { inaccessible, type Visit, visit } from '../support/visited-page.ts'

let server: StaticServer
beforeAll(async () => {
  server = await serve({ '/': resolve(import.meta.dirname, '../../build/page') })
})
afterAll(() => server.close())

/** Of the plane's network after three epochs, by the page's model in Node. */
async function fingerprintInNode(): Promise<string> {
  const plane = new Plane(await createKernels({ build: 'simd' }))
  plane.follow()
  await plane.train(3)
  const fingerprint = plane.fingerprint.value
  plane.close()
  return fingerprint
}

describe.each(['Chromium', 'Firefox'] as const)('%s', name => {
  let borrowed: BorrowedBrowser
  let visited: Visit
  let page: Page
  beforeAll(async () => {
    borrowed = await borrowBrowser(name)
  })
  afterAll(() => borrowed.close())

  const open = async (settings = '', language = 'en', width = 1280) => {
    const address = `${server.url}/?lang=${language}#chapter=network${settings}`
    visited = await visit(borrowed.context, address, { width, height: 900 })
    page = visited.page
    await waitFor(page, '.chapter:not([aria-busy])')
    // What is computed when the visitor comes near moves what stands below it.
    await goTo('plane')
    const isWhole = () =>
      page.$$eval('[data-exhibit] .words', words => words.every(({ textContent }) => textContent?.trim()))
    await expect.poll(isWhole).toBe(true)
    await page.evaluate(() => scrollTo(0, 0))
  }
  afterEach(async () => {
    expect(visited.errors).toEqual([])
    expect(await visited.violations()).toEqual([])
    await page.close()
  })

  const { goTo } = exhibitsOf(() => page)
  const at = (exhibit: string, selector = '') => `[data-exhibit="${exhibit}"] ${selector}`.trim()
  const textOf = (exhibit: string, selector = '.words') =>
    page.$eval(at(exhibit, selector), element => element.textContent ?? '')
  /** Waits until an exhibit's words, or other text of it, are as told. */
  const says = (exhibit: string, text: string | RegExp, selector = '.words') =>
    expect.poll(() => textOf(exhibit, selector)).toMatch(text)

  async function find(exhibit: string, selector: string, text: string): Promise<ElementHandle<HTMLElement>> {
    const found = await page.waitForFunction(
      (selector, text) =>
        [...document.querySelectorAll<HTMLElement>(selector)].find(
          element => (element.ariaLabel ?? element.textContent)?.trim() === text,
        ),
      {},
      at(exhibit, selector),
      text,
    )
    return found as ElementHandle<HTMLElement>
  }
  const press = async (exhibit: string, text: string) => (await find(exhibit, 'button', text)).click()
  const choose = async (exhibit: string, text: string) => (await find(exhibit, '.choice label', text)).click()
  /** The input or list with a label. */
  async function field(exhibit: string, label: string): Promise<ElementHandle<HTMLInputElement>> {
    const id = await page.evaluate(
      element => (element as HTMLLabelElement).htmlFor,
      await find(exhibit, 'label', label),
    )
    return (await waitFor(page, `[id="${id}"]`)) as ElementHandle<HTMLInputElement>
  }
  const type = async (exhibit: string, label: string, text: string) => {
    const input = await field(exhibit, label)
    await input.click({ count: 3 })
    await input.type(text)
  }

  describe('the line', () => {
    test('is dragged until the bars vanish, found by descent, moved by keys and numbers, and diverges', async () => {
      await open()
      await says('line', 'With w = 0.000 and b = 0.000, the loss (mean squared error) is 5.000.')
      const drag = async (handle: string, y: number) => {
        const grip = await find('line', '[role="slider"]', handle)
        await grip.scrollIntoView()
        const box = await grip.boundingBox()
        if (!box) throw new Error('the handle is not shown')
        const plot = await (await waitFor(page, at('line', '.plot'))).boundingBox()
        if (!plot) throw new Error('the plot is not shown')
        // The axis goes from 7 above to −7 below, within the plot's margins.
        const unit = (plot.height - 26 - 44) / 14
        const x = box.x + box.width / 2
        await page.mouse.move(x, box.y + box.height / 2)
        await page.mouse.down()
        await page.mouse.move(x, plot.y + 26 + (7 - y) * unit, { steps: 4 })
        await page.mouse.up()
      }
      await drag('Bias b (intercept)', -1)
      await drag('Weight w (slope)', 4)
      await says('line', 'With w = 2.000 and b = −1.000, the loss (mean squared error) is 0.000.')
      const heights = await page.$$eval(at('line', '.error-bars rect'), bars =>
        bars.map(bar => Number(bar.getAttribute('height'))),
      )
      expect(Math.max(...heights)).toBeLessThan(0.01)

      await press('line', 'Start over')
      await says('line', 'With w = 0.000 and b = 0.000')
      await press('line', 'Find it')
      await says('line', /Found in \d+ steps: w = 2\.000, b = −1\.000\./)
      expect(
        await page.$$eval(at('line', '.slider output'), outputs => outputs.map(o => o.textContent)),
      ).toEqual(['2.000', '−1.000'])
      await expect.poll(() => textOf('line', 'table')).toContain('−3−3.0000.000')

      await press('line', 'Start over')
      await says('line', 'With w = 0.000 and b = 0.000')
      const handle = await find('line', '[role="slider"]', 'Bias b (intercept)')
      await handle.evaluate(element => element.focus())
      await page.keyboard.press('ArrowDown')
      await page.keyboard.down('Shift')
      await page.keyboard.press('ArrowDown')
      await page.keyboard.up('Shift')
      await says('line', 'b = −0.550')
      expect(await page.evaluate(element => document.activeElement === element, handle)).toBe(true)
      await type('line', 'Bias b as a number', '0')
      await press('line', 'One step')
      await says('line', /w = 0\.500 and b = 0\.000.*Step 1|w = 0\.500 and b = 0\.000/)
      await press('line', 'Start over')
      await says('line', 'With w = 0.000 and b = 0.000')

      await choose('line', '0.6')
      await press('line', 'Find it')
      await says('line', 'each step overshoots further than the last')
    })

    test('is at once where it is found for those who want no motion', async () => {
      if (name === 'Firefox') return open() // whose preference this would be
      await open()
      await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }])
      await press('line', 'Find it')
      expect(await page.$eval(at('line', '.slider output'), output => output.textContent)).toBe('2.000')
    })
  })

  describe('the pipeline', () => {
    test('goes through seven lamps, one press each, of one layer or two', async () => {
      await open()
      const tensor = (caption: string) =>
        page.$$eval(
          at('pipeline', 'table.numbers'),
          (tables, caption) => {
            const table = tables.find(table => table.querySelector('caption b')?.textContent === caption)
            return [...(table?.querySelectorAll('tbody td') ?? [])].map(cell => cell.textContent)
          },
          caption,
        )
      const stages = [
        ['Prepare data', 'T', ['1.000', '3.000']],
        ['Apply the model', 'W₁', ['0.000']],
        ['Prediction', 'Y', ['0.000', '0.000']],
        ['Loss', 'Y − T', ['−1.000', '−3.000']],
        ['Gradient', '∂L/∂W₁', ['−7.000']],
        ['Direction', '−∂L/∂W₁', ['↑ 7.000']],
        ['Change the weights', 'W₁', ['0.700']],
      ] as const
      for (const [stage, caption, values] of stages) {
        await press('pipeline', stage)
        await expect.poll(() => tensor(caption)).toEqual(values)
      }
      await says(
        'pipeline',
        'Step 1, stage “Change the weights”; 7 of 7 stages are done. The last loss is 5.000.',
      )
      await press('pipeline', 'Whole step')
      await says('pipeline', 'The last loss is 0.725.')

      await choose('pipeline', 'Two layers 2 → 3 → 1')
      await press('pipeline', 'Gradient')
      await says('pipeline', '∂L/∂W₂', '.tensors')
      await expect.poll(() => textOf('pipeline', '.tensors')).toContain('∂L/∂W₁ 2 × 3')
    })

    test('is pressed through by the keyboard, which stays where it is', async () => {
      await open('', 'ko')
      await (await find('pipeline', 'button', '다음: 데이터 처리')).focus()
      for (const stage of [
        '데이터 처리',
        '모델 구현',
        '예측값 도출',
        '손실함수 계산',
        '기울기 계산',
        '개선 방향 확정',
        '가중치 개선',
      ]) {
        await page.keyboard.press('Enter')
        await says('pipeline', stage, '.stage-panel h4')
      }
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('다음: 데이터 처리')
    })
  })

  describe('two linear layers', () => {
    test('fold into 2x₁ + 3x₂; those of 4 → 8 → 8 → 2 have 130 parameters, and folded 10', async () => {
      await open()
      await expect
        .poll(() => textOf('fold', '.equations'))
        .toBe('y₁ = 2·x₁ + 1y₂ = 3·x₂ − 1z = 1·y₁ + 1·y₂ = 2·x₁ + 3·x₂')
      await press('fold', 'Fold')
      await expect.poll(() => page.$$eval(at('fold', '.node'), nodes => nodes.length)).toBe(3)
      expect(await page.$$eval(at('fold', '.edge-label'), labels => labels.map(l => l.textContent))).toEqual([
        '2',
        '3',
      ])
      await type('fold', 'Weight from y₂ to z', '-2')
      await says('fold', '= 2·x₁ − 6·x₂ + 3', '.equations')
      await says('fold', 'For x = (1, 1): y₁ = 3, y₂ = 2, and z = −1 by two layers; by one, z = −1.')
      // A number is typed digit by digit: "-0" is none that is to be written as 0.
      await type('fold', 'Weight from y₂ to z', '-0.25')
      await says('fold', '= 2·x₁ − 0.75·x₂ + 1.25', '.equations')
      await press('fold', 'Unfold')
      await expect.poll(() => page.$$eval(at('fold', '.node'), nodes => nodes.length)).toBe(5)

      await says('deep', '130 parameters fold into 10.')
      for (const network of ['deep', 'one']) {
        await expect
          .poll(() => textOf('deep', `[data-network="${network}"] .outputs strong`))
          .toBe('1.0838  −0.3116')
      }
      await choose('deep', 'ReLU')
      await says('deep', 'With ReLUs between them the layers do not fold: all 130 parameters are needed.')
      await choose('deep', 'identity')
      const slider = await field('deep', 'Hidden layers')
      await slider.focus()
      await page.keyboard.press('ArrowRight')
      await says('deep', '202 parameters fold into 10.')
    })
  })

  describe('the plane', () => {
    test('keeps a straight boundary with linear layers, bends it with tanh, and takes other layers and units', async () => {
      await open()
      await press('plane', 'Train')
      await says('plane', /Epoch [3-9]\d: .* The boundary is a straight line: it bends by 0\.00\./)
      await choose('plane', 'tanh')
      await says('plane', /The boundary is no straight line: it bends by 0\.[1-9]\d|bends by [1-9]/)
      await press('plane', 'Pause')
      expect(await inaccessible(page)).toEqual([])

      const units = () => page.$$eval(at('plane', '.unit-button'), buttons => buttons.length)
      await expect.poll(units).toBe(11)
      await press('plane', 'Add a layer')
      await expect.poll(units).toBe(15)
      await press('plane', 'One unit more') // of the first layer
      await expect.poll(units).toBe(16)
      await (await find('plane', '.unit-button', 'Layer 2, unit 3')).focus()
      await page.keyboard.press('Enter')
      await says('plane', 'Layer 2, unit 3: blue where it is negative', 'figcaption')
      const lists = await page.$$(at('plane', '.layer select'))
      expect(lists).toHaveLength(3)
      await lists[1]?.select('relu')
      // Layers of different activations have none in common.
      await expect
        .poll(() => page.$$eval(at('plane', '.plane-bar input:checked'), inputs => inputs.length))
        .toBe(0)
    })

    test('gives the same weights for the same seed, here and in Node', async () => {
      await open()
      const fingerprint = () => textOf('plane', 'code')
      await expect.poll(fingerprint).toMatch(/^[0-9a-f]{8}$/)
      const first = await fingerprint()
      for (const epoch of ['1', '2', '3']) {
        await press('plane', 'One epoch')
        await says('plane', new RegExp(`^${epoch}$`), '.epoch strong')
      }
      expect(await fingerprint()).toBe(await fingerprintInNode())
      await expect.poll(() => page.evaluate(() => location.hash)).toContain('network.epoch=3')
      const link = await page.evaluate(() => location.hash.replace('#', '&'))
      await page.close()
      await open(link)
      await says('plane', /the weights are the same, bit for bit/, '[role="status"].caption')
      await says('plane', /^3$/, '.epoch strong')
      const seed = await field('plane', 'Seed')
      await press('plane', 'Next seed')
      await expect.poll(() => seed.evaluate(input => input.value)).toBe('2')
      await expect.poll(fingerprint).not.toBe(first)
      await type('plane', 'Seed', '1')
      await expect.poll(fingerprint).toBe(first)
    })

    test('takes points that the visitor sets by a press or by numbers', async () => {
      await open()
      await choose('plane', 'Your own')
      await says('plane', 'Clear', '.plane-data')
      await press('plane', 'Clear')
      await says('plane', 'There are no points yet.')
      const canvas = await waitFor(page, at('plane', '.plane-canvas canvas'))
      await canvas.click({ offset: { x: 80, y: 80 } })
      await expect
        .poll(() => canvas.evaluate(canvas => canvas.ariaLabel))
        .toContain('with 1 training point (')
      await choose('plane', 'Orange')
      await type('plane', 'x₁', '1.5')
      await type('plane', 'x₂', '-1.5')
      await press('plane', 'Add the point')
      await press('plane', 'Train')
      await says('plane', /the loss is 0\.0\d\d; 100\.0% of the points are right/)
      expect(await page.$eval(at('plane', '.plane-canvas canvas'), canvas => canvas.ariaLabel)).toContain(
        'with 2 training points',
      )
    })

    test('is what the address says', async () => {
      await open('&network.points=xor&network.layers=3-relu&network.seed=7&network.rate=0.3')
      await expect.poll(() => page.$$eval(at('plane', '.unit-button'), buttons => buttons.length)).toBe(4)
      expect(await (await field('plane', 'Seed')).evaluate(input => input.value)).toBe('7')
      await choose('plane', 'Circles')
      await expect.poll(() => page.evaluate(() => location.hash)).toContain('network.points=circles')
    })
  })

  test('no press holds the page’s thread', async () => {
    await open()
    // By the processor's time, whatever else this machine does. Firefox tells of none.
    if (name === 'Chromium') await watchTasks(page)
    await press('line', 'Find it')
    await press('pipeline', 'Whole step')
    await press('fold', 'Fold')
    await press('plane', 'Train')
    await expect.poll(async () => Number(await textOf('plane', '.epoch strong'))).toBeGreaterThan(20)
    if (name === 'Chromium') expect(await longTasks(page)).toEqual([])
  })

  test('has nothing that axe finds, at the beginning and with all in use', async () => {
    await open('', 'ko', 390)
    await press('line', '찾기')
    await press('pipeline', '한 단계 전체')
    await press('fold', '접기')
    await choose('plane', '직접 찍기')
    await press('plane', '학습')
    await says('plane', '에폭')
    expect(await inaccessible(page)).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  })
})
