// The errors that wasmlp throws. Each names what was found, what was expected and what to do. Programs can rely on its
// `code`.
import { printable } from './describe-value.ts'

/** Characters of the longest message. Names from files are cut by quote-names.ts; this is for what is not. */
const MOST = 2000

/**
 * Base of every error of this package. `code` is stable across versions; the message is for people: one line, without
 * control characters, whatever a file or a server has sent.
 */
export class WasmlpError extends Error {
  // A literal, since minifiers rename classes.
  override readonly name: string = 'WasmlpError'
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(printable(message).slice(0, MOST), options)
    this.code = code
  }
}

/** Sizes that do not fit together: a buffer too short, a batch with the wrong number of features. */
export class ShapeError extends WasmlpError {
  override readonly name = 'ShapeError'
  constructor(message: string) {
    super('ERR_SHAPE', message)
  }
}

/** An option or argument that is not allowed. */
export class ArgumentError extends WasmlpError {
  override readonly name = 'ArgumentError'
  constructor(message: string) {
    super('ERR_ARGUMENT', message)
  }
}

/** Values of `DataError.code`. */
export type DataErrorCode =
  | 'ERR_DATA_MAGIC' // not a file of this format
  | 'ERR_DATA_HEADER' // a header that breaks its format's rules
  | 'ERR_DATA_TYPE' // elements of a type that cannot be read as numbers
  | 'ERR_DATA_RANK' // an IDX file with another number of dimensions, or another element type, than asked for
  | 'ERR_DATA_TRUNCATED' // fewer bytes than the header promises
  | 'ERR_DATA_TRAILING' // more bytes than the header promises, or other bytes after a gzip stream
  | 'ERR_DATA_TOO_LARGE' // larger than the limit: a decompression bomb, or a file for a larger `maxBytes`
  | 'ERR_DATA_CORRUPT' // broken compression, a failed checksum, or another breach of the format
  | 'ERR_DATA_COUNT' // not as many labels as images, or values in a row as in the others
  | 'ERR_DATA_VALUE' // a value that is missing, or does not fit its column
  | 'ERR_DATA_NOT_FOUND' // no such file, directory or URL

/** A data file that cannot be read, or does not hold what its name promises. */
export class DataError extends WasmlpError {
  override readonly name: 'DataError' | 'TableError' = 'DataError'
  declare readonly code: DataErrorCode

  constructor(code: DataErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, options)
  }
}

/** A model file that breaks its format's rules or does not fit the model. */
export class FormatError extends WasmlpError {
  override readonly name = 'FormatError'
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_FORMAT', message, options)
  }
}

/** Linear memory cannot grow by the requested amount. Earlier allocations stay usable. */
export class AllocationError extends WasmlpError {
  override readonly name = 'AllocationError'
  constructor(message: string) {
    super('ERR_ALLOCATION', message)
  }
}

/** Use of a buffer, data set or model after it was freed. */
export class DisposedError extends WasmlpError {
  override readonly name = 'DisposedError'
  constructor(message: string) {
    super('ERR_DISPOSED', message)
  }
}

/** A thread ended in the middle of a computation. A model in training may be between two updates. */
export class WorkerError extends WasmlpError {
  override readonly name = 'WorkerError'
  constructor(message: string) {
    super('ERR_WORKER', message)
  }
}

/** A call at the wrong time: `fit` before `compile`, or while another `fit` runs on the same model. */
export class StateError extends WasmlpError {
  override readonly name = 'StateError'
  constructor(message: string) {
    super('ERR_STATE', message)
  }
}

/** The runtime lacks a required feature, such as WebAssembly SIMD. */
export class UnsupportedError extends WasmlpError {
  override readonly name = 'UnsupportedError'
  constructor(message: string) {
    super('ERR_UNSUPPORTED', message)
  }
}

/** A checkpoint that cannot be written, or a store whose checkpoints cannot be read; see `cause`. */
export class CheckpointError extends WasmlpError {
  override readonly name = 'CheckpointError'
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_CHECKPOINT', message, options)
  }
}

/** Values of `StorageError.code`. */
export type StorageErrorCode =
  | 'ERR_STORAGE_UNAVAILABLE' // this runtime has no such storage, or denies it
  | 'ERR_STORAGE_QUOTA' // no room left; what was there before still is
  | 'ERR_STORAGE_NOT_FOUND' // no entry of that name
  | 'ERR_STORAGE_DAMAGED' // an entry whose bytes are not those that were written
  | 'ERR_STORAGE_CLOSED' // the storage was closed
  | 'ERR_STORAGE_FAILED' // any other failure to read or write; see `cause`

/** An entry that cannot be saved, or no longer exists. Earlier entries are unchanged. */
export class StorageError extends WasmlpError {
  override readonly name = 'StorageError'
  declare readonly code: StorageErrorCode

  constructor(code: StorageErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, options)
  }
}

/** Training cannot continue, or has failed: the loss or a weight is no longer finite. */
export class TrainingError extends WasmlpError {
  override readonly name = 'TrainingError'
  constructor(message: string) {
    super('ERR_TRAINING', message)
  }
}
