// What a data set of chunks is made of.
import type { Parts } from '../data/iterate.ts'
import type { ByteMeaning, DatasetOptions } from './dataset-contents.ts'

/** Some samples: what {@link dataset} takes. Its arrays must not be changed once it was given. */
export type DataChunk = Omit<DatasetOptions, 'build' | 'worker'>

/** What {@link streamingDataset} takes. */
export interface StreamingDatasetOptions {
  /**
   * Chunks of any size, or a function that makes them anew for each epoch: an array, a generator, an async iterable or a
   * stream. A generator or stream that is given itself can be read once, for one epoch.
   */
  chunks: Parts<DataChunk> | (() => Parts<DataChunk> | Promise<Parts<DataChunk>>)
  /** Values in a sample; needed where the inputs of chunks are flat and they do not say it themselves. */
  inputSize?: number
  /** Values in a target, likewise. */
  targetSize?: number
  /** What a `Uint8Array` in chunks is, likewise. */
  bytes?: ByteMeaning
  /**
   * Samples in an epoch, where that is known: most learning-rate schedules need it. `fit` rejects with {@link DataError}
   * where an epoch has more or fewer.
   */
  samples?: number
  /** Rows among which samples are shuffled; 0, for none, unless given. */
  shuffleBuffer?: number
}
