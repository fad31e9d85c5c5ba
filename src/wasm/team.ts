// A team of threads: the calling thread and workers, which share linear memory and compute each call together.

import workerCode from 'script:team-worker'
import * as platform from '#platform'
import { WorkerError } from '../errors.ts'
import { scriptSource } from '../platform/asset-urls.ts'
import type { WorkerHandle } from '../platform/platform.ts'
import type { U8Buffer } from './buffer.ts'
import { type Call, computeShare, type Executor, type KernelExports, type TeamKernelName } from './calls.ts'
import type { TeamExports } from './exports.ts'
import type { LinearMemory } from './memory.ts'
import { TEAM_BYTES, TEAM_LAYOUT } from './team-layout.ts'
import type { WorkerReport, WorkerTask } from './team-worker.ts'

/** What the instances of a build with threads have in common. */
export interface SharedBuild {
  /** One, and later two: see {@link Runtime}. */
  readonly modules: readonly WebAssembly.Module[]
  readonly memory: WebAssembly.Memory
  readonly kernels: KernelExports & TeamExports
}

/** Looks at the workers' count before the calling thread sleeps or gives way: some 50 µs. */
const SPINS = 100_000

/** Milliseconds that the calling thread sleeps, where it may, before the event loop has its turn. */
const SLEEP = 20

/**
 * Threads that run calls together. Workers start when the team is made, and until all of them are ready, the calling
 * thread computes alone: the bits are the same. So does it for good where a worker cannot be started.
 */
