// The checkpoints of one training in their store: the last few and the best.

import { checkOptions } from '../check-options.ts'
import { describeValue } from '../describe-value.ts'
import type { TrainingCheckpoint } from '../engine/engine.ts'
import { ArgumentError, CheckpointError, StateError } from '../errors.ts'
import { reasonOf } from '../reason.ts'
import type { Monitor } from '../training/early-stopping-options.ts'
import type { EpochLogs } from '../training/logs.ts'
import type { TrainingState } from '../training/state.ts'
import { bestOf, isBetter, monitorOf, type RatedEpoch, rate } from './best-epoch.ts'
import type { CheckpointOptions, CheckpointPosition } from './checkpoints.ts'
import type { WaitedStore } from './waits.ts'

const BEST = 'best.safetensors'
const LAST = /^checkpoint-(\d+)-(\d+)\.safetensors$/

interface Entry extends CheckpointPosition {
  readonly name: string
  /** False once it could not be read. */
  isGood: boolean
}

export class CheckpointKeeper {
  readonly #options: CheckpointOptions
  readonly #store: WaitedStore
  readonly #monitor: Monitor | undefined
  readonly #encode: (checkpoint: TrainingCheckpoint) => Promise<Uint8Array>
  /** Oldest first. */
  #entries: Entry[] = []
  #hasBest = false
  /** The epoch that {@link BEST} is of; undefined where there is none that can be used. */
  #best: RatedEpoch | undefined
  /** Names of which was told that they cannot be removed. */
  readonly #stuck = new Set<string>()
  #last: CheckpointPosition = { epoch: 0, iteration: 0 }

