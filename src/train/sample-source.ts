// Where an epoch's batches come from: a data set in linear memory, or a stream that passes through it.
import { iterationsPerEpoch } from '../data/batches.ts'
import { ChunkReader, type ChunkSource } from '../data/chunk-reader.ts'
import { permutation } from '../data/permutation.ts'
import { allocateStorage, type Storage } from '../data/storage.ts'
import { ArgumentError } from '../errors.ts'
import type { Arena } from '../wasm/arena.ts'
import type { Runtime } from '../wasm/runtime.ts'
import type { Rows } from './evaluate.ts'
import type { FitSettings } from './options.ts'
import { SampleOrder } from './sample-order.ts'

/** Samples that come in chunks. */
export interface SampleStream {
  /** The chunks of an epoch, from the first on. */
  open(): ChunkSource
  readonly shuffleBuffer: number
  /** In an epoch; undefined where only the end tells. */
  readonly samples: number | undefined
}

/** The batches of one epoch after the other. */
export interface SampleSource {
  readonly storage: Storage
  /** The most rows of a batch. */
  readonly capacity: number
  /** In an epoch; Infinity where only the end tells. */
  readonly iterations: number
  /** Begins an epoch, counted from 1 over all calls of `fit`, with the batch behind the first `skipped`. */
  begin(epoch: number, skipped: number): Promise<void>
  /** The indices of the next batch in the storage; undefined at the end of the epoch. */
  next(): Promise<Int32Array | undefined> | Int32Array | undefined
  /** Ends an epoch, also in its middle. */
  end(): Promise<void>
}

function countIterations(samples: number, { batchSize, dropLast }: FitSettings): number {
  const iterations = iterationsPerEpoch(samples, batchSize, dropLast)
  if (iterations > 0) return iterations
  throw new ArgumentError(
    `${samples} samples make no batch of ${batchSize} with dropLast: use a smaller batchSize`,
  )
}

/** Rows of a data set. */
export class StoredSamples implements SampleSource {
  readonly storage: Storage
  readonly capacity: number
  readonly iterations: number
  readonly #settings: FitSettings
  readonly #samples: number
  readonly #order: SampleOrder
  #position = 0

  constructor(runtime: Runtime, arena: Arena, { storage, indices }: Rows, settings: FitSettings) {
    this.storage = storage
    this.#settings = settings
    this.#samples = indices.length
    this.iterations = countIterations(indices.length, settings)
    this.capacity = Math.min(settings.batchSize, indices.length)
    this.#order = new SampleOrder(runtime, arena, indices)
  }

  async begin(epoch: number, skipped: number): Promise<void> {
    const { seed, shuffle, batchSize } = this.#settings
    if (shuffle) this.#order.shuffle(seed, epoch)
    this.#position = skipped * batchSize
  }

  next(): Int32Array | undefined {
    const { batchSize, dropLast } = this.#settings
    const count = Math.min(batchSize, this.#samples - this.#position)
    if (count <= 0 || (dropLast && count < batchSize)) return undefined
    const begin = this.#position
    this.#position += count
    return this.#order.slice(begin, count)
  }

  async end(): Promise<void> {}
}

/** Chunks of a stream, cut into batches that take the same room one after the other. */
export class StreamedSamples implements SampleSource {
  readonly storage: Storage
  readonly capacity: number
  readonly iterations: number
  readonly #settings: FitSettings
  readonly #open: (epoch: number) => Promise<ChunkReader>
  readonly #check: (storage: Storage) => void
  readonly #indices: Int32Array
  /** Of the epoch under way; at first the one that told what samples are. */
  #reader: ChunkReader | undefined
  #isFirst = true

  /**
   * Reads the first chunk of an epoch, which tells what samples are. Labels must be below `classes`; `check` is to throw
   * at a batch that cannot be trained on.
   */
  static async open(
    runtime: Runtime,
    arena: Arena,
    stream: SampleStream,
    settings: FitSettings,
    options: {
      epoch: number
      classes: number
      signal: AbortSignal | undefined
      check(storage: Storage): void
    },
  ): Promise<StreamedSamples> {
    const { shuffle, seed } = settings
    const { shuffleBuffer: rows } = stream
    const { epoch, classes, signal, check } = options
    const order = async (length: number, seed: number, stream: number) =>
      permutation(runtime, length, seed, stream)
    const open = (epoch: number) =>
      ChunkReader.open(stream.open(), {
        classes,
        signal,
        ...(shuffle && rows > 0 && { shuffle: { rows, seed, epoch, permutation: order } }),
      })
    return new StreamedSamples(arena, stream, settings, check, open, await open(epoch))
  }

  private constructor(
    arena: Arena,
    { samples }: SampleStream,
    settings: FitSettings,
    check: (storage: Storage) => void,
    open: (epoch: number) => Promise<ChunkReader>,
    reader: ChunkReader,
  ) {
    this.capacity = settings.batchSize
    this.iterations = samples === undefined ? Infinity : countIterations(samples, settings)
    this.storage = allocateStorage(arena, reader.layout, this.capacity)
    this.storage.info.samples = 0
    this.#settings = settings
    this.#open = open
    this.#check = check
    this.#reader = reader
    this.#indices = Int32Array.from({ length: this.capacity }, (_, i) => i)
  }

  async begin(epoch: number, skipped: number): Promise<void> {
    if (!this.#isFirst) this.#reader = await this.#open(epoch)
    this.#isFirst = false
    for (let i = 0; i < skipped; ++i) await this.next()
  }

  async next(): Promise<Int32Array | undefined> {
    const rows = (await this.#reader?.next(this.storage, this.capacity)) ?? 0
    if (rows === 0 || (this.#settings.dropLast && rows < this.capacity)) return undefined
    this.storage.info.samples = rows
    this.#check(this.storage)
    return this.#indices.subarray(0, rows)
  }

  async end(): Promise<void> {
    const reader = this.#reader
    this.#reader = undefined
    await reader?.close()
  }
}
