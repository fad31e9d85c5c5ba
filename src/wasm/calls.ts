// Calls of kernels as data: planned once, then run step after step, by one thread or by a team.
import type {
  ClaimingKernel,
  CoreExports,
  SharingKernel,
  SparsityExports,
  SupplementExports,
} from './exports.ts'

/** What the modules of a build export. */
export type KernelExports = CoreExports & SupplementExports & SparsityExports

/** A kernel that threads can compute together. */
export type TeamKernelName = SharingKernel | ClaimingKernel

/** What says which share of a kernel to compute: its last parameters. */
type Share<Name extends TeamKernelName> = Name extends ClaimingKernel
  ? [thread: number, threads: number, claims: number]
  : [thread: number, threads: number]

/** A kernel's parameters without those. */
type OwnParameters<Name extends TeamKernelName> =
  Parameters<KernelExports[Name]> extends [...infer Own extends number[], ...Share<Name>] ? Own : never

/** A kernel and its arguments, all but those that say which share of it to compute. */
export interface Call {
  readonly kernel: TeamKernelName
  readonly args: readonly number[]
}

/** Makes a {@link Call}. */
export function call<Name extends TeamKernelName>(kernel: Name, ...args: OwnParameters<Name>): Call {
  return { kernel, args }
}

/** What runs calls, one after the other: each begins when the one before is done. */
export interface Executor {
  /** The most threads that compute one call: workspaces have room for each. */
  readonly threads: number
  /** Undefined when all is done; else a promise of that. */
  run(calls: readonly Call[]): Promise<void> | undefined
  /**
   * Has threads that wait for others spend that time on a call. It takes another part of its work each time and returns
   * 0 when there is none left. False where nobody will: one thread waits for nobody, and there is one such call at a
   * time.
   */
  offer?(call: Call): boolean
  /** Ends that; whoever is at it is done when the next `run` is. */
  withdraw?(call: Call): void
}

/** Computes one thread's share of a call; with `claims` (see assembly/share.ts), some of slower threads' shares too. */
export function computeShare(
  kernels: KernelExports,
  { kernel, args }: Call,
  thread: number,
  threads: number,
  claims = 0,
): void {
  const run = kernels[kernel] as (...args: number[]) => void
  run(...args, thread, threads, claims) // a kernel that takes no claims does not see them
}

/** A call with its arguments bound, for one thread: it costs a third of what a list of arguments does. */
export function bindCall(kernels: KernelExports, { kernel, args }: Call): () => void {
  const run = kernels[kernel] as (...args: number[]) => void
  return run.bind(undefined, ...args, 0, 1, 0)
}

/** Runs calls in the calling thread alone. Lists that come again are bound. */
export function runAlone(kernels: KernelExports): Executor {
  const lists = new WeakMap<readonly Call[], readonly (() => void)[] | undefined>()
  return {
    threads: 1,
    run(calls) {
      const bound = lists.get(calls)
      if (bound) for (const run of bound) run()
      else {
        for (const call of calls) computeShare(kernels, call, 0, 1)
        lists.set(calls, lists.has(calls) ? calls.map(call => bindCall(kernels, call)) : undefined)
      }
      return undefined
    },
  }
}
