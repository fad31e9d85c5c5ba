// Waits for the caller's code: callbacks, a stream's chunks, a store's files. Such code may never answer. A wait ends
// with its training: the code is left to itself then, and what it gives or throws later is ignored.
import type { ChunkSource } from '../data/chunk-reader.ts'
import type { DatasetContents } from '../data/samples.ts'
import { CLOSED, closers } from '../engine/engines.ts'
import { CheckpointError, DisposedError } from '../errors.ts'
import type { EpochLogs, History } from '../training/logs.ts'
import type { LoopCallbacks } from '../training/options.ts'
import type { SampleStream } from '../training/sample-source.ts'
import type { STOPPED } from '../training/streamed-samples.ts'
import type { CheckpointStore } from './checkpoints.ts'
import type { Lifetime } from './lifetime.ts'
import type { FitOptions } from './model-options.ts'
import type { RunControl } from './training-run.ts'

/**
 * Milliseconds that a training which is to end waits for what should not be cut short: a file that is being written,
 * and after `dispose()`, by which no call under way is to fail, all of the code.
 */
const PATIENCE = 10_000

/** As {@link STOPPED}; a page without streams does not load what reads them. */
const STOPPED_NAME: typeof STOPPED = 'TrainingStopped'

/** What ends a training: of the run, its signal, its model, the engine. */
type Ending = 'stop' | 'abort' | 'dispose' | 'close'

/** What is waited for. */
interface Kind {
  /** In words, for errors. */
  readonly name: string
  /** Endings after which the training goes on without the answer. */
  readonly isDispensable: readonly Ending[]
  /** Endings after which the code still has {@link PATIENCE}. */
  readonly isSpared: readonly Ending[]
  /** Whether it may begin after `stop()`, and take its time. */
  readonly outlivesStop?: boolean
}

const CALLBACK: Kind = {
  name: 'a callback',
  isDispensable: ['stop'],
  isSpared: ['dispose'],
  outlivesStop: true,
}
const CHUNK: Kind = { name: 'the stream', isDispensable: [], isSpared: ['dispose'] }
const RETURN: Kind = { ...CHUNK, isDispensable: ['stop', 'abort', 'dispose', 'close'] }
const READ: Kind = { name: 'the store', isDispensable: [], isSpared: ['dispose'] }
const WRITE: Kind = { ...READ, isSpared: ['stop', 'abort', 'dispose'] }

/** What a store's call rejects with that is waited for no longer. */
class Unanswered extends Error {
  /** What `fit` rejects with. */
  readonly reason: unknown

  constructor(reason: unknown) {
    super()
    this.reason = reason
  }
}

/** A store whose calls are waited for no longer than training lasts. */
export interface WaitedStore extends CheckpointStore {
  /** Throws what `fit` rejects with, where `error` is of a call that is waited for no longer. */
  rethrow(error: unknown): void
}

/** The callbacks that a training always has. */
export interface OwnCallbacks {
  onTrainBegin(): void
  onEpochEnd(logs: EpochLogs): void
  onTrainEnd(history: History): void
}

/** The waits of one training. */
export class Waits {
  readonly #control: RunControl
  readonly #signal: AbortSignal | undefined
  readonly #life: Lifetime
  /** What has ended the training so far. */
  readonly #endings: Ending[] = []
  readonly #waits = new Set<(ending: Ending) => void>()
  /** What a stopped training ends with where it cannot go on; no user sees it. Frozen prototypes allow no assignment. */
  readonly #stopped = Object.defineProperty(new Error(), 'name', { value: STOPPED_NAME, enumerable: true })
  #closed: unknown

  constructor(control: RunControl, signal: AbortSignal | undefined, life: Lifetime) {
    this.#control = control
    this.#signal = signal
    this.#life = life
  }

