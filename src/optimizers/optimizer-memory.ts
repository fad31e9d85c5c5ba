// What each optimiser remembers from one step to the next: what its kernel takes besides its options.
import { OPTIMIZER_KERNELS } from '../wasm/exports.ts'
import { COUNTER_FACTORS, type OptimizerCounter } from './counters.ts'
import type { OptimizerName } from './optimizer-table.ts'

interface OptimizerMemory {
  /** What it counts besides its steps. */
  readonly counters: readonly OptimizerCounter[]
  /** Some are kept only where an option asks for them. */
  readonly vectors: readonly string[]
}

/** The counters and vectors of an optimiser. */
export function memoryOf(name: OptimizerName): OptimizerMemory {
  const { numbers, vectors } = OPTIMIZER_KERNELS[name]
  return { counters: [...numbers].filter(isCounter), vectors }
}

/** Whether an optimiser with these options keeps a vector; undefined where they do not say it. */
export function keepsVector(vector: string, options: Readonly<Record<string, unknown>>): boolean | undefined {
  const option = ASKED_FOR[vector]
  if (option === undefined) return true
  const value = options[option]
  return value === undefined ? undefined : Number(value) !== 0
}

/** The options that ask for vectors. An optimiser without such an option always keeps its vector. */
const ASKED_FOR: Readonly<Record<string, string>> = { gradientMean: 'centered', velocity: 'momentum' }

const isCounter = (name: string): name is OptimizerCounter => Object.hasOwn(COUNTER_FACTORS, name)
