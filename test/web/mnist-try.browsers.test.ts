// Three exhibits of the MNIST chapter in both browsers, as a visitor uses them: time travel, breaking the network, and leaving
// an image out. What they compute has the bits of Node.
import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dataset, dense, type Sequential, sequential } from 'wasmlp'
import { LeavingOut } from '../../src/web/chapters/mnist/leaving-out.ts'
import { type BorrowedBrowser, borrowBrowser } from '../support/borrowed-browser.ts'
import { exhibitsOf, waitFor } from '../support/exhibit-page.ts'
import { pageDigits } from '../support/page-digits.ts'
import { isTrained, PAGE_FOLDER, pressTrain, untilShown } from '../support/page-training.ts'
import { hashParameters } from '../support/sha256.ts'
import { type StaticServer, serve } from '../support/static-server.ts'
import { inaccessible, type Visit, visit } from '../support/visited-page.ts'

async function build(): Promise<Sequential> {
  const layers = [dense(512, { activation: 'relu' }), dense(10, { activation: 'softmax' })]
  const model = await sequential(layers, { inputSize: 784, seed: 1, build: 'simd' })
  return model.compile({ learningRate: 0.5 })
}

/** SHA-256 of the weights after each batch of three epochs, in Node; the first is before all of them. */
async function hashesOfNode(): Promise<string[]> {
  const { images, labels } = pageDigits('train', 6000)
  using data = await dataset({ inputs: images, labels, imageShape: [28, 28], build: 'simd' })
  using model = await build()
  const hashes = [await hashParameters(await model.getParameters())]
  await model.fit(data, {
    epochs: 3,
    batchSize: 100,
    onBatchEnd: async () => {
      hashes.push(await hashParameters(await model.getParameters()))
    },
  })
  return hashes
}

/** The same with all of the first 600 images, and without the sixth. */
async function comparisonOfNode() {
  const leavingOut = new LeavingOut({
    training: async () => pageDigits('train', 600),
    test: async () => pageDigits('t10k', 1000),
    buildNetwork: build,
    build: () => 'simd',
    seed: () => 1,
  })
  await leavingOut.compare({ images: 600, epochs: 5 }, 5)
  return leavingOut.comparison.value
}

let server: StaticServer
let hashes: string[]
let comparison: Awaited<ReturnType<typeof comparisonOfNode>>
beforeAll(async () => {
  server = await serve({ '/': PAGE_FOLDER })
  hashes = await hashesOfNode()
  comparison = await comparisonOfNode()
})
afterAll(() => server.close())