  /** Runs the training. One that is stopped before it has begun is none. */
  async during(train: () => Promise<void>): Promise<void> {
    const stop = () => this.#end('stop')
    const abort = () => this.#end('abort')
    const dispose = () => this.#end('dispose')
    const close = (reason: unknown) => {
      this.#closed = reason
      this.#end('close')
    }
    if (this.#life.isClosed) throw new DisposedError(CLOSED)
    if (this.#control.steering.state.isStopped) stop()
    if (this.#signal?.aborted) abort()
    if (!this.#life.isOpen) dispose()
    this.#control.enders.add(stop)
    this.#signal?.addEventListener('abort', abort)
    this.#life.enders.add(dispose)
    closers.add(close)
    try {
      await train()
    } catch (error) {
      if (error !== this.#stopped) throw error
    } finally {
      this.#control.enders.delete(stop)
      this.#signal?.removeEventListener('abort', abort)
      this.#life.enders.delete(dispose)
      closers.delete(close)
      for (const end of [...this.#waits]) end('close') // chunks that nobody wants any more
    }
  }

  /** The caller's callbacks, each after the training's own. */
  callbacks(own: OwnCallbacks, options: FitOptions): LoopCallbacks {
    const { onTrainBegin, onEpochBegin, onBatchEnd, onEpochEnd, onTrainEnd } = options
    const { run } = this.#control
    return {
      onTrainBegin: () => {
        own.onTrainBegin()
        return this.#ask(onTrainBegin?.(run))
      },
      onEpochEnd: logs => {
        own.onEpochEnd(logs)
        return this.#ask(onEpochEnd?.(logs, run))
      },
      onTrainEnd: history => {
        own.onTrainEnd(history)
        return this.#ask(onTrainEnd?.(history))
      },
      ...(onEpochBegin && { onEpochBegin: logs => this.#ask(onEpochBegin(logs, run)) }),
      ...(onBatchEnd && { onBatchEnd: logs => this.#ask(onBatchEnd(logs, run)) }),
    }
  }

  /** The same stream. After `stop()` its chunks reject with the error {@link STOPPED}. */
  stream(stream: SampleStream): SampleStream {
    const next = (chunks: ChunkSource) => this.#wait(CHUNK, chunks.next())
    const close = (chunks: ChunkSource) => this.#wait(RETURN, chunks.close())
    return new WaitedStream(stream, { next, close })
  }

  /** The same store. Calls that are waited for no longer reject with {@link Unanswered}, and so do later ones. */
  store(store: CheckpointStore): WaitedStore {
    let silent: Unanswered | undefined
    const call = async <Result>(kind: Kind, operation: () => Promise<Result>): Promise<Result> => {
      if (silent) throw silent
      return this.#wait(kind, operation(), reason => {
        silent = new Unanswered(reason)
        return silent
      })
    }
    return {
      list: () => call(READ, async () => store.list()),
      read: name => call(READ, async () => store.read(name)),
      write: (name, bytes) => call(WRITE, async () => store.write(name, bytes)),
      remove: name => call(WRITE, async () => store.remove(name)),
      check: name => call(READ, async () => store.check?.(name)),
      rethrow: error => {
        if (silent && error === silent) throw silent.reason
      },
    }
  }

  /** Most callbacks give nothing that is to be awaited. */
  #ask(answer: unknown): unknown {
    const isPromise = typeof Object(answer).then === 'function'
    return isPromise ? this.#wait(CALLBACK, answer as PromiseLike<unknown>) : answer
  }

  /** Waits for an answer; `toError` makes what it rejects with of the reason why it has ended without one. */
  #wait<Result>(
    kind: Kind,
    answer: PromiseLike<Result>,
    toError = (reason: unknown) => reason,
  ): Promise<Result> {
    return new Promise((resolve, reject) => {
      let timer: ReturnType<typeof setTimeout> | undefined
      const settle = (how: () => void) => {
        clearTimeout(timer)
        this.#waits.delete(end)
        how()
      }
      const leave = (ending: Ending) =>
        settle(() => {
          if (kind.isDispensable.includes(ending)) resolve(undefined as Result)
          else reject(toError(this.#reason(kind, ending)))
        })
      const spare = (ending: Ending) => {
        timer ??= setTimeout(() => leave(ending), PATIENCE)
      }
      const end = (ending: Ending) => (kind.isSpared.includes(ending) ? spare : leave)(ending)
      this.#waits.add(end)
      const earlier = this.#endings.find(ending => !(kind.outlivesStop && ending === 'stop'))
      if (earlier) spare(earlier)
      answer.then(
        result => settle(() => resolve(result)),
        error => settle(() => reject(error)),
      )
    })
  }

  #end(ending: Ending): void {
    this.#endings.push(ending)
    for (const end of [...this.#waits]) end(ending)
  }

  /** What a training rejects with for which an answer has not come. */
  #reason(kind: Kind, ending: Ending): unknown {
    const what = `${kind.name} has not answered`
    switch (ending) {
      case 'abort':
        return this.#signal?.reason
      case 'close':
        return this.#closed
      case 'dispose':
        return new DisposedError(`this model was disposed, and ${what} since`)
      case 'stop':
        return kind === WRITE
          ? new CheckpointError(`checkpoints: ${what} since stop(): the last may be missing`)
          : this.#stopped
    }
  }
}

/** How a stream's chunks are waited for. */
interface ChunkWaits {
  next(chunks: ChunkSource): Promise<DatasetContents | undefined>
  close(chunks: ChunkSource): Promise<void>
}

/** A class, since what is none would be copied on its way to a worker. */
class WaitedStream implements SampleStream {
  readonly samples: number | undefined
  readonly shuffleBuffer: number
  readonly #stream: SampleStream
  readonly #waits: ChunkWaits

  constructor(stream: SampleStream, waits: ChunkWaits) {
    this.samples = stream.samples
    this.shuffleBuffer = stream.shuffleBuffer
    this.#stream = stream
    this.#waits = waits
  }

  async open(): Promise<ChunkSource> {
    return new WaitedChunks(await this.#stream.open(), this.#waits)
  }
}

class WaitedChunks implements ChunkSource {
  readonly #chunks: ChunkSource
  readonly #waits: ChunkWaits
  /** Whether the source owes a chunk: a generator does not hear that it is to return until it has given that. */
  #isWaiting = false

  constructor(chunks: ChunkSource, waits: ChunkWaits) {
    this.#chunks = chunks
    this.#waits = waits
  }

  async next(): Promise<DatasetContents | undefined> {
    this.#isWaiting = true
    const chunk = await this.#waits.next(this.#chunks)
    this.#isWaiting = false
    return chunk
  }

  async close(): Promise<void> {
    if (this.#isWaiting) this.#chunks.close().catch(() => {})
    else await this.#waits.close(this.#chunks)
  }
}
