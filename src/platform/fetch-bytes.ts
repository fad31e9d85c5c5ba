// Reads a URL through `fetch`, which Node and browsers share.
import { DataError } from '../errors.ts'

/**
 * All bytes of a URL; undefined where nothing is there: HTTP 404; 403, with which object stores answer for a
 * missing file; or an HTML page, with which development servers and single-page apps answer 200 for one. Throws {@link DataError} `ERR_DATA_NOT_FOUND` for any other failure.
 */
export async function fetchBytes(url: string | URL): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    const response = await fetch(url)
    const isPage = /^text\/html\b/i.test(response.headers.get('content-type') ?? '')
    if (response.ok && !isPage) return new Uint8Array(await response.arrayBuffer())
    await response.body?.cancel()
    if (response.ok || response.status === 404 || response.status === 403) return undefined
    throw new DataError(
      'ERR_DATA_NOT_FOUND',
      `${url} cannot be read: the server answered ${response.status} ${response.statusText}`.trimEnd(),
    )
  } catch (cause) {
    if (cause instanceof DataError) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new DataError(
      'ERR_DATA_NOT_FOUND',
      `${url} cannot be read: ${reason} (check the address, the network and, in a browser, the server's CORS headers)`,
      { cause },
    )
  }
}