describe.each(['Chromium', 'Firefox'] as const)('%s', name => {
  let borrowed: BorrowedBrowser
  let visited: Visit
  let page: Page
  const { goTo, part, press, keys, type, says, textOf } = exhibitsOf(() => page)
  beforeAll(async () => {
    borrowed = await borrowBrowser(name)
    visited = await visit(borrowed.context, `${server.url}/?lang=en&build=simd#chapter=mnist&mnist.epochs=2`)
    page = visited.page
    await page.waitForSelector('[data-exhibit=without]')
  })
  afterAll(async () => {
    await borrowed.close()
  })

  /** Waits until time travel has arrived, and gives the step and the hash of its weights. */
  const arrived = async () => {
    const read = () =>
      page.evaluate(() => {
        const exhibit = document.querySelector('[data-exhibit=travel]')
        const slider = exhibit?.querySelector<HTMLInputElement>('input[type=range]')
        const code = exhibit?.querySelector<HTMLElement>('code[data-hash]')
        return { target: slider?.value, step: code?.dataset.hash, hash: code?.textContent }
      })
    let found = await read()
    const look = async () => {
      found = await read()
      return found.step === found.target
    }
    await expect.poll(look).toBe(true)
    return { step: Number(found.step), hash: found.hash }
  }
  const brokenHash = () => textOf('break', '.words code')

  test('before anything is trained, each says what to do', async () => {
    await says('travel', 'Train the network first')
    await goTo('break')
    await says('break', /Whole, it reads \d+\.\d% of the test images/)
    await says('without', 'Nothing is trained yet.')
  })

  /** Waits until the slider has the last batch: its end follows the training at most twice a second. */
  const endsAt = async (batch: number) => {
    const slider = await part('travel', 'slider', 'Batch')
    await expect.poll(() => slider.evaluate(element => element.getAttribute('max'))).toBe(String(batch))
  }

  test('while the training pauses, its batches can be travelled, and the network cannot be broken', async () => {
    await press('training', 'Step')
    await untilShown(page.mainFrame(), ({ button }) => button === 'Resume')
    await says('break', 'The network is learning.')
    const button = await part('break', 'button', 'Wipe this unit')
    expect(await button.evaluate(element => element.ariaDisabled)).toBe('true')
    await endsAt(1)
    await keys('travel', 'slider', 'Batch', 'End')
    expect(await arrived()).toEqual({ step: 1, hash: hashes[1] })
    await says('travel', 'When the training has ended, it can go on from here.', '.caption')
  })

  test('time travel: wherever the slider is dragged, the weights are those of Node', async () => {
    await pressTrain(page)
    await untilShown(page.mainFrame(), isTrained)
    const slider = await part('travel', 'slider', 'Batch')
    await slider.scrollIntoView()
    await endsAt(120)
    const { x, y, width, height } = (await slider.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }
    await page.mouse.move(x + width * 0.8, y + height / 2)
    await page.mouse.down()
    for (const share of [0.6, 0.5, 0.3]) await page.mouse.move(x + width * share, y + height / 2)
    await page.mouse.up()
    // A browser gathers the moves of a frame.
    await page.evaluate(() => new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn))))
    const dragged = await arrived()
    expect(dragged.step).toBeGreaterThan(20)
    expect(dragged.step).toBeLessThan(60)
    expect(dragged.hash).toBe(hashes[dragged.step])
    await says('travel', `After batch ${dragged.step}:`)

    await keys('travel', 'slider', 'Batch', 'ArrowRight', 'ArrowRight', 'ArrowLeft')
    await expect.poll(arrived).toEqual({ step: dragged.step + 1, hash: hashes[dragged.step + 1] })
    await keys('travel', 'slider', 'Batch', 'End')
    await expect.poll(arrived).toEqual({ step: 120, hash: hashes[120] })
    await press('travel', 'One back')
    expect(await arrived()).toEqual({ step: 119, hash: hashes[119] })
    await keys('travel', 'slider', 'Batch', 'Home')
    expect(await arrived()).toEqual({ step: 0, hash: hashes[0] })
    await says('travel', /Before the first batch: \d+\.\d% of the test images/)
    // The network that is shown is where the training has brought it.
    expect(await page.$eval('#weights', element => element.textContent)).toBe(hashes[120])
  })

  test('break it: accuracy falls, training mends it, and the whole network comes back', async () => {
    await goTo('break')
    await expect.poll(brokenHash).toBe(hashes[120])
    const accuracies = async () => {
      const [, before = '', after = ''] = /from (\S+)% to (\S+)% of/.exec(await textOf('break')) ?? []
      return [Number(before), Number(after)] as const
    }
    await keys('break', 'slider', 'Share', 'End')
    await press('break', 'Wipe 486 units at random')
    await says('break', '486 hidden units wiped: from')
    const [whole, broken] = await accuracies()
    expect(broken).toBeLessThan(whole - 5)
    await press('break', 'Train an epoch')
    await says('break', 'Trained 60 batches more: from')
    const [, mended] = await accuracies()
    expect(mended).toBeGreaterThan(broken + 5)
    await says('break', 'The 486 wiped units stay silent')

    await press('break', 'Whole again')
    await expect.poll(brokenHash).toBe(hashes[120])
    await says('break', /Whole, it reads/)
    await (await waitFor(page, '[data-exhibit=break] .break-picture canvas')).click()
    await says('break', '1 hidden unit wiped: from')
    await (await part('break', 'radio', 'Pixels')).click()
    const pixels = await waitFor(page, '[data-exhibit=break] .pixels canvas')
    await pixels.scrollIntoView()
    const { x, y, width } = (await pixels.boundingBox()) ?? { x: 0, y: 0, width: 0 }
    await page.mouse.move(x + width / 2, y + width / 2)
    await page.mouse.down()
    await page.mouse.move(x + width / 1.5, y + width / 2, { steps: 6 })
    await page.mouse.up()
    await says('break', /Blind to (2|3|4)\d pixels: from/)
    await type('break', 'spinbutton', 'Row', '1')
    await type('break', 'spinbutton', 'Column', '1')
    await press('break', 'Blind this block')
    await says('break', 'Blind to 16 pixels: from')
    for (let i = 0; i < 3; ++i) await press('break', 'Undo')
    await expect.poll(brokenHash).toBe(hashes[120])
    await says('break', /Whole, it reads/)
  })

  test('without this image: both networks are those of Node', async () => {
    await goTo('without')
    await page.waitForSelector('[data-exhibit=without] input[type=radio][aria-label^="No. 6"]')
    await (await part('without', 'radio', 'No. 6: 2')).click()
    await press('without', 'Train with and without it')
    await says('without', 'The weights of both networks lie')
    const shown = await page.$$eval('[data-exhibit=without] .facts code', codes =>
      codes.map(code => code.textContent),
    )
    expect(shown).toEqual([comparison?.with.hash, comparison?.without.hash])
    await says('without', `Of the 1,000 test images, ${comparison?.differentAnswers} `)
    expect(await part('without', 'button', 'Train without it')).toBeDefined()
  })

  test('nothing is hard to reach, and nothing in the console', async () => {
    expect(await inaccessible(page)).toEqual([])
    expect([visited.errors, await visited.violations()]).toEqual([[], []])
  })

  test('a broken network does not reach what is kept: the training goes on from a step of its, and after a visit’s end time travel begins anew', async () => {
    await goTo('break')
    await press('break', 'Blind this block')
    await says('break', 'Blind to 16 pixels: from')
    await keys('travel', 'slider', 'Batch', 'End', ...Array.from({ length: 3 }, () => 'PageDown' as const))
    expect((await arrived()).step).toBeLessThan(120)
    await press('travel', 'Go on from here')
    await untilShown(page.mainFrame(), ({ status }) => status.startsWith('Stored'))
    await pressTrain(page)
    const { weights } = await untilShown(
      page.mainFrame(),
      ({ weights, epochs }) => weights !== '' && epochs === 3,
    )
    expect(weights).toBe(hashes[180])
    await page.reload()
    await untilShown(page.mainFrame(), ({ status }) => status.startsWith('Stored'))
    await endsAt(180)
    await keys('travel', 'slider', 'Batch', 'End', 'ArrowLeft')
    expect(await arrived()).toEqual({ step: 179, hash: hashes[179] })
  })
})
