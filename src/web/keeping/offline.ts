// The page's service worker: with it the page opens without a network, and isolated, so that threads compute.
import { signal } from '@preact/signals'
import { nothingAwaited } from './awaited.ts'

/** Whether the page opens without a network from now on. */
export type Offline =
  | { is: 'waiting' }
  | { is: 'working' }
  | { is: 'kept' }
  | { is: 'insecure' }
  | { is: 'unavailable' }
  | { is: 'failed'; reason: string }

export const offline = signal<Offline>({ is: 'waiting' })

/** Milliseconds after the first press in which it has begun whatever it begins. */
const GRACE = 1000

/** Keeps the page's files, once the visitor waits for none of them. Never rejects: {@link offline} tells. */
export async function keepOffline(): Promise<void> {
  offline.value = { is: 'working' }
  offline.value = await kept().catch((error: unknown) => ({
    is: 'failed' as const,
    reason: String(Object(error).message || error),
  }))
}

async function kept(): Promise<Offline> {
  if (!window.isSecureContext) return { is: 'insecure' }
  // Reading it throws in a sandboxed frame.
  const container = navigator.serviceWorker
  if (!container) return { is: 'unavailable' }
  try {
    // Where nothing may be stored, this says so, and registering would fail loudly.
    await caches.keys()
  } catch {
    return { is: 'unavailable' }
  }
  await new Promise(resolve => setTimeout(resolve, GRACE))
  await nothingAwaited()
  // A worker that serves this page already serves on, whatever becomes of a newer one.
  const isServed = container.controller !== null
  try {
    const registration = await container.register('./service-worker.js')
    if (isServed || registration.active) return { is: 'kept' }
    const worker = registration.installing ?? registration.waiting
    if (worker) await untilActive(worker)
    return { is: 'kept' }
  } catch (error) {
    if (isServed) return { is: 'kept' }
    throw error
  }
}

/** Rejects when the worker is given up, as when one of the page's files cannot be fetched. */
function untilActive(worker: ServiceWorker): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = () => {
      if (worker.state === 'activated') resolve()
      else if (worker.state === 'redundant') reject(new Error('a file of the page could not be fetched'))
    }
    worker.addEventListener('statechange', look)
    look()
  })
}
