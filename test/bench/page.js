// The page on a phone's link and processor, and beside TensorFlow Playground. Needs build/page (npm run build:page).
//   npm run bench:page -- [--playground FOLDER] [--rounds 5]
// FOLDER: the branch gh-pages of https://github.com/tensorflow/playground, which is its published build.
import { readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import puppeteer from 'puppeteer-core'
import { findChromium } from '../support/chromium.js'
import { spread } from './statistics.js'

const { values } = parseArgs({
  options: { playground: { type: 'string' }, rounds: { type: 'string', default: '5' } },
})
const rounds = Number(values.rounds)
const folder = fileURLToPath(new URL('../../build/page', import.meta.url))

/** Lighthouse's phone: a slow 4G link, and a processor that is a quarter as fast. */
const PHONE = { bytesASecond: 1_600_000 / 8, roundTrip: 150, slowdown: 4, width: 390, height: 844 }
const DESK = { bytesASecond: Number.POSITIVE_INFINITY, roundTrip: 0, slowdown: 1, width: 1280, height: 800 }

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
}

/** A server of one folder whose connections share a link, as those of a page do. Text is gzipped, as servers do. */
async function serveThrough({ bytesASecond, roundTrip }, directory) {
  const sent = { bytes: 0, requests: 0 }
  let free = 0
  /** Milliseconds until a piece has come over the link. */
  const delayOf = bytes => {
    const now = performance.now()
    free = Math.max(free, now) + (bytes / bytesASecond) * 1000
    return free - now
  }
  const sleep = time => new Promise(resolve => setTimeout(resolve, time))
  const server = createServer(async (request, response) => {
    sent.requests++
    const path = new URL(request.url, 'http://localhost').pathname.replace(/\/$/, '/index.html')
    const file = join(directory, decodeURIComponent(path))
    await sleep(roundTrip)
    if (path.includes('..') || !statSync(file, { throwIfNoEntry: false })?.isFile()) {
      response.writeHead(404).end()
      return
    }
    const type = TYPES[extname(file)] ?? 'application/octet-stream'
    const isText = /text|svg|json/.test(type)
    const body = isText ? gzipSync(readFileSync(file)) : readFileSync(file)
    response.writeHead(200, { 'content-type': type, ...(isText && { 'content-encoding': 'gzip' }) })
    for (let start = 0; start < body.length; start += 4096) {
      const piece = body.subarray(start, start + 4096)
      const delay = delayOf(piece.length)
      if (delay > 1) await sleep(delay)
      sent.bytes += piece.length
      response.write(piece)
    }
    response.end()
  })
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    sent,
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections()
        server.close(resolve)
      }),
  }
}

/**
 * In the page: presses a button as soon as that does something, and notes when it did (`interactive`) and when the first
 * result was there (`result`); from then on it counts frames. The pointer goes down too, after which a page may begin to keep
 * itself for use without a network.
 */
function pressAtOnce({ button, isPressed, read }) {
  const noted = {}
  Object.assign(globalThis, { noted, readResult: read })
  let first
  let pressed = Number.NEGATIVE_INFINITY
  const look = () => {
    const target = document.querySelector(button)
    first ??= read()
    if (target && noted.interactive === undefined) {
      if (isPressed(target)) noted.interactive = pressed
      else if (performance.now() - pressed > 200) {
        pressed = performance.now()
        target.scrollIntoView({ block: 'center' })
        target.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }))
        target.click()
      }
    }
    if (noted.interactive === undefined || read() === first) return requestAnimationFrame(look)
    noted.result = performance.now()
    noted.frames = 0
    const count = () => {
      noted.frames++
      requestAnimationFrame(count)
    }
    requestAnimationFrame(count)
  }
  requestAnimationFrame(look)
}

/** Frames and epochs are counted for so many milliseconds. */
const WATCHED = 5000

/** One visit in a fresh profile. Times are milliseconds since its navigation began, or of the page's thread at work. */
async function visit(profile, directory, { address, ...what }) {
  const server = await serveThrough(profile, directory)
  const browser = await puppeteer.launch({ executablePath: findChromium(), args: ['--no-sandbox'] })
  try {
    const page = await browser.newPage()
    await page.setViewport({ width: profile.width, height: profile.height })
    await page.emulateCPUThrottling(profile.slowdown)
    const session = await page.createCDPSession()
    await session.send('Performance.enable', { timeDomain: 'threadTicks' })
    const options = Object.entries(what).map(
      ([key, value]) => `${key}: ${typeof value === 'string' ? JSON.stringify(value) : value}`,
    )
    await page.evaluateOnNewDocument(`(${pressAtOnce})({ ${options} })`)
    page.goto(server.url + address).catch(() => {}) // what matters is noted in the page
    await page.waitForFunction(() => globalThis.noted?.result !== undefined, { timeout: 120_000 })
    const bytes = server.sent.bytes
    const { metrics } = await session.send('Performance.getMetrics')
    const processor = metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN
    const read = () =>
      page.evaluate(() => ({
        ...globalThis.noted,
        now: performance.now(),
        count: Number(String(globalThis.readResult()).replaceAll(/\D/g, '')),
      }))
    const before = await read()
    await new Promise(resolve => setTimeout(resolve, WATCHED))
    const after = await read()
    const seconds = (after.now - before.now) / 1000
    return {
      interactive: before.interactive,
      result: before.result,
      kilobytes: bytes / 1000,
      processor: processor * 1000,
      frames: (after.frames - before.frames) / seconds,
      epochs: (after.count - before.count) / seconds,
    }
  } finally {
    await browser.close()
    await server.close()
  }
}

