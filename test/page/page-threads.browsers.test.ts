// The threads of a model whose engine is in a worker, in the browsers that users have: the page starts them in the place of
// that worker, which in Firefox could sleep for ever (src/platform/browser-worker-request.ts).
import { resolve } from 'node:path'
import type { Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type BorrowedBrowser, borrowBrowser } from '../support/borrowed-browser.ts'
import { type StaticServer, serve } from '../support/static-server.ts'
import { CLASSES, trainingProblem } from '../support/training-problem.ts'

/** Keeps the workers that a thread starts, and those that it has ended. */
const counting = `
  globalThis.started = []
  globalThis.ended = []
  globalThis.mayStart = Infinity
  globalThis.Worker = class extends Worker {
    constructor(...args) {
      if (started.length === mayStart) throw new Error('no more workers')
      super(...args)
      started.push(this)
    }
    terminate() {
      super.terminate()
      ended.push(this)
    }
  }`

const html = `<!doctype html><meta charset="utf-8"><title>page</title><script>${counting}</script>
<script type="module">import * as wasmlp from "/wasmlp/index.js"; globalThis.wasmlp = wasmlp</script>`

/** What the page has. */
declare const wasmlp: typeof import('../../src/index.ts')
declare const started: Worker[]
declare const ended: Worker[]
declare let mayStart: number

/** One for the engine, and one for each thread but the one that it computes in. */
const THREADS = 4

/** Trains until so many workers have been started in all, and so many threads compute; the reason for their number. */
async function train(problem: Problem, workers: number, threads: number): Promise<string> {
  const { dataset, dense, sequential } = wasmlp
  const { inputs, inputSize, bytes, labels, asked } = problem
  const data = await dataset({ inputs: Uint8Array.from(inputs), inputSize, bytes, labels })
  // Wide enough that a batch is worth the threads.
  const hidden = dense(250, { activation: 'relu' })
  const layers = [hidden, hidden, dense(problem.classes, { activation: 'softmax' })]
  const model = await sequential(layers, { inputSize, seed: 1, threads: asked })
  model.compile({ learningRate: 0.05 })
  do await model.fit(data, { batchSize: 32 })
  while (started.length < workers || model.capabilities.threads !== threads)
  return model.capabilities.threadsReason
}

const { inputs, ...others } = trainingProblem(64)
const problem = { ...others, inputs: [...inputs], classes: CLASSES, asked: THREADS }
type Problem = typeof problem

/** A worker of a page's own that trains. */
const ownWorker = `${counting}
  globalThis.wasmlp = await import('/wasmlp/index.js')
  const reason = await (${train})(${JSON.stringify(problem)}, ${THREADS}, ${THREADS})
  postMessage({ reason, started: started.length })`

let server: StaticServer
let missing: string | undefined

beforeAll(async () => {
  const dist = resolve(import.meta.dirname, '../../dist/browser')
  server = await serve({ '/wasmlp/': dist }, (_, response, path) => {
    response.setHeader('cross-origin-opener-policy', 'same-origin')
    response.setHeader('cross-origin-embedder-policy', 'require-corp')
    if (path === missing) response.writeHead(404).end()
    else if (path === '/') response.writeHead(200, { 'content-type': 'text/html' }).end(html)
    else if (path === '/own.js') response.writeHead(200, { 'content-type': 'text/javascript' }).end(ownWorker)
    else return false
    return true
  })
})
afterAll(() => server.close())
afterEach(() => {
  missing = undefined
})

describe.each(['Chromium', 'Firefox'] as const)('%s', name => {
  let borrowed: BorrowedBrowser
  let page: Page
  beforeAll(async () => {
    borrowed = await borrowBrowser(name)
  })
  afterAll(() => borrowed.close())

  beforeEach(async () => {
    page = await borrowed.context.newPage()
    await page.goto(`${server.url}/`)
    await page.waitForFunction('globalThis.wasmlp')
  })
  afterEach(() => page.close())

  const trainInPage = (workers: number, threads = THREADS) => page.evaluate(train, problem, workers, threads)

  test('the page starts them', async () => {
    expect(await trainInPage(THREADS)).toBe(`threads: ${THREADS} was asked for`)
  })

  test('they end with closeThreads(), and the worker goes on', async () => {
    await trainInPage(THREADS)
    const counts = await page.evaluate(async () => {
      await wasmlp.closeThreads()
      return [ended.length, ended.includes(started[0] as Worker)]
    })
    expect(counts).toEqual([THREADS - 1, false])
    await trainInPage(THREADS + THREADS - 1)
  })

  test('they end when the worker is ended, which can tell them nothing any more', async () => {
    await trainInPage(THREADS)
    await page.evaluate(() => started[0]?.terminate())
    await page.waitForFunction('started.every(worker => ended.includes(worker))')
    expect(await page.evaluate(() => started.length)).toBe(THREADS)
  })

  test('where the browser starts no more workers, one thread computes, and says why', async () => {
    await page.evaluate(() => {
      mayStart = 3
    })
    expect(await trainInPage(3, 1)).toContain('no more workers')
    await page.evaluate(() => wasmlp.closeThreads())
    expect(await page.evaluate(() => ended.length)).toBe(2)
    await page.evaluate(() => {
      mayStart = Number.POSITIVE_INFINITY
    })
    await trainInPage(3 + THREADS - 1)
  })

  test('where the file is missing that starts them, one thread computes, and says why', async () => {
    missing = '/wasmlp/browser-worker-relay.js'
    expect(await trainInPage(1, 1)).toContain('could not be started')
    await page.evaluate(() => wasmlp.closeThreads())
    expect(await page.evaluate(() => [started.length, ended.length])).toEqual([1, 0])
  })

  // In Firefox that worker can sleep for ever, as told above: it is the page's own.
  if (name === 'Chromium') {
    test('a worker of the page’s own starts them, where it is that which uses the package', async () => {
      const answer = await page.evaluate(
        () =>
          new Promise(resolve => {
            new Worker('/own.js', { type: 'module' }).onmessage = ({ data }) => resolve(data)
          }),
      )
      expect(answer).toEqual({ reason: `threads: ${THREADS} was asked for`, started: THREADS })
    })
  }
})
