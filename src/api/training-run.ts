// A training under way: a promise of its history, with which it can be paused, stopped and watched.
import { Steering } from '../engine/steering.ts'
import { StateError } from '../errors.ts'
import { checkPositive } from '../optimizers/named-options.ts'
import type { BatchLogs, EpochLogs, History } from '../training/logs.ts'
import type { TrainingControls } from '../training/options.ts'

/**
 * The result of {@link Sequential.fit}: a promise of the history that also controls the training. Iterating over it
 * gives the logs of each epoch; iterating over `batches()` gives those of each batch. Leaving such a loop stops the
 * training.
 *
 * @example
 * const run = model.fit(train, { epochs: 5 })
 * for await (const { epoch, loss } of run) console.log(epoch, loss)
 * const history = await run
 */
export interface TrainingRun extends Promise<History>, AsyncIterable<EpochLogs>, TrainingControls {
  /** The logs of each batch, from the next one on. */
  batches(): AsyncIterableIterator<BatchLogs>
}

/** What ties a training to its run. */
export interface RunControl {
  readonly steering: Steering
  /** For callbacks. */
  readonly run: TrainingControls
  /** Called by `stop`. */
  readonly enders: Set<() => void>
  onBatch(logs: BatchLogs): void
  onEpoch(logs: EpochLogs): void
}

/** Starts `train` and gives the run that steers it. */
export function startRun(train: (control: RunControl) => Promise<History>): TrainingRun {
  const batches = new Set<Channel<BatchLogs>>()
  const epochs = new Set<Channel<EpochLogs>>()
  const steering = new Steering()
  let hasEnded = false
  const run = {
    pause: () => steering.set({ isPaused: true }),
    resume: () => steering.set({ isPaused: false }),
    get isPaused() {
      return steering.state.isPaused
    },
    stop() {
      steering.set({ isPaused: false, isStopped: true })
      for (const end of control.enders) end()
    },
    setLearningRate(learningRate: number) {
      checkPositive('learningRate', learningRate)
      if (hasEnded)
        throw new StateError('setLearningRate after fit has ended: use compile, or the run of the next fit')
      steering.set({ rate: { learningRate, number: (steering.state.rate?.number ?? 0) + 1 } })
    },
    batches() {
      steering.set({ isWatched: true })
      return watch(batches)
    },
    [Symbol.asyncIterator]: () => watch(epochs),
  }
  const control: RunControl = {
    steering,
    run,
    enders: new Set(),
    onBatch: logs => publish(batches, logs),
    onEpoch: logs => publish(epochs, logs),
  }
  // Not by a handler of its own: with one, a rejection would no longer be reported where nobody handles it.
  const history = (async () => {
    try {
      return await train(control)
    } finally {
      hasEnded = true
    }
  })()

  function watch<Logs>(channels: Set<Channel<Logs>>): AsyncIterableIterator<Logs> {
    const channel = new Channel<Logs>(history, () => run.stop())
    channels.add(channel)
    return channel
  }

  Object.freeze(run)
  return Object.freeze(Object.defineProperties(history, Object.getOwnPropertyDescriptors(run))) as TrainingRun
}

function publish<Logs>(channels: Set<Channel<Logs>>, logs: Logs): void {
  for (const channel of channels) channel.push(logs)
}

/** Logs on their way from the loop to someone who iterates over them; none is lost to a slow reader. */
class Channel<Logs> implements AsyncIterableIterator<Logs> {
  readonly #waiting: Logs[] = []
  readonly #end: Promise<unknown>
  readonly #leave: () => void
  /** What wakes those who wait for the next logs. */
  readonly #readers: (() => void)[] = []
  #isOver = false

  /** Ends with `end`; `leave` is called when the reader goes before that. */
  constructor(end: Promise<unknown>, leave: () => void) {
    this.#leave = leave
    this.#end = end.finally(() => {
      this.#isOver = true
      this.#wake()
    })
    this.#end.catch(() => {}) // next() tells
  }

  push(logs: Logs): void {
    if (this.#isOver) return
    this.#waiting.push(logs)
    this.#wake()
  }

  async next(): Promise<IteratorResult<Logs, undefined>> {
    for (;;) {
      const logs = this.#waiting.shift()
      if (logs !== undefined) return { done: false, value: logs }
      if (this.#isOver) break
      await new Promise<void>(resolve => this.#readers.push(resolve))
    }
    await this.#end
    return { done: true, value: undefined }
  }

  async return(): Promise<IteratorResult<Logs, undefined>> {
    this.#isOver = true
    this.#waiting.length = 0
    this.#leave()
    this.#wake()
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #wake(): void {
    for (const wake of this.#readers.splice(0)) wake()
  }
}
