// What a data set of chunks is made of.
import type { Parts } from '../data/iterate.ts'
import type { ByteMeaning, DatasetOptions } from './dataset-contents.ts'

/** Some samples, as {@link dataset} takes them. Do not change its arrays once it has been handed over. */
export type DataChunk = Omit<DatasetOptions, 'build' | 'worker'>

/** What {@link streamingDataset} takes. */
export interface StreamingDatasetOptions {
  /**
   * Chunks of any size: an array, a generator, an async iterable or a stream, or a function that makes one for each epoch.
   * A generator or stream that is given directly can be read once, for one epoch.
   */
  chunks: Parts<DataChunk> | (() => Parts<DataChunk> | Promise<Parts<DataChunk>>)
  /** Values in a sample; needed where chunks have flat inputs and no `inputSize` of their own. */
  inputSize?: number
  /** Values in a target, likewise. */
  targetSize?: number
  /** What a `Uint8Array` in chunks is, likewise. */
  bytes?: ByteMeaning
  /**
   * Samples in an epoch, if known: most learning-rate schedules need it. `fit` rejects with {@link DataError}
   * where an epoch has more or fewer.
   */
  samples?: number
  /** Size of the shuffle buffer in samples; 0, no shuffling, unless given. */
  shuffleBuffer?: number
}
