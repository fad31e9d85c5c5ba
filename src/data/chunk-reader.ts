// Data larger than memory: chunks of any size from a source, recut into batches. At most two chunks are in memory: the
// current one, and the next, which is requested when the current one is begun. So a source slower than training works
// while a batch is trained, and a faster one waits.
import { DataError, ShapeError } from '../errors.ts'
import { orAborted } from './or-aborted.ts'
import { copyRows, type RowLayout, type RowRoom, type RowSlice } from './rows.ts'
import type { DatasetContents } from './samples.ts'
import { ShuffleBuffer, type ShuffleOptions } from './shuffle-buffer.ts'

/** Where chunks come from: callbacks that take and give plain data, so that one side can be in a worker. */
export interface ChunkSource {
  /** The next chunk, which no longer changes; undefined after the last. */
  next(): Promise<DatasetContents | undefined>
  /** No more chunks are wanted. May be called during `next`, and more than once. */
  close(): Promise<void>
}

/** Options of {@link ChunkReader}. */
export interface ChunkReaderOptions {
  /** Labels must be below it. */
  classes?: number | undefined
  shuffle?: ShuffleOptions | undefined
  /** Stops reading, even while waiting for a chunk. Pending calls reject with its reason. */
  signal?: AbortSignal | undefined
}

/** One pass over a source. */
export class ChunkReader {
  /** The first chunk's layout, which all others must share. */
  readonly layout: RowLayout
  readonly #chunks: Chunks
  readonly #shuffle: ShuffleBuffer | undefined

  /**
   * Reads the first chunk. The source is closed where it rejects:
   *
   * - with the source's own error
   * - with {@link DataError} `ERR_DATA_COUNT` for a source without samples
   * - with {@link ShapeError} for a chunk whose parts do not fit together
   * - with the signal's reason
   */
  static async open(source: ChunkSource, options: ChunkReaderOptions = {}): Promise<ChunkReader> {
    const chunks = new Chunks(source, options)
    const layout = await chunks.begin()
    return new ChunkReader(chunks, layout, options)
  }

  private constructor(chunks: Chunks, layout: RowLayout, { shuffle }: ChunkReaderOptions) {
    this.layout = layout
    this.#chunks = chunks
    this.#shuffle = shuffle && new ShuffleBuffer(layout, shuffle, max => chunks.take(max))
  }

  /**
   * Writes the next rows into a room, from its first row on: `capacity` of them, fewer only at the end. Resolves to how
   * many, 0 after the last. Calls must not overlap. Rejects like `open`.
   */
  async next(room: RowRoom, capacity: number): Promise<number> {
    if (this.#shuffle) return this.#shuffle.next(room, capacity)
    let rows = 0
    while (rows < capacity) {
      const slice = await this.#chunks.take(capacity - rows)
      if (!slice) break
      copyRows(this.layout, slice, room, rows)
      rows += slice.count
    }
    return rows
  }

  /** Stops reading early. Settles when the source is closed. */
  close(): Promise<void> {
    return this.#chunks.close()
  }
}

/** The current chunk, and the next. */
class Chunks {
  readonly #source: ChunkSource
  readonly #classes: number
  readonly #signal: AbortSignal | undefined
  #layout: RowLayout | undefined
  #current: RowRoom | undefined
  #rows = 0
  #row = 0
  #pending: Promise<DatasetContents | undefined> | undefined
  #number = 0

  constructor(source: ChunkSource, { classes = Number.POSITIVE_INFINITY, signal }: ChunkReaderOptions) {
    this.#source = source
    this.#classes = classes
    this.#signal = signal
  }

