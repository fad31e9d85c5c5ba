// Gzip (RFC 1952) through the platform's DecompressionStream, in pieces: neither input nor output is copied whole.
import { DataError } from '../errors.ts'

/** Deflate's limit: a bit for a length of 258 and a bit for its distance, so 258 bytes of output from 2 bits. */
export const maxInflation = 1032

/** Bytes of one write. Chromium inflates a write at one go: 16 MiB at most, where the ratio is `maxInflation`. */
const pieceLength = 16 * 1024

/** Whether the bytes begin with gzip's magic number, 1f 8b. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

/** ISIZE, a gzip file's last four bytes: the length of what it holds, mod 2³². The file has 4 bytes at least. */
export function gzipTrailerLength(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset + bytes.byteLength - 4).getUint32(0, true)
}

/** Writes all input; `state.ended` tells that only the end is still to be taken. The reader gets the errors too. */
async function feed(
  bytes: Uint8Array,
  writable: WritableStream<BufferSource>,
  state: { ended: boolean },
): Promise<void> {
  const writer = writable.getWriter()
  try {
    for (let offset = 0; offset < bytes.length; offset += pieceLength) {
      // A copy, since the streams refuse shared memory.
      await writer.write(bytes.slice(offset, offset + pieceLength))
    }
    state.ended = true
    await writer.close()
  } catch {}
}

/**
 * Streams refuse bad input with an error of one kind, when they meet it: a stream cut short at its end, all else
 * before. Node takes input before it looks at it, but its errors have zlib's code.
 */
function inflateError(name: string, inputEnded: boolean, cause: unknown): DataError {
  const { code = 'Z_BUF_ERROR' } = cause as { code?: string }
  return inputEnded && code === 'Z_BUF_ERROR'
    ? new DataError(
        'ERR_DATA_TRUNCATED',
        `${name} is cut short: its gzip stream has no end (get the file again)`,
        { cause },
      )
    : corrupt(name, 'it does not inflate, or to other data than its checksum says', cause)
}

function corrupt(name: string, reason: string, cause?: unknown): DataError {
  return new DataError('ERR_DATA_CORRUPT', `${name} is a broken gzip file: ${reason} (get the file again)`, {
    cause,
  })
}

/**
 * Inflates a gzip file of one member, chunk by chunk. `name` is what errors call the file. Whoever stops early, by
 * `return` or `break`, stops the inflation.
 *
 * Throws {@link DataError}: `ERR_DATA_TOO_LARGE` as soon as there are more than `maxBytes`, `ERR_DATA_TRUNCATED` for a
 * file cut short, `ERR_DATA_CORRUPT` for any other that is broken. Source: RFC 1952; WHATWG Compression Standard.
 */
export async function* gunzip(
  bytes: Uint8Array,
  maxBytes: number,
  name = 'gzip data',
): AsyncGenerator<Uint8Array, void, void> {
  const { readable, writable } = new DecompressionStream('gzip')
  const reader = readable.getReader()
  const input = { ended: false }
  void feed(bytes, writable, input)
  let length = 0
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(cause => {
        throw inflateError(name, input.ended, cause)
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
    await reader.cancel().catch(() => {}) // which rejects where the stream has failed, as is known by then
  }
  // Older Node versions pass over what follows the first member, or inflate it as well.
  if (length % 2 ** 32 !== gzipTrailerLength(bytes))
    throw corrupt(name, 'more bytes follow its first gzip stream')
}
