// Members of gzip files, inflated by pako piece by piece, up to the exact byte at which a member ends. The platform's
// DecompressionStream does not tell that position, and treats bytes after it differently in each runtime.
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

/** zlib's windowBits for gzip alone (16), with the largest window (15). */
const GZIP = 16 + 15

/** The most bytes of output that `read` gives. */
const PIECE = 64 * 1024

/** Inflates a member as its bytes arrive, or several in order. */
export class Inflater {
  /** Whether the member has ended and all of it was read. */
  isDone = false
  readonly #stream = new ZStream()
  readonly #output = new Uint8Array(PIECE)

  constructor() {
    zlibInflateInit2(this.#stream, GZIP)
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

  /** Pushed bytes after the end of the member, once it has ended. */
  get rest(): Uint8Array {
    return this.#stream.input.subarray(this.#stream.next_in)
  }

  /**
   * The next bytes of output, which the next call overwrites; undefined where more input is needed, or the member has
   * ended. Throws RangeError, with zlib's words, for an invalid member, or one with a wrong checksum or length.
   */
  read(): Uint8Array | undefined {
    if (this.isDone) return undefined
    const stream = this.#stream
    stream.output = this.#output
    stream.next_out = 0
    stream.avail_out = PIECE
    const status = zlibInflate(stream, Z_NO_FLUSH)
    this.isDone = status === Z_STREAM_END
    // What comes before a fault is output as well. The next call reports the fault.
    if (stream.next_out > 0) return this.#output.subarray(0, stream.next_out)
    // Z_BUF_ERROR: there was nothing left to do.
    if (!this.isDone && status !== Z_OK && status !== Z_BUF_ERROR) throw new RangeError(stream.msg)
    return undefined
  }
}
