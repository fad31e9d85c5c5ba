// Deflated data, of gzip's members and zip's entries, inflated by pako piece by piece, up to the exact byte at which they
// end. The platform's DecompressionStream does not tell that position, and treats bytes after it differently in each
// runtime. fflate's inflateSync goes on at the end of the room for its output.
import {
  Z_BUF_ERROR,
  Z_NO_FLUSH,
  Z_OK,
  Z_STREAM_END,
  ZStream,
  zlibInflate,
  zlibInflateInit2,
  zlibInflateReset,
} from 'pako'

/** zlib's windowBits, with the largest window (15): for gzip alone (16), or without header and trailer (negative). */
const WINDOW_BITS = { gzip: 16 + 15, raw: -15 }

/** The most bytes of output for one call of `read`, so that it takes a few milliseconds at most. */
export const OUTPUT_PIECE = 64 * 1024

/**
 * Bytes to push at once, so that `read` takes a few milliseconds at most: blocks without output make it read on, and each
 * can bring its own codes.
 */
export const INPUT_PIECE = 16 * 1024

/** Inflates a stream (a member) as its bytes arrive, or several in order. */
export class Inflater {
  /** Whether the member has ended and all of it was read. */
  isDone = false
  readonly #stream = new ZStream()
  readonly #output = new Uint8Array(OUTPUT_PIECE)

  constructor(format: keyof typeof WINDOW_BITS) {
    zlibInflateInit2(this.#stream, WINDOW_BITS[format])
  }

  /** Begins another member. */
  begin(): void {
    this.isDone = false
    zlibInflateReset(this.#stream)
  }

  /** Takes the next bytes, after `read` has returned undefined. They must not change until it does so again. */
  push(bytes: Uint8Array): void {
    this.#stream.input = bytes
    this.#stream.next_in = 0
    this.#stream.avail_in = bytes.length
  }

  /** How many of the pushed bytes are after the end of the member, once it has ended. */
  get unused(): number {
    return this.#stream.avail_in
  }

  /**
   * The next bytes of output, in the given room, or else where the next call overwrites them; undefined where more input
   * is needed, or the member has ended. Throws RangeError, with zlib's words, for an invalid member, or one with a wrong
   * checksum or length.
   */
  read(room = this.#output): Uint8Array | undefined {
    if (this.isDone) return undefined
    const stream = this.#stream
    stream.output = room
    stream.next_out = 0
    stream.avail_out = room.length
    const status = zlibInflate(stream, Z_NO_FLUSH)
    this.isDone = status === Z_STREAM_END
    // What comes before a fault is output as well. The next call reports the fault.
    if (stream.next_out > 0) return room.subarray(0, stream.next_out)
    // Z_BUF_ERROR: there was nothing left to do.
    if (!this.isDone && status !== Z_OK && status !== Z_BUF_ERROR) throw new RangeError(stream.msg)
    return undefined
  }
}
