// What capabilities() says is missing for threads in a browser: each case by itself. The platform's browser part runs in
// Node too, on a browser's globals.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import * as platform from '../../src/platform/browser.ts'
import { limitThreads } from '../../src/wasm/threads.ts'

/** A page in which nothing is missing, on a machine of four cores. */
beforeEach(() => {
  vi.stubGlobal('Worker', class {})
  vi.stubGlobal('SharedArrayBuffer', ArrayBuffer)
  vi.stubGlobal('isSecureContext', true)
  vi.stubGlobal('crossOriginIsolated', true)
  vi.stubGlobal('navigator', { hardwareConcurrency: 4 })
  const page = {}
  vi.stubGlobal('window', Object.assign(page, { parent: page }))
})
afterEach(() => vi.unstubAllGlobals())

const say = (threads: 'auto' | number = 'auto') => limitThreads(threads, platform.threadSupport())

test('nothing is missing', () => {
  expect(say()).toEqual({ threads: 4, threadsReason: 'the browser reports 4 processors' })
  expect(say(3)).toEqual({ threads: 3, threadsReason: 'threads: 3 was asked for' })
})

const headers =
  'the page is not cross-origin isolated: serve it with the headers Cross-Origin-Opener-Policy: same-origin and ' +
  'Cross-Origin-Embedder-Policy: require-corp, or, from a server that sends none, include wasmlp/isolation-worker.js'

describe.each<[string, () => void, string]>([
  ['workers', () => vi.stubGlobal('Worker', undefined), 'this runtime has no Web Workers'],
  [
    'a secure context',
    () => {
      vi.stubGlobal('isSecureContext', false)
      vi.stubGlobal('crossOriginIsolated', false)
      vi.stubGlobal('SharedArrayBuffer', undefined)
    },
    'the page is no secure context, which threads need: serve it over https, or from localhost',
  ],
  [
    'isolation',
    () => {
      vi.stubGlobal('crossOriginIsolated', false)
      vi.stubGlobal('SharedArrayBuffer', undefined)
    },
    headers,
  ],
  [
    'isolation, where SharedArrayBuffer is there all the same',
    () => vi.stubGlobal('crossOriginIsolated', false),
    headers,
  ],
  [
    'isolation, in a frame',
    () => {
      vi.stubGlobal('crossOriginIsolated', false)
      vi.stubGlobal('window', { parent: {} })
    },
    `${headers}; it is in a frame: so must the page around it, with allow="cross-origin-isolated" on the frame`,
  ],
  [
    'isolation, in a worker',
    () => {
      vi.stubGlobal('crossOriginIsolated', false)
      vi.stubGlobal('window', undefined)
    },
    headers,
  ],
  [
    'SharedArrayBuffer',
    () => vi.stubGlobal('SharedArrayBuffer', undefined),
    'this browser has no SharedArrayBuffer: use a newer one',
  ],
  [
    'SharedArrayBuffer, in a browser that knows no isolation',
    () => {
      vi.stubGlobal('crossOriginIsolated', undefined)
      vi.stubGlobal('SharedArrayBuffer', undefined)
    },
    'this browser has no SharedArrayBuffer: use a newer one',
  ],
])('without %s', (_, remove, reason) => {
  test('one thread, and the reason in words, however many are asked for', () => {
    remove()
    expect(say()).toEqual({ threads: 1, threadsReason: reason })
    expect(say(4)).toEqual({ threads: 1, threadsReason: reason })
    expect(say(1)).toEqual({ threads: 1, threadsReason: 'threads: 1 was asked for' })
  })
})

test.each([1, undefined])('one core, or a browser that does not say how many: %j', hardwareConcurrency => {
  vi.stubGlobal('navigator', { hardwareConcurrency })
  expect(say()).toEqual({
    threads: 1,
    threadsReason: 'the browser reports one processor',
  })
  expect(say(2).threads).toBe(2)
})
