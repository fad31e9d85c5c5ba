// Makes the garbage collector run, which no engine lets a program ask for: by memory that it does count.

/** Bytes of a buffer that is garbage at once. Nobody writes to it: no system gives it more than addresses. */
const BYTES = 2 ** 26

/** Buffers after which the collector is left alone. Engines took 2 to 8 of them. */
const MOST = 64

/** Milliseconds between two of them: finalizers are tasks of their own, and some engines collect bit by bit. */
const PAUSE = 5

/** Resolves when what was garbage is finalized, or half a second later where the collector would not run. */
export async function collectGarbage(): Promise<void> {
  let isDone = false
  const registry = new FinalizationRegistry(() => {
    isDone = true
  })
  registry.register({}, undefined)
  for (let i = 0; i < MOST && !isDone; ++i) {
    try {
      new ArrayBuffer(BYTES)
    } catch {} // and the collector has run, since there was no room
    await pause()
  }
  // Other registries' finalizers are tasks too.
  for (let i = 0; i < 3; ++i) await pause()
}

const pause = () => new Promise(resolve => setTimeout(resolve, PAUSE))
