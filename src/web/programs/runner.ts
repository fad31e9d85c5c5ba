// In a frame of its own, whose policy allows what the page's does not: modules from blobs, which a visitor's program is.
// A program runs in a worker, which has that policy too: it reaches the page's own server alone, and no document.
import { programWorkerUrl } from 'virtual:program-worker'
import type { FromRunner, ToRunner } from './messages.ts'
import { programRunner, workerOf } from './program-runner.ts'
import { lineOfSyntaxError } from './syntax-line.ts'

const tell = (message: FromRunner) => parent.postMessage(message, origin === 'null' ? '*' : origin)

const take = programRunner({
  // A worker from a file would have the policy of that file, or none; one from a blob has the frame's.
  startWorker: () =>
    workerOf(`import(${JSON.stringify(new URL(programWorkerUrl, document.baseURI).href)}).catch(error => {
      setTimeout(() => { throw error })
    })`),
  lineOfSyntaxError,
  tell: (run, said) => tell({ run, said }),
})

addEventListener('message', ({ source, data }: MessageEvent<ToRunner>) => {
  if (source === parent) take(data)
})
tell('ready')
