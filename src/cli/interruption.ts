// What ends a command from outside: signals (Ctrl-C, a closed terminal) and an output that cannot be written any more. What
// runs is asked to stop soon, and has the time to write what it has.
import { isatty } from 'node:tty'

/** Exit codes: 128 + the signal's number, as in shells. */
export const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const

/** The reason of an {@link interruptible} operation's signal. */
export class Interrupted extends Error {
  readonly exitCode: number

  constructor(exitCode: number, message: string) {
    super(message)
    this.exitCode = exitCode
  }
}

let controller: AbortController | undefined

/** Asks the running operation to stop. Returns whether there is one. */
export function interrupt(reason: Interrupted): boolean {
  controller?.abort(reason) // The first reason stays.
  return controller !== undefined
}

/**
 * From now on, these signals abort the running interruptible operation, or end the process where none runs. A second
 * SIGINT or SIGTERM ends the process at once. A second SIGHUP does not: a closed terminal sends several, from the
 * kernel and the shell, and systemd sends one with each SIGTERM.
 */
export function handleSignals(): void {
  let demands = 0
  for (const [name, exitCode] of Object.entries(EXIT_CODES)) {
    process.on(name, () => {
      if (name === 'SIGHUP') endBySignal()
      else demands += 1
      if (demands > 1 || !interrupt(new Interrupted(exitCode, 'interrupted'))) process.exit(exitCode)
    })
  }
}

/** Known at the start: a closed terminal is none. */
const hasTerminal = [0, 1, 2].some(isatty)
let endsBySignal = false

/**
 * Ends the process, whose terminal is gone, by SIGHUP, which shells call exit code 129. Node, which restores the
 * terminal's modes when it exits, would crash.
 */
export function endBySignal(): void {
  if (!hasTerminal || endsBySignal) return
  endsBySignal = true
  process.once('exit', () => {
    process.removeAllListeners('SIGHUP')
    process.kill(process.pid, 'SIGHUP')
  })
}

/**
 * Runs an operation whose signal aborts with an {@link Interrupted} when something ends the command. `salvage` gets the
 * operation's error. Until it is done, a closed output does not end the process.
 */
export async function interruptible<Result>(
  operation: (signal: AbortSignal) => Promise<Result>,
  salvage: (error: unknown) => Promise<never>,
): Promise<Result> {
  controller = new AbortController()
  try {
    return await operation(controller.signal).catch(salvage)
  } finally {
    controller = undefined
  }
}
