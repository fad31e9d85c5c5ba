// Where checkpoints are kept, and how `fit` is told to keep some.

import * as platform from '#platform'
import { checkNoOptions } from '../check-options.ts'
import { describeValue } from '../describe-value.ts'
import { ArgumentError, UnsupportedError } from '../errors.ts'
import type { FileStore } from '../platform/platform.ts'

/** Files by name. `write` must be atomic: whenever it is interrupted, `read` gives all old bytes or all new ones. */
export interface CheckpointStore {
  /** The names of all files, in any order; names of other files do no harm. */
  list(): Promise<string[]>
  /** All bytes of a file; rejects where there is none. */
  read(name: string): Promise<Uint8Array>
  /** Writes a file, in place of one that has its name. */
  write(name: string, bytes: Uint8Array): Promise<void>
  /** Does nothing where there is no such file. */
  remove(name: string): Promise<void>
  /**
   * Rejects where a file of that name could not be written, as far as it can be known beforehand: `fit` asks before its
   * first step. A store may lack it.
   */
  check?(name: string): Promise<void>
}

/** A place in a training. */
export interface CheckpointPosition {
  /** Epochs completed. */
  epoch: number
  /** Iterations completed of the next epoch. */
  iteration: number
}

/** The option `checkpoints` of {@link Sequential.fit}. */
export interface CheckpointOptions {
  /** Where they are kept: see {@link directoryCheckpoints}. */
  store: CheckpointStore
  /**
   * Iterations between two checkpoints, besides one after each epoch; unless given, only the latter. No more iterations
   * than that are ever lost.
   */
  every?: number
  /** How many of the newest are kept: 2 unless given, or more. An older one serves where the newest is damaged. */
  keep?: number
  /**
   * Whether the checkpoint after the best epoch is also kept, as `best.safetensors`; true unless given. The best epoch has
   * the lowest validation loss, or the best value that early stopping monitors. Without either, it has the lowest `loss`
   * in the log. That is a mean over the epoch, and the checkpoint has the weights at its end.
   */
  best?: boolean
  /** Called with the place where a training is resumed. */
  onResume?(position: CheckpointPosition & { name: string }): void
  /** Called for each checkpoint that cannot be read, newest first, before an older one is used. */
  onDamaged?(damaged: { name: string; error: unknown }): void
  /** Called once for each old checkpoint that cannot be removed. Training goes on, and tries again later. */
  onNotRemoved?(old: { name: string; error: unknown }): void
}

/**
 * Checkpoints as files in a directory, which is created if needed. Each is written under another name, flushed to
 * disk and renamed, so a file is always wholly old or wholly new. What a killed process leaves unfinished, a file
 * `wasmlp-….tmp`, is removed by a start a day later. Use one directory per training: two trainings would remove each
 * other's checkpoints.
 *
 * Throws {@link UnsupportedError} in a browser.
 *
 * @example
 * const checkpoints = { store: directoryCheckpoints('checkpoints'), every: 50 }
 * await model.fit(train, { epochs: 10, checkpoints, resume: true }) // the same again after a crash
 */
export function directoryCheckpoints(path: string): CheckpointStore
export function directoryCheckpoints(path: string, ...more: unknown[]): CheckpointStore {
  checkNoOptions('directoryCheckpoints', more, ': those of fit say which are kept')
  if (typeof path !== 'string' || path === '') {
    throw new ArgumentError(
      `directoryCheckpoints got ${describeValue(path)}: expected the path of a directory`,
    )
  }
  const store: FileStore | undefined = platform.directory(path)
  if (store) return store
  throw new UnsupportedError(
    'directoryCheckpoints needs Node: in a browser give a CheckpointStore of your own, or that of wasmlp/storage: ' +
      "(await openStorage()).checkpoints('my training')",
  )
}

/**
 * Checkpoints in memory, for as long as the object lives.
 *
 * @example
 * const store = memoryCheckpoints()
 * await model.fit(train, { epochs: 10, checkpoints: { store } })
 * await model.loadCheckpoint(await store.read('best.safetensors'))
 */
export function memoryCheckpoints(): CheckpointStore
export function memoryCheckpoints(...more: unknown[]): CheckpointStore {
  checkNoOptions('memoryCheckpoints', more, ': those of fit say which are kept')
  const files = new Map<string, Uint8Array>()
  return {
    list: async () => [...files.keys()],
    async read(name) {
      const bytes = files.get(name)
      if (!bytes) throw new ArgumentError(`there is no checkpoint ${describeValue(name)}`)
      return bytes.slice()
    },
    async write(name, bytes) {
      files.set(name, bytes.slice())
    },
    async remove(name) {
      files.delete(name)
    },
  }
}
