// The platform services in browsers for the thread that computes, be it a page or a worker.
import { lacking } from '../lacking.ts'
import type { Platform } from './platform.ts'

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
  if (typeof DecompressionStream === 'undefined') throw lacking('DecompressionStream')
  const compressed = Uint8Array.from(atob(base64), character => character.charCodeAt(0))
  const stream = new Blob([compressed]).stream().pipeThrough(new DecompressionStream('gzip'))
  return new Response(stream).arrayBuffer()
}

export const canBlock: Platform['canBlock'] = typeof document === 'undefined'

export const canShareMemory = (): boolean =>
  typeof Worker !== 'undefined' &&
  globalThis.isSecureContext !== false &&
  globalThis.crossOriginIsolated !== false &&
  typeof SharedArrayBuffer !== 'undefined'