export class Team implements Executor {
  readonly threads: number
  /** Settles when the workers have started, or could not. */
  readonly started: Promise<void>
  /** Why the workers could not be started. */
  problem: string | undefined
  readonly #build: SharedBuild
  readonly #buffer: U8Buffer
  readonly #giveBack: (buffer: U8Buffer) => void
  readonly #command: Float64Array
  readonly #spare: Float64Array
  readonly #modules: readonly WebAssembly.Module[]
  readonly #numbers: Map<TeamKernelName, number>
  readonly #workers: WorkerHandle[] = []
  #state: 'starting' | 'ready' | 'alone' | 'ended' = 'starting'
  /** Why the team has ended. */
  #end = new WorkerError(
    'the threads were closed while they were at work: call it again, which starts new ones',
  )
  /** The calls that wait for a worker, while other tasks of the calling thread go on. */
  #stalled: Promise<void> | undefined
  /** Workers that are not ready yet. */
  #starting: number
  #settle: () => void = () => {}
  #released: Promise<void> | undefined
  #successor: Team | undefined
  #offered: Call | undefined

  /** `buffer` has TEAM_BYTES bytes, and is given back when no worker looks at it any more. */
  constructor(build: SharedBuild, buffer: U8Buffer, threads: number, giveBack: (buffer: U8Buffer) => void) {
    this.threads = threads
    this.#build = build
    this.#buffer = buffer
    this.#giveBack = giveBack
    buffer.view.fill(0)
    const { pointer } = buffer
    this.#command = new Float64Array(build.memory.buffer, pointer + TEAM_LAYOUT.command, TEAM_LAYOUT.size)
    this.#spare = new Float64Array(build.memory.buffer, pointer + TEAM_LAYOUT.spare, TEAM_LAYOUT.size)
    this.#modules = [...build.modules]
    const kernels = Object.keys(build.kernels) as TeamKernelName[]
    this.#numbers = new Map(kernels.map((name, number) => [name, number]))
    this.#starting = threads - 1
    this.started = new Promise(resolve => {
      this.#settle = resolve
    })
    for (let thread = 1; thread < threads && this.#state === 'starting'; ++thread) {
      this.#startWorker({
        modules: this.#modules,
        memory: build.memory,
        team: pointer,
        layout: TEAM_LAYOUT,
        kernels,
        thread,
        threads,
      })
    }
  }

  /** Whether calls run on all threads. */
  get isReady(): boolean {
    return this.#state === 'ready'
  }

  /** Whether the team can run no more calls. */
  get hasEnded(): boolean {
    return this.#state === 'ended'
  }

  /** Whether the workers lack kernels that have been loaded since they were started. */
  get isOutdated(): boolean {
    return this.#modules.length < this.#build.modules.length
  }

  /** Rejects with {@link WorkerError} when a worker ends before its share is done. */
  run(calls: readonly Call[]): Promise<void> | undefined {
    if (this.#stalled) return this.#stalled.catch(() => {}).then(() => this.run(calls))
    if (this.#successor) return this.#successor.run(calls)
    if (this.#state === 'ended') return this.#reject(this.#end)
    const { kernels } = this.#build
    for (const [i, call] of calls.entries()) {
      if (this.#state !== 'ready') {
        computeShare(kernels, call, 0, 1)
        continue
      }
      this.#start(call)
      try {
        computeShare(kernels, call, 0, this.threads, this.#buffer.pointer + TEAM_LAYOUT.claims)
      } catch (error) {
        this.#state = 'ended'
        return this.#reject(error)
      }
      if (kernels.awaitFinish(this.#buffer.pointer, SPINS, 0) !== 0) {
        const finished = this.#finish().finally(() => {
          this.#stalled = undefined
        })
        this.#stalled = finished
        return finished.then(() => this.run(calls.slice(i + 1)))
      }
    }
    return undefined
  }

  offer(call: Call): boolean {
    if (this.#state !== 'ready' || this.#successor || this.#offered) return false
    this.#offered = call
    this.#write(call, this.#spare)
    this.#build.kernels.setSpareWork(this.#buffer.pointer, 1)
    return true
  }

  withdraw(call: Call): void {
    if (this.#offered !== call) return
    this.#offered = undefined
    if (this.#state === 'ready') this.#build.kernels.setSpareWork(this.#buffer.pointer, 0)
  }

  /** Leaves all calls to another team, and ends the workers when the one in hand is done. */
  async giveWayTo(successor: Team): Promise<void> {
    this.#successor = successor
    await this.#stalled?.catch(() => {})
    await this.close()
  }

  /** Ends the workers. What runs at this moment rejects with {@link WorkerError}; no call can be run after it. */
  async close(): Promise<void> {
    this.#state = 'ended'
    await this.#release()
  }

  #startWorker(task: WorkerTask): void {
    const what = `worker ${task.thread} of ${task.threads - 1}`
    const fail = (reason: string) => this.#fail(what, reason)
    const onReport = (report: WorkerReport) => {
      if ('ready' in report) {
        if (report.life) platform.awaitEndOf(report.life, () => fail('it was terminated'))
        this.#starting -= 1
        if (this.#starting > 0 || this.#state !== 'starting') return
        this.#state = 'ready'
        this.#settle()
      } else if (report.error !== undefined) fail(report.error)
    }
    try {
      const worker = platform.startWorker(scriptSource('team-worker', workerCode), onReport, fail)
      this.#workers.push(worker)
      worker.postMessage(task)
    } catch (error) {
      fail(String(error))
    }
  }

  /** A worker has ended, or was never there. One that was ready may end while another still starts. */
  #fail(what: string, reason: string): void {
    if (this.#state === 'starting') {
      this.problem = `${what} could not be started: ${reason}`
      this.#state = 'alone'
    } else if (this.#state === 'ready') {
      this.#end = new WorkerError(
        `${what} ended: ${reason}. The batch in hand may be half done: go on with weights that were kept; the next ` +
          'fit starts new workers',
      )
      this.#state = 'ended'
    } else return
    void this.#release()
  }

  /** Ends the workers; their bytes are for other teams only if none of them can look at these any more. */
  #release(): Promise<void> {
    this.#released ??= (async () => {
      this.#build.kernels.end(this.#buffer.pointer)
      const ended = await Promise.all(this.#workers.map(worker => worker.terminate()))
      if (ended.every(Boolean)) this.#giveBack(this.#buffer)
      this.#settle()
    })()
    return this.#released
  }

  #start(call: Call): void {
    this.#write(call, this.#command)
    this.#build.kernels.start(this.#buffer.pointer, this.threads - 1)
  }

  #write({ kernel, args }: Call, command: Float64Array): void {
    const number = this.#numbers.get(kernel)
    if (number === undefined) throw new Error(`internal error: the workers have no kernel ${kernel}`)
    command[0] = number
    command[1] = args.length
    command.set(args, 2)
  }

  /** Waits for the workers with the event loop running, which is how the end of one becomes known. */
  async #finish(): Promise<void> {
    const sleep = platform.canBlock ? SLEEP : 0
    while (this.#state === 'ready') {
      if (this.#build.kernels.awaitFinish(this.#buffer.pointer, SPINS, sleep) === 0) return
      await platform.yieldToEventLoop()
    }
    await this.#reject(this.#end)
  }

  /** Rejects when the workers have left: until then they may write to what the caller is about to free. */
  async #reject(reason: unknown): Promise<never> {
    await this.#release()
    throw reason
  }
}

