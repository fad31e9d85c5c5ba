// Files by path or URL, gzipped or not.

import * as platform from '#platform'
import { isUrl } from '../brands.ts'
import { describeValue } from '../describe-value.ts'
import { ArgumentError, DataError } from '../errors.ts'
import type { Chunks } from '../platform/platform.ts'
import { gunzip, isGzip } from './gzip.ts'
import { peek } from './peek.ts'
import { TimeSlice } from './time-slice.ts'

/**
 * The bytes of a file, inflated if gzipped; each chunk may overwrite the one before. Throws the errors of a broken gzip
 * file, and {@link DataError}: `ERR_DATA_NOT_FOUND`, or `ERR_DATA_TOO_LARGE` for more than `maxBytes`.
 */
export async function* readLocation(
  location: string | URL,
  name: string,
  maxBytes: number,
  signal: AbortSignal | undefined,
): Chunks {
  if (!(maxBytes >= 0)) {
    throw new ArgumentError(`maxBytes must be a number of bytes from 0 on, got ${describeValue(maxBytes)}`)
  }
  signal?.throwIfAborted()
  const file = await platform.open(location, signal)
  if (!file) {
    throw new DataError('ERR_DATA_NOT_FOUND', `${name} is not there: check the path or address`)
  }
  const tooLarge = () =>
    new DataError(
      'ERR_DATA_TOO_LARGE',
      `${name} has more than ${maxBytes} bytes (raise maxBytes if it is meant to be that large)`,
    )
  const chunks = file.chunks()
  const { first, all } = await peek(chunks)
  const isGzipped = isGzip(first)
  if (!isGzipped && file.size !== undefined && file.size > maxBytes) {
    await chunks.return()
    throw tooLarge()
  }
  let length = 0
  for await (const chunk of isGzipped ? gunzip(all, maxBytes, name, signal) : all) {
    signal?.throwIfAborted()
    length += chunk.length
    if (length > maxBytes) throw tooLarge()
    yield chunk
  }
}

/**
 * Throws {@link ArgumentError} unless it is a path or URL. `call` is the function that got it; `parse` takes bytes
 * instead.
 */
export function checkLocation(call: string, location: unknown, parse: string): void {
  if (isLocation(location)) return
  throw new ArgumentError(`${call} got ${describeValue(location)}: expected a path or URL (bytes: ${parse})`)
}

/** Whether it is a path or URL. */
export const isLocation = (source: unknown): source is string | URL =>
  typeof source === 'string' || isUrl(source)

/** The same as one array. */
export async function readWhole(
  location: string | URL,
  name: string,
  maxBytes: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const chunk of readLocation(location, name, maxBytes, signal)) {
    parts.push(chunk.slice())
    length += chunk.length
  }
  const whole = new Uint8Array(length)
  const slice = new TimeSlice()
  let at = 0
  for (const part of parts.splice(0)) {
    whole.set(part, at)
    at += part.length
    await slice.giveWay()
  }
  return whole
}
