// What is kept for use without a network waits for what the visitor waits for. Browsers: offline.browsers.test.ts.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { awaited, nothingAwaited } from '../../src/web/keeping/awaited.ts'
import { keepOffline, offline } from '../../src/web/keeping/offline.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** A task, and what settles it. */
function task() {
  let settle = { resolve() {}, reject() {} }
  const promise = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject: () => reject(new Error('it failed')) }
  })
  return { promise: awaited(promise), ...settle }
}

test('waits for all that is begun meanwhile, whether it fails or not', async () => {
  const [first, second] = [task(), task()]
  first.promise.catch(() => {})
  let isFree = false
  const free = nothingAwaited().then(() => {
    isFree = true
  })
  first.reject()
  await vi.advanceTimersByTimeAsync(0)
  expect(isFree).toBe(false)
  const third = task()
  second.resolve()
  await vi.advanceTimersByTimeAsync(0)
  expect(isFree).toBe(false)
  third.resolve()
  await free
  await nothingAwaited()
})

test('the page is kept once nothing is awaited, though that begins only after the press', async () => {
  const register = vi.fn(async () => ({ active: {} }))
  vi.stubGlobal('window', { isSecureContext: true })
  vi.stubGlobal('navigator', { serviceWorker: { controller: null, register } })
  vi.stubGlobal('caches', { keys: async () => [] })
  const keeping = keepOffline()
  expect(offline.value.is).toBe('working')
  await vi.advanceTimersByTimeAsync(200)
  const training = task()
  await vi.advanceTimersByTimeAsync(600_000)
  expect(register).not.toHaveBeenCalled()
  training.resolve()
  await keeping
  expect(register).toHaveBeenCalledOnce()
  expect(offline.value.is).toBe('kept')
})
