// In a frame of its own, whose policy allows what the page's does not: modules from blobs, which a visitor's program is.
// A program runs in a worker, which has that policy too: it reaches the page's own server alone, and no document.
import { programWorkerUrl } from 'virtual:program-worker'
import type { FromProgram, FromRunner, ToRunner } from './messages.ts'
import { lineOfSyntaxError } from './syntax-line.ts'

let worker: Worker | undefined

const tell = (message: FromRunner) => parent.postMessage(message, origin === 'null' ? '*' : origin)

/** A worker from a file would have the policy of that file, or none; one from a blob has the frame's. */
function startWorker(): Worker {
  const code = `import(${JSON.stringify(new URL(programWorkerUrl, document.baseURI).href)}).catch(error => {
    setTimeout(() => { throw error })
  })`
  const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }))
  try {
    return new Worker(url)
  } finally {
    // The browser has not read it yet.
    setTimeout(() => URL.revokeObjectURL(url), 10_000)
  }
}

function run(number: number, message: Extract<ToRunner, { run: number }>): void {
  worker?.terminate()
  const own = startWorker()
  worker = own
  const say = (said: FromProgram) => tell({ run: number, said })
  own.onmessage = async ({ data }: MessageEvent<FromProgram | 'ready'>) => {
    if (data === 'ready') own.postMessage(message)
    else if (data.is === 'failed') {
      const {
        message: text,
        line = text.startsWith('SyntaxError') ? await lineOfSyntaxError(message.program) : undefined,
      } = data.fault
      say({ is: 'failed', fault: { message: text, line } })
    } else say(data)
  }
  own.onerror = event => {
    event.preventDefault()
    const message = event.message || 'the worker of the program could not be started'
    say({ is: 'failed', fault: { message, line: undefined } })
  }
}

addEventListener('message', ({ source, data }: MessageEvent<ToRunner>) => {
  if (source !== parent) return
  if ('run' in data) run(data.run, data)
  else worker?.terminate()
})
tell('ready')
