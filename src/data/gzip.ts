// Gzip (RFC 1952) in pieces: neither input nor output is in memory as a whole. Every runtime gives the same result as
// gzip(1): consecutive members form one file, and zeros after the last are padding. The platform's DecompressionStream
// behaves differently in each runtime.
import { DataError } from '../errors.ts'
import type { Chunks } from '../platform/platform.ts'
import { concat } from './byte-files.ts'
import { INPUT_PIECE, Inflater } from './inflate.ts'
import { TimeSlice } from './time-slice.ts'

/** Deflate's limit: one bit for a length of 258 and one for its distance, so 258 bytes of output from 2 bits. */
export const maxInflation = 1032

/** Bytes by which a gzip file may be longer than twice what it holds: it has headers, and may have empty members. */
const OVERHEAD = 64 * 1024

/** Whether the bytes begin with gzip's magic number, 1f 8b. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

/**
 * Throws {@link DataError} for gzipped bytes where plain ones are expected. `load` is the function that inflates files.
 */
export function refuseGzip(bytes: Uint8Array, name: string, load: string): void {
  if (!isGzip(bytes)) return
  throw new DataError(
    'ERR_DATA_MAGIC',
    `${name} is gzipped: inflate it first, as pipeThrough(new DecompressionStream('gzip')) does, or give its path or URL ` +
      `to ${load}, which reads it as it is`,
  )
}

/** A gzip file that is being read. Its errors name the file. */
class GzipFile {
  /** Bytes that were read and are not used yet. */
  bytes: Uint8Array = new Uint8Array()
  readonly #chunks: Chunks
  readonly #name: string
  readonly #maxBytes: number
  readonly #signal: AbortSignal | undefined
  readonly #slice = new TimeSlice()
  #length = 0

  constructor(chunks: Chunks, maxBytes: number, name: string, signal: AbortSignal | undefined) {
    this.#chunks = chunks
    this.#maxBytes = maxBytes
    this.#name = name
    this.#signal = signal
  }

  /** To be called a few milliseconds of work after the last time. Rejects with the signal's reason. */
  async giveWay(): Promise<void> {
    this.#signal?.throwIfAborted()
    await this.#slice.giveWay()
  }

  /** Reads on. Resolves to whether there was more. */
  async more(): Promise<boolean> {
    const unused = this.bytes.slice() // Since the next chunk may overwrite this one.
    const { done, value } = await this.#chunks.next()
    this.#length += value?.length ?? 0
    if (this.#length > 2 * this.#maxBytes + OVERHEAD) throw this.tooLong()
    this.bytes = done ? unused : unused.length > 0 ? concat(unused, value) : value
    return !done
  }

  /** Reads on until `length` bytes are available. Throws where there are fewer. */
  async need(length: number): Promise<void> {
    while (this.bytes.length < length) {
      if (!(await this.more())) throw this.truncated()
    }
  }

  /** Skips zeros. Resolves to whether anything follows them. */
  async skipZeros(): Promise<boolean> {
    for (;;) {
      const piece = this.bytes.subarray(0, INPUT_PIECE)
      const at = piece.findIndex(byte => byte !== 0)
      this.bytes = this.bytes.subarray(at < 0 ? piece.length : at)
      if (at >= 0) return true
      await this.giveWay()
      if (this.bytes.length === 0 && !(await this.more())) return false
    }
  }

  close(): Promise<unknown> {
    return this.#chunks.return()
  }

  truncated(): DataError {
    return new DataError(
      'ERR_DATA_TRUNCATED',
      `${this.#name} is cut short: its gzip stream has no end (get the file again)`,
    )
  }

  corrupt(reason: string, cause: unknown): DataError {
    return new DataError(
      'ERR_DATA_CORRUPT',
      `${this.#name} is a broken gzip file: ${reason} (get the file again)`,
      { cause },
    )
  }

  trailing(): DataError {
    const found = this.bytes[0]?.toString(16).padStart(2, '0')
    return new DataError(
      'ERR_DATA_TRAILING',
      `${this.#name} is too long: behind its gzip stream come other bytes (${found} …), which are neither padding of ` +
        'zeros nor another gzip stream (get the file again)',
    )
  }

  tooLong(): DataError {
    return this.#tooLarge(`has ${this.#length} bytes, more than gzip makes of ${this.#maxBytes}`)
  }

  inflatesToMore(): DataError {
    return this.#tooLarge(`inflates to more than ${this.#maxBytes} bytes`)
  }

  #tooLarge(what: string): DataError {
    return new DataError(
      'ERR_DATA_TOO_LARGE',
      `${this.#name} ${what} (raise maxBytes if it is meant to be that large)`,
    )
  }
}

/** A member's contents. Each chunk overwrites the one before. */
async function* inflateMember(file: GzipFile, inflater: Inflater): Chunks {
  inflater.begin()
  for (;;) {
    const input = file.bytes.subarray(0, INPUT_PIECE)
    inflater.push(input)
    for (let piece = next(); piece; piece = next()) yield piece
    file.bytes = file.bytes.subarray(input.length - (inflater.isDone ? inflater.unused : 0))
    await file.giveWay()
    if (inflater.isDone) return
    if (file.bytes.length === 0 && !(await file.more())) throw file.truncated()
  }

  function next(): Uint8Array | undefined {
    try {
      return inflater.read()
    } catch (cause) {
      throw file.corrupt((cause as Error).message, cause)
    }
  }
}

/**
 * Inflates a gzip file, chunk by chunk; each chunk overwrites the one before. `name` is what errors call the file.
 * Stopping early, by `return` or `break`, stops the inflation. It yields to the event loop regularly.
 *
 * Throws the errors of `chunks`, the signal's reason, and {@link DataError} with one of these codes:
 *
 * - `ERR_DATA_TOO_LARGE`: as soon as there are more than `maxBytes`, or the file itself is longer than twice that and
 *   64 KiB
 * - `ERR_DATA_TRUNCATED`: a truncated file
 * - `ERR_DATA_TRAILING`: bytes other than zeros after the last member
 * - `ERR_DATA_CORRUPT`: any other broken file
 *
 * Source: RFC 1952.
 */
export async function* gunzip(
  chunks: Chunks,
  maxBytes: number,
  name = 'gzip data',
  signal?: AbortSignal,
): Chunks {
  const file = new GzipFile(chunks, maxBytes, name, signal)
  const inflater = new Inflater('gzip')
  let length = 0
  try {
    do {
      await file.need(1)
      if (file.bytes[0] === 0x1f) await file.need(2)
      if (!isGzip(file.bytes)) throw file.trailing()
      for await (const piece of inflateMember(file, inflater)) {
        length += piece.length
        if (length > maxBytes) throw file.inflatesToMore()
        yield piece
        await file.giveWay()
      }
    } while (await file.skipZeros())
  } finally {
    await file.close()
  }
}
