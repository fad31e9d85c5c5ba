// The service worker that makes pages of a static server cross-origin isolated, in the browsers that users have. The
// server sends no header that would.
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { BrowserContext, Page } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { dataset, dense, sequential } from '../../src/index.ts'
import type { Isolation } from '../../src/isolation/isolation-worker.ts'
import { type BorrowedBrowser, borrowBrowser } from '../support/borrowed-browser.ts'
import { hashParameters } from '../support/sha256.ts'
import { type Interception, type StaticServer, serve } from '../support/static-server.ts'
import { CLASSES, INPUTS, trainingProblem } from '../support/training-problem.ts'

const dist = resolve(import.meta.dirname, '../../dist')
const worker = readFileSync(join(dist, 'isolation-worker.js'))

/** What a page says when it has come to rest. */
interface Report extends Isolation {
  crossOriginIsolated: boolean
}

/** A page that includes the script, and reports. */
const pageWith = (script: string, more = '') => `<!doctype html><meta charset="utf-8"><title>isolation</title>
<script src="${script}"></script>
<script type="module">
  const isolation = await wasmlpIsolation
  await fetch('/report', { method: 'POST', body: JSON.stringify({ ...isolation, crossOriginIsolated }) })
</script>${more}`

const library =
  '<script type="module">import * as wasmlp from "/wasmlp/index.js"; globalThis.wasmlp = wasmlp</script>'

/** The options of the network, wide enough that a batch is worth four threads. */
const layers = () => [
  dense(250, { activation: 'relu' }),
  dense(250, { activation: 'tanh' }),
  dense(CLASSES, { activation: 'softmax' }),
]
const options = { inputSize: INPUTS, seed: 1, build: 'simd' } as const
const fit = { epochs: 3, batchSize: 32 }

/** What the page has, which is loaded in browsers: there alone it can be used. */
declare const wasmlp: typeof import('../../src/index.ts')

