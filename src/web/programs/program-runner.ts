// Runs programs, one at a time, each in a worker of its own.
import type { FromProgram, ProgramFault, ToRunner } from './messages.ts'

export interface RunnerOptions {
  /** Starts a worker that says `ready`, takes what runs a program, and says what comes of it. */
  startWorker(): Worker
  /** The line of a syntax error, where the worker has not told it. */
  lineOfSyntaxError(program: string): Promise<number | undefined>
  tell(run: number, said: FromProgram): void
}

/** Takes what the page asks for. */
export function programRunner(options: RunnerOptions): (asked: ToRunner) => void {
  const { startWorker, lineOfSyntaxError, tell } = options
  let worker: Worker | undefined
  const withLine = async ({ message, line }: ProgramFault, program: string): Promise<ProgramFault> => ({
    message,
    line: line ?? (message.startsWith('SyntaxError') ? await lineOfSyntaxError(program) : undefined),
  })
  return asked => {
    worker?.terminate()
    if (!('run' in asked)) return
    const { run, program } = asked
    const own = startWorker()
    worker = own
    own.onmessage = async ({ data }: MessageEvent<FromProgram | 'ready'>) => {
      if (data === 'ready') own.postMessage(asked)
      else
        tell(run, data.is === 'failed' ? { is: 'failed', fault: await withLine(data.fault, program) } : data)
    }
    own.onerror = event => {
      event.preventDefault()
      const message = event.message || 'the worker of the program could not be started'
      tell(run, { is: 'failed', fault: { message, line: undefined } })
    }
  }
}

/** A worker from a text; it has the policy of the document that starts it. */
export function workerOf(code: string): Worker {
  const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }))
  try {
    return new Worker(url)
  } finally {
    // The browser has not read it yet.
    setTimeout(() => URL.revokeObjectURL(url), 10_000)
  }
}
