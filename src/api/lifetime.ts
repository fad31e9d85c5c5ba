// How long a model, data set or trainer lives. One rule for all of them: a call that was made before `dispose` is
// fulfilled, one that is made afterwards rejects, and the memory goes when the last of them is done.
import { CLOSED, generation } from '../engine/engines.ts'
import { DisposedError } from '../errors.ts'

export class Lifetime {
  readonly #whenDisposed: string
  readonly #held: { dispose(): unknown }
  readonly #generation = generation
  /** Called by `dispose`: calls under way that may never end by themselves. */
  readonly enders = new Set<() => void>()
  #calls = 0
  #isDisposed = false

  /** `held` is disposed of in the end, more than once where the owner is. */
  constructor(whenDisposed: string, held: { dispose(): unknown }) {
    this.#whenDisposed = whenDisposed
    this.#held = held
  }

  /** Whether new calls can be made, as far as it was not ended from elsewhere. */
  get isOpen(): boolean {
    return !this.#isDisposed
  }

  /** Whether the engine was closed. */
  get isClosed(): boolean {
    return this.#generation !== generation
  }

  /** Throws {@link DisposedError} when it is over for new calls. */
  check(): void {
    if (this.isClosed) throw new DisposedError(CLOSED)
    if (this.#isDisposed) throw new DisposedError(this.#whenDisposed)
  }

  dispose(): void {
    this.#isDisposed = true
    for (const end of this.enders) end()
    this.count(0)
  }

  /** So many more calls are under way. */
  count(calls: number): void {
    this.#calls += calls
    if (this.#isDisposed && this.#calls === 0) this.#held.dispose()
  }
}

/**
 * Makes a call for which things are kept, whoever forgets or disposes of them meanwhile. Those that have no `life` are
 * left to the call. Rejects with {@link DisposedError} where one of them was disposed of before.
 */
export async function keeping<Result>(call: () => Promise<Result>, ...things: unknown[]): Promise<Result> {
  const lives = things.map(thing => Object(thing).life).filter(life => life instanceof Lifetime)
  for (const life of lives) life.check()
  for (const life of lives) life.count(1)
  try {
    return await call()
  } finally {
    for (const life of lives) life.count(-1)
  }
}
