// A worker of a team: computes its share of each call until it is ended. Built into one string that any runtime can
// start a worker from, so it is a script and imports nothing.
import type { KernelExports, TeamKernelName } from './calls.ts'
import type { TeamExports } from './exports.ts'
import type { CommandLayout } from './team-layout.ts'

/** What a worker is told, in its first and only message. */
export interface WorkerTask {
  /** A build's modules, all on one memory. */
  readonly modules: readonly WebAssembly.Module[]
  readonly memory: WebAssembly.Memory
  /** The team's bytes in linear memory. */
  readonly team: number
  readonly layout: CommandLayout
  readonly kernels: readonly TeamKernelName[]
  readonly thread: number
  readonly threads: number
}

/**
 * What a worker says: that it waits for work, with the lock that it holds while it lives, where it has one; or that it
 * has ended, as it was told or by an error, and never looks at linear memory again.
 */
export type WorkerReport = { ready: true; life?: string | undefined } | { ended: true; error?: string }

interface Port {
  onmessage: ((event: { data: WorkerTask }) => void) | null
  onmessageerror: (() => void) | null
  postMessage(report: WorkerReport): void
}

declare const require: ((name: 'node:worker_threads') => { parentPort: Port }) | undefined

{
  const isNode = typeof require === 'function'
  const port: Port = isNode ? require('node:worker_threads').parentPort : (globalThis as unknown as Port)

  /** As `holdLife` in platform/browser-worker.ts. Node tells when a worker ends. */
  const holdLife = () =>
    new Promise<string | undefined>(resolve => {
      if (isNode || !navigator.locks) return resolve(undefined)
      const life = `wasmlp ${crypto.randomUUID()}`
      const hold = () => {
        resolve(life)
        return new Promise(() => {})
      }
      navigator.locks.request(life, hold).catch(() => resolve(undefined))
    })

  const work = async ({ modules, memory, team, layout, kernels, thread, threads }: WorkerTask) => {
    const table = new WebAssembly.Table({ initial: 3, element: 'anyfunc' })
    const exports = {} as KernelExports & TeamExports
    for (const module of modules) {
      // As in runtime.ts.
      const env = { table, ...exports, memory }
      Object.assign(exports, (await WebAssembly.instantiate(module, { env })).exports)
    }
    if (exports.curve) {
      table.set(1, exports.curve)
      table.set(2, exports.curveGradient)
    }
    const life = await holdLife()
    try {
      const command = new Float64Array(memory.buffer, team + layout.command, layout.size)
      const spare = new Float64Array(memory.buffer, team + layout.spare, layout.size)
      const args: number[] = []
      const run = (command: Float64Array): number | undefined => {
        const [kernel = 0, count = 0] = command
        const name = kernels[kernel]
        if (name === undefined) throw new Error(`no kernel has the number ${kernel}`)
        args.length = count + 3
        for (let i = 0; i < count; ++i) args[i] = command[2 + i] ?? 0
        args[count] = thread
        args[count + 1] = threads
        args[count + 2] = team + layout.claims
        const compute = exports[name] as (...args: number[]) => number | undefined
        return compute(...args)
      }
      let generation = 0
      port.postMessage({ ready: true, life })
      for (;;) {
        const next = exports.awaitStart(team, generation, layout.spins, layout.sleep)
        if (next === generation) continue
        if (exports.isOver(team)) break
        generation = next
        run(command)
        exports.finish(team)
        let { patience } = layout
        while (exports.hasSpareWork(team, generation, patience) && run(spare)) patience = 0
      }
      port.postMessage({ ended: true })
    } catch (error) {
      exports.fail(team)
      throw error
    }
  }

  const fail = (error: unknown) => port.postMessage({ ended: true, error: String(error) })
  port.onmessageerror = () => fail('its task could not be read')
  port.onmessage = ({ data }) => {
    void work(data).catch(fail)
  }
}
