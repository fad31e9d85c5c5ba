// The programs at the chapters' ends, in both browsers: run as they stand, edited, stopped, and wrong.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type BorrowedBrowser, borrowBrowser } from '../support/borrowed-browser.ts'
import { PAGE_FOLDER } from '../support/page-training.ts'
import { type StaticServer, serve } from '../support/static-server.ts'
import { inaccessible, visit } from '../support/visited-page.ts'

let server: StaticServer
let elsewhere: StaticServer
beforeAll(async () => {
  server = await serve({ '/': PAGE_FOLDER })
  elsewhere = await serve({}, (_, response) => {
    response.writeHead(200, { 'access-control-allow-origin': '*' }).end('from elsewhere')
    return true
  })
})
afterAll(async () => {
  await server.close()
  await elsewhere.close()
})

describe.each(['Chromium', 'Firefox'] as const)('%s', name => {
  let borrowed: BorrowedBrowser
  beforeAll(async () => {
    borrowed = await borrowBrowser(name)
  })
  afterAll(() => borrowed.close())

  // One page, as a visitor has it.
  test('programs are run as they stand, written, stopped, and wrong', async () => {
    const address = `${server.url}/?lang=en&build=simd#chapter=network`
    const first = await visit(borrowed.context, address)
    let { page } = first
    let panel = ''
    const open = async (chapter: string) => {
      panel = `#panel-${chapter} .program`
      await page.locator(`#tab-${chapter}`).click()
      await page.waitForSelector(`${panel} .primary`)
      await page.focus(`${panel} .primary`)
      await page.keyboard.press('Enter')
      await page.waitForSelector(`${panel} textarea`)
    }
    const textOf = (selector: string) =>
      page.$eval(`${panel} ${selector}`, element =>
        // biome-ignore lint/performance/useDomNodeTextContent: as it is seen.
        (element as HTMLElement).innerText.trim(),
      )
    const output = () => textOf('.program-output pre')
    const says = (text: string | RegExp) => expect.poll(() => textOf('.program-output .status')).toMatch(text)
    const code = () => page.$eval(`${panel} textarea`, field => (field as HTMLTextAreaElement).value)
    /** The button runs and stops, and keeps the focus. */
    const press = async () => {
      await page.focus(`${panel} .primary`)
      await page.keyboard.press('Enter')
    }
    const run = async (program: string, status: string | RegExp) => {
      await page.locator(`${panel} textarea`).fill(program)
      await press()
      await says(status)
    }
    const focused = () =>
      page.evaluate(
        () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent,
      )

    await open('network')
    await expect.poll(() => focused()).toBe('Run')
    await press()
    await says(/^Finished after [\d.]+ s\.$/)
    await expect.poll(() => output()).toBe('w = 2.000, b = -1.000')

    // What never ends does not hold the page, silent or not.
    await run("console.log('before')\nfor (;;) {}\n", 'Running …')
    await expect.poll(output).toBe('before')
    await expect.poll(() => focused()).toBe('Stop')
    await press()
    await says('Stopped.')
    await run('for (let i = 0; ; ++i) console.log(i)\n', 'Running …')
    await page.waitForSelector(`${panel} .program-output .said`)
    await press()
    await says('Stopped.')

    const inLine = 'It ended with an error in line'
    await run('const two = 2\n\nconst 3 = two\n', `${inLine} 3. SyntaxError: `)
    await expect.poll(() => textOf('.line-numbers .wrong')).toBe('3')
    await run(
      "import { dense } from 'wasmlp'\n\ndense(-1)\n",
      `${inLine} 3. ArgumentError: dense(-1): expected`,
    )
    await run("import { densee } from 'wasmlp'\n", /ended with an error.* SyntaxError: .*densee/)
    await run("import 'lodash'\n", /ended with an error.* TypeError: .*lodash/)
    await run("await 1\nthrow new RangeError('later')\n", `${inLine} 2. RangeError: later`)

    // Tab indents, and Escape lets it go on.
    await page.focus(`${panel} textarea`)
    await page.$eval(`${panel} textarea`, field => (field as HTMLTextAreaElement).setSelectionRange(0, 0))
    await page.keyboard.press('Tab')
    await expect.poll(() => code()).toMatch(/^ {2}await 1\n/)
    await page.keyboard.press('Escape')
    await page.keyboard.press('Tab')
    await expect.poll(() => focused()).toBe('Output')

    await open('activation')
    await press()
    await says(/^Finished after/)
    await expect
      .poll(() => output())
      .toMatch(/^0 0\.500 0\.250$[\s\S]*^0\.22\n0\.043\n0\.018 0\.245 0\.737\n0\.018 0\.245 0\.737$/m)

    await open('mnist')
    const original = await code()
    expect(original).toContain('epochs: 5')
    await run(original.replace('epochs: 5', 'epochs: 1'), /^Finished after/)
    await expect
      .poll(() => output())
      .toMatch(/784 × 512[\s\S]*512 × 10[\s\S]*407,050[\s\S]*^1 0\.\d+\n0\.9[5-7]/m)
    expect(server.requests.some(path => path.startsWith('/mnist/train-images'))).toBe(true)
    await page.locator(`${panel} ::-p-aria([name="The original again"])`).click()
    await expect.poll(() => code()).toBe(original)

    await open('batch')
    await press()
    await says(/^Finished after/)
    await expect
      .poll(() => output())
      .toMatch(/^600 3000\n5 7 9\n1 [\d.]+ s [\d.]+\n10 [\d.]+ s [\d.]+\n100 .*\n1000 .*\n6000 .*$/)
    expect(await inaccessible(page)).toEqual([])
    expect([first.errors, await first.violations()]).toEqual([[], []])

    // From the files that the browser keeps, in a page that is isolated.
    await page.waitForSelector('#offline[data-state=kept]')
    await page.close()
    const before = server.requests.length
    const second = await visit(borrowed.context, address)
    page = second.page
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
    await open('network')
    await press()
    await says(/^Finished after/)
    await expect.poll(() => output()).toBe('w = 2.000, b = -1.000')
    // The browser itself asks whether that is still the same.
    expect(server.requests.slice(before).filter(path => path !== '/service-worker.js')).toEqual([])
    expect([second.errors, await second.violations()]).toEqual([[], []])

    // It reaches no other server, and no document. What is refused, browsers write down.
    const refused = `${elsewhere.url}/a.js`
    await run(
      `console.log(typeof document, typeof parent)
await fetch('${refused}').catch(error => console.log('fetch:', error.name))
await import('${refused}').catch(error => console.log('import:', error.name))`,
      /^Finished after/,
    )
    await expect.poll(output).toBe('undefined undefined\nfetch: TypeError\nimport: TypeError')
    expect(elsewhere.requests).toEqual([])
  })
})
