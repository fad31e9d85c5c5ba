// Reads a URL through `fetch`, which Node and browsers share.

import { DataError, UnsupportedError } from '../errors.ts'
import { reasonOf } from '../reason.ts'
import type { ByteFile, Chunks } from './platform.ts'

/**
 * A URL's file; undefined where nothing is there: HTTP 404; 403, with which object stores answer for a missing file; 416,
 * where it has less than the headers ask for; or an HTML page, with which development servers and single-page apps answer
 * 200 for one. Throws {@link DataError} `ERR_DATA_NOT_FOUND` for any other failure, {@link UnsupportedError} where the
 * runtime has no `fetch`, and the signal's reason where that ends the request.
 */
export async function fetchFile(
  url: string | URL,
  signal?: AbortSignal,
  headers?: Readonly<Record<string, string>>,
): Promise<ByteFile | undefined> {
  if (typeof fetch === 'undefined') {
    throw new UnsupportedError(`${url} cannot be read: this runtime has no fetch. Give the file's bytes`)
  }
  let response: Response
  try {
    response = await fetch(url, { signal, headers } as RequestInit)
  } catch (cause) {
    signal?.throwIfAborted()
    throw unreadable(url, cause)
  }
  const isPage = /^text\/html\b/i.test(response.headers.get('content-type') ?? '')
  if (response.ok && !isPage) {
    return { size: undefined, response, chunks: () => readBody(url, response, signal) }
  }
  await response.body?.cancel()
  if (response.ok || [404, 403, 416].includes(response.status)) return undefined
  throw new DataError(
    'ERR_DATA_NOT_FOUND',
    `${url} cannot be read: the server answered ${response.status} ${response.statusText}`.trimEnd(),
  )
}

async function* readBody(url: string | URL, { body }: Response, signal: AbortSignal | undefined): Chunks {
  // Not by `for await`, which Safari's streams lack.
  const reader = body?.getReader()
  if (!reader) return
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(cause => {
        signal?.throwIfAborted()
        throw unreadable(url, cause)
      })
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel().catch(() => {}) // which rejects where reading has failed, as is known by then
  }
}

function unreadable(url: string | URL, cause: unknown): DataError {
  const { message = String(cause), cause: inner } = cause as Partial<Error>
  const reason = Object(inner).message ? `${message}: ${reasonOf(inner)}` : message // as Node says it
  return new DataError(
    'ERR_DATA_NOT_FOUND',
    `${url} cannot be read: ${reason} (check the address, the network and, in a browser, the server's CORS headers)`,
    { cause },
  )
}
