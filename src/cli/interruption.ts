// Ctrl-C and its relative: the first signal asks what runs to stop soon, the second ends the process at once.

/** Exit codes: 128 + the signal's number, as shells have it. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const

/** The reason of an {@link interruptible} operation's signal. */
export class Interrupted extends Error {
  readonly exitCode: number

  constructor(exitCode: number, message = 'interrupted') {
    super(message)
    this.exitCode = exitCode
  }
}

let controller: AbortController | undefined

/** From now on, SIGINT and SIGTERM abort the interruptible operation that runs, or end the process where none does. */
export function handleSignals(): void {
  for (const [name, exitCode] of Object.entries(EXIT_CODES)) {
    process.on(name, () => {
      if (!controller || controller.signal.aborted) process.exit(exitCode)
      controller.abort(new Interrupted(exitCode))
    })
  }
}

/** Runs an operation whose signal is aborted, with an {@link Interrupted}, by the first SIGINT or SIGTERM. */
export async function interruptible<Result>(
  operation: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  controller = new AbortController()
  try {
    return await operation(controller.signal)
  } finally {
    controller = undefined
  }
}
