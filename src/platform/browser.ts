// The platform services in browsers and their workers: everything is a URL.
import type { ScriptSource } from '../wasm/asset-urls.ts'
import type { Platform, ThreadSupport, WorkerHandle } from './platform.ts'

const waiting: (() => void)[] = []
let port: MessagePort | undefined

/** A port whose every message resolves the first promise that waits. */
function openPort(): MessagePort {
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = () => waiting.shift()?.()
  return port2
}

/** One message through one channel that is kept: unlike a timer, not held back for 4 ms or, in a hidden tab, 1 s. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise(resolve => {
    waiting.push(resolve)
    port ??= openPort()
    port.postMessage(null)
  })
}

export async function decodeGzip(base64: string): Promise<ArrayBuffer> {
  const compressed = Uint8Array.from(atob(base64), character => character.charCodeAt(0))
  const stream = new Blob([compressed]).stream().pipeThrough(new DecompressionStream('gzip'))
  return new Response(stream).arrayBuffer()
}

/** What is missing for threads, in words; undefined where nothing is. */
function whatIsMissing(): string | undefined {
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
  if (typeof SharedArrayBuffer === 'undefined')
    return 'this browser has no SharedArrayBuffer: use a newer one'
  return undefined
}

export function threadSupport(): ThreadSupport {
  const missing = whatIsMissing()
  if (missing !== undefined) return { canShare: false, threads: 1, reason: missing }
  const threads = navigator.hardwareConcurrency || 1
  const reason =
    threads === 1
      ? 'this machine runs one at once, or the browser says so'
      : `this machine runs ${threads} at once`
  return { canShare: true, threads, reason }
}

/** Milliseconds in which a worker that was told to leave can say that it has, once its share is done. */
const PATIENCE = 500

export function startWorker<Message extends object>(
  script: ScriptSource,
  onMessage: (message: Message) => void,
  onEnd: (reason: string) => void,
): WorkerHandle {
  const url = urlOf(script)
  const worker = new Worker(url, { name: 'wasmlp' })
  let hasEnded = false
  worker.onmessage = ({ data }) => {
    URL.revokeObjectURL(url) // of no effect on another
    hasEnded ||= data.ended
    onMessage(data)
  }
  worker.onerror = event => {
    event.preventDefault()
    onEnd(
      event.message ||
        'the browser could not run it (does the Content-Security-Policy allow worker-src blob:?)',
    )
  }
  return {
    postMessage: message => worker.postMessage(message),
    keepAlive: () => {},
    async terminate() {
      if (!hasEnded) {
        hasEnded = await new Promise<boolean>(resolve => {
          const timer = setTimeout(() => resolve(false), PATIENCE)
          worker.onmessage = ({ data }) => {
            if (!data.ended) return
            clearTimeout(timer)
            resolve(true)
          }
          worker.onerror = event => event.preventDefault()
        })
      }
      worker.terminate()
      return hasEnded
    },
  }
}

/**
 * A browser says nothing when it ends a worker, but gives its locks to the next who wants them. Not all pages may have
 * locks: those without a secure context have none, and those without an origin, as in a sandboxed frame, are refused.
 */
export async function holdLife(): Promise<string | undefined> {
  if (!navigator.locks) return undefined
  const life = `wasmlp ${crypto.randomUUID()}`
  return new Promise(resolve => {
    const hold = () => {
      resolve(life)
      return new Promise(() => {})
    }
    navigator.locks.request(life, hold).catch(() => resolve(undefined))
  })
}

const urlOf = (script: ScriptSource): string =>
  typeof script === 'string'
    ? URL.createObjectURL(new Blob([script], { type: 'text/javascript' }))
    : script.url

export function runScript(script: ScriptSource): void {
  const url = urlOf(script)
  ;(globalThis as unknown as { importScripts(url: string): void }).importScripts(url)
  URL.revokeObjectURL(url)
}

export function listenToHost<Message extends object>(
  onMessage: (message: Message) => void,
): (message: unknown) => void {
  const scope = globalThis as unknown as Worker
  scope.onmessage = ({ data }) => onMessage(data)
  return message => scope.postMessage(message)
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

export const open: Platform['open'] = async (location, signal) =>
  (await import('./fetch-file.ts')).fetchFile(location, signal)

export const listDirectory: Platform['listDirectory'] = async () => undefined

export const directory: Platform['directory'] = () => undefined

export const userDirectory: Platform['userDirectory'] = () => undefined

export const freeBytes: Platform['freeBytes'] = async () => undefined

export const environment: Platform['environment'] = () => undefined

export const canBlock: Platform['canBlock'] = typeof document === 'undefined'

export const awaitEndOf: Platform['awaitEndOf'] = (life, onEnd) => void navigator.locks.request(life, onEnd)
