// What is seen of the network while it learns, in both browsers, as a visitor uses it: stepped, steered, followed, read.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { borrowBrowser } from '../support/borrowed-browser.ts'
import { exhibitsOf } from '../support/exhibit-page.ts'
import { longTasks, watchTasks } from '../support/long-tasks.ts'
import { PAGE_FOLDER, untilShown } from '../support/page-training.ts'
import { type StaticServer, serve } from '../support/static-server.ts'
import { inaccessible, type Visit, visit } from '../support/visited-page.ts'

let server: StaticServer
beforeAll(async () => {
  server = await serve({ '/': PAGE_FOLDER })
})
afterAll(() => server.close())

describe.each(['Chromium', 'Firefox'] as const)('%s', name => {
  test('stepped by the keyboard, steered, trained; each picture follows', async () => {
    const borrowed = await borrowBrowser(name)
    const address = (language: string) =>
      `${server.url}/?lang=${language}&build=simd#chapter=mnist&mnist.epochs=1&mnist.image=9`
    let { page, errors, violations }: Visit = await visit(borrowed.context, address('en'), { height: 900 })
    const { goTo, says, textOf, press, keys, part } = exhibitsOf(() => page)
    const status = () => page.$eval('#status', element => element.textContent)

    // Before training: the untrained network.
    await goTo('way')
    await says('way', /Label 5: \d+ of the 784 pixels are not black.*The network reads \d with/)
    await expect
      .poll(() => textOf('way', 'tbody'))
      .toBe('784 × 512 401,408 512 401,920 512 × 10 5,120 10 5,130 All 407,050')
    await goTo('tiles')
    await says('tiles', 'W − W₀ is 0 everywhere')

    // One press, one batch.
    await keys('training', 'button', 'Step', 'Enter')
    await expect.poll(status).toMatch(/Paused\. Epoch 1, batch 1 of 60, loss 2\.\d/)
    await page.keyboard.press('Enter')
    await page.keyboard.press(' ')
    await expect.poll(status).toMatch('Paused. Epoch 1, batch 3 of 60')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('step')
    await keys('training', 'slider', 'Learning rate η', 'ArrowLeft', 'ArrowLeft')
    await expect.poll(() => textOf('training', '.slider output')).toBe('0.40')
    await keys('training', 'button', 'Step', 'Enter')
    await says('training', 'moved at batch 4', '#moved')

    if (name === 'Chromium') await watchTasks(page)
    await press('training', 'Resume')
    await untilShown(page.mainFrame(), ({ weights }) => weights !== '')
    await says('training', /[\d,]+ images a second|Measured/, '#pace')
    await expect.poll(() => page.url()).toContain('mnist.rate=0.4')

    // What it has learned.
    await goTo('way')
    await press('way', 'Previous')
    await says('way', /Label 9: .*The network reads/)
    await goTo('tiles')
    await says('tiles', /shows strokes.*has changed most/)
    await (await part('tiles', 'radio', 'W, the weights')).evaluate(radio => radio.click())
    await says('tiles', 'strokes hide in that noise')
    await press('tiles', 'Next')
    await expect.poll(() => textOf('tiles', '.slider output')).toBe('65–128 of 512')
    await goTo('confusion')
    await says(
      'confusion',
      /\d{3} of 1,000 test images are read right: \d\d\.\d\d%\. Most often \d is read as/,
    )
    const cells = await page.$$eval('[data-exhibit=confusion] td', all => all.map(cell => cell.textContent))
    expect(cells.reduce((sum, text) => sum + Number((text ?? '').replace(/\D/g, '')), 0)).toBe(1000)
    const [worst] = await page.$$('[data-exhibit=confusion] .worst button')
    const label = (await worst?.evaluate(button => button.textContent)) ?? ''
    await worst?.click()
    const [, number, digit] = /Test image (\d+): label (\d)/.exec(label) ?? []
    await says('way', new RegExp(`Label ${digit}: .*which is wrong`))
    expect(await page.$eval('[data-exhibit=way] input', input => input.value)).toBe(number)
    if (name === 'Chromium') expect(await longTasks(page)).toEqual([])
    expect(await inaccessible(page)).toEqual([])
    expect([errors, await violations()]).toEqual([[], []])

    // After a reload the kept network is there, in the other language.
    await page.close()
    ;({ page, errors, violations } = await visit(borrowed.context, address('ko'), {
      width: 320,
      height: 800,
    }))
    await goTo('confusion')
    await says('confusion', /시험 이미지 1,000장 중 [89]\d\d장을 맞힙니다/)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
    expect([errors, await violations()]).toEqual([[], []])
    await borrowed.close()
  })
})
