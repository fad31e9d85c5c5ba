// The checkpoints of one training in their store: the last few and the best.

import { checkOptions } from '../check-options.ts'
import { describeValue } from '../describe-value.ts'
import type { TrainingCheckpoint } from '../engine/engine.ts'
import { ArgumentError, CheckpointError, StateError } from '../errors.ts'
import { reasonOf } from '../reason.ts'
import { defaultMonitor, gainOf, type Monitor, watchedValue } from '../training/early-stopping-options.ts'
import type { EpochLogs } from '../training/logs.ts'
import type { CheckpointOptions, CheckpointPosition } from './checkpoints.ts'

const BEST = 'best.safetensors'
const LAST = /^checkpoint-(\d+)-(\d+)\.safetensors$/

interface Entry extends CheckpointPosition {
  readonly name: string
  /** False once it could not be read. */
  isGood: boolean
}

export class CheckpointKeeper {
  readonly #options: CheckpointOptions
  readonly #monitor: Monitor | undefined
  readonly #encode: (checkpoint: TrainingCheckpoint) => Promise<Uint8Array>
  /** Oldest first. */
  #entries: Entry[] = []
  #hasBest = false
  #last: CheckpointPosition = { epoch: 0, iteration: 0 }

  /** Throws {@link ArgumentError} for options that are wrong. `monitor` says which epoch is the best. */
  constructor(
    options: CheckpointOptions,
    monitor: Monitor | undefined,
    encode: (checkpoint: TrainingCheckpoint) => Promise<Uint8Array>,
  ) {
    checkCheckpoints(options)
    this.#options = options
    this.#monitor = monitor
    this.#encode = encode
  }

  /** For a training from its beginning. Throws {@link StateError} where the store has another's checkpoints. */
  async begin(): Promise<void> {
    await this.#list()
    const found = this.#entries.at(-1)?.name ?? (this.#hasBest ? BEST : undefined)
    if (found === undefined) return
    throw new StateError(
      `the store has checkpoints of a training, the last ${found}: give fit resume: true to go on with it, or another ` +
        'store',
    )
  }

  /**
   * The newest checkpoint that `open` can open, the best one being the last resort; undefined where there is none at all.
   * Throws {@link CheckpointError} where there are some, and none can be opened.
   */
  async newest<Opened>(
    open: (bytes: Uint8Array) => Promise<Opened>,
  ): Promise<{ name: string; opened: Opened } | undefined> {
    await this.#list()
    const { store, onDamaged } = this.#options
    let newest: { name: string; error: unknown } | undefined
    for (const name of [
      ...this.#entries.map(entry => entry.name).reverse(),
      ...(this.#hasBest ? [BEST] : []),
    ]) {
      try {
        return { name, opened: await open(await store.read(name)) }
      } catch (error) {
        for (const entry of this.#entries) entry.isGood &&= entry.name !== name
        newest ??= { name, error }
        onDamaged?.({ name, error })
      }
    }
    if (!newest) return undefined
    const { name, error } = newest
    throw new CheckpointError(
      `no checkpoint in the store can be read; the newest, ${name}: ${reasonOf(error)}. Remove them to begin anew`,
      { cause: error },
    )
  }

  /** Tells from which checkpoint the training goes on. */
  resume(name: string, { epoch, iteration }: CheckpointPosition): void {
    this.#last = { epoch, iteration }
    this.#options.onResume?.({ name, epoch, iteration })
  }

  /** Keeps the checkpoint in which a training ends, unless that is kept already. */
  async keepLast(checkpoint: TrainingCheckpoint): Promise<void> {
    const { epoch, iteration } = checkpoint.state
    if (epoch !== this.#last.epoch || iteration !== this.#last.iteration) await this.keep(checkpoint)
  }

  /** Writes a checkpoint, then removes those that are too old. Throws {@link CheckpointError}. */
  async keep(checkpoint: TrainingCheckpoint): Promise<void> {
    const { epoch, iteration, history } = checkpoint.state
    const { store, best = true } = this.#options
    const bytes = await this.#encode(checkpoint)
    const isBest = best && iteration === 0 && isLastBest(history, this.#monitor)
    const name = `checkpoint-${pad(epoch, 4)}-${pad(iteration, 6)}.safetensors`
    await this.#attempt(`${name} cannot be written`, () => store.write(name, bytes))
    if (isBest) await this.#attempt(`${BEST} cannot be written`, () => store.write(BEST, bytes))
    this.#last = { epoch, iteration }
    const others = this.#entries.filter(entry => entry.name !== name)
    this.#entries = [...others, { name, epoch, iteration, isGood: true }].sort(byPosition)
    await this.#removeOld()
  }

  /** Removes what is older than the last good ones. */
  async #removeOld(): Promise<void> {
    const { store, keep = 2 } = this.#options
    const oldest = this.#entries.filter(({ isGood }) => isGood).at(-keep)
    if (!oldest) return
    for (const { name } of this.#entries.splice(0, this.#entries.indexOf(oldest))) {
      await this.#attempt(`${name}, which is too old, cannot be removed`, () => store.remove(name))
    }
  }

  async #list(): Promise<void> {
    const names = await this.#attempt('the store cannot be listed', () => this.#options.store.list())
    this.#hasBest = names.includes(BEST)
    this.#entries = names
      .flatMap(name => {
        const [, epoch, iteration] = LAST.exec(name) ?? []
        return epoch === undefined
          ? []
          : [{ name, epoch: Number(epoch), iteration: Number(iteration), isGood: true }]
      })
      .sort(byPosition)
  }

  async #attempt<Result>(what: string, operation: () => Promise<Result>): Promise<Result> {
    try {
      return await operation()
    } catch (cause) {
      throw new CheckpointError(`checkpoints: ${what}: ${reasonOf(cause)}`, { cause })
    }
  }
}

/** Whether the last epoch is better than all before it. */
function isLastBest(history: readonly EpochLogs[], monitor: Monitor | undefined): boolean {
  const last = history.at(-1)
  const key = monitor ?? defaultMonitor(last?.valLoss !== undefined)
  const value = last && watchedValue(key, last)
  if (value === undefined) return false
  return history.slice(0, -1).every(logs => gainOf(key, value, watchedValue(key, logs) ?? Number.NaN) > 0)
}

const byPosition = (a: CheckpointPosition, b: CheckpointPosition): number =>
  a.epoch - b.epoch || a.iteration - b.iteration

const pad = (value: number, digits: number): string => String(value).padStart(digits, '0')

/** Throws {@link ArgumentError}. What `every` can be, is checked with the other settings. */
function checkCheckpoints(options: CheckpointOptions): void {
  checkOptions('checkpoints', options, "{ store: directoryCheckpoints('checkpoints') }", {
    store: 1,
    every: 1,
    keep: 1,
    best: true,
    onResume: 1,
    onDamaged: 1,
  })
  const { store, keep = 2 } = options
  const methods = ['list', 'read', 'write', 'remove'] as const
  const missing = methods.find(method => typeof store?.[method] !== 'function')
  if (missing) {
    throw new ArgumentError(
      `checkpoints.store has no ${missing}: expected a CheckpointStore, such as directoryCheckpoints('checkpoints')`,
    )
  }
  if (!Number.isInteger(keep) || keep < 2) {
    throw new ArgumentError(
      `checkpoints.keep is ${describeValue(keep)}: expected 2 or more, so that there is one where the newest is damaged`,
    )
  }
}
