// Whether this page can start the kind of worker that the package trains in: a policy of its server may forbid it.
import { engineUrls } from '../engine.ts'

let answer: Promise<boolean> | undefined

/** Asked once, by starting one. */
export function startsWorkers(): Promise<boolean> {
  answer ??= new Promise(resolve => {
    const url = engineUrls
      ? new URL('probe.js', engineUrls.workerUrl).href
      : URL.createObjectURL(new Blob(['postMessage(0)'], { type: 'text/javascript' }))
    const end = (isStarted: boolean) => {
      URL.revokeObjectURL(url)
      worker?.terminate()
      resolve(isStarted)
    }
    let worker: Worker | undefined
    try {
      worker = new Worker(url)
      worker.onmessage = () => end(true)
      worker.onerror = () => end(false)
    } catch {
      end(false)
    }
  })
  return answer
}
