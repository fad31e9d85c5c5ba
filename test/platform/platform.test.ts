// The platform services that Node and browsers share: URLs, and giving way to the event loop.

import { afterEach, describe, expect, test, vi } from 'vitest'
import * as platform from '#platform'
import { readAll } from '../support/read-file.ts'

afterEach(() => vi.unstubAllGlobals())

const answer = (body: string, init: ResponseInit) =>
  vi.stubGlobal('fetch', async () => new Response(body, init))

/** All bytes of a file or URL; undefined where nothing is there. */
async function readBytes(location: string | URL) {
  const file = await platform.open(location)
  return file && readAll(file)
}

describe('open of a URL', () => {
  test('resolves to all bytes', async () => {
    const url = URL.createObjectURL(new Blob([Uint8Array.of(1, 2, 3)]))
    expect(await readBytes(url)).toEqual(Uint8Array.of(1, 2, 3))
    expect(await readBytes(new URL(url))).toEqual(Uint8Array.of(1, 2, 3))
    URL.revokeObjectURL(url)
  })

  test.each([403, 404])('resolves to undefined for HTTP %d', async status => {
    answer('not here', { status })
    expect(await readBytes('https://example.org/x')).toBeUndefined()
  })

  test.each(['text/html', 'text/html; charset=utf-8', 'TEXT/HTML'])(
    'resolves to undefined for a page of type %s',
    async type => {
      const url = URL.createObjectURL(new Blob(['<p>'], { type }))
      expect(await readBytes(url)).toBeUndefined()
      URL.revokeObjectURL(url)
    },
  )

  test.each([401, 500, 503])('rejects for HTTP %d', async status => {
    answer('', { status, statusText: 'Sorry' })
    await expect(readBytes('https://example.org/x')).rejects.toMatchObject({
      name: 'DataError',
      code: 'ERR_DATA_NOT_FOUND',
      message: `https://example.org/x cannot be read: the server answered ${status} Sorry`,
    })
  })

  test('rejects for an error page in HTML', async () => {
    answer('<p>', { status: 500, headers: { 'content-type': 'text/html' } })
    await expect(readBytes('https://example.org/x')).rejects.toMatchObject({
      code: 'ERR_DATA_NOT_FOUND',
    })
  })

  // Port 1 is one that fetch refuses to connect to.
  test.each(['http://127.0.0.1:1/x', 'http://', 'gopher://example.org/'])('rejects for %s', async url => {
    await expect(readBytes(url)).rejects.toMatchObject({
      name: 'DataError',
      code: 'ERR_DATA_NOT_FOUND',
      message: expect.stringContaining(`${url} cannot be read: `),
      cause: expect.any(TypeError),
    })
  })

  test('rejects for a connection that breaks', async () => {
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(Uint8Array.of(1))
        controller.error(new TypeError('reset'))
      },
    })
    vi.stubGlobal('fetch', async () => new Response(body))
    await expect(readBytes('https://example.org/x')).rejects.toMatchObject({
      code: 'ERR_DATA_NOT_FOUND',
      cause: expect.any(TypeError),
    })
  })
})

test('listDirectory resolves to undefined for a web address', async () => {
  expect(await platform.listDirectory('https://example.org/')).toBeUndefined()
  expect(await platform.listDirectory(new URL('https://example.org/'))).toBeUndefined()
})

describe('yieldToEventLoop', () => {
  test('lets timers run', async () => {
    let ran = false
    setTimeout(() => {
      ran = true
    })
    for (let i = 0; i < 1e6 && !ran; i++) await platform.yieldToEventLoop()
    expect(ran).toBe(true)
  })

  test('is not held back as timers are', async () => {
    let timers = 0
    let timer = setTimeout(function tick() {
      timers++
      timer = setTimeout(tick)
    })
    for (let i = 0; i < 2000; i++) await platform.yieldToEventLoop()
    clearTimeout(timer)
    expect(timers).toBeLessThan(1000)
  })

  test('resolves many callers in their order', async () => {
    const order: number[] = []
    const callers = Array.from({ length: 100 }, (_, i) =>
      platform.yieldToEventLoop().then(() => order.push(i)),
    )
    expect(order).toEqual([])
    await Promise.all(callers)
    expect(order).toEqual(Array.from({ length: 100 }, (_, i) => i))
  })

  test('opens no channel for each call', async () => {
    await platform.yieldToEventLoop()
    const channel = vi.fn()
    vi.stubGlobal('MessageChannel', channel)
    await platform.yieldToEventLoop()
    expect(channel).not.toHaveBeenCalled()
  })
})
