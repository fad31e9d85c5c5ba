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
import { findBrowser } from '../support/find-browser.js'
import { firefox } from '../support/firefox.js'
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

/** What is pressed in each chapter, one exhibit after the other, and for how many milliseconds it is watched. */
const CHAPTERS = {
  network: [
    ['line', 'Find it'],
    ['pipeline', 'Whole step'],
    ['fold', 'Fold'],
    ['deep', 'Other weights'],
    ['plane', 'Train', WATCHED],
  ],
  activation: [
    ['chain', 'The steepest'],
    ['vanishing', 'Train', WATCHED],
    ['dying', 'Train', WATCHED],
    ['softmax', 'The lecture’s numbers'],
  ],
  mnist: [
    ['training', 'Train', WATCHED],
    ['way', 'Next'],
    ['draw', 'An example'],
    ['tiles', 'Next'],
    ['travel', 'One on', WATCHED],
    ['break', 'Wipe 128 units at random', WATCHED],
    ['break', 'Train 10 batches', WATCHED],
    ['without', 'Train with and without it', WATCHED],
  ],
  batch: [
    ['race', 'Start', WATCHED],
    ['shapes', '1,000 images'],
    ['bias', 'All columns'],
    ['calculator', 'Example 2: 5 epochs'],
    ['memory', 'All 60,000 images', WATCHED],
  ],
  own: [
    ['own-data', 'Use the sample table'],
    ['own-learning', 'Learn', WATCHED],
  ],
}

/** Presses a button of an exhibit once it is there and can be pressed. */
function press(page, exhibit, name) {
  return page.waitForFunction(
    (exhibit, name) => {
      const found = document.querySelector(`[data-exhibit=${exhibit}]`)
      found?.scrollIntoView()
      const button = [...(found?.querySelectorAll('button') ?? [])].find(
        button => button.textContent.trim() === name && button.getAttribute('aria-disabled') !== 'true',
      )
      button?.click()
      return button !== undefined
    },
    { polling: 100 },
    exhibit,
    name,
  )
}

/** The tasks over 50 ms of the page's thread in one chapter, from when it has loaded to its last exhibit's end. */
async function longTasks(browser, address, presses) {
  const context = await browser.createBrowserContext() // no training that was kept earlier
  const page = await context.newPage()
  try {
    await page.setViewport({ width: DESK.width, height: DESK.height })
    await page.goto(address, { waitUntil: 'networkidle0' })
    await new Promise(resolve => setTimeout(resolve, 2000))
    await page.evaluate(() => {
      globalThis.tasks = []
      new PerformanceObserver(list => {
        for (const { duration } of list.getEntries()) globalThis.tasks.push(duration)
      }).observe({ type: 'longtask' })
    })
    for (const [exhibit, name, watched = 1000] of presses) {
      await press(page, exhibit, name).catch(reason => {
        throw new Error(`"${name}" of the exhibit "${exhibit}" could not be pressed`, { cause: reason })
      })
      await new Promise(resolve => setTimeout(resolve, watched))
    }
    return await page.evaluate(() => globalThis.tasks)
  } finally {
    await context.close()
  }
}

const server = await serveThrough(DESK, folder)
const longest = []
const drawn = []
for (const [name, options] of Object.entries({
  Chromium: { executablePath: findChromium(), args: ['--no-sandbox'] },
  Firefox: { browser: 'firefox', executablePath: findBrowser(firefox) },
})) {
  const browser = await puppeteer.launch(options)
  try {
    drawn.push({ browser: name, ...(await drawWhileTraining(browser)) })
    // Firefox does not report long tasks.
    for (const [chapter, presses] of name === 'Chromium' ? Object.entries(CHAPTERS) : []) {
      const tasks = await longTasks(browser, `${server.url}?lang=en#chapter=${chapter}`, presses)
      longest.push({ chapter, 'tasks over 50 ms': tasks.length, 'longest, ms': Math.max(0, ...tasks) })
    }
  } finally {
    await browser.close()
  }
}
console.table(longest)
console.table(drawn)
await server.close()

/** Draws a spiral while the network trains: milliseconds from each move of the pointer to the frame with its bars. */
async function drawWhileTraining(browser) {
  const page = await browser.newPage()
  await page.setViewport({ width: DESK.width, height: DESK.height })
  await page.goto(`${server.url}?lang=en#chapter=mnist&mnist.epochs=50`, { waitUntil: 'networkidle0' })
  await page.$eval('#train', button => button.click())
  await page.waitForFunction(() => document.querySelector('[data-exhibit=training] progress')?.value > 0)
  await page.$eval('.pad', pad => pad.scrollIntoView({ block: 'center' }))
  await new Promise(resolve => setTimeout(resolve, 2000)) // what the chapter makes above it comes to rest
  await page.evaluate(() => {
    let moved
    globalThis.delays = []
    document
      .querySelector('.pad')
      .addEventListener('pointermove', ({ timeStamp }) => (moved ??= timeStamp), true)
    new MutationObserver(() => {
      if (moved === undefined) return
      const since = moved
      moved = undefined
      requestAnimationFrame(() => globalThis.delays.push(performance.now() - since))
    }).observe(document.querySelector('.probabilities'), { attributes: true, subtree: true })
  })
  const box = await (await page.$('.pad')).boundingBox()
  const progress = () => page.$eval('[data-exhibit=training] progress', ({ value }) => value)
  const values = new Set()
  for (let i = 0; i < 200; i++) {
    const radius = (0.4 * box.width * i) / 200
    const [x, y] = [Math.cos(i / 8), Math.sin(i / 8)].map(share => radius * share)
    await page.mouse.move(box.x + box.width / 2 + x, box.y + box.height / 2 + y)
    if (i === 0) await page.mouse.down()
    await new Promise(resolve => setTimeout(resolve, 40))
    if (i % 20 === 0) values.add(await progress())
  }
  await page.mouse.up()
  if (values.size < 5) throw new Error('the network was not trained meanwhile')
  const delays = (await page.evaluate(() => globalThis.delays)).sort((a, b) => a - b)
  await page.close()
  const at = share => delays[Math.floor(share * delays.length)]?.toFixed(1)
  return { 'moves read': delays.length, 'p50, ms': at(0.5), 'p95, ms': at(0.95) }
}
