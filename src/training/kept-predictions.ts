// Planning a prediction of few samples takes several times as long as to compute it. So its plan outlives the call, and
// the next ones reuse it. Its memory is for whoever needs it more.
import { isUint8Array } from '../brands.ts'
import type { DatasetContents } from '../data/samples.ts'
import { AllocationError } from '../errors.ts'
import type { NetworkContext } from '../network/context.ts'
import { Arena, freeWithOwner } from '../wasm/arena.ts'
import type { LinearMemory } from '../wasm/memory.ts'
import { threadsFor } from '../wasm/threads.ts'
import { EVALUATION_BATCH } from './evaluate.ts'
import { PredictionPass } from './prediction-pass.ts'

/** The memory of something that is dropped before linear memory grows. It does not know what that is. */
class SpareMemory {
  isFree = false
  readonly #memory: LinearMemory
  readonly #arena: Arena

  constructor(memory: LinearMemory, arena: Arena) {
    this.#memory = memory
    this.#arena = arena
    memory.spares.add(this.free)
  }

  readonly free = (): void => {
    this.isFree = true
    this.#memory.spares.delete(this.free)
    this.#arena.free()
  }
}

/** A pass, of use until its memory is freed. */
interface Kept {
  readonly pass: PredictionPass
  readonly spare: SpareMemory
}

/** What a network's samples are predicted with: bytes and floats have a pass each. */
export class KeptPredictions {
  readonly #context: Omit<NetworkContext, 'executor' | 'arena'>
  readonly #weights: number
  readonly #threads: number
  #ofBytes: Kept | undefined
  #ofFloats: Kept | undefined

  /** `threads`: the most that compute one batch. Where several would, no pass is kept. */
  constructor(context: Omit<NetworkContext, 'executor' | 'arena'>, threads: number) {
    this.#context = context
    this.#weights = context.network.layers.reduce((sum, { weights }) => sum + weights.length, 0)
    this.#threads = threads
  }

  /** Plans a pass for samples like these, where there is none and it would be of use. */
  plan(inputs: Uint8Array | Float32Array): void {
    const isBytes = isUint8Array(inputs)
    const rows = this.#rowsOf(inputs)
    const present = isBytes ? this.#ofBytes : this.#ofFloats
    const isThere = present && !present.spare.isFree
    if (!rows || (isThere && rows <= present.pass.capacity)) return
    present?.spare.free()
    // Few callers have batches of several lengths.
    const kept = this.#keep({ capacity: isThere ? EVALUATION_BATCH : rows, isBytes })
    if (isBytes) this.#ofBytes = kept
    else this.#ofFloats = kept
  }

  /** The outputs for samples, rows × outputs; undefined where no pass is kept for such, or the network is in use. */
  predict({ inputs, inputSize }: DatasetContents): Float32Array | undefined {
    const { network } = this.#context
    const kept = isUint8Array(inputs) ? this.#ofBytes : this.#ofFloats
    if (!kept || kept.spare.isFree || network.isBusy || inputSize !== network.inputSize) return undefined
    const rows = this.#rowsOf(inputs)
    if (!rows || rows > kept.pass.capacity) return undefined
    const outputs = new Float32Array(rows * network.outputSize)
    kept.pass.run(inputs, rows, outputs)
    return outputs
  }

  drop(): void {
    this.#ofBytes?.spare.free()
    this.#ofFloats?.spare.free()
  }

  /** How many samples they are; undefined where they are none, or too many for one batch of one thread. */
  #rowsOf({ length }: Uint8Array | Float32Array): number | undefined {
    const rows = length / this.#context.network.inputSize
    const isBatch = Number.isInteger(rows) && rows <= EVALUATION_BATCH
    return isBatch && threadsFor(rows * this.#weights, this.#threads) === 1 ? rows : undefined
  }

  #keep(options: { readonly capacity: number; readonly isBytes: boolean }): Kept | undefined {
    const { memory } = this.#context.runtime
    const arena = new Arena(memory)
    try {
      const pass = new PredictionPass({ ...this.#context, arena }, options)
      const spare = new SpareMemory(memory, arena)
      freeWithOwner(pass, spare)
      return { pass, spare }
    } catch (error) {
      arena.free()
      if (error instanceof AllocationError) return undefined
      throw error
    }
  }
}