  /**
   * Throws {@link ArgumentError} for options that are wrong. `store` is theirs, waited for as long as training lasts;
   * `monitor` says which epoch is the best.
   */
  constructor(
    options: CheckpointOptions,
    store: WaitedStore,
    monitor: Monitor | undefined,
    encode: (checkpoint: TrainingCheckpoint) => Promise<Uint8Array>,
  ) {
    checkCheckpoints(options)
    this.#options = options
    this.#store = store
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
    let newest: { name: string; error: unknown } | undefined
    for (const name of [
      ...this.#entries.map(entry => entry.name).reverse(),
      ...(this.#hasBest ? [BEST] : []),
    ]) {
      const found = await this.#tryToRead(name, open, error => {
        newest ??= { name, error }
      })
      if (found) return { name, opened: found.opened }
    }
    if (!newest) return undefined
    const { name, error } = newest
    throw new CheckpointError(
      `no checkpoint in the store can be read; the newest, ${name}: ${reasonOf(error)}. Remove them to begin anew`,
      { cause: error },
    )
  }

  /** Throws {@link CheckpointError} where nothing could be written, before there is something to be lost. */
  async check(): Promise<void> {
    await this.#attempt('the store cannot be written to', async () => this.#store.check?.(BEST))
  }

  /**
   * Brings the best file in line with a training that goes on, where the process ended, or the disk was full, before it
   * was replaced. It is written anew from the checkpoint after the best epoch. Where that is gone, the file is replaced
   * by the next epoch that is better than it, or by any where it cannot be read. Throws {@link CheckpointError}.
   */
  async mendBest(
    { history }: TrainingState,
    open: (bytes: Uint8Array) => Promise<TrainingState>,
  ): Promise<void> {
    const { best = true } = this.#options
    const monitor = this.#monitorOf(history)
    const wanted = bestOf(history, monitor)
    if (!best || !wanted) return
    const ratedIn = async (name: string) => {
      const of = await this.#tryToRead(name, open)
      return of && { bytes: of.bytes, rated: rate(of.opened.history, of.opened.history.length, monitor) }
    }
    const kept = this.#hasBest ? (await ratedIn(BEST))?.rated : undefined
    // One of a later epoch is of a training that went on from a newer checkpoint, which was damaged then.
    const isOfThis = kept && (kept.epoch > history.length || isSame(kept, rate(history, kept.epoch, monitor)))
    this.#best = isOfThis ? kept : undefined
    if (isSame(kept, wanted)) return
    const name = nameOf({ epoch: wanted.epoch, iteration: 0 })
    if (!this.#entries.some(entry => entry.name === name && entry.isGood)) return
    const found = await ratedIn(name)
    if (!found || !isSame(found.rated, wanted)) return
    await this.#attempt(`${BEST} cannot be written`, () => this.#store.write(BEST, found.bytes))
    this.#best = wanted
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
    const { best = true } = this.#options
    const bytes = await this.#encode(checkpoint)
    const name = nameOf({ epoch, iteration })
    await this.#attempt(`${name} cannot be written`, () => this.#store.write(name, bytes))
    const better = best && iteration === 0 && this.#betterEpoch(history)
    if (better) {
      await this.#attempt(`${BEST} cannot be written`, () => this.#store.write(BEST, bytes))
      this.#best = better
    }
    this.#last = { epoch, iteration }
    const others = this.#entries.filter(entry => entry.name !== name)
    this.#entries = [...others, { name, epoch, iteration, isGood: true }].sort(byPosition)
    await this.#removeOld()
  }

  /** The last epoch, where it is better than all before it, or than the one in the file; undefined otherwise. */
  #betterEpoch(history: readonly EpochLogs[]): RatedEpoch | undefined {
    const monitor = this.#monitorOf(history)
    const last = rate(history, history.length, monitor)
    if (!last) return undefined
    const isBest = bestOf(history, monitor)?.epoch === last.epoch
    return isBest || isBetter(last, this.#best, monitor) ? last : undefined
  }

  #monitorOf(history: readonly EpochLogs[]): Monitor {
    return this.#monitor ?? monitorOf(history)
  }

  /** Removes what is older than the last good ones. What cannot be removed is tried again the next time. */
  async #removeOld(): Promise<void> {
    const { keep = 2, onNotRemoved } = this.#options
    const oldest = this.#entries.filter(({ isGood }) => isGood).at(-keep)
    if (!oldest) return
    const stuck: Entry[] = []
    for (const entry of this.#entries.splice(0, this.#entries.indexOf(oldest))) {
      const { name } = entry
      try {
        await this.#store.remove(name)
      } catch (error) {
        this.#store.rethrow(error)
        stuck.push(entry)
        if (!this.#stuck.has(name)) onNotRemoved?.({ name, error })
        this.#stuck.add(name)
      }
    }
    this.#entries.unshift(...stuck)
  }

  /** Reads and opens a checkpoint; undefined for one that is damaged, which is told. */
  async #tryToRead<Opened>(
    name: string,
    open: (bytes: Uint8Array) => Promise<Opened>,
    onError?: (error: unknown) => void,
  ): Promise<{ bytes: Uint8Array; opened: Opened } | undefined> {
    const { onDamaged } = this.#options
    try {
      const bytes = await this.#store.read(name)
      return { bytes, opened: await open(bytes) }
    } catch (error) {
      this.#store.rethrow(error)
      for (const entry of this.#entries) entry.isGood &&= entry.name !== name
      onError?.(error)
      onDamaged?.({ name, error })
      return undefined
    }
  }

  async #list(): Promise<void> {
    const names = await this.#attempt('the store cannot be listed', () => this.#store.list())
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
      this.#store.rethrow(cause)
      throw new CheckpointError(`checkpoints: ${what}: ${reasonOf(cause)}`, { cause })
    }
  }
}

const isSame = (a: RatedEpoch | undefined, b: RatedEpoch | undefined): boolean =>
  a?.epoch === b?.epoch && Object.is(a?.value, b?.value)

const nameOf = ({ epoch, iteration }: CheckpointPosition): string =>
  `checkpoint-${pad(epoch, 4)}-${pad(iteration, 6)}.safetensors`

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
    onNotRemoved: 1,
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