  /** Reads the first samples. Resolves to their layout. */
  async begin(): Promise<RowLayout> {
    this.#signal?.throwIfAborted()
    this.#request()
    await this.#advance()
    if (this.#layout && this.#current) return this.#layout
    throw new DataError(
      'ERR_DATA_COUNT',
      'the chunks have no samples: expected at least one (if a function makes them, it must make new ones at each call)',
    )
  }

  /** One to `max` rows; undefined after the last. */
  async take(max: number): Promise<RowSlice | undefined> {
    if (this.#signal?.aborted) await this.#failing(Promise.reject(this.#signal.reason))
    if (!this.#current) await this.#advance()
    if (!this.#current) return undefined
    const slice = { room: this.#current, first: this.#row, count: Math.min(max, this.#rows - this.#row) }
    this.#row += slice.count
    if (this.#row === this.#rows) this.#current = undefined
    return slice
  }

  async close(): Promise<void> {
    this.#pending = undefined
    this.#current = undefined
    await this.#source.close()
  }

  #request(): void {
    this.#pending = this.#source.next()
    this.#pending.catch(() => {}) // Whoever awaits it gets the error.
  }

  /** Makes the pending chunk the current one, and requests the next. */
  #advance(): Promise<void> {
    return this.#failing(this.#receive())
  }

  async #receive(): Promise<void> {
    while (this.#pending && !this.#current) {
      const contents = await orAborted(this.#pending, this.#signal)
      this.#pending = undefined
      if (!contents) return
      this.#number += 1
      const rows = this.#check(contents)
      this.#request()
      if (rows === 0) continue
      this.#current = roomOf(contents)
      this.#rows = rows
      this.#row = 0
    }
  }

  /** Closes the source where an operation fails, without waiting, since a source may be stuck. */
  async #failing(operation: Promise<void>): Promise<void> {
    try {
      await operation
    } catch (error) {
      this.close().catch(() => {})
      throw error
    }
  }

  /** Checks a chunk. Returns its number of rows. */
  #check(chunk: DatasetContents): number {
    const number = this.#number
    const layout = layoutOf(chunk, number)
    const rows = chunk.inputs.length / layout.inputSize
    this.#layout ??= rows > 0 ? layout : undefined
    if (rows > 0 && this.#layout && describe(this.#layout) !== describe(layout)) {
      throw new ShapeError(
        `chunk ${number} has ${describe(layout)}, but those before have ${describe(this.#layout)}: expected the same`,
      )
    }
    const bad = chunk.labels?.findIndex(label => !(label >= 0 && label < this.#classes)) ?? -1
    if (bad >= 0) {
      throw new ShapeError(
        `chunk ${number} has the label ${chunk.labels?.[bad]} in row ${bad}: expected a class 0–${this.#classes - 1}`,
      )
    }
    return rows
  }
}

/** The layout of a chunk's samples. Throws {@link ShapeError} where its parts do not fit together. */
function layoutOf(
  { inputs, inputSize, imageShape, labels, targets, targetSize, sampleWeights }: DatasetContents,
  number: number,
): RowLayout {
  const rows = inputs.length / inputSize
  const size = targets && (targetSize ?? targets.length / Math.max(rows, 1))
  const problem = !(Number.isInteger(rows) && Number.isInteger(inputSize) && inputSize > 0)
    ? `inputs of ${inputs.length} elements: expected rows of ${inputSize}`
    : labels && labels.length !== rows
      ? `${labels.length} labels for ${rows} samples: expected one for each`
      : targets &&
          (!Number.isInteger(size) || targets.length !== rows * (size ?? 0) || (size === 0 && rows > 0))
        ? `${targets.length} values in targets for ${rows} samples: expected equally many for each`
        : sampleWeights && sampleWeights.length !== rows
          ? `${sampleWeights.length} sampleWeights for ${rows} samples: expected one for each`
          : imageShape && imageShape[0] * imageShape[1] !== inputSize
            ? `images of ${imageShape.join(' × ')}, but ${inputSize} values a sample: expected their product`
            : undefined
  if (problem) throw new ShapeError(`chunk ${number} has ${problem}`)
  const isBytes = inputs.BYTES_PER_ELEMENT === 1
  return {
    inputSize,
    isBytes,
    hasLabels: labels !== undefined,
    targetSize: size,
    hasWeights: sampleWeights !== undefined,
    imageShape,
  }
}

const describe = (layout: RowLayout): string => {
  const { inputSize, isBytes, hasLabels, targetSize, hasWeights, imageShape } = layout
  return (
    `${inputSize} ${isBytes ? 'bytes' : 'numbers'} a sample, ${hasLabels ? 'labels' : 'no labels'} and ` +
    (targetSize === undefined ? 'no targets' : `${targetSize} values a target`) +
    (hasWeights ? ', with sampleWeights' : '') +
    (imageShape ? `, as images of ${imageShape.join(' × ')}` : '')
  )
}

/** The room that the samples are in. */
function roomOf({ inputs, labels, targets, sampleWeights }: DatasetContents): RowRoom {
  return {
    inputs: { view: inputs },
    labels: labels && { view: labels },
    targets: targets && { view: targets },
    sampleWeights: sampleWeights && { view: sampleWeights },
  }
}
