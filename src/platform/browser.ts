// The platform services in browsers and their workers: everything is a URL. Who needs only some of them loads only those,
// which is why they are in several modules.
import { canShareMemory } from './browser-compute.ts'
import type { Platform, ThreadSupport } from './platform.ts'

export { canBlock, canShareMemory, decodeGzip, yieldToEventLoop } from './browser-compute.ts'
export { holdLife, listenToHost, runScript } from './browser-worker.ts'
export { awaitEndOf, startWorker } from './browser-worker-start.ts'

/** Why memory cannot be shared, in words. */
function whatIsMissing(): string {
  if (typeof Worker === 'undefined') return 'this runtime has no Web Workers'
  if (globalThis.isSecureContext === false) {
    return 'the page is no secure context, which threads need: serve it over https, or from localhost'
  }
  if (globalThis.crossOriginIsolated === false) {
    const isFramed = typeof window !== 'undefined' && window.parent !== window
    return (
      'the page is not cross-origin isolated: serve it with the headers Cross-Origin-Opener-Policy: same-origin and ' +
      'Cross-Origin-Embedder-Policy: require-corp, or, from a server that sends none, include wasmlp/isolation-worker.js' +
      (isFramed
        ? '; it is in a frame: so must the page around it, with allow="cross-origin-isolated" on the frame'
        : '')
    )
  }
  return 'this browser has no SharedArrayBuffer: use a newer one'
}

export function threadSupport(): ThreadSupport {
  if (!canShareMemory()) return { canShare: false, threads: 1, reason: whatIsMissing() }
  const threads = navigator.hardwareConcurrency || 1
  // Not what this process may use: Firefox counts those that an affinity mask keeps from it.
  const reason = `the browser reports ${threads === 1 ? 'one processor' : `${threads} processors`}`
  return { canShare: true, threads, reason }
}

/** What is no URL stays as it is: whoever reads it says so. */
export function locate(location: string | URL): string {
  try {
    return new URL(location, globalThis.document?.baseURI ?? globalThis.location.href).href
  } catch {
    return String(location)
  }
}

export const name: Platform['name'] = 'browser'

/** A console shows objects as it likes: `console.table(history.epochs)` makes a table. */
export const showEpochs: Platform['showEpochs'] = history => history

export const open: Platform['open'] = async (location, signal) =>
  (await import('./fetch-file.ts')).fetchFile(location, signal)

export const listDirectory: Platform['listDirectory'] = async () => undefined

export const directory: Platform['directory'] = () => undefined

export const loadVectorSwitch: Platform['loadVectorSwitch'] = undefined

export const userDirectory: Platform['userDirectory'] = () => undefined

export const freeBytes: Platform['freeBytes'] = async () => undefined

export const environment: Platform['environment'] = () => undefined
