// Standard output and standard error that cannot be written any more: a reader that went away, a closed terminal, a full
// disk.
import { reasonOf } from './failure.ts'
import { EXIT_CODES, endBySignal, Interrupted, interrupt } from './interruption.ts'
import { complain } from './output.ts'

const FAILURE = 1
/** 128 + SIGPIPE, as shells report it for a reader that went away. */
export const CLOSED_PIPE = 141

/** From now on, such an output stops the running operation like a signal, or ends the process where none runs. */
export function handleClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      const reason = reasonToStop(error, stream)
      if (interrupt(reason)) return
      if (process.exitCode === undefined && reason.exitCode === FAILURE) complain(reason.message)
      process.exit(process.exitCode ?? reason.exitCode)
    })
  }
}

function reasonToStop(error: NodeJS.ErrnoException, { isTTY }: NodeJS.WriteStream): Interrupted {
  if (error.code === 'EPIPE') return new Interrupted(CLOSED_PIPE, 'the reader of the output went away')
  // A closed terminal; its SIGHUP may come later.
  if (error.code === 'EIO' && isTTY) {
    endBySignal()
    return new Interrupted(EXIT_CODES.SIGHUP, 'interrupted')
  }
  return new Interrupted(FAILURE, `the output cannot be written: ${reasonOf(error)}`)
}