const LINE = {
  address: '?lang=en#chapter=network',
  button: '[data-exhibit=line] .controls button',
  isPressed: button => button.textContent === 'Pause',
  read: () => document.querySelector('[data-exhibit=line] output')?.textContent,
}
const PLANE = {
  address: '?lang=en#chapter=network&network.points=circles&network.layers=4-tanh.2-tanh&network.rate=0.03',
  button: '[data-exhibit=plane] .transport button',
  isPressed: button => button.textContent === 'Pause',
  read: () => document.querySelector('[data-exhibit=plane] .epoch strong')?.textContent,
  isCounted: true,
}
const MNIST = {
  address: '?lang=en#chapter=mnist',
  button: '#train',
  isPressed: button => button.textContent !== 'Train' || button.getAttribute('aria-disabled') === 'true',
  read: () => document.querySelector('[data-exhibit=training] progress')?.value,
}
const PLAYGROUND = {
  address: '#activation=tanh&batchSize=10&dataset=circle&learningRate=0.03&networkShape=4,2',
  button: '#play-pause-button',
  isPressed: button => button.classList.contains('playing'),
  read: () => document.querySelector('#iter-number')?.textContent,
  isCounted: true,
}

const compared = [['this page, the plane', folder, PLANE]]
if (values.playground) compared.push(['TensorFlow Playground', values.playground, PLAYGROUND])

const rows = []
for (const [profile, settings] of Object.entries({ phone: PHONE, desk: DESK })) {
  const places = [
    ['this page, its first exhibit', folder, LINE],
    ...compared,
    ['this page, MNIST', folder, MNIST],
  ]
  const measured = places.map(() => [])
  for (let round = 0; round < rounds; round++) {
    for (const [i, [, directory, what]] of places.entries()) {
      measured[i].push(await visit(settings, directory, what))
    }
  }
  for (const [i, [name]] of places.entries()) {
    const of = key => spread(measured[i].map(row => row[key])).median
    rows.push({
      profile,
      page: name,
      'interactive, s': (of('interactive') / 1000).toFixed(2),
      'first result, s': (of('result') / 1000).toFixed(2),
      'bytes until then, KB': of('kilobytes').toFixed(0),
      // A throttled thread's time is not that of its work.
      'processor until then, ms': settings.slowdown === 1 ? of('processor').toFixed(0) : '',
      'frames a second': of('frames').toFixed(1),
      'epochs a second': places[i][2].isCounted ? of('epochs').toFixed(1) : '',
    })
  }
}
console.table(rows)

/** What is pressed in each chapter; the longest task of the page's thread from then on. */
const CHAPTERS = {
  network: ['[data-exhibit=line] .controls button', '[data-exhibit=plane] .transport button'],
  activation: ['[data-exhibit=vanishing] .controls button', '[data-exhibit=dying] .controls button'],
  mnist: ['#train'],
  batch: ['[data-exhibit=race] .controls button', '[data-exhibit=memory] button'],
}
const server = await serveThrough(DESK, folder)
const browser = await puppeteer.launch({ executablePath: findChromium(), args: ['--no-sandbox'] })
const longest = []
for (const [chapter, buttons] of Object.entries(CHAPTERS)) {
  const page = await browser.newPage()
  await page.setViewport({ width: DESK.width, height: DESK.height })
  await page.goto(`${server.url}?lang=en#chapter=${chapter}`, { waitUntil: 'networkidle0' })
  await new Promise(resolve => setTimeout(resolve, 2000))
  await page.evaluate(() => {
    globalThis.tasks = []
    new PerformanceObserver(list => {
      for (const { duration } of list.getEntries()) globalThis.tasks.push(duration)
    }).observe({ type: 'longtask' })
  })
  for (const selector of buttons) {
    await page.$eval(selector, button => {
      button.scrollIntoView({ block: 'center' })
      button.click()
    })
    await new Promise(resolve => setTimeout(resolve, WATCHED))
  }
  const tasks = await page.evaluate(() => globalThis.tasks)
  longest.push({ chapter, 'tasks over 50 ms': tasks.length, 'longest, ms': Math.max(0, ...tasks) })
  await page.close()
}
console.table(longest)
await browser.close()
await server.close()
