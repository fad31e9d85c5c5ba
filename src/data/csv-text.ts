// The text of a CSV file in pieces, whatever form it comes in.

import { describeValue } from '../describe-value.ts'
import { ArgumentError, DataError } from '../errors.ts'
import { type Bytes, toBytes } from './bytes.ts'
import { refuseGzip } from './gzip.ts'
import { isParts, iterate, type Parts } from './iterate.ts'
import { kindOf } from './number-arrays.ts'
import { TimeSlice } from './time-slice.ts'

/**
 * The text of a file, or its bytes (a `Uint8Array` or an `ArrayBuffer`), or parts of either in order: an array, a
 * generator or a stream.
 */
export type CsvSource = string | Bytes | Parts<string | Uint8Array>

/** How to read the text. */
export interface CsvTextOptions {
  encoding: string
  name: string
  signal: AbortSignal | undefined
}

/** Characters or bytes of a piece: even of rows of one digit, it takes about 10 ms. */
const PIECE = 32 * 1024

async function* partsOf(
  source: CsvSource,
  { name, signal }: CsvTextOptions,
): AsyncGenerator<string | Uint8Array, void> {
  if (typeof source === 'string') yield source
  else if (ArrayBuffer.isView(source) || /ArrayBuffer$/.test(kindOf(source))) {
    yield toBytes(source as Bytes, name)
  } else if (isParts(source)) yield* iterate(source, signal)
  else {
    throw new ArgumentError(
      `${name} is of type ${kindOf(source)}: expected its text, its bytes, or an iterable or stream of either`,
    )
  }
}

/** Cuts the source into pieces of bounded length. */
async function* pieces(source: CsvSource, options: CsvTextOptions): AsyncGenerator<string, void> {
  const { encoding, name } = options
  const decoder = makeDecoder(encoding)
  const decode = (bytes?: Uint8Array) => {
    try {
      // A copy, since TextDecoder rejects shared memory.
      return bytes ? decoder.decode(bytes.slice(), { stream: true }) : decoder.decode()
    } catch (cause) {
      throw new DataError(
        'ERR_DATA_CORRUPT',
        `${name} has bytes that are not ${encoding} (give its encoding, such as encoding: 'windows-1252')`,
        { cause },
      )
    }
  }
  let isFirst = true
  for await (const part of partsOf(source, options)) {
    const content = typeof part === 'string' ? part : toBytes(part, name)
    if (isFirst && typeof content !== 'string') refuseGzip(content, name, 'loadCsv')
    isFirst &&= content.length === 0
    for (let at = 0; at < content.length; at += PIECE) {
      yield typeof content === 'string'
        ? content.slice(at, at + PIECE)
        : decode(content.subarray(at, at + PIECE))
    }
  }
  yield decode()
}

function makeDecoder(encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding, { fatal: true })
  } catch {
    throw new ArgumentError(`encoding is ${describeValue(encoding)}: expected one such as 'utf-8'`)
  }
}

/**
 * The text in pieces of at most 32 Ki characters, without a byte order mark, with `\n` as line breaks. Throws the
 * signal's reason, and {@link DataError}: `ERR_DATA_CORRUPT` for bytes that are not text, `ERR_DATA_MAGIC` for gzipped
 * ones.
 */
export async function* readText(source: CsvSource, options: CsvTextOptions): AsyncGenerator<string, void> {
  let isFirst = true
  let carry = '' // A \r whose \n may follow.
  const slice = new TimeSlice()
  for await (const piece of pieces(source, options)) {
    options.signal?.throwIfAborted()
    if (piece === '') continue
    let text = carry + (isFirst ? piece.replace(/^\ufeff/, '') : piece)
    isFirst = false
    carry = text.endsWith('\r') ? '\r' : ''
    if (carry) text = text.slice(0, -1)
    if (text.includes('\r')) text = text.replace(/\r\n?/g, '\n')
    if (text) yield text
    await slice.giveWay()
  }
  if (carry) yield '\n'
}