describe.each(['Chromium', 'Firefox'] as const)('%s', name => {
  let borrowed: BorrowedBrowser
  let context: BrowserContext
  let server: StaticServer
  let intercept: Interception = () => false
  let reports: ((report: Report) => void)[] = []
  const pages = new Map<string, string>()

  beforeAll(async () => {
    borrowed = await borrowBrowser(name)
  })
  afterAll(() => borrowed.close())

  beforeEach(async () => {
    pages.clear()
    pages.set('/', pageWith('isolation-worker.js'))
    intercept = () => false
    reports = []
    server = await serve({ '/wasmlp/': join(dist, 'browser') }, (request, response, path) => {
      if (intercept(request, response, path)) return true
      if (path === '/report') {
        let body = ''
        request.on('data', chunk => {
          body += chunk
        })
        request.on('end', () => {
          response.end()
          reports.shift()?.(JSON.parse(body))
        })
        return true
      }
      const page = pages.get(path)
      if (page === undefined && !path.endsWith('isolation-worker.js')) return false
      response.writeHead(200, { 'content-type': page === undefined ? 'text/javascript' : 'text/html' })
      response.end(page ?? worker)
      return true
    })
    context = await borrowed.browser.createBrowserContext()
  })
  afterEach(async () => {
    await context.close()
    await server.close()
  })

  const nextReport = () => new Promise<Report>(resolve => reports.push(resolve))

  /** Opens an address; resolves to what the page says at last. */
  async function visit(path: string, page?: Page): Promise<{ page: Page; report: Report }> {
    const opened = page ?? (await context.newPage())
    const report = nextReport()
    await opened.goto(server.url + path).catch(() => {}) // which some drivers do not like to see replaced
    return { page: opened, report: await report }
  }

  /** Opens an address twice, so that drivers know the page that is isolated. */
  async function settle(path: string): Promise<Page> {
    const { page } = await visit(path)
    await visit(path, page)
    // Which waits for the load that drivers look at, should that still be the one before.
    await page.waitForFunction('crossOriginIsolated && document.readyState === "complete"')
    return page
  }

  /**
   * Waits until the service worker has kept that the page at the root includes the script. The page does not wait for that,
   * and one that is opened before is loaded twice.
   */
  const kept = (page: Page) =>
    expect
      .poll(() =>
        page
          .evaluate(async () => {
            const root = `${location.origin}/`
            const note = await (await caches.open(`wasmlp-isolation ${root}`)).match(root)
            return note?.text()
          })
          .catch(() => 'the page is being replaced'),
      )
      .toBe('require-corp')

  const loads = (path = '/') => server.requests.filter(request => request === path).length

  test('the first visit is loaded twice, and isolated; the next one is isolated at once', async () => {
    const { page, report } = await visit('/')
    expect(report).toEqual({
      isolated: true,
      reason: 'the page is cross-origin isolated',
      crossOriginIsolated: true,
    })
    expect(loads()).toBe(2)
    await kept(page)
    expect((await visit('/', page)).report.isolated).toBe(true)
    expect(loads()).toBe(3)
    await kept(page)
    expect((await visit('/')).report.isolated).toBe(true)
    expect(loads()).toBe(4)
  })

  // Chromium shows the document of the first load again then, from its back/forward cache.
  test('the first visit can be reloaded', async () => {
    const { page } = await visit('/')
    const report = nextReport()
    await page.reload()
    expect((await report).isolated).toBe(true)
  })

  test('the page trains with threads, to the bits of one thread in Node', async () => {
    pages.set('/', pageWith('isolation-worker.js', library))
    const page = await settle('/')
    await page.waitForFunction('globalThis.wasmlp')
    const found = await page.evaluate(
      async (problem, options, layers, fit) => {
        const { dataset, sequential } = wasmlp
        const data = await dataset({ ...problem, inputs: Uint8Array.from(problem.inputs), build: 'simd' })
        const model = await sequential(layers, { ...options, threads: 4 })
        model.compile({ learningRate: 0.05 })
        // The first batches are computed by one thread, while the others start.
        await model.fit(data, fit)
        await model.fit(data, fit)
        const { threads, threadsReason } = model.capabilities
        const parameters = await model.getParameters()
        return {
          threads,
          threadsReason,
          parameters: parameters.map(({ weights, bias }) => ({ weights: [...weights], bias: [...bias] })),
        }
      },
      { ...trainingProblem(64), inputs: [...trainingProblem(64).inputs] },
      options,
      layers(),
      fit,
    )
    expect([found.threads, found.threadsReason]).toEqual([4, 'threads: 4 was asked for'])
    using data = await dataset({ ...trainingProblem(64), build: 'simd' })
    using model = await sequential(layers(), { ...options, threads: 1 })
    model.compile({ learningRate: 0.05 })
    await model.fit(data, fit)
    await model.fit(data, fit)
    const parameters = found.parameters.map(({ weights, bias }) => ({
      weights: Float32Array.from(weights),
      bias: Float32Array.from(bias),
    }))
    expect(await hashParameters(parameters)).toBe(await hashParameters(await model.getParameters()))
  })

  test('never loads the page a third time, whatever the service worker does', async () => {
    intercept = (request, response, path) => {
      if (path !== '/isolation-worker.js' || request.headers['service-worker'] !== 'script') return false
      response.writeHead(200, { 'content-type': 'text/javascript' }).end('// does nothing')
      return true
    }
    const { report } = await visit('/')
    expect(report).toMatchObject({ isolated: false, crossOriginIsolated: false })
    expect(report.reason).toContain('the page was loaded again, and is still not isolated')
    expect(loads()).toBe(2)
  })

  test('says so where the file is too deep for the page, and loads nothing again', async () => {
    pages.set('/', pageWith('/js/isolation-worker.js'))
    const { report } = await visit('/')
    expect(report.reason).toBe(
      `the file is for pages under ${server.url}/js/: put it beside this page, or above`,
    )
    expect(loads()).toBe(1)
  })

  test('says so where the file is no service worker, and loads nothing again', async () => {
    intercept = (request, response, path) => {
      if (path !== '/isolation-worker.js' || request.headers['service-worker'] !== 'script') return false
      response.writeHead(404).end()
      return true
    }
    const { report } = await visit('/')
    expect(report.reason).toMatch(/^the service worker cannot be registered: ./)
    expect(loads()).toBe(1)
  })

  test('says so in a frame', async () => {
    pages.set('/outer', '<!doctype html><iframe src="/"></iframe>')
    const { report } = await visit('/outer')
    expect(report.reason).toMatch(/^the page is in a frame: .*allow="cross-origin-isolated"$/)
    expect(loads()).toBe(1)
  })

  test('follows redirections, passes errors on, and leaves parts of files and streams alone', async () => {
    const page = await settle('/')
    pages.set('/worker.js', 'postMessage(crossOriginIsolated)')
    intercept = (request, response, path) => {
      switch (path) {
        case '/old':
          response.writeHead(302, { location: '/' }).end()
          return true
        case '/worker.js':
          response
            .writeHead(200, { 'content-type': 'text/javascript' })
            .end('postMessage(crossOriginIsolated)')
          return true
        case '/missing':
          response
            .writeHead(404, 'Gone Fishing', { 'content-type': 'text/html', 'x-own': 'kept' })
            .end('<p id="no">not here')
          return true
        case '/film':
          response
            .writeHead(request.headers.range ? 206 : 200, { 'content-range': 'bytes 2-5/10' })
            .end(request.headers.range ? '2345' : '0123456789')
          return true
        default:
          return false
      }
    }
    const redirected = await visit('/old', page)
    expect(redirected.report.isolated).toBe(true)
    expect(new URL(page.url()).pathname).toBe('/')

    expect(
      await page.evaluate(async () => {
        const part = await fetch('/film', { headers: { range: 'bytes=2-5' } })
        const ofWorker = new Promise(resolve => {
          new Worker('/worker.js').onmessage = ({ data }) => resolve(data)
        })
        return [part.status, part.headers.get('content-range'), await part.text(), await ofWorker]
      }),
    ).toEqual([206, 'bytes 2-5/10', '2345', true])

    await page.goto(`${server.url}/missing`)
    expect(
      await page.evaluate(async () => {
        const again = await fetch('/missing')
        return [
          document.querySelector('#no')?.textContent,
          crossOriginIsolated,
          again.status,
          again.headers.get('x-own'),
        ]
      }),
    ).toEqual(['not here', false, 404, 'kept']) // it does not include the script
  })

  /** The headers of a page that is not isolated by the service worker, and what became of it. */
  const answer = (path: string, headers: Record<string, string>, body: string) => {
    const before = intercept
    intercept = (request, response, asked) => {
      if (asked !== path) return before(request, response, asked)
      response.writeHead(200, { 'content-type': 'text/html', ...headers }).end(body)
      return true
    }
  }

  const registrations = (page: Page) =>
    page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)

  test('a page that does not include the script is served as it is', async () => {
    const page = await settle('/')
    pages.set('/other', '<!doctype html><title>other</title>')
    await page.goto(`${server.url}/other`)
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(false)
  })

  test('a page that has taken the script out is served as it is from the second load on', async () => {
    const page = await settle('/')
    pages.set('/', '<!doctype html><title>without</title>')
    await page.goto(`${server.url}/`)
    await page.goto(`${server.url}/?again`)
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(false)
  })

  test('keeps the stricter headers of a page', async () => {
    answer(
      '/',
      { 'cross-origin-embedder-policy': 'require-corp' },
      pageWith('isolation-worker.js?coep=credentialless'),
    )
    answer('/own', { 'cross-origin-opener-policy': 'noopener-allow-popups' }, pageWith('isolation-worker.js'))
    const page = await settle('/')
    const headers = (path: string) =>
      page.evaluate(async path => {
        const { headers } = await fetch(path)
        return ['opener', 'embedder'].map(what => headers.get(`cross-origin-${what}-policy`))
      }, path)
    expect(await headers('/')).toEqual([null, 'require-corp'])
    const { report } = await visit('/own', page)
    expect(report.isolated).toBe(false)
  })

  test('?off removes it', async () => {
    const page = await settle('/')
    expect(await registrations(page)).toBe(1)
    pages.set('/', pageWith('isolation-worker.js?off'))
    const { report } = await visit('/', page)
    expect(report.reason).toMatch(/^turned off by \?off/)
    expect(await registrations(page)).toBe(0)
    expect((await visit('/', page)).report.crossOriginIsolated).toBe(false)
  })

  test('it removes itself when its file is gone from the server', async () => {
    const page = await settle('/')
    intercept = (_, response, path) => {
      if (path !== '/isolation-worker.js') return false
      response.writeHead(404).end()
      return true
    }
    pages.set('/', '<!doctype html><title>without</title>')
    await page.goto(`${server.url}/`)
    await page.waitForFunction(async () => (await navigator.serviceWorker.getRegistrations()).length === 0)
  })

  test('leaves the service worker of a site alone', async () => {
    intercept = (_, response, path) => {
      if (path !== '/site.js') return false
      response.writeHead(200, { 'content-type': 'text/javascript' }).end('// of the site')
      return true
    }
    pages.set('/site', '<!doctype html><title>site</title>')
    const page = await context.newPage()
    await page.goto(`${server.url}/site`)
    await page.evaluate(async () => {
      await navigator.serviceWorker.register('/site.js')
      await navigator.serviceWorker.ready
    })
    const { report } = await visit('/', page)
    expect(report.reason).toBe(
      `the pages under ${server.url}/ have a service worker, ${server.url}/site.js: add the headers to what it answers`,
    )
    expect(loads()).toBe(1)
  })

  test('a server that is gone is the browser’s own error page', async () => {
    const { page } = await visit('/')
    await server.close()
    await expect(page.goto(`${server.url}/`)).rejects.toThrow(/ERR_|NS_ERROR|NetworkError|neterror/)
    server = await serve({})
  })

  test('?coep=credentialless shows pictures of other origins, which the default does not', async () => {
    const picture = Buffer.from('R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==', 'base64')
    const other = await serve({}, (_, response) => {
      response.writeHead(200, { 'content-type': 'image/gif' }).end(picture)
      return true
    })
    try {
      const shows = (page: Page) =>
        page.evaluate(
          address =>
            new Promise(resolve => {
              const image = new Image()
              image.onload = () => resolve(true)
              image.onerror = () => resolve(false)
              image.src = address
            }),
          `${other.url}/picture.gif`.replace('127.0.0.1', 'localhost'),
        )
      expect(await shows(await settle('/'))).toBe(false)
      await context.close()
      context = await borrowed.browser.createBrowserContext()
      pages.set('/', pageWith('isolation-worker.js?coep=credentialless'))
      const page = await settle('/')
      expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
      expect(await shows(page)).toBe(true)
    } finally {
      await other.close()
    }
  })
})
