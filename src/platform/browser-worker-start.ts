// The platform services in browsers for a thread that starts workers.
import type { ScriptSource } from './asset-urls.ts'
import { urlOf } from './browser-worker.ts'
import type { Platform, WorkerHandle } from './platform.ts'

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
    if (data.relay) {
      import('./browser-worker-relay.ts')
        .then(({ startFor }) => startFor(data, { startWorker, awaitEndOf }))
        .catch(error => data.relay.postMessage({ reason: String(error), hasEnded: true }))
      return
    }
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
  worker.onmessageerror = () => onEnd('unreadable message')
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

export const awaitEndOf: Platform['awaitEndOf'] = (life, onEnd) => void navigator.locks.request(life, onEnd)
