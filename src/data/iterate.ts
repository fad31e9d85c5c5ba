// One way to iterate over everything that comes in parts.
import { orAborted } from './or-aborted.ts'

/**
 * Parts in order: an array, a generator, a stream.
 *
 * @inline
 */
export type Parts<Part> = Iterable<Part> | AsyncIterable<Part> | ReadableStream<Part>

/** Whether it is one of them. A string, although iterable, is not. */
export const isParts = (value: unknown): value is Parts<unknown> =>
  typeof value === 'object' &&
  value !== null &&
  (Symbol.asyncIterator in value || Symbol.iterator in value || 'getReader' in value)

/** The iterator of the parts: asynchronous or not. */
export function iteratorOf<Part>(parts: Parts<Part>): AsyncIterator<Part> | Iterator<Part> {
  if (Symbol.asyncIterator in parts) return parts[Symbol.asyncIterator]()
  if (Symbol.iterator in parts) return parts[Symbol.iterator]()
  return readerOf(parts)
}

/** What Safari's streams lack. */
async function* readerOf<Part>(stream: ReadableStream<Part>): AsyncGenerator<Part, void> {
  const reader = stream.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel()
  }
}

/** The parts, in every runtime. A signal that aborts ends waiting for one, and is what this throws then. */
export async function* iterate<Part>(
  parts: Parts<Part>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Part, void> {
  const iterator = iteratorOf(parts)
  /** What an iterator that has failed, or has come to its end, is not to be asked. */
  let leave = async () => void (await iterator.return?.())
  try {
    for (;;) {
      const { done, value } = await orAborted(iterator.next(), signal).catch(error => {
        if (signal?.aborted) leave().catch(() => {}) // not awaited: it may be stuck
        leave = async () => {}
        throw error
      })
      if (done) leave = async () => {}
      if (done) return
      yield value
    }
  } finally {
    await leave()
  }
}
