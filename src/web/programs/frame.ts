// The frame that programs run in: one for the page, made when the first is run.
import type { FromProgram, FromRunner, ToRunner } from './messages.ts'

/** Milliseconds that it has to load. */
const PATIENCE = 15_000

export interface RunnerFrame {
  send(message: ToRunner): void
  /** Calls back with what is said of the run of that number, from now on. */
  follow(run: number, onSaid: (said: FromProgram) => void): void
}

let frame: Promise<RunnerFrame> | undefined

/** Rejects where it does not load; then it is tried again the next time. */
export function runnerFrame(): Promise<RunnerFrame> {
  frame ??= load().catch(error => {
    frame = undefined
    throw error
  })
  return frame
}

/*
 * Its attribute `sandbox` stays away. Without an origin, the service worker does not serve a frame: it would not open
 * offline, nor in a page that is isolated. With one, `sandbox` takes nothing from a worker, which has no document anyway.
 */
function load(): Promise<RunnerFrame> {
  const element = document.createElement('iframe')
  element.src = new URL('programs/runner.html', document.baseURI).href
  element.title = 'wasmlp'
  element.hidden = true
  const followers = new Map<number, (said: FromProgram) => void>()
  return new Promise((resolve, reject) => {
    const fail = () => {
      element.remove()
      removeEventListener('message', onMessage)
      reject(new Error('the file programs/runner.html does not load'))
    }
    const timer = setTimeout(fail, PATIENCE)
    const onMessage = ({ source, data }: MessageEvent<FromRunner>) => {
      if (source === null || source !== element.contentWindow) return
      if (data !== 'ready') return followers.get(data.run)?.(data.said)
      clearTimeout(timer)
      resolve({
        send: message => element.contentWindow?.postMessage(message, origin === 'null' ? '*' : origin),
        follow(run, onSaid) {
          followers.clear() // One program runs at a time.
          followers.set(run, onSaid)
        },
      })
    }
    addEventListener('message', onMessage)
    document.body.append(element)
  })
}
