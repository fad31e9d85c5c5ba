// An epoch's batches from a stream that passes through linear memory.
import { inOrder } from '../data/batches.ts'
import { ChunkReader } from '../data/chunk-reader.ts'
import { permutation } from '../data/permutation.ts'
import { allocateSamples, type Samples } from '../data/samples.ts'
import { DataError } from '../errors.ts'
import type { Arena } from '../wasm/arena.ts'
import type { Runtime } from '../wasm/runtime.ts'
import type { FitSettings } from './options.ts'
import { countIterations, type SampleSource, type SampleStream } from './sample-source.ts'

/** How many times as many samples as were said are read, to say how many there are. */
const MOST_EXCESS = 10

/** Chunks of a stream, cut into batches that take the same room one after the other. */
export class StreamedSamples implements SampleSource {
  readonly samples: Samples
  readonly capacity: number
  readonly iterations: number
  /** Each batch takes the place of the one before. */
  readonly upcoming = undefined
  readonly #settings: FitSettings
  /** In an epoch, where that was said. */
  readonly #expected: number | undefined
  readonly #open: (epoch: number) => Promise<ChunkReader>
  readonly #check: (samples: Samples) => void
  readonly #indices: Int32Array
  /** Of the epoch under way; at first the one that told what samples are. */
  #reader: ChunkReader | undefined
  #isFirst = true
  /** That were read in the epoch under way. */
  #rows = 0

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
      check(samples: Samples): void
    },
  ): Promise<StreamedSamples> {
    const { shuffle, seed } = settings
    const { shuffleBuffer: rows } = stream
    const { epoch, classes, signal, check } = options
    const order = async (length: number, seed: number, stream: number) =>
      permutation(runtime, length, seed, stream)
    const open = async (epoch: number) =>
      ChunkReader.open(await stream.open(), {
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
    check: (samples: Samples) => void,
    open: (epoch: number) => Promise<ChunkReader>,
    reader: ChunkReader,
  ) {
    this.capacity = settings.batchSize
    this.iterations = samples === undefined ? Infinity : countIterations(samples, settings)
    this.samples = allocateSamples(arena, reader.layout, this.capacity)
    this.samples.info.samples = 0
    this.#settings = settings
    this.#expected = samples
    this.#open = open
    this.#check = check
    this.#reader = reader
    this.#indices = inOrder(this.capacity)
  }

  async begin(epoch: number, skipped: number): Promise<void> {
    if (!this.#isFirst) this.#reader = await this.#open(epoch)
    this.#isFirst = false
    this.#rows = 0
    for (let i = 0; i < skipped; ++i) await this.next()
  }

  async next(): Promise<Int32Array | undefined> {
    const rows = await this.#read()
    const isOver = rows === 0 || (this.#settings.dropLast && rows < this.capacity)
    await this.#checkCount(isOver)
    if (isOver) return undefined
    this.samples.info.samples = rows
    this.#check(this.samples)
    return this.#indices.subarray(0, rows)
  }

  /** Takes the place of the batch before; resolves to how many rows there were. */
  async #read(): Promise<number> {
    const rows = (await this.#reader?.next(this.samples, this.capacity)) ?? 0
    this.#rows += rows
    return rows
  }

  /** Throws {@link DataError} where the epoch has not the samples that schedules were planned for. */
  async #checkCount(isOver: boolean): Promise<void> {
    const samples = this.#expected
    if (samples === undefined || this.#rows === samples || (this.#rows < samples && !isOver)) return
    while (!isOver && this.#rows <= MOST_EXCESS * samples && (await this.#read()) > 0);
    const found = this.#rows > MOST_EXCESS * samples ? `more than ${MOST_EXCESS * samples}` : this.#rows
    throw new DataError(
      'ERR_DATA_COUNT',
      `the stream has ${found} samples, and streamingDataset was told ${samples}: give samples: ` +
        `${typeof found === 'number' ? found : 'as many as an epoch has'}, or leave it out`,
    )
  }

  async end(): Promise<void> {
    const reader = this.#reader
    this.#reader = undefined
    await reader?.close()
  }
}
