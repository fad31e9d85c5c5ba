// Waiting for what may never come, as long as a signal lets.

/** The promise's result, unless the signal is aborted first. */
export async function orAborted<Result>(
  promise: Result | PromiseLike<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  if (!signal) return promise
  let stop = () => {}
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
  })
  try {
    if (signal.aborted) stop()
    // The promise is waited for in any case, since nobody else would take its rejection.
    return await Promise.race([aborted, promise])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
