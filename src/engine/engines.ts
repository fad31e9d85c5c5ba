// Which engine computes: one in a worker of its own, so that a page stays alive while it trains, or one in the calling
// thread. What is not taken is not loaded.

import * as platform from '#platform'
import { checkNoOptions } from '../check-options.ts'
import { kindOf } from '../describe-value.ts'
import { DisposedError } from '../errors.ts'
import { type BuildChoice, chooseBuild } from '../wasm/builds.ts'
import { loadModuleSource } from '../wasm/module-sources.ts'
import { limitThreads, type ThreadChoice } from '../wasm/threads.ts'
import type { Engine } from './engine.ts'
import type { EngineWorker } from './engine-worker.ts'
import { loadScript } from './scripts.ts'

/** Where and how to compute. */
export interface EngineOptions {
  /**
   * Which build of the kernels computes: see {@link Capabilities}; `'auto'` unless given. Models and data sets of one
   * build share a memory.
   */
  build?: BuildChoice
  /**
   * Whether a worker computes, and holds the data, so that the calling thread is free: true unless given in a browser,
   * where a page must not be blocked, and false in Node. The results are the same to the bit. Where no worker can be had,
   * the calling thread computes, and gives way to others every 12 milliseconds.
   */
  worker?: boolean
}

/** What a call on something that is gone with the engine is told. */
export const CLOSED = 'the engine was closed: create models and data sets anew'

let worker: Promise<EngineWorker | undefined> | undefined
let local: typeof import('./local.ts') | undefined

/** Changes with {@link closeEngine}: what was made before is gone. */
export let generation = 0

/** An engine; all that ask for the same share one memory. Rejects with {@link ArgumentError} and {@link UnsupportedError}. */
export async function engineFor(
  { build = 'auto', worker: inWorker = platform.name === 'browser' }: EngineOptions,
  threads: ThreadChoice = 'auto',
): Promise<Engine> {
  const choice = { ...chooseBuild(build), ...limitThreads(threads, platform.threadSupport()) }
  if (inWorker) {
    const started = await startedWorker()
    if (started) return started.engine(choice)
  }
  local ??= await import('./local.ts')
  return local.localEngine(choice, loadModuleSource)
}

/**
 * The worker, which is started when it is first needed, or again when it has ended or its script could not be loaded;
 * undefined where none can be had. Those who ask at once get the same.
 */
function startedWorker(): Promise<EngineWorker | undefined> {
  worker = Promise.resolve(worker)
    .catch(() => undefined)
    .then(present => (present && !present.hasEnded ? present : startWorker()))
  return worker
}

async function startWorker(): Promise<EngineWorker | undefined> {
  // At once, since a page waits for each that is fetched.
  const [{ EngineWorker }, code] = await Promise.all([import('./engine-worker.ts'), loadScript('engine')])
  return EngineWorker.start(code)
}

/** Whether it may be an object of options: an event is none, which comes where this is a page's listener. */
const isPlain = (value: unknown) => kindOf(value) === 'Object'

/**
 * Ends all threads of this package at once; what needs them later starts new ones. A `fit`, `evaluate` or `predict` that
 * is under way on them rejects with {@link WorkerError}: await it first. A worker that holds models or data sets stays.
 */
export function closeThreads(): Promise<void>
export async function closeThreads(...more: unknown[]): Promise<void> {
  checkNoOptions('closeThreads', more.filter(isPlain))
  // What could not be loaded, or ends meanwhile, has no threads left.
  await Promise.allSettled([local?.closeLocalThreads(), worker?.then(it => it?.closeThreads())])
}

/**
 * Ends the worker that computes, with its linear memory, and all threads: for a page that is done with training. Models,
 * data sets and trainers that there are reject with {@link DisposedError} from then on, and so does what is under way in
 * the worker: await it first. What is created later starts another worker.
 *
 * Without a worker, what is under way is fulfilled, and the memory is freed when it is garbage.
 *
 * @example
 * await closeEngine()
 */
export function closeEngine(): Promise<void>
export async function closeEngine(...more: unknown[]): Promise<void> {
  checkNoOptions('closeEngine', more.filter(isPlain))
  generation += 1
  const present = worker
  worker = undefined
  await Promise.allSettled([
    local?.closeLocalEngine(),
    present?.then(it => it?.close(new DisposedError(CLOSED))),
  ])
}
