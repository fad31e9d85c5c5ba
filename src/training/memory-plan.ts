// Whether a batch's buffers fit into linear memory, checked before allocation, since memory never shrinks.
import { AllocationError } from '../errors.ts'
import { Arena } from '../wasm/arena.ts'
import type { Runtime } from '../wasm/runtime.ts'

/** Rows of the two small plans that determine the bytes of any other. */
const FEW = 64
const MORE = 128

/**
 * Throws {@link AllocationError} where the buffers for a batch exceed linear memory. It names the bytes needed and the
 * largest batch that fits. `plan` allocates all buffers.
 */
export function checkMemory(
  { memory }: Runtime,
  rows: number,
  plan: (arena: Arena, rows: number) => void,
): void {
  const measure = (count: number) => {
    const arena = new Arena(memory)
    try {
      const before = memory.bytesInUse
      plan(arena, count)
      return memory.bytesInUse - before
    } finally {
      arena.free()
    }
  }
  const few = measure(FEW)
  const perRow = (measure(MORE) - few) / (MORE - FEW)
  const base = few - FEW * perRow
  const needed = base + rows * perRow
  const room = memory.maximum - memory.bytesInUse
  if (needed <= room) return
  const largest = Math.floor((room - base) / perRow)
  const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6).toLocaleString('en')} MB`
  throw new AllocationError(
    `batches of ${rows.toLocaleString('en')} need about ${megabytes(needed)} of linear memory, and ${megabytes(room)} of ` +
      `${megabytes(memory.maximum)} are free: ` +
      (largest >= 1
        ? `use a batchSize of ${largest.toLocaleString('en')} at most`
        : 'dispose of models and data sets that are no longer needed, or use a smaller network'),
  )
}
