// A team kernel on guarded floats: the same bits from every number of threads, nothing written beside its results.
import { expect } from 'vitest'
import type { Values } from '../../src/reference/element.ts'
import { type Call, computeShare } from '../../src/wasm/calls.ts'
import type { Runtime } from '../../src/wasm/runtime.ts'
import { GuardedFloats } from './guarded-floats.ts'

/** Floats that a kernel reads; that it reads and writes; or a number of floats that it only writes, NaN before. */
export type Region = { read: Values } | { update: Values } | { write: number }

/** Of each region, its pointer. */
type Pointers<Name extends string> = Record<Name, number>

const THREADS = [1, 2, 3, 4, 8]

const bits = (floats: Float32Array) => [...new Int32Array(floats.slice().buffer)]

/** Runs kernels on regions of at most `capacity` floats. */
export class GuardedCalls {
  readonly #runtime: Runtime
  readonly #capacity: number
  readonly #guards = new Map<string, GuardedFloats>()
  #count = 0

  constructor(runtime: Runtime, capacity: number) {
    this.#runtime = runtime
    this.#capacity = capacity
  }

  /** Computes the calls by 1, 2, 3, 4 and 8 threads, the last thread's share first; returns what stands in the regions. */
  run<Name extends string>(
    regions: Record<Name, Region>,
    plan: (pointers: Pointers<Name>) => Call | readonly Call[],
  ): Record<Name, Float32Array> {
    const [first, ...others] = THREADS.map(threads => this.#runBy(threads, regions, plan))
    if (!first) throw new Error('there is a first number of threads')
    for (const [i, other] of others.entries()) {
      for (const name of Object.keys(regions) as Name[]) {
        expect(bits(other[name]), `${name} by ${THREADS[i + 1]} threads`).toEqual(bits(first[name]))
      }
    }
    return first
  }

  #runBy<Name extends string>(
    threads: number,
    regions: Record<Name, Region>,
    plan: (pointers: Pointers<Name>) => Call | readonly Call[],
  ): Record<Name, Float32Array> {
    const names = Object.keys(regions) as Name[]
    const pointers = {} as Pointers<Name>
    for (const [i, name] of names.entries()) {
      const region: Region = regions[name]
      const guard = this.#guard(name)
      const values = 'read' in region ? region.read : 'update' in region ? region.update : undefined
      // Where a region starts changes with each call, but not with the number of threads.
      const floats = guard.reset(lengthOf(region), (this.#count + i) % 4)
      if (values) floats.set(values)
      pointers[name] = guard.upload().pointer
    }
    for (const call of [plan(pointers)].flat()) {
      for (let thread = threads - 1; thread >= 0; --thread) {
        computeShare(this.#runtime.kernels, call, thread, threads)
      }
    }
    if (threads === THREADS.at(-1)) this.#count++
    const results = {} as Record<Name, Float32Array>
    for (const name of names) {
      const region: Region = regions[name]
      const guard = this.#guard(name)
      const changed = 'read' in region ? guard.changedOutside() : guard.changedOutside(1, lengthOf(region))
      expect(changed, `floats changed in or beside ${name}`).toBe(0)
      results[name] = guard.result.slice()
    }
    return results
  }

  #guard(name: string): GuardedFloats {
    const guard = this.#guards.get(name) ?? new GuardedFloats(this.#runtime.memory, this.#capacity)
    this.#guards.set(name, guard)
    return guard
  }
}

function lengthOf(region: Region): number {
  if ('write' in region) return region.write
  return 'read' in region ? region.read.length : region.update.length
}
