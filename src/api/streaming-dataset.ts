// Data sets that are larger than memory: samples in chunks that come when they are needed.

import { checkOptions, type OptionNames } from '../check-options.ts'
import type { ChunkSource } from '../data/chunk-reader.ts'
import { isParts } from '../data/iterate.ts'
import { kindOf } from '../data/number-arrays.ts'
import { describeValue } from '../describe-value.ts'
import { ArgumentError, StateError } from '../errors.ts'
import type { StreamingDatasetOptions } from './streaming-options.ts'

const OPTIONS: OptionNames<StreamingDatasetOptions> = {
  chunks: 1,
  inputSize: 1,
  targetSize: 1,
  bytes: 1,
  samples: 1,
  shuffleBuffer: 1,
}

/** Samples that arrive in chunks. Only two chunks and the shuffle buffer are held in memory. */
export class StreamingDataset {
  readonly samples: number | undefined
  readonly shuffleBuffer: number
  readonly #options: StreamingDatasetOptions
  #isUsed = false

  /** @internal Use {@link streamingDataset}. */
  constructor(options: StreamingDatasetOptions) {
    this.samples = options.samples
    this.shuffleBuffer = options.shuffleBuffer ?? 0
    this.#options = options
    Object.freeze(this)
  }

  /**
   * The chunks from the first on, for one epoch. Throws {@link StateError} where they can be read once and were.
   * @internal
   */
  async open(): Promise<ChunkSource> {
    const { chunks } = this.#options
    if (typeof chunks !== 'function' && !Array.isArray(chunks)) {
      if (this.#isUsed) {
        throw new StateError(
          'these chunks were read already, and can be read once: give a function that makes them for each epoch, ' +
            'chunks: () => …',
        )
      }
      this.#isUsed = true
    }
    const { IteratedChunks } = await import('./streaming-dataset-parts.ts')
    return new IteratedChunks(this.#options)
  }
}

/**
 * Makes a data set of samples that need not fit into memory. Chunks are requested while training runs, one ahead at
 * most. They may be of any size and are cut into batches. When training ends early, the iterator's `return` is
 * called.
 *
 * Throws {@link ArgumentError} for bad options. Errors in a chunk are found when it arrives. Its reader then rejects
 * with {@link ShapeError} or {@link ArgumentError}, which name the chunk, counted from 1.
 *
 * @example
 * const train = streamingDataset({
 *   chunks: async function* () {
 *     for (const url of urls) yield { inputs: await pixelsOf(url), labels: await labelsOf(url) }
 *   },
 *   inputSize: 784,
 *   bytes: 'pixels',
 *   shuffleBuffer: 10_000,
 * })
 */
export function streamingDataset(options: StreamingDatasetOptions): StreamingDataset {
  checkOptions('streamingDataset', options, '{ chunks: () => readChunks() }', OPTIONS)
  const { chunks, samples, shuffleBuffer = 0 } = options
  if (typeof chunks !== 'function' && !isParts(chunks)) {
    throw new ArgumentError(
      `chunks is of type ${kindOf(chunks)}: expected a function that gives an iterable or a stream, or one of these`,
    )
  }
  if (!Number.isInteger(shuffleBuffer) || shuffleBuffer < 0) {
    throw new ArgumentError(
      `shuffleBuffer is ${describeValue(shuffleBuffer)}: expected a whole number of rows, 0 for none`,
    )
  }
  if (samples !== undefined && (!Number.isInteger(samples) || samples < 1)) {
    throw new ArgumentError(`samples is ${describeValue(samples)}: expected a whole number, 1 or more`)
  }
  return new StreamingDataset(options)
}
