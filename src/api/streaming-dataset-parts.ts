// The chunks of a stream, one after the other, as an engine takes them.
import { checkNames } from '../check-options.ts'
import type { ChunkSource } from '../data/chunk-reader.ts'
import { isParts, iteratorOf } from '../data/iterate.ts'
import { kindOf } from '../data/number-arrays.ts'
import type { DatasetContents } from '../data/samples.ts'
import { ArgumentError, ShapeError } from '../errors.ts'
import { CONTENTS, toContents } from './dataset-contents.ts'
import type { DataChunk, StreamingDatasetOptions } from './streaming-options.ts'

export class IteratedChunks implements ChunkSource {
  readonly #options: StreamingDatasetOptions
  #iterator: Promise<AsyncIterator<DataChunk> | Iterator<DataChunk>> | undefined
  #isOver = false
  #number = 0

  constructor(options: StreamingDatasetOptions) {
    this.#options = options
  }

  async next(): Promise<DatasetContents | undefined> {
    if (this.#isOver) return undefined
    this.#iterator ??= this.#start()
    const { done, value } = await this.#advance(await this.#iterator)
    if (done) {
      this.#isOver = true
      return undefined
    }
    this.#number += 1
    return this.#convert(value)
  }

  async close(): Promise<void> {
    if (this.#isOver) return
    this.#isOver = true
    const iterator = await this.#iterator
    await iterator?.return?.()
  }

  async #start() {
    const { chunks } = this.#options
    const parts = typeof chunks === 'function' ? await chunks() : chunks
    if (isParts(parts)) return iteratorOf(parts)
    throw new ArgumentError(
      `chunks() gave something of type ${kindOf(parts)}: expected an iterable or a stream`,
    )
  }

  /** An iterator that throws is over: its `return` is not to be called. */
  async #advance(iterator: AsyncIterator<DataChunk> | Iterator<DataChunk>) {
    try {
      return await iterator.next()
    } catch (error) {
      this.#isOver = true
      throw error
    }
  }

  async #convert(chunk: DataChunk): Promise<DatasetContents> {
    const where = `chunk ${this.#number}`
    if (typeof chunk !== 'object' || chunk === null) {
      throw new ArgumentError(
        `${where} is of type ${kindOf(chunk)}: expected an object with inputs and labels or targets`,
      )
    }
    checkNames(where, chunk, CONTENTS)
    const { inputSize, targetSize, bytes } = this.#options
    try {
      return await toContents({
        ...(inputSize !== undefined && { inputSize }),
        ...(targetSize !== undefined && { targetSize }),
        ...(bytes !== undefined && { bytes }),
        ...chunk,
      })
    } catch (error) {
      if (error instanceof ShapeError) throw new ShapeError(`${where}: ${error.message}`)
      if (error instanceof ArgumentError) throw new ArgumentError(`${where}: ${error.message}`)
      throw error
    }
  }
}
