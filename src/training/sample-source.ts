// Where an epoch's batches come from: a data set in linear memory, or a stream through it (streamed-samples.ts).
import { iterationsPerEpoch } from '../data/batches.ts'
import type { ChunkSource } from '../data/chunk-reader.ts'
import type { Samples } from '../data/samples.ts'
import { ArgumentError } from '../errors.ts'
import type { NetworkContext } from '../network/context.ts'
import type { Rows } from './dataset-rows.ts'
import type { FitSettings } from './options.ts'
import { SampleOrder } from './sample-order.ts'

/** Samples that come in chunks. */
export interface SampleStream {
  /** The chunks of an epoch, from the first on. */
  open(): ChunkSource | Promise<ChunkSource>
  readonly shuffleBuffer: number
  /** In an epoch; undefined where only the stream's end tells. */
  readonly samples: number | undefined
}

/** The batches of consecutive epochs. */
export interface SampleSource {
  readonly samples: Samples
  /** The most rows of a batch. */
  readonly capacity: number
  /** In an epoch; Infinity where only the stream's end tells. */
  readonly iterations: number
  /** Begins an epoch, counted from 1 over all calls of `fit`, after the first `skipped` batches. */
  begin(epoch: number, skipped: number): Promise<void>
  /** The sample indices of the next batch; undefined at the end of the epoch. */
  next(): Promise<Int32Array | undefined> | Int32Array | undefined
  /** What `next` would give, where known in advance. */
  readonly upcoming: Int32Array | undefined
  /** Ends an epoch, even in the middle. */
  end(): Promise<void>
}

/** Throws {@link ArgumentError} where samples make no batch. */
export function countIterations(samples: number, { batchSize, dropLast }: FitSettings): number {
  const iterations = iterationsPerEpoch(samples, batchSize, dropLast)
  if (iterations > 0) return iterations
  throw new ArgumentError(
    `${samples} samples make no batch of ${batchSize} with dropLast: use a smaller batchSize`,
  )
}

/** Rows of a data set. */
export class StoredSamples implements SampleSource {
  readonly samples: Samples
  readonly capacity: number
  readonly iterations: number
  readonly #settings: FitSettings
  readonly #length: number
  readonly #order: SampleOrder
  #position = 0

  constructor({ runtime, arena }: NetworkContext, { samples, indices }: Rows, settings: FitSettings) {
    this.samples = samples
    this.#settings = settings
    this.#length = indices.length
    this.iterations = countIterations(indices.length, settings)
    this.capacity = Math.min(settings.batchSize, indices.length)
    this.#order = new SampleOrder(runtime, arena, indices)
  }

  async begin(epoch: number, skipped: number): Promise<void> {
    const { seed, shuffle, batchSize } = this.#settings
    if (shuffle) this.#order.shuffle(seed, epoch)
    this.#position = skipped * batchSize
  }

  get upcoming(): Int32Array | undefined {
    const { batchSize, dropLast } = this.#settings
    const count = Math.min(batchSize, this.#length - this.#position)
    if (count <= 0 || (dropLast && count < batchSize)) return undefined
    return this.#order.slice(this.#position, count)
  }

  next(): Int32Array | undefined {
    const indices = this.upcoming
    this.#position += indices?.length ?? 0
    return indices
  }

  async end(): Promise<void> {}
}
