// Chooses the engine: one in a worker, so that a page stays responsive during training, or one in the calling thread.
// The other one is not loaded.

import * as platform from '#platform'
import { checkNoOptions } from '../check-options.ts'
import { kindOf } from '../describe-value.ts'
import { DisposedError } from '../errors.ts'
import { type BuildChoice, chooseBuild } from '../wasm/builds.ts'
import { loadModuleSource } from '../wasm/module-sources.ts'
import { limitThreads, type ThreadChoice } from '../wasm/threads.ts'
import type { Engine } from './engine.ts'
import { loadScript } from './scripts.ts'
import { withRoom } from './with-room.ts'
import type { EngineWorker } from './worker-host.ts'

/** Where and how to compute. */
export interface EngineOptions {
  /**
   * Which build of the kernels computes: see {@link Capabilities}; `'auto'` unless given. Models and data sets of one
   * build share a memory.
   */
  build?: BuildChoice
  /**
   * Whether a worker computes and holds the data, so that the calling thread stays free. Unless given, true in a
   * browser, where a page must not block, and false in Node. The results are identical to the bit. Where no worker is
   * available, the calling thread computes, and yields to others every 12 milliseconds.
   */
  worker?: boolean
}

/** The error of calls on objects that are gone with the engine. */
export const CLOSED = 'the engine was closed: create models and data sets anew'

let worker: Promise<EngineWorker | undefined> | undefined
let local: typeof import('./local.ts') | undefined

/** What {@link closeEngine} ends, since it may never end by itself. */
export const closers = new Set<(reason: DisposedError) => void>()

/** Changes with {@link closeEngine}, after which earlier objects are gone. */
export let generation = 0

/**
 * An engine; equal requests share one memory. Rejects with {@link ArgumentError}, {@link UnsupportedError}, and
 * {@link AllocationError} where the runtime has no linear memory left.
 */
export async function engineFor(
  { build = 'auto', worker: inWorker = platform.name === 'browser' }: EngineOptions,
  threads: ThreadChoice = 'auto',
): Promise<Engine> {
  const choice = { ...chooseBuild(build), ...limitThreads(threads, platform.threadSupport()) }
  return untilClosed(async () => {
    if (inWorker) {
      const started = await startedWorker()
      if (started) return withRoom(() => started.engine(choice))
    }
    local ??= await import('./local.ts')
    const { localEngine } = local
    return withRoom(() => localEngine(choice, loadModuleSource))
  })
}

/** Rejects when the engine is closed before the operation is done, which may wait for a server that never answers. */
export function untilClosed<Result>(operation: () => Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    closers.add(reject)
    operation()
      .finally(() => closers.delete(reject))
      .then(resolve, reject)
  })
}

/**
 * The worker. It is started at first use, and again when it has ended or its script could not be loaded. Undefined
 * where none is available. Simultaneous calls get the same one.
 */
function startedWorker(): Promise<EngineWorker | undefined> {
  worker = Promise.resolve(worker)
    .catch(() => undefined)
    .then(present => (present && !present.hasEnded ? present : startWorker()))
  return worker
}

async function startWorker(): Promise<EngineWorker | undefined> {
  // In parallel, since a page waits for each fetch.
  const [{ EngineWorker }, code] = await Promise.all([import('./worker-host.ts'), loadScript('engine')])
  return EngineWorker.start(code)
}

/** Whether it may be an options object. An event is not, which arrives where this is a page's listener. */
const isPlain = (value: unknown) => kindOf(value) === 'Object'

/**
 * Ends all threads of this package at once; later work starts new ones. A running `fit`, `evaluate` or `predict` on
 * them rejects with {@link WorkerError}, so await it first. A worker that holds models or data sets stays.
 */
export function closeThreads(): Promise<void>
export async function closeThreads(...more: unknown[]): Promise<void> {
  checkNoOptions('closeThreads', more.filter(isPlain))
  // An engine that could not be loaded, or ends meanwhile, has no threads left; one that is not there yet has none.
  await Promise.allSettled([
    local?.closeLocalThreads(),
    Promise.race([worker, undefined]).then(it => it?.closeThreads()),
  ])
}

/**
 * Ends the worker that computes, with its linear memory and all threads, for a page that is done with training.
 * Existing models, data sets and trainers reject with {@link DisposedError} from then on. So do pending calls in the
 * worker, so await them first. Later objects start another worker.
 *
 * Without a worker, pending calls complete, unless they wait for your code or for a server; the memory is freed by
 * garbage collection.
 *
 * @example
 * await closeEngine()
 */
export function closeEngine(): Promise<void>
export async function closeEngine(...more: unknown[]): Promise<void> {
  checkNoOptions('closeEngine', more.filter(isPlain))
  generation += 1
  const reason = new DisposedError(CLOSED)
  for (const close of closers) close(reason)
  const present = worker
  worker = undefined
  const closed = present?.then(it => it?.close(reason))
  await Promise.allSettled([
    local?.closeLocalEngine(),
    Promise.race([present, undefined]).then(it => it && closed),
  ])
}
