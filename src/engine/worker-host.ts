// The engine in a worker, as seen by the thread that started it.
import * as platform from '#platform'
import * as errors from '../errors.ts'
import { type AssetUrls, assetUrls, type ScriptSource } from '../platform/asset-urls.ts'
import type { WorkerHandle } from '../platform/platform.ts'
import type { Capabilities } from '../wasm/builds.ts'
import { type LoadModule, loadModuleSource } from '../wasm/module-sources.ts'
import type { Engine } from './engine.ts'
import { Link, type LinkMessage } from './link.ts'
import { loadAllScripts, loadScript, type ScriptName } from './scripts.ts'

/** The worker's interface. */
export interface WorkerRoot {
  engine(choice: Capabilities, urls: AssetUrls): Promise<Engine>
  closeThreads(): Promise<void>
  /** The same, and ends all computation. */
  close(): Promise<void>
}

/** The host's interface for the worker. */
export interface HostRoot {
  /** Code, which only the thread that was loaded from a file can locate. */
  loadScript(name: ScriptName): Promise<ScriptSource>
  /** Kernels, likewise. */
  loadModule: LoadModule
  /** Called once, when the worker listens. For `life` see {@link Platform.holdLife}. */
  onStart(life: string | undefined, canLoadScripts: boolean): void
}

export class EngineWorker {
  readonly #link: Link
  readonly #root: WorkerRoot
  readonly #terminate: () => Promise<unknown>
  #hasEnded = false

  private constructor(link: Link, terminate: () => Promise<unknown>) {
    this.#link = link
    this.#root = link.root()
    this.#terminate = terminate
  }

  /**
   * Starts the script `engine`. Resolves to undefined where the runtime starts no worker: a page's
   * Content-Security-Policy may forbid it. A worker that cannot load scripts gets all of them at its start.
   */
  static start(code: ScriptSource, isWhole = false): Promise<EngineWorker | undefined> {
    return new Promise(resolve => {
      const root: HostRoot = {
        loadScript,
        loadModule: loadModuleSource,
        onStart(life, canLoadScripts) {
          if (!canLoadScripts && !isWhole && typeof code === 'string') {
            void worker.terminate()
            resolve(loadAllScripts().then(all => EngineWorker.start(all, true)))
            return
          }
          if (life !== undefined) platform.awaitEndOf(life, () => engine.#end('it was terminated'))
          worker.keepAlive(false)
          resolve(engine)
        },
      }
      const link = new Link(root, message => worker.postMessage(message), errors)
      const engine = new EngineWorker(link, () => worker.terminate())
      const onEnd = (reason: string) => {
        engine.#end(reason)
        resolve(undefined)
      }
      const onMessage = (message: LinkMessage) => link.receive(message)
      let worker: WorkerHandle
      try {
        worker = platform.startWorker(code, onMessage, onEnd)
      } catch {
        resolve(undefined)
        return
      }
      worker.keepAlive(true)
      link.onBusy = isBusy => worker.keepAlive(isBusy)
    })
  }

  /** Whether it has stopped computing. */
  get hasEnded(): boolean {
    return this.#hasEnded
  }

  engine(choice: Capabilities): Promise<Engine> {
    return this.#root.engine(choice, assetUrls())
  }

  /** Ends the threads that compute with it. */
  closeThreads(): Promise<void> {
    return this.#root.closeThreads()
  }

  /** Ends the worker. Pending and later calls reject with `error` at once, whatever they wait for. */
  async close(error: Error): Promise<void> {
    this.#root.close().catch(() => {}) // It is told to, and is not awaited.
    this.#hasEnded = true
    this.#link.close(error)
    await this.#terminate()
  }

  #end(reason: string): void {
    this.#hasEnded = true
    this.#link.close(
      new errors.WorkerError(
        `the worker that held models and data sets has ended: ${reason}. They are gone; create others, which start ` +
          'another worker',
      ),
    )
    void this.#terminate() // A browser's goes on after an error.
  }
}
