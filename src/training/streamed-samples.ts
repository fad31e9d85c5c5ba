// An epoch's batches from a stream that passes through linear memory.
import { inOrder } from '../data/batches.ts'
import { ChunkReader } from '../data/chunk-reader.ts'
import { permutation } from '../data/permutation.ts'
import { allocateSamples, type Samples } from '../data/samples.ts'
import { DataError } from '../errors.ts'
import { lossTargets } from '../losses/loss-targets.ts'
import type { NetworkContext } from '../network/context.ts'
import { checkBatchSizes } from './batch-sizes.ts'
import type { FitTask } from './fit-task.ts'
import type { FitSettings } from './options.ts'
import { countIterations, type SampleSource, type SampleStream } from './sample-source.ts'

/**
 * The name of the error with which a stream ends that a training which was stopped waits for no longer. It may come from
 * another thread.
 */
export const STOPPED = 'TrainingStopped'

/** For a chunk that is waited for no longer, since training was stopped. */
const stopped = (error: unknown): undefined => {
  if (nameOf(error) !== STOPPED) throw error
}

/** Undefined where it cannot be read: anything may be thrown. */
function nameOf(error: unknown): unknown {
  try {
    return Object(error).name
  } catch {
    return undefined
  }
}

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
  /** Throws at a batch that cannot be trained on. */
  readonly #check: (samples: Samples) => void
  readonly #indices: Int32Array
  /** Of the epoch under way; at first the one that told what samples are. */
  #reader: ChunkReader | undefined
  #isFirst = true
  /** Whether training was stopped before the epoch had a chunk. */
  #isCut = false
  /** That were read in the epoch under way. */
  #rows = 0

  /** Reads the first chunk of the epoch that is to come, which tells what samples are. `signal` ends reading. */
  static async open(
    context: NetworkContext,
    task: FitTask,
    stream: SampleStream,
    signal: AbortSignal | undefined,
  ): Promise<StreamedSamples> {
    const { shuffle, seed } = task.settings
    const { shuffleBuffer: rows } = stream
    const { epochsBefore, epoch } = task.state
    const classes = Math.max(context.network.outputSize, 2)
    const order = async (length: number, seed: number, stream: number) =>
      permutation(context.runtime, length, seed, stream)
    const open = async (epoch: number) =>
      ChunkReader.open(await stream.open(), {
        classes,
        signal,
        ...(shuffle && rows > 0 && { shuffle: { rows, seed, epoch, permutation: order } }),
      })
    const first = await open(epochsBefore + epoch + 1)
    return new StreamedSamples(context, task, stream.samples, { open, first })
  }

  private constructor(
    context: NetworkContext,
    { config, settings }: FitTask,
    expected: number | undefined,
    readers: {
      readonly first: ChunkReader
      readonly open: (epoch: number) => Promise<ChunkReader>
    },
  ) {
    const { runtime, arena, network } = context
    this.capacity = settings.batchSize
    this.iterations = expected === undefined ? Infinity : countIterations(expected, settings)
    this.samples = allocateSamples(arena, readers.first.layout, this.capacity)
    this.samples.info.samples = 0
    this.#settings = settings
    this.#expected = expected
    this.#open = readers.open
    this.#check = samples => {
      const rows = samples.info.samples
      checkBatchSizes(network.layers, rows, { ...settings, batchSize: rows })
      lossTargets(config.loss, runtime, network.outputSize, samples)
    }
    this.#reader = readers.first
    this.#indices = inOrder(this.capacity)
  }

  async begin(epoch: number, skipped: number): Promise<void> {
    if (!this.#isFirst) this.#reader = await this.#open(epoch).catch(stopped)
    this.#isFirst = false
    this.#rows = 0
    this.#isCut = !this.#reader
    for (let i = 0; i < skipped; ++i) await this.next()
  }

  async next(): Promise<Int32Array | undefined> {
    const rows = await this.#read().catch(stopped)
    if (rows === undefined || this.#isCut) return undefined
    const isOver = rows === 0 || (this.#settings.dropLast && rows < this.capacity)
    await this.#checkCount(isOver).catch(stopped)
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
