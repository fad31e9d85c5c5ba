// Samples in linear memory, as the local engine holds them.
import { inOrder } from '../data/batches.ts'
import { type DatasetContents, type Samples, storeContents } from '../data/samples.ts'
import { Arena, freeWithOwner } from '../wasm/arena.ts'
import type { Runtime } from '../wasm/runtime.ts'
import type { EngineSamples, Standardization } from './engine.ts'

/** Copies samples to linear memory. */
export function createSamples(runtime: Runtime, contents: DatasetContents): LocalSamples {
  const arena = new Arena(runtime.memory)
  try {
    return new LocalSamples(runtime, arena, storeContents(arena, contents))
  } catch (error) {
    arena.free()
    throw error
  }
}

/**
 * A data set's samples in the memory of a runtime: themselves, or the copy for the other build. Where they are in
 * another thread, a copy for this one use, which `release` frees.
 */
export async function hold(runtime: Runtime, samples: EngineSamples): Promise<LocalSamples> {
  if (samples instanceof LocalSamples) return samples.of(runtime)
  const copy = await copyTo(runtime, samples)
  return Object.assign(copy, { release: () => copy.dispose() })
}

async function copyTo(runtime: Runtime, samples: EngineSamples): Promise<LocalSamples> {
  return createSamples(runtime, await samples.read(inOrder(samples.info.samples)))
}

/** A data set's samples. They are not disposed of while a computation uses them. */
export class LocalSamples implements EngineSamples, Samples {
  readonly runtime: Runtime
  readonly #arena: Arena
  readonly #samples: Samples
  /** In the memory of the other build; there are two. It is disposed of with this. */
  #copy: Promise<LocalSamples> | undefined

  constructor(runtime: Runtime, arena: Arena, samples: Samples) {
    this.runtime = runtime
    this.#arena = arena
    this.#samples = samples
    freeWithOwner(samples, arena)
  }

  get info() {
    return this.#samples.info
  }

  get inputs() {
    return this.#samples.inputs
  }

  get labels() {
    return this.#samples.labels
  }

  get targets() {
    return this.#samples.targets
  }

  get sampleWeights() {
    return this.#samples.sampleWeights
  }

  async read(indices: Int32Array): Promise<DatasetContents> {
    const { readRows } = await import('./read-rows.ts')
    return readRows(this.#samples, indices)
  }

  async readLabels(indices: Int32Array): Promise<Int32Array | undefined> {
    const { readLabels } = await import('./read-rows.ts')
    return readLabels(this.#samples, indices)
  }

  async standardization(indices: Int32Array): Promise<Standardization> {
    const { standardization } = await import('./local-standardization.ts')
    return standardization(this.runtime, this, indices)
  }

  /** The same samples in the memory of a runtime. */
  async of(runtime: Runtime): Promise<LocalSamples> {
    if (runtime === this.runtime) return this
    this.#copy ??= copyTo(runtime, this)
    this.#copy.catch(() => {
      this.#copy = undefined
    })
    return this.#copy
  }

  /** Ends an operation's use of what {@link hold} gave it. */
  release(): void {}

  dispose(): void {
    this.#arena.free()
    this.#copy?.then(
      copy => copy.dispose(),
      () => {},
    )
  }
}