/**
 * Teams whose bytes are set aside at the beginning, so that they lie below all data: a team that ends outlives what it
 * computed by some milliseconds, and would leave gaps among them.
 */
const BUFFERS = 4

/** Milliseconds that teams are kept when nobody needs them any more: the next model may come at once. */
const LINGER = 1000

/** The teams of one linear memory, one for each number of threads; each starts when it is first needed. */
export class Teams {
  readonly #build: SharedBuild
  readonly #memory: LinearMemory
  readonly #teams = new Map<number, Team>()
  /** Settles when the teams that others have replaced have ended. */
  #leaving: Promise<unknown> = Promise.resolve()
  #last: Team | undefined
  #lingering: ReturnType<typeof setTimeout> | undefined
  /** Those that no team has. */
  readonly #buffers: U8Buffer[]
  /** Those who may need a team, by what makes them forgettable. */
  readonly #users = new Set<WeakRef<object>>()
  readonly #forgotten = new FinalizationRegistry<WeakRef<object>>(user => this.#drop(user))

  constructor(build: SharedBuild, memory: LinearMemory) {
    this.#build = build
    this.#memory = memory
    this.#buffers = Array.from({ length: BUFFERS }, () => memory.forThreads(TEAM_BYTES))
  }

  /** Why workers could not be started, if that was tried in vain the last time. */
  get problem(): string | undefined {
    return this.#last?.problem
  }

  /** The team of that many threads, 2 or more: the one there is, unless that has ended or lacks kernels. */
  of(threads: number): Team {
    const present = this.#teams.get(threads)
    if (present && !present.hasEnded && !present.isOutdated) return present
    const buffer = this.#buffers.pop() ?? this.#memory.forThreads(TEAM_BYTES)
    const team = new Team(this.#build, buffer, threads, free => this.#buffers.push(free))
    this.#teams.set(threads, team)
    this.#last = team
    if (present) this.#leaving = Promise.all([this.#leaving, present.giveWayTo(team)])
    return team
  }

  /** Keeps teams alive until `release`, or until the user is garbage. */
  retain(user: object): void {
    clearTimeout(this.#lingering)
    const reference = new WeakRef(user)
    this.#users.add(reference)
    this.#forgotten.register(user, reference, user)
  }

  /** The last user's release ends all teams, a second later. Harmless for one that is no user. */
  release(user: object): void {
    this.#forgotten.unregister(user)
    for (const reference of this.#users) if (reference.deref() === user) this.#drop(reference)
  }

  /** Ends all teams; those that are needed later start anew. */
  async close(): Promise<void> {
    const teams = [...this.#teams.values()]
    this.#teams.clear()
    await Promise.all([this.#leaving, ...teams.map(team => team.close())])
  }

  #drop(user: WeakRef<object>): void {
    this.#users.delete(user)
    if (this.#users.size > 0) return
    clearTimeout(this.#lingering)
    const lingering = setTimeout(() => void this.close(), LINGER)
    if (typeof lingering === 'object') lingering.unref() // in Node, where a timer would keep the process alive
    this.#lingering = lingering
  }
}
