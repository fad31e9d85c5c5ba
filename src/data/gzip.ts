// Gzip (RFC 1952) through the platform's DecompressionStream, in pieces: neither input nor output is copied whole.
import { DataError } from '../errors.ts'
import type { Chunks } from '../platform/platform.ts'
import { concat } from './byte-files.ts'

/** Deflate's limit: a bit for a length of 258 and a bit for its distance, so 258 bytes of output from 2 bits. */
export const maxInflation = 1032

/** Bytes of a member's header without its optional fields. */
const HEADER = 10

/** Bytes of one write. Chromium inflates a write at one go: 16 MiB at most, where the ratio is `maxInflation`. */
const pieceLength = 16 * 1024

/** Whether the bytes begin with gzip's magic number, 1f 8b. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

/** ISIZE, a gzip file's last four bytes: the length of what it holds, mod 2³². Of a shorter file, 0. */
export function gzipTrailerLength(end: Uint8Array): number {
  if (end.length < 4) return 0
  return new DataView(end.buffer, end.byteOffset + end.byteLength - 4).getUint32(0, true)
}

/**
 * Whether the bytes have a gzip member's header behind their first byte: 1f 8b, deflate, no reserved flag, XFL as deflate
 * has it, a known system. Other bytes look like that once in 10¹¹ places. Source: RFC 1952, section 2.3.
 */
function hasLaterMember(bytes: Uint8Array): boolean {
  for (let at = bytes.indexOf(0x1f, 1); at > 0; at = bytes.indexOf(0x1f, at + 1)) {
    const [, id2, method, flags = 0xff, , , , , extra = 1, system = 14] = bytes.subarray(at, at + HEADER)
    const isSystem = system <= 13 || system === 0xff
    if (id2 === 0x8b && method === 8 && flags < 0x20 && [0, 2, 4].includes(extra) && isSystem) return true
  }
  return false
}

/** A gzip file on its way into a stream. */
class Input {
  /** All of it was taken, but for its end. */
  ended = false
  /** The last bytes so far, as many as a member's header has. */
  end: Uint8Array = new Uint8Array()
  /** Another member seems to begin behind the first. */
  hasLaterMember = false
  /** Why it could not be read on. */
  failure: { cause: unknown } | undefined
  readonly #chunks: Chunks

  constructor(chunks: Chunks) {
    this.#chunks = chunks
  }

  /** Writes it all. The reader gets the errors too. */
  async feed(writable: WritableStream<BufferSource>): Promise<void> {
    const writer = writable.getWriter()
    try {
      for (let chunk = await this.#next(); chunk; chunk = await this.#next()) {
        const seam = concat(this.end, chunk.subarray(0, HEADER))
        this.hasLaterMember ||= hasLaterMember(seam) || hasLaterMember(chunk)
        this.end = (chunk.length < HEADER ? seam : chunk).slice(-HEADER)
        for (let offset = 0; offset < chunk.length; offset += pieceLength) {
          // A copy, since the streams refuse shared memory, and the next chunk may overwrite this one.
          await writer.write(chunk.slice(offset, offset + pieceLength))
        }
      }
      this.ended = true
      await writer.close()
    } catch (error) {
      await writer.abort(error).catch(() => {})
    }
  }

  /** Reads no further. Does not wait for a chunk that is under way. */
  stop(): void {
    this.#chunks.return().catch(() => {})
  }

  async #next(): Promise<Uint8Array | undefined> {
    try {
      const { done, value } = await this.#chunks.next()
      return done ? undefined : value
    } catch (cause) {
      this.failure = { cause }
      throw cause
    }
  }
}

/**
 * Streams refuse bad input with an error of one kind, when they meet it: a stream cut short at its end, all else
 * before. Node takes input before it looks at it, but its errors have zlib's code.
 */
function inflateError(name: string, input: Input, cause: unknown): DataError {
  const { code = 'Z_BUF_ERROR' } = cause as { code?: string }
  return input.ended && code === 'Z_BUF_ERROR'
    ? new DataError(
        'ERR_DATA_TRUNCATED',
        `${name} is cut short: its gzip stream has no end (get the file again)`,
        { cause },
      )
    : corrupt(name, input, 'it does not inflate, or to other data than its checksum says', cause)
}

function corrupt(name: string, { hasLaterMember }: Input, reason: string, cause?: unknown): DataError {
  const message = hasLaterMember
    ? `${name} is a gzip file of several members, one behind the other, of which browsers read the first only: ` +
      'gunzip it, and give the file itself or gzip it again in one'
    : `${name} is a broken gzip file: ${reason} (get the file again)`
  return new DataError('ERR_DATA_CORRUPT', message, { cause })
}

/**
 * Inflates a gzip file of one member, chunk by chunk. `name` is what errors call the file. Whoever stops early, by
 * `return` or `break`, stops the inflation.
 *
 * Throws {@link DataError}: `ERR_DATA_TOO_LARGE` as soon as there are more than `maxBytes`, `ERR_DATA_TRUNCATED` for a
 * file cut short, `ERR_DATA_CORRUPT` for any other that is broken or has several members; and what `chunks` throw. Source: RFC 1952; WHATWG
 * Compression Standard.
 */
export async function* gunzip(chunks: Chunks, maxBytes: number, name = 'gzip data'): Chunks {
  const { readable, writable } = new DecompressionStream('gzip')
  const reader = readable.getReader()
  const input = new Input(chunks)
  void input.feed(writable)
  let length = 0
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(cause => {
        if (input.failure) throw input.failure.cause
        throw inflateError(name, input, cause)
      })
      if (done) break
      length += value.length
      if (length > maxBytes) {
        throw new DataError(
          'ERR_DATA_TOO_LARGE',
          `${name} inflates to more than ${maxBytes} bytes (raise maxBytes if it is meant to be that large)`,
        )
      }
      yield value
    }
  } finally {
    input.stop()
    await reader.cancel().catch(() => {}) // which rejects where the stream has failed, as is known by then
  }
  // Older Node versions pass over what follows the first member, or inflate it as well.
  if (length % 2 ** 32 !== gzipTrailerLength(input.end))
    throw corrupt(name, input, 'more bytes follow its first gzip stream')
}
