// How much linear memory is taken, for those who look for leaks.
import { checkOptions } from '../check-options.ts'
import type { MemoryUsage } from '../engine/engine.ts'
import { type EngineOptions, engineFor } from '../engine/engines.ts'

/**
 * Bytes of linear memory that a build's data sets and models use, and its total size.
 *
 * @example
 * const { inUse, total } = await memoryUsage()
 */
export async function memoryUsage(options: EngineOptions = {}): Promise<MemoryUsage> {
  checkOptions('memoryUsage', options, "{ build: 'simd' }", { build: 1, worker: true })
  const engine = await engineFor(options)
  return engine.memoryUsage()
}
