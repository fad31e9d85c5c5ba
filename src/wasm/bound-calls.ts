// Calls that are made again and again by one thread, as functions.
import type { Call, KernelExports } from './calls.ts'

/** A call with its arguments bound: it costs a third of what a spread list of arguments does. */
export function bindCall(kernels: KernelExports, { kernel, args }: Call): () => void {
  const run = kernels[kernel] as (...args: number[]) => void
  return run.bind(undefined, ...args, 0, 1, 0) // a kernel that takes no claims does not see them
}
